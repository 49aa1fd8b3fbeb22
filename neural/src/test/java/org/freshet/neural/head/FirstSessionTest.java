package org.freshet.neural.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.freshet.core.Classifier;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.junit.jupiter.api.Test;

class FirstSessionTest {
  /** Rows on rings round the origin, a class each: their means are the same. */
  private static double[] ring(int label, Rng rng) {
    double angle = 2 * Math.PI * rng.nextDouble();
    double radius = 0.5 + label + 0.1 * rng.nextGaussian();
    return new double[] {radius * Math.cos(angle), radius * Math.sin(angle)};
  }

  /**
   * Two rings come first, a third one alone afterwards. The body was learnt on the two; the head
   * learns the third from its features and still knows the first.
   */
  @Test
  void aClassThatComesLaterIsLearntWithoutForgetting() {
    Clouds plane = new Clouds(1, 2, 2, 1);
    FirstSession session =
        plane.make("first_session(hidden=[60], events=800, epochs=20)", FirstSession.class);
    Classifier lda = plane.make("streaming_lda", Classifier.class);
    Rng rng = new Rng(2);
    for (int i = 0; i < 1600; i++) {
      int label = i < 800 ? i % 2 : 2;
      assertThat(session.adapted()).isEqualTo(i >= 800);
      double[] x = ring(label, rng);
      session.learn(Features.of(x), label, 1);
      lda.learn(Features.of(x), label, 1);
    }
    assertThat(accuracy(session)).isGreaterThan(0.85);
    assertThat(accuracy(lda)).isLessThan(0.6);
  }

  private static double accuracy(Classifier c) {
    Rng rng = new Rng(9);
    int right = 0;
    for (int i = 0; i < 900; i++) {
      right += c.predict(Features.of(ring(i % 3, rng))) == i % 3 ? 1 : 0;
    }
    return right / 900.0;
  }

  /** After the first session the features of a row never change. */
  @Test
  void theBodyStandsStill() {
    Clouds plane = new Clouds(1, 2, 2, 1);
    String spec = "first_session(hidden=[20], events=100, head=nearest_class_mean)";
    FirstSession one = plane.make(spec, FirstSession.class);
    FirstSession other = plane.make(spec, FirstSession.class);
    Rng rng = new Rng(3);
    for (int i = 0; i < 100; i++) {
      double[] x = ring(i % 2, rng);
      one.learn(Features.of(x), i % 2, 1);
      other.learn(Features.of(x), i % 2, 1);
    }
    // another class changes how sharp the head is, but not where rows lie between the first two
    for (int i = 0; i < 50; i++) {
      other.learn(Features.of(400, 400 + i % 2), 2, 1);
    }
    double before = odds(one, 0.3, 1.1) / odds(one, -0.4, 0.2);
    double after = odds(other, 0.3, 1.1) / odds(other, -0.4, 0.2);
    assertThat(after).isEqualTo(before, within(1e-6 * Math.abs(before)));
  }

  /** log P(0) − log P(1). */
  private static double odds(Classifier c, double... x) {
    double[] scores = new double[c.labels()];
    c.scores(Features.of(x), scores);
    return Math.log(scores[0]) - Math.log(scores[1]);
  }
}
