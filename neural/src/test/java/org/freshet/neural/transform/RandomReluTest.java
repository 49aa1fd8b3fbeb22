package org.freshet.neural.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Row;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.junit.jupiter.api.Test;

class RandomReluTest {
  private static RandomRelu make(int columns, String parameters, long seed) {
    List<Column> all = new ArrayList<>();
    for (int j = 0; j < columns; j++) {
      all.add(Column.numeric("x" + j));
    }
    Build build = Build.of(Schema.classification(all, "y")).withSeed(seed);
    return Components.create(
        Spec.parse("random_relu(" + parameters + ")"), build, RandomRelu.class);
  }

  private static double[] transformed(RandomRelu relu, double... x) {
    Row out = Row.of(relu.output());
    out.begin(Features.of(x));
    relu.transform(Features.of(x), out);
    return out.values().clone();
  }

  /** With one column at a time at 1 the units show their weights, which are the draws in order. */
  @Test
  void unitsAreRectifiedSumsOfDrawnWeights() {
    RandomRelu relu = make(7, "units=5, weight_scale=0.3, bias_scale=2", 9);
    Rng rng = new Rng(9);
    double[][] w = new double[8][5];
    for (int i = 0; i < 8; i++) {
      for (int j = 0; j < 5; j++) {
        w[i][j] = (i < 7 ? 0.3 : 2) * rng.nextGaussian();
      }
    }
    double[] x = {1, -2, 0, 0.5, 3, Double.NaN, -1};
    double[] y = transformed(relu, x);
    for (int j = 0; j < 5; j++) {
      double sum = w[7][j];
      for (int i = 0; i < 7; i++) {
        sum += w[i][j] * (i == 5 ? 0 : x[i]);
      }
      assertThat(y[j]).isEqualTo(Math.max(0, sum), within(1e-5));
    }
    assertThat(y).contains(0.0);
  }

  /** By default sums are as large as a column; half of them are cut to 0. */
  @Test
  void scaleFollowsTheColumns() {
    double[] x = new double[400];
    java.util.Arrays.fill(x, 1);
    double[] y = transformed(make(400, "units=2000", 4), x);
    double squares = 0;
    int cut = 0;
    for (double v : y) {
      squares += v * v;
      cut += v == 0 ? 1 : 0;
    }
    assertThat(squares / 2000).isEqualTo(0.5, within(0.05));
    assertThat(cut / 2000.0).isEqualTo(0.5, within(0.05));
  }

  @Test
  void aStateBringsItsWeightsWithItInAFewBytes() {
    RandomRelu one = make(50, "units=300", 1);
    RandomRelu other = make(50, "units=300", 2);
    double[] x = new double[50];
    java.util.Arrays.fill(x, 1);
    assertThat(transformed(other, x)).isNotEqualTo(transformed(one, x));
    StateWriter out = new StateWriter();
    one.save(out);
    byte[] state = out.toBytes();
    assertThat(state.length).isLessThan(100);
    other.load(StateReader.open("test", state));
    assertThat(transformed(other, x)).isEqualTo(transformed(one, x));
  }
}
