package org.freshet.learn.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.SchemaException;
import org.freshet.core.Transformer;
import org.junit.jupiter.api.Test;

class StandardScalerTest {
  private static final Schema TWO =
      Schema.classification(
          List.of(
              Column.numeric("a").withMissing(true),
              Column.category("c", "p", "q"),
              Column.numeric("b")),
          "y",
          "0",
          "1");

  @Test
  void scalesByThePastAlone() {
    Transformer t = Steps.make("standard_scaler", TWO);
    assertThat(Steps.step(t, 2, 1, 10)).containsExactly(0, 1, 0); // nothing seen
    assertThat(Steps.step(t, 4, 0, 10)).containsExactly(0, 0, 0); // one value seen: deviation 0
    // a: values 2, 4: mean 3, deviation 1; b: constant
    assertThat(Steps.step(t, 9, 1, 11)).containsExactly(6, 1, 0);
    // a: 2, 4, 9: mean 5, variance (9 + 1 + 16) / 3; b: 10, 10, 11: mean 31/3, variance 2/9
    double[] y = Steps.transform(t, 5 + Math.sqrt(26 / 3.0), 0, 31 / 3.0 - Math.sqrt(2 / 9.0));
    assertThat(y[0]).isCloseTo(1, within(1e-12));
    assertThat(y[2]).isCloseTo(-1, within(1e-12));
  }

  @Test
  void missingStaysMissingAndIsNotLearnt() {
    Transformer t = Steps.make("standard_scaler", TWO);
    Steps.step(t, 2, 0, 1);
    assertThat(Steps.step(t, Double.NaN, 0, 3)[0]).isNaN();
    Steps.step(t, 4, 0, Double.POSITIVE_INFINITY);
    assertThat(Steps.transform(t, 4, 0, 3)).containsExactly(1, 0, 1); // a: 2, 4; b: 1, 3
    assertThat(Steps.transform(t, Double.NaN, 0, 3)[0]).isNaN();
  }

  @Test
  void meanAndDeviationCanBeLeftOut() {
    Transformer noMean = Steps.make("standard_scaler(with_mean=false)", TWO);
    Transformer noStd = Steps.make("standard_scaler(with_std=false)", TWO);
    for (double x : new double[] {2, 6}) {
      Steps.step(noMean, x, 0, x);
      Steps.step(noStd, x, 0, x);
    }
    assertThat(Steps.transform(noMean, 8, 0, 0)).containsExactly(4, 0, 0);
    assertThat(Steps.transform(noStd, 8, 0, 0)).containsExactly(4, 0, -4);
  }

  @Test
  void decayGivesTheWeightedMeanAndVariance() {
    double[] xs = {3, -1, 7, 2, 2, 9};
    Transformer t = Steps.make("standard_scaler(decay=0.25)", TWO);
    double weight = 0;
    double mean = 0;
    for (int i = 0; i < xs.length; i++) {
      Steps.step(t, xs[i], 0, 0);
      double w = Math.pow(0.75, xs.length - 1 - i);
      weight += w;
      mean += w * xs[i];
    }
    mean /= weight;
    double variance = 0;
    for (int i = 0; i < xs.length; i++) {
      variance += Math.pow(0.75, xs.length - 1 - i) * Math.pow(xs[i] - mean, 2) / weight;
    }
    assertThat(Steps.transform(t, 5, 0, 0)[0])
        .isCloseTo((5 - mean) / Math.sqrt(variance), within(1e-12));
  }

  @Test
  void isExactFarFromZero() {
    // the sum of squares would lose all digits of a variance of 2/3 at 1e9
    Transformer t = Steps.make("standard_scaler", TWO);
    for (int i = 0; i < 3000; i++) {
      Steps.step(t, 1e9 + i % 3, 0, 0);
    }
    assertThat(Steps.transform(t, 1e9 + 2, 0, 0)[0])
        .isCloseTo(1 / Math.sqrt(2 / 3.0), within(1e-5));
  }

  @Test
  void sparseRowsAreDividedAndCountTheirZeros() {
    Schema sparse = TWO.withSparse(List.of());
    Transformer t = Steps.make("standard_scaler", sparse);
    Rng rng = new Rng(1);
    int n = 200;
    double[][] rows = new double[n][40];
    for (double[] row : rows) {
      int[] index = new int[40];
      double[] value = new double[40];
      int count = 0;
      for (int i = 0; i < 40; i++) {
        if (rng.nextInt(5) == 0) {
          row[i] = 1 + rng.nextGaussian();
          index[count] = i;
          value[count++] = row[i];
        }
      }
      Features x = Features.sparse(index, value, count, 40);
      Steps.transform(t, x);
      t.learn(x);
    }
    Features all =
        Steps.transform(t, Features.sparse(new int[] {0, 7, 39}, new double[] {1, 2, -3}, 3, 40));
    double[] value = {1, 2, -3};
    for (int k = 0; k < 3; k++) {
      double mean = 0;
      double square = 0;
      for (double[] row : rows) {
        mean += row[all.index(k)] / n;
        square += row[all.index(k)] * row[all.index(k)] / n;
      }
      assertThat(all.value(k)).isCloseTo(value[k] / Math.sqrt(square - mean * mean), within(1e-9));
    }
    // a column that has not occurred has deviation 0
    assertThat(
            Steps.transform(t, Features.sparse(new int[] {90}, new double[] {4}, 1, 91)).value(0))
        .isZero();
  }

  @Test
  void sparseRowsCannotBeForgotten() {
    assertThatThrownBy(() -> Steps.make("standard_scaler(decay=0.1)", TWO.withSparse(List.of())))
        .isInstanceOf(SchemaException.class)
        .hasMessage(
            "standard_scaler cannot forget on sparse rows, but the rows are sparse and 'decay' is 0.1;"
                + " set 'decay: 0'");
  }

  @Test
  void restoredGoesOnBitForBit() {
    for (String spec : new String[] {"standard_scaler", "standard_scaler(decay=0.01)"}) {
      Steps.assertRestores(spec, TWO, 3);
    }
    Steps.assertRestores("standard_scaler", TWO.withSparse(List.of()), 20);
  }

  @Test
  void allocatesNothing() {
    Steps.assertAllocatesNothing("standard_scaler", TWO);
    Steps.assertAllocatesNothing("min_max_scaler", TWO);
    Steps.assertAllocatesNothing("imputer", TWO);
    Steps.assertAllocatesNothing("one_hot", TWO);
    Steps.assertAllocatesNothing("feature_hasher", TWO);
    Steps.assertAllocatesNothing("label_lags(lags=3)", TWO);
    Steps.assertAllocatesNothing("select(drop=[b])", TWO);
  }
}
