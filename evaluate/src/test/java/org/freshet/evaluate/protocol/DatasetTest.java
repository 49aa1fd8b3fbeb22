package org.freshet.evaluate.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Dictionary;
import org.freshet.core.Schema;
import org.freshet.core.Source;
import org.junit.jupiter.api.Test;

class DatasetTest {
  private static void bits(double[] values, long bytes) {
    Packed p = Packed.of(values, values.length);
    double[] back = new double[values.length + 2];
    p.copy(0, values.length, back, 1);
    for (int i = 0; i < values.length; i++) {
      assertThat(Double.doubleToRawLongBits(back[i + 1]))
          .as("value " + i)
          .isEqualTo(Double.doubleToRawLongBits(values[i]));
    }
    double[] one = new double[1];
    p.copy(values.length - 1, 1, one, 0);
    assertThat(one[0]).isEqualTo(values[values.length - 1]);
    assertThat(p.bytes()).isEqualTo(bytes);
  }

  @Test
  void numbersComeBackBitForBitFromTheNarrowestForm() {
    Random random = new Random(1);
    double[] pixels = random.ints(5000, 0, 256).mapToDouble(b -> b / 255f).toArray();
    bits(pixels, 5000 + 8 * 256);
    bits(new double[] {0.0, -0.0, Double.NaN, 0.1, Double.NEGATIVE_INFINITY}, 5 + 8 * 5);
    double[] floats = random.doubles(1000).map(v -> (float) v).toArray();
    bits(floats, 4000);
    double[] doubles = random.doubles(1000).toArray();
    bits(doubles, 8000);
    double[] many = new double[257];
    java.util.Arrays.setAll(many, i -> i);
    bits(many, 4 * 257); // one too many for a byte
    bits(java.util.Arrays.copyOf(many, 256), 256 + 8 * 256);
  }

  private static Made named(String... labels) {
    List<Column> columns = List.of(Column.numeric("n"), Column.category("kind"));
    List<Object[]> rows = new ArrayList<>();
    for (int i = 0; i < labels.length; i++) {
      rows.add(new Object[] {(double) i, "kind of " + labels[i], labels[i]});
    }
    return Made.of(columns, rows);
  }

  /** A file of tests meets classes and categories in an order of its own. */
  @Test
  void testsAreReadWithTheCodesOfTheStream() {
    Dataset train = Dataset.read(named("a", "b", "c"), 0, 1 << 20, null);
    Dataset test = Dataset.read(named("c", "a", "a", "b"), 0, 1 << 20, train);
    assertThat(test.rows()).isEqualTo(4);
    double[] row = new double[2];
    for (int r = 0; r < 4; r++) {
      test.copy(r, row, 0);
      String label = train.schema().labels().name(test.label(r));
      assertThat(train.schema().column(1).dictionary().name((int) row[1]))
          .isEqualTo("kind of " + label);
      assertThat(row[0]).isEqualTo(r);
    }
    assertThatThrownBy(() -> Dataset.read(named("d"), 0, 1 << 20, train))
        .hasMessage("made: has the class 'd', which the stream it is to test does not have");
    assertThatThrownBy(() -> Dataset.read(Made.events(3, 2, "a"), 0, 1 << 20, train))
        .hasMessage(
            "made: has other columns than the stream it is to test; read both in the same way");
  }

  @Test
  void memoryIsBounded() {
    Made large = Made.events(5000, 50, "a", "b");
    assertThatThrownBy(() -> Dataset.read(large, 0, 700_000, null))
        .hasMessage(
            "made: takes more than 700000 bytes of memory after 4096 events; read fewer with"
                + " '--limit N', or raise 'max_bytes' of the protocol");
    assertThat(Dataset.read(Made.events(5000, 50, "a", "b"), 3000, 700_000, null).rows())
        .isEqualTo(3000);
  }

  /** Sparse rows with texts, weights, and events without a label. */
  private static final class Odd implements Source {
    private final Schema schema =
        Schema.classification(List.of(), "y", new Dictionary()).withSparse(List.of());
    private boolean read;

    @Override
    public String name() {
      return "odd";
    }

    @Override
    public Schema schema() {
      return schema;
    }

    @Override
    public int read(Batch batch, int max) {
      batch.clear();
      for (int i = 0; !read && i < 6; i++) {
        batch.beginRow();
        batch.add(i, 0.1 * i);
        batch.add(100 + i, 7);
        batch.setLabel(i % 3 == 2 ? Double.NaN : schema.labels().code("k" + i % 3));
        batch.setWeight(i == 0 ? 2.5 : 1);
        batch.endRow();
      }
      read = true;
      return batch.size();
    }

    @Override
    public Position position() {
      return new Position(0, 0);
    }

    @Override
    public void seek(Position position) {}

    @Override
    public void close() {}
  }

  @Test
  void sparseRowsAndWeights() {
    Dataset d = Dataset.read(new Odd(), 0, 1 << 20, null);
    assertThat(d.rows()).as("those with a label").isEqualTo(4);
    assertThat(d.weight(0)).isEqualTo(2.5);
    assertThat(d.weight(3)).isEqualTo(1);
    Batch batch = new Batch(d.schema(), 4);
    for (int r = 3; r >= 0; r--) {
      batch.beginRow();
      d.addTo(r, batch);
      batch.endRow();
    }
    assertThat(batch.row(0).toString()).isEqualTo("[4:0.4, 104:7.0]");
    assertThat(batch.row(3).toString()).isEqualTo("[0:0.0, 100:7.0]");
    Made numbers =
        new Made(Schema.regression(List.of(Column.numeric("x")), "y"), List.of(), new int[1]);
    assertThatThrownBy(() -> Dataset.read(numbers, 0, 1 << 20, null))
        .hasMessage("made: has no class to predict, which a protocol needs");
    assertThatThrownBy(() -> Dataset.read(Made.events(0, 1, "a"), 0, 1 << 20, null))
        .hasMessage("made: has no event with a label, which a protocol needs");
  }
}
