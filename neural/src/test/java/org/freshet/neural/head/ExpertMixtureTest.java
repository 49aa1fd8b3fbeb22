package org.freshet.neural.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.freshet.core.Classifier;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.junit.jupiter.api.Test;

class ExpertMixtureTest {
  @Test
  void sharesSumToTheNumberOfNeighboursAndAreTheNearestWhenNotSoft() {
    Rng rng = new Rng(3);
    double[] z = new double[40];
    for (int i = 0; i < z.length; i++) {
      z[i] = rng.nextGaussian();
    }
    double[] share = new double[z.length];
    for (double softness : new double[] {0.05, 0.5, 5}) {
      SoftNearest.shares(z, 7, softness, share);
      assertThat(Arrays.stream(share).sum()).isCloseTo(7, within(1e-9));
      for (int i = 1; i < z.length; i++) {
        // The same threshold for all: differences of log-odds are those of z.
        double odds = Math.log(share[i] / (1 - share[i])) - Math.log(share[0] / (1 - share[0]));
        assertThat(softness * odds).isCloseTo(z[i] - z[0], within(1e-2));
      }
    }
    SoftNearest.shares(z, 7, 1e-3, share);
    double[] sorted = z.clone();
    Arrays.sort(sorted);
    double edge = (sorted[32] + sorted[33]) / 2;
    for (int i = 0; i < z.length; i++) {
      assertThat(share[i]).isCloseTo(z[i] > edge ? 1 : 0, within(0.05));
    }
  }

  /**
   * One expert answers rows on the side of its key only. From weights of 0, three classes, of which
   * one stands for those never seen, have a third each: the logit of the class learnt becomes τ
   * tanh(η (2/3) / τ), of the other τ tanh(−η / (3 τ)).
   */
  @Test
  void theFirstStep() {
    Clouds plane = new Clouds(1, 2, 2, 1);
    ExpertMixture c =
        plane.make(
            "expert_mixture(experts=1, neighbours=1, learning_rate=1.5, bound=2)",
            ExpertMixture.class);
    Features x = Features.of(0.6, -1.2);
    Features away = Features.of(-0.6, 1.2);
    c.learn(x, 1, 0); // learns nothing
    c.learn(away, 1, 0);
    double[] scores = new double[2];
    for (Features f : new Features[] {x, away}) {
      c.learn(f, 1, 1);
    }
    double right = 0;
    double other = 1;
    for (Features f : new Features[] {x, away}) {
      c.scores(f, scores);
      right = Math.max(right, scores[1]);
      other = Math.min(other, scores[1]);
    }
    double margin = 2 * Math.tanh(0.5) + 2 * Math.tanh(0.25);
    assertThat(right).isEqualTo(1 / (1 + Math.exp(-margin)), within(1e-6));
    assertThat(other).as("no expert looks there").isEqualTo(0.5);
  }

  /**
   * Classes that come one after another stay known, as few experts learn of each: less so where all
   * on a row's side answer it, and least by a softmax on the same rows.
   */
  @Test
  void classesThatCameFirstAreNotForgotten() {
    Clouds clouds = new Clouds(1500, 10, 5, 4);
    double few = byClass(clouds, "expert_mixture(learning_rate=5)");
    double all = byClass(clouds, "expert_mixture(learning_rate=5, neighbours=128)");
    assertThat(few).isGreaterThan(all + 0.1);
    double mixture = byClass(clouds, "expert_mixture");
    assertThat(mixture).isGreaterThan(byClass(clouds, "softmax_regression") + 0.2);
  }

  /**
   * Votes without a bound go on moving when they are sure, at the cost of what was there before.
   */
  @Test
  void sureVotesStay() {
    Clouds clouds = new Clouds(1500, 10, 5, 4);
    String fast = "expert_mixture(neighbours=2, learning_rate=30, bound=";
    assertThat(byClass(clouds, fast + "2)")).isGreaterThan(byClass(clouds, fast + "1000)") + 0.05);
  }

  private static double byClass(Clouds clouds, String spec) {
    Classifier c = clouds.make(spec, Classifier.class);
    clouds.teach(c, "by class");
    return clouds.accuracy(c);
  }
}
