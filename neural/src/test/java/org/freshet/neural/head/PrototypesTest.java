package org.freshet.neural.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.freshet.core.Features;
import org.junit.jupiter.api.Test;

class PrototypesTest {
  private final Clouds plane = new Clouds(1, 1, 2, 1);

  /** Class 0 lies at 0 and 10, class 1 at 5: its mean too, so that one mean a class cannot tell. */
  @Test
  void aClassMayLieInSeveralPlaces() {
    Prototypes two = plane.make("prototypes(per_class=2)", Prototypes.class);
    NearestClassMean one = plane.make("nearest_class_mean", NearestClassMean.class);
    double[][] rows = {{0}, {10}, {5}, {0.4}, {9.6}, {5.2}, {0.2}, {9.8}, {4.8}};
    int[] labels = {0, 0, 1, 0, 0, 1, 0, 0, 1};
    for (int r = 0; r < rows.length; r++) {
      two.learn(Features.of(rows[r]), labels[r], 1);
      one.learn(Features.of(rows[r]), labels[r], 1);
    }
    assertThat(two.predict(Features.of(0.5))).isZero();
    assertThat(two.predict(Features.of(9.0))).isZero();
    assertThat(two.predict(Features.of(5.5))).isEqualTo(1);
    double[] scores = new double[2];
    one.scores(Features.of(5.0), scores);
    assertThat(scores[0]).isEqualTo(0.5, within(1e-6));
  }

  /** Prototypes 0 and 10 win {0.4, 0.2} and {9.6, 9.8}: means 0.2 and 9.8, midpoint 5 a tie. */
  @Test
  void aPrototypeIsTheMeanOfWhatItWon() {
    Prototypes two = plane.make("prototypes(per_class=2)", Prototypes.class);
    Prototypes mean = plane.make("prototypes(per_class=1)", Prototypes.class);
    for (double v : new double[] {0, 10, 0.4, 9.6, 0.2, 9.8}) {
      two.learn(Features.of(v), 0, 1);
      mean.learn(Features.of(v), 0, 1);
    }
    // a second class at distance 1 from where the prototypes should be is exactly as near at 0.7
    two.learn(Features.of(1.2), 1, 1);
    mean.learn(Features.of(6.0), 1, 1);
    double[] scores = new double[2];
    two.scores(Features.of(0.7), scores);
    assertThat(scores[0]).isEqualTo(0.5, within(1e-9));
    mean.scores(Features.of(5.5), scores);
    assertThat(scores[0]).isEqualTo(0.5, within(1e-9));
  }
}
