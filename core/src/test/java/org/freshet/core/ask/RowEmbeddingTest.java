package org.freshet.core.ask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.junit.jupiter.api.Test;

class RowEmbeddingTest {
  private static double[] of(RowEmbedding e, Features x) {
    double[] into = new double[e.width()];
    Arrays.fill(into, 7);
    e.write(x, into);
    return into;
  }

  @Test
  void narrowRowsAreTakenAsTheyAre() {
    Schema schema =
        Schema.unlabelled(
            List.of(Column.numeric("u"), Column.text("t"), Column.numeric("v").withMissing(true)));
    RowEmbedding e = new RowEmbedding(schema, 8);
    assertThat(of(e, Features.of(3, 0, Double.NaN))).containsExactly(3, 0);
    assertThat(of(e, Features.of(-1e9, 0, 2))).containsExactly(-1e6, 2);
  }

  /** A category has a place by itself, of unit length, whatever its code. */
  @Test
  void categoriesAreNoNumbers() {
    Schema schema =
        Schema.unlabelled(List.of(Column.numeric("u"), Column.category("c", "a", "b", "c")));
    RowEmbedding e = new RowEmbedding(schema, 64);
    double[] a = of(e, Features.of(5, 0));
    double[] c = of(e, Features.of(5, 2));
    assertThat(e.width()).isEqualTo(9);
    assertThat(Kernels.dot(a, 1, a, 1, 8)).isEqualTo(1);
    assertThat(Kernels.dot(c, 1, c, 1, 8)).isEqualTo(1);
    assertThat(a).isNotEqualTo(c).startsWith(5);
  }

  /** Rows folded to a fifth of their width keep their products in the mean. */
  @Test
  void foldedRowsKeepTheirProducts() {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      columns.add(Column.numeric("x" + i));
    }
    RowEmbedding e = new RowEmbedding(Schema.unlabelled(columns), 200);
    Rng rng = new Rng(1);
    double sum = 0;
    for (int n = 0; n < 200; n++) {
      double[] x = new double[1000];
      double[] y = new double[1000];
      Arrays.setAll(x, i -> rng.nextGaussian());
      Arrays.setAll(y, i -> 0.5 * x[i] + rng.nextGaussian());
      double[] a = of(e, Features.of(x));
      double[] b = of(e, Features.of(y));
      sum += Kernels.dot(a, 0, b, 0, 200) - Kernels.dot(x, 0, y, 0, 1000);
    }
    assertThat(e.width()).isEqualTo(200);
    assertThat(sum / 200).isCloseTo(0, within(20.0)); // of products of about 500 each
  }

  @Test
  void sparseRowsAreFoldedColumnByColumn() {
    Schema schema = Schema.unlabelled(List.of()).withSparse(List.of());
    RowEmbedding e = new RowEmbedding(schema, 16);
    Features x = Features.sparse(new int[] {3, 900_000}, new double[] {2, 4}, 2, 1_000_000);
    double[] both = of(e, x);
    double[] first = of(e, Features.sparse(new int[] {3}, new double[] {2}, 1, 4));
    double[] second = of(e, Features.sparse(new int[] {900_000}, new double[] {4}, 1, 900_001));
    for (int i = 0; i < 16; i++) {
      assertThat(both[i]).isEqualTo(first[i] + second[i]);
    }
    assertThat(Kernels.dot(first, 0, first, 0, 16)).isEqualTo(4);
  }
}
