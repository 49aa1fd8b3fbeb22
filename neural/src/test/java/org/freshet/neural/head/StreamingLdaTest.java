package org.freshet.neural.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.freshet.core.Features;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamingLdaTest {
  private final Clouds clouds = new Clouds(900, 35, 6, 11);

  /** Two passes over all rows: means first, then the covariance within classes. */
  @ParameterizedTest
  @ValueSource(strings = {"as they come", "by class", "backwards"})
  void isThatOfAllRowsAtOnceInAnyOrder(String order) {
    StreamingLda lda = clouds.make("streaming_lda(shrinkage=0.01)", StreamingLda.class);
    clouds.teach(lda, order);
    int n = 35;
    double[] count = new double[6];
    double[][] mean = new double[6][n];
    for (int r = 0; r < 900; r++) {
      count[clouds.labels[r]]++;
    }
    for (int r = 0; r < 900; r++) {
      for (int j = 0; j < n; j++) {
        mean[clouds.labels[r]][j] += clouds.rows[r][j] / count[clouds.labels[r]];
      }
    }
    double[][] sigma = new double[n][n];
    for (int r = 0; r < 900; r++) {
      double[] m = mean[clouds.labels[r]];
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          sigma[i][j] += 0.99 * (clouds.rows[r][i] - m[i]) * (clouds.rows[r][j] - m[j]) / (900 - 6);
        }
      }
    }
    for (int i = 0; i < n; i++) {
      sigma[i][i] += 0.01;
    }
    for (int c = 0; c < 6; c++) {
      double[] w = Clouds.solved(sigma, mean[c]);
      assertThat(lda.slope(c)).containsExactly(w, within(1e-8));
      double b = Math.log(count[c] / 900);
      for (int j = 0; j < n; j++) {
        b -= mean[c][j] * w[j] / 2;
      }
      assertThat(lda.offset(c)).isEqualTo(b, within(1e-8));
    }
  }

  /** Between two solutions it answers as it did; at the next it has learnt everything. */
  @Test
  void refreshLetsTheSolutionWait() {
    StreamingLda exact = clouds.make("streaming_lda", StreamingLda.class);
    StreamingLda waits = clouds.make("streaming_lda(refresh=100)", StreamingLda.class);
    double[] a = new double[6];
    double[] b = new double[6];
    double[] asked = new double[6];
    for (int r = 0; r < 300; r++) {
      exact.learn(Features.of(clouds.rows[r]), clouds.labels[r], 1);
      waits.learn(Features.of(clouds.rows[r]), clouds.labels[r], 1);
      exact.scores(Features.of(clouds.rows[5]), a);
      waits.scores(Features.of(clouds.rows[5]), b);
      if ((r + 1) % 100 == 0) {
        assertThat(b).containsExactly(a, within(1e-12));
        asked = b.clone();
      } else if (r > 100) {
        assertThat(b).containsExactly(asked);
      }
    }
  }

  @Test
  void followsTheSpreadThatIsSharedWhereTheNearestMeanIsFooled() {
    StreamingLda lda = clouds.make("streaming_lda", StreamingLda.class);
    NearestClassMean mean = clouds.make("nearest_class_mean", NearestClassMean.class);
    clouds.teach(lda, "by class");
    clouds.teach(mean, "by class");
    assertThat(clouds.accuracy(lda)).isGreaterThan(clouds.accuracy(mean) + 0.02);
  }
}
