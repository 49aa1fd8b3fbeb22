package org.freshet.neural.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Row;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.junit.jupiter.api.Test;

class PcaTest {
  /**
   * Axes of the cloud: (1, 2, 2)/3 with deviation 5, (2, 1, −2)/3 with 2, (2, −2, 1)/3 with 0.1.
   */
  private static final double[][] AXES = {
    {1 / 3.0, 2 / 3.0, 2 / 3.0}, {2 / 3.0, 1 / 3.0, -2 / 3.0}, {2 / 3.0, -2 / 3.0, 1 / 3.0}
  };

  private static Pca make(String parameters) {
    Schema schema =
        Schema.classification(
            List.of(Column.numeric("a"), Column.numeric("b"), Column.numeric("c")), "y");
    return Components.create(Spec.parse("pca(" + parameters + ")"), Build.of(schema), Pca.class);
  }

  private static double[] draw(Rng rng) {
    double[] at = {5 * rng.nextGaussian(), 2 * rng.nextGaussian(), 0.1 * rng.nextGaussian()};
    double[] x = {10, -20, 30};
    for (int a = 0; a < 3; a++) {
      for (int j = 0; j < 3; j++) {
        x[j] += at[a] * AXES[a][j];
      }
    }
    return x;
  }

  private static double[] transformed(Pca pca, double... x) {
    Row out = Row.of(pca.output());
    out.begin(Features.of(x));
    pca.transform(Features.of(x), out);
    return out.values().clone();
  }

  /** A step along an axis moves its component alone, by its length, whatever the mean. */
  @Test
  void findsTheAxesOfACloud() {
    Pca pca = make("components=2");
    Rng rng = new Rng(1);
    for (int i = 0; i < 5000; i++) {
      pca.learn(Features.of(draw(rng)));
    }
    double[] centre = transformed(pca, 10, -20, 30);
    assertThat(centre).containsExactly(new double[2], within(0.2));
    for (int a = 0; a < 2; a++) {
      double[] there = transformed(pca, 10 + AXES[a][0], -20 + AXES[a][1], 30 + AXES[a][2]);
      assertThat(Math.abs(there[a] - centre[a])).isEqualTo(1, within(0.01));
      assertThat(there[1 - a] - centre[1 - a]).isEqualTo(0, within(0.03));
    }
  }

  @Test
  void whitenedComponentsHaveUnitVariance() {
    Pca pca = make("components=3, whiten=true");
    Rng rng = new Rng(2);
    for (int i = 0; i < 4000; i++) {
      pca.learn(Features.of(draw(rng)));
    }
    double[] squares = new double[3];
    for (int i = 0; i < 4000; i++) {
      double[] y = transformed(pca, draw(rng));
      for (int c = 0; c < 3; c++) {
        squares[c] += y[c] * y[c] / 4000;
      }
    }
    assertThat(squares).containsExactly(new double[] {1, 1, 1}, within(0.08));
  }

  @Test
  void standsStillOnceFrozen() {
    Pca frozen = make("components=2, freeze_after=500");
    Pca learns = make("components=2");
    Rng rng = new Rng(3);
    for (int i = 0; i < 500; i++) {
      double[] x = draw(rng);
      frozen.learn(Features.of(x));
      learns.learn(Features.of(x));
    }
    double[] before = transformed(frozen, 1, 2, 3);
    for (int i = 0; i < 500; i++) {
      double[] x = draw(rng);
      double[] turned = {x[1], x[0] + 7, -x[2]};
      frozen.learn(Features.of(turned));
      learns.learn(Features.of(turned));
    }
    assertThat(transformed(frozen, 1, 2, 3)).containsExactly(before);
    assertThat(Math.abs(transformed(learns, 1, 2, 3)[0] - before[0])).isGreaterThan(1);
  }
}
