package org.freshet.neural.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.freshet.core.Classifier;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Analytic ridge and the Kalman classifier against least squares of all rows at once. */
class RecursionTest {
  private final Clouds clouds = new Clouds(700, 40, 5, 3);

  /** (Σ x xᵀ + λ I)⁻¹ Σ x [label = c], with a column of ones; rows of a class weigh as given. */
  private double[][] batch(double lambda, double[] classWeights) {
    int n = clouds.rows[0].length + 1;
    double[][] gram = new double[n][n];
    double[][] sums = new double[clouds.classes][n];
    for (int r = 0; r < clouds.rows.length; r++) {
      double[] x = Arrays.copyOf(clouds.rows[r], n);
      x[n - 1] = 1;
      double w = classWeights[clouds.labels[r]];
      for (int i = 0; i < n; i++) {
        sums[clouds.labels[r]][i] += w * x[i];
        for (int j = 0; j < n; j++) {
          gram[i][j] += w * x[i] * x[j];
        }
      }
    }
    for (int i = 0; i < n; i++) {
      gram[i][i] += lambda;
    }
    double[][] weights = new double[clouds.classes][];
    for (int c = 0; c < clouds.classes; c++) {
      weights[c] = Clouds.solved(gram, sums[c]);
    }
    return weights;
  }

  private static double[] ones(int n) {
    double[] w = new double[n];
    Arrays.fill(w, 1);
    return w;
  }

  @ParameterizedTest
  @ValueSource(strings = {"as they come", "by class", "backwards"})
  void ridgeIsThatOfAllRowsAtOnceInAnyOrder(String order) {
    AnalyticRidge ridge = clouds.make("analytic_ridge(ridge=0.3)", AnalyticRidge.class);
    clouds.teach(ridge, order);
    double[][] expected = batch(0.3, ones(5));
    for (int c = 0; c < 5; c++) {
      assertThat(ridge.weights(c)).containsExactly(expected[c], within(1e-9));
    }
  }

  /** Wide rows are learnt in blocks: who asks in between sees each event, and changes no bit. */
  @Test
  void askingChangesNothing() {
    Clouds wide = new Clouds(200, 320, 3, 6);
    AnalyticRidge asked = wide.make("analytic_ridge(ridge=5)", AnalyticRidge.class);
    AnalyticRidge alone = wide.make("analytic_ridge(ridge=5)", AnalyticRidge.class);
    double[] scores = new double[3];
    for (int r = 0; r < 200; r++) {
      Features x = Features.of(wide.rows[r]);
      alone.learn(x, wide.labels[r], 1);
      asked.learn(x, wide.labels[r], 1);
      if (r % 7 < 3) {
        asked.scores(Features.of(wide.rows[(r * 31) % 200]), scores);
      }
      if (r % 50 == 33) { // the last event counts at once
        double[] before = asked.weights(wide.labels[r]).clone();
        asked.learn(x, wide.labels[r], 1);
        alone.learn(x, wide.labels[r], 1);
        assertThat(asked.weights(wide.labels[r])).isNotEqualTo(before);
      }
    }
    for (int c = 0; c < 3; c++) {
      assertThat(asked.weights(c)).isEqualTo(alone.weights(c));
    }
  }

  @Test
  void wideRowsAreLearntInBlocksAndExactly() {
    Clouds wide = new Clouds(450, 320, 3, 6);
    AnalyticRidge ridge = wide.make("analytic_ridge(ridge=5)", AnalyticRidge.class);
    wide.teach(ridge, "by class");
    int n = 321;
    double[][] gram = new double[n][n];
    double[] sums = new double[n];
    for (int r = 0; r < 450; r++) {
      double[] x = Arrays.copyOf(wide.rows[r], n);
      x[n - 1] = 1;
      for (int i = 0; i < n; i++) {
        sums[i] += wide.labels[r] == 1 ? x[i] : 0;
        for (int j = 0; j < n; j++) {
          gram[i][j] += x[i] * x[j];
        }
      }
    }
    for (int i = 0; i < n; i++) {
      gram[i][i] += 5;
    }
    assertThat(ridge.weights(1)).containsExactly(Clouds.solved(gram, sums), within(1e-9));
  }

