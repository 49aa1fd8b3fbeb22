package org.freshet.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.freshet.core.Batch;
import org.freshet.core.DataException;
import org.freshet.core.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrefetchTest {
  private static final Map<String, Object> SKIP =
      Map.of(
          "on_error",
          "skip",
          "numeric",
          "x",
          "time",
          "t",
          "time_format",
          "epoch_ms",
          "label_time",
          "u",
          "id",
          "i",
          "text",
          "s");

  @TempDir Path folder;

  private Path file(int rows) {
    StringBuilder csv = new StringBuilder("x,i,t,u,s,y\n");
    for (int i = 0; i < rows; i++) {
      csv.append(i % 97 == 96 ? "bad" : "" + i)
          .append(",i")
          .append(i)
          .append(',')
          .append(i)
          .append(',');
      csv.append(i % 3 == 0 ? "" : "" + 2 * i)
          .append(",text ")
          .append(i)
          .append(",c")
          .append(i % 5)
          .append('\n');
    }
    return Read.file(folder, "a.csv", csv.toString());
  }

  @Test
  void givesWhatTheSourceGives() {
    String path = file(5000).toString();
    for (int size : new int[] {1, 7, 256, 10_000}) {
      try (Source plain = Sources.open(path, SKIP);
          Source ahead = new Prefetch(Sources.open(path, SKIP))) {
        assertThat(Read.rest(ahead, size)).isEqualTo(Read.rest(plain, size)).hasSize(5000 - 51);
        assertThat(ahead.position()).isEqualTo(plain.position());
        assertThat(ahead.badRecords()).isEqualTo(51);
        assertThat(ahead.read(new Batch(ahead.schema(), 4), 4)).isZero();
      }
    }
  }

  @Test
  void aPositionInTheMiddleOfABatchResumesExactly() {
    String path = file(1000).toString();
    try (Source ahead = new Prefetch(Sources.open(path, SKIP));
        Source resumed = Sources.open(path, SKIP)) {
      Batch batch = new Batch(ahead.schema(), 64);
      List<Integer> sizes = new ArrayList<>();
      for (int want : new int[] {64, 10, 33, 64, 5}) {
        sizes.add(ahead.read(batch, want));
      }
      assertThat(sizes).allMatch(n -> n > 0).contains(10);
      resumed.seek(ahead.position());
      assertThat(Read.rest(resumed, 50)).isEqualTo(Read.rest(ahead, 50)).isNotEmpty();
    }
  }

  @Test
  void errorsComeInTheirPlaceAndReadingGoesOn() {
    String path = file(200).toString();
    try (Source ahead = new Prefetch(Sources.open(path, Map.of("numeric", "x")))) {
      Batch batch = new Batch(ahead.schema(), 50);
      assertThat(ahead.read(batch, 50)).isEqualTo(50);
      assertThat(ahead.read(batch, 50)).isEqualTo(46);
      assertThatThrownBy(() -> ahead.read(batch, 50))
          .isInstanceOf(DataException.class)
          .hasMessageContaining(":98: column 'x' is 'bad'");
      assertThat(ahead.position().record()).isEqualTo(97);
      assertThat(ahead.read(batch, 50)).isEqualTo(50);
      assertThat(batch.row(0).get(0)).isEqualTo(97);
    }
  }

  @Test
  void closeStopsTheThread() {
    Source ahead = new Prefetch(Sources.open(file(5000).toString(), SKIP));
    Batch batch = new Batch(ahead.schema(), 8);
    assertThat(ahead.read(batch, 8)).isEqualTo(8);
    assertThat(threads(ahead)).hasSize(1);
    ahead.close();
    assertThat(threads(ahead)).isEmpty();
    assertThat(ahead.read(batch, 8)).isZero();
  }

  private static List<Thread> threads(Source source) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t.getName().equals("freshet-read-" + source.name()))
        .toList();
  }
}
