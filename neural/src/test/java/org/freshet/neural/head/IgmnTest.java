package org.freshet.neural.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.junit.jupiter.api.Test;

class IgmnTest {
  /** The covariance updated as such, with the same shares, is the inverse of the precision. */
  @Test
  void precisionIsTheInverseOfTheCovariance() {
    Rng rng = new Rng(5);
    int n = 6;
    double[] deviations = {1, 2, 0.5, 1, 3, 1};
    double[] mean = new double[n];
    Gaussian g = new Gaussian(0, 1, mean, deviations);
    double[][] c = new double[n][n];
    for (int j = 0; j < n; j++) {
      c[j][j] = deviations[j] * deviations[j];
    }
    double weight = 1;
    for (int t = 0; t < 10_000; t++) {
      double[] x = new double[n];
      double shared = rng.nextGaussian();
      for (int j = 0; j < n; j++) {
        x[j] = rng.nextGaussian() + shared * j;
      }
      double r = rng.nextDouble();
      g.learn(x, r);
      weight += r;
      double w = r / weight;
      double[] e = new double[n];
      for (int j = 0; j < n; j++) {
        e[j] = x[j] - mean[j];
        mean[j] += w * e[j];
      }
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          c[i][j] = (1 - w) * (c[i][j] + w * e[i] * e[j]);
        }
      }
    }
    for (int j = 0; j < n; j++) {
      double[] unit = new double[n];
      unit[j] = 1;
      double[] column = Clouds.solved(c, unit);
      for (int i = 0; i < n; i++) {
        assertThat(g.precision(i, j)).isEqualTo(column[i], within(1e-9));
      }
    }
    double[] x = {1, -1, 2, 0, 3, 1};
    double[] e = new double[n];
    for (int j = 0; j < n; j++) {
      e[j] = x[j] - mean[j];
    }
    double[] image = Clouds.solved(c, e);
    double d = 0;
    for (int j = 0; j < n; j++) {
      d += e[j] * image[j];
    }
    g.logLikelihood(x);
    assertThat(g.distance).isEqualTo(d, within(1e-8));
    assertThat(g.logDeterminant()).isEqualTo(Math.log(determinant(c)), within(1e-8));
  }

  private static double determinant(double[][] a) {
    double product = 1;
    for (int i = 0; i < a.length; i++) {
      product *= a[i][i];
      for (int r = i + 1; r < a.length; r++) {
        double f = a[r][i] / a[i][i];
        for (int j = i; j < a.length; j++) {
          a[r][j] -= f * a[i][j];
        }
      }
    }
    return product;
  }

  /** Classes of a chessboard: no line separates them, one cloud a class cannot, mixtures can. */
  @Test
  void opensComponentsWhereRowsAreFar() {
    Clouds plane = new Clouds(1, 2, 2, 1);
    Igmn many = plane.make("igmn(delta=0.2, tau=0.01)", Igmn.class);
    Igmn few = plane.make("igmn(delta=0.2, max_components=2)", Igmn.class);
    assertThat(chessboard(many)).isGreaterThan(0.9);
    assertThat(chessboard(few)).isLessThan(0.7);
    assertThat(many.components()).isBetween(4, 100);
    assertThat(few.components()).isEqualTo(2);
  }

  /** Share of right answers in the second half of 3,000 events, test then train. */
  private static double chessboard(Igmn learner) {
    Rng rng = new Rng(3);
    double[] scores = new double[2];
    double right = 0;
    for (int i = 0; i < 3000; i++) {
      int a = rng.nextInt(3);
      int b = rng.nextInt(3);
      double[] x = {2 * a + 0.3 * rng.nextGaussian(), 2 * b + 0.3 * rng.nextGaussian()};
      int label = (a + b) % 2;
      learner.testThenLearn(Features.of(x), label, 1, scores);
      right += i >= 1500 && scores[label] > 0.5 ? 1 : 0;
    }
    return right / 1500;
  }

  /** Quantiles of χ² from tables. */
  @Test
  void quantilesOfChiSquare() {
    assertThat(Gaussian.chiSquare(10, 0.95)).isEqualTo(18.307, within(0.05));
    assertThat(Gaussian.chiSquare(5, 0.99)).isEqualTo(15.086, within(0.1));
    assertThat(Gaussian.chiSquare(100, 0.5)).isEqualTo(99.334, within(0.1));
    assertThat(Gaussian.chiSquare(30, 0.05)).isEqualTo(18.493, within(0.05));
  }
}