  @Test
  void aWeightIsSoManyCopies() {
    AnalyticRidge weighted = clouds.make("analytic_ridge(ridge=0.3)", AnalyticRidge.class);
    double[] byClass = {1, 3, 0.5, 2, 7};
    for (int r = 0; r < clouds.rows.length; r++) {
      int label = clouds.labels[r];
      weighted.learn(Features.of(clouds.rows[r]), label, byClass[label]);
    }
    double[][] expected = batch(0.3, byClass);
    for (int c = 0; c < 5; c++) {
      assertThat(weighted.weights(c)).containsExactly(expected[c], within(1e-9));
    }
  }

  @Test
  void kalmanThatNeverForgetsIsRidge() {
    AnalyticRidge ridge = clouds.make("analytic_ridge(ridge=0.05)", AnalyticRidge.class);
    KalmanClassifier kalman =
        clouds.make(
            "kalman_classifier(forgetting=1, noise=0.1, variance=2)", KalmanClassifier.class);
    clouds.teach(ridge, "as they come");
    clouds.teach(kalman, "as they come");
    double[][] expected = batch(0.05, ones(5));
    for (int c = 0; c < 5; c++) {
      assertThat(kalman.weights(c)).containsExactly(ridge.weights(c), within(1e-8));
      assertThat(kalman.weights(c)).containsExactly(expected[c], within(1e-8));
    }
  }

  /** The filter written out with whole matrices. */
  @Test
  void kalmanThatForgetsFollowsItsEquations() {
    double gamma = 0.97;
    double noise = 0.2;
    double variance = 1.5;
    int n = 41;
    double[][] a = new double[n][n];
    for (int i = 0; i < n; i++) {
      a[i][i] = variance;
    }
    double[][] m = new double[5][n];
    KalmanClassifier kalman =
        clouds.make(
            "kalman_classifier(forgetting=0.97, learning_rate=0, noise=0.2, variance=1.5)",
            KalmanClassifier.class);
    double[] scores = new double[5];
    for (int r = 0; r < 200; r++) {
      double[] x = Arrays.copyOf(clouds.rows[r], n);
      x[n - 1] = 1;
      kalman.testThenLearn(Features.of(clouds.rows[r]), clouds.labels[r], 1, scores);
      double[] h = new double[n];
      double s = noise;
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          a[i][j] = gamma * gamma * a[i][j] + (i == j ? (1 - gamma * gamma) * variance : 0);
          h[i] += a[i][j] * x[j];
        }
        s += x[i] * h[i];
      }
      for (int c = 0; c < 5; c++) {
        double error = c == clouds.labels[r] ? 1 : 0;
        for (int i = 0; i < n; i++) {
          m[c][i] *= gamma;
          error -= m[c][i] * x[i];
        }
        for (int i = 0; i < n; i++) {
          m[c][i] += h[i] * error / s;
        }
      }
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          a[i][j] -= h[i] * h[j] / s;
        }
      }
    }
    for (int c = 0; c < 5; c++) {
      assertThat(kalman.weights(c)).containsExactly(m[c], within(1e-9));
    }
  }

  /**
   * Weights that wander: without knowing how fast, at most 2 % behind the best of a few rates;
   * where they wander faster than it can learn in 5,000 events, well ahead of where it started.
   */
  @Test
  void learntForgettingIsNearlyAsGoodAsTheBestFixedOne() {
    String learnt = "variance=0.1, learning_rate=0.01";
    String fixed = "variance=0.1, learning_rate=0, forgetting=";
    for (double drift : new double[] {0.9999, 0.999}) {
      double best = Double.POSITIVE_INFINITY;
      for (String rate : new String[] {"1", "0.99999", "0.9999", "0.999", "0.99", "0.9"}) {
        best = Math.min(best, wandering(fixed + rate, drift));
      }
      assertThat(wandering(learnt, drift)).isLessThan(1.02 * best);
    }
    assertThat(wandering(learnt, 0.99)).isLessThan(0.9 * wandering(fixed + "0.9999", 0.99));
  }

  /** Mean log loss of 5,000 events, test then train. */
  private static double wandering(String parameters, double drift) {
    KalmanClassifier c =
        new Clouds(1, 10, 2, 1)
            .make("kalman_classifier(" + parameters + ")", KalmanClassifier.class);
    Rng rng = new Rng(7);
    double[] w = new double[10];
    double[] scores = new double[2];
    double loss = 0;
    for (int i = 0; i < 5000; i++) {
      double[] x = new double[10];
      double margin = 0;
      for (int j = 0; j < 10; j++) {
        w[j] = (i == 0 ? 0 : drift * w[j]) + Math.sqrt(1 - drift * drift) * rng.nextGaussian();
        x[j] = rng.nextGaussian();
        margin += 3 * w[j] * x[j];
      }
      int label = rng.nextDouble() < 1 / (1 + Math.exp(-margin)) ? 1 : 0;
      c.testThenLearn(Features.of(x), label, 1, scores);
      loss -= Math.log(Math.max(1e-6, scores[label]));
    }
    return loss / 5000;
  }

  /** A line whose direction turns: what forgets too fast learns to forget less. */
  @Test
  void forgettingIsLearnt() {
    Clouds two = new Clouds(1, 2, 2, 1);
    KalmanClassifier learns =
        two.make("kalman_classifier(forgetting=0.95, learning_rate=0.01)", KalmanClassifier.class);
    KalmanClassifier keeps =
        two.make("kalman_classifier(forgetting=0.95, learning_rate=0)", KalmanClassifier.class);
    assertThat(turning(learns)).isGreaterThan(turning(keeps) + 0.02);
    assertThat(learns.forgetting()).isBetween(0.98, 0.99999);
    assertThat(keeps.forgetting()).isEqualTo(0.95, within(1e-12));
  }

  /** Share of right answers in the second half of 6,000 events, test then train. */
  private static double turning(Classifier c) {
    Rng rng = new Rng(7);
    double right = 0;
    double[] scores = new double[2];
    for (int i = 0; i < 6000; i++) {
      double[] x = {rng.nextGaussian(), rng.nextGaussian()};
      double angle = i / 300.0;
      int label = Math.cos(angle) * x[0] + Math.sin(angle) * x[1] > 0 ? 1 : 0;
      c.testThenLearn(Features.of(x), label, 1, scores);
      right += i >= 3000 && scores[label] > 0.5 ? 1 : 0;
    }
    return right / 3000;
  }

  /** With as many rows of every class as of the others, repair changes nothing. */
  @Test
  void balanceOfBalancedClassesIsPlainRidge() {
    AnalyticRidge plain = clouds.make("analytic_ridge(ridge=0.3)", AnalyticRidge.class);
    AnalyticRidge even =
        clouds.make("analytic_ridge(ridge=0.3, balanced=true)", AnalyticRidge.class);
    int[] left = {90, 90, 90, 90, 90};
    for (int r = 0; r < clouds.rows.length; r++) {
      if (left[clouds.labels[r]]-- > 0) {
        plain.learn(Features.of(clouds.rows[r]), clouds.labels[r], 1);
        even.learn(Features.of(clouds.rows[r]), clouds.labels[r], 1);
      }
    }
    for (int c = 0; c < 5; c++) {
      assertThat(left[c]).isNegative();
      assertThat(even.weights(c)).containsExactly(plain.weights(c), within(1e-10));
    }
  }

  /** The repaired weights solve the equations that the class names, made here from all rows. */
  @Test
  void balanceSolvesItsEquations() {
    AnalyticRidge ridge =
        clouds.make("analytic_ridge(ridge=0.3, balanced=true)", AnalyticRidge.class);
    int n = 41;
    double[][] gram = new double[n][n];
    double[][] sums = new double[5][n];
    double[] counts = new double[5];
    for (int r = 0; r < clouds.rows.length; r++) {
      int label = clouds.labels[r];
      if (label < 2 || r % 10 == 0) {
        double[] x = Arrays.copyOf(clouds.rows[r], n);
        x[n - 1] = 1;
        ridge.learn(Features.of(clouds.rows[r]), label, 1);
        counts[label]++;
        for (int i = 0; i < n; i++) {
          sums[label][i] += x[i];
          for (int j = 0; j < n; j++) {
            gram[i][j] += x[i] * x[j];
          }
        }
      }
    }
    double mean = Arrays.stream(counts).sum() / 5;
    for (int i = 0; i < n; i++) {
      gram[i][i] += 0.3;
      for (int j = 0; j < n; j++) {
        for (int c = 0; c < 5; c++) {
          gram[i][j] += (mean - counts[c]) * sums[c][i] * sums[c][j] / (counts[c] * counts[c]);
        }
      }
    }
    for (int c = 0; c < 5; c++) {
      double[] target = new double[n];
      for (int i = 0; i < n; i++) {
        target[i] = mean * sums[c][i] / counts[c];
      }
      assertThat(ridge.weights(c)).containsExactly(Clouds.solved(gram, target), within(1e-9));
    }
  }
}
