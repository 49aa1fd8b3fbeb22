package org.freshet.learn.bayes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.component.Components;
import org.junit.jupiter.api.Test;

/** Counts of four words in three texts of two classes; all values worked out by hand. */
class MultinomialNbTest {
  private static final Schema WORDS =
      Schema.classification(
          List.of(
              Column.numeric("ball"),
              Column.numeric("goal"),
              Column.numeric("vote"),
              Column.numeric("law")),
          "topic",
          "sport",
          "politics");

  private static Classifier taught(String spec) {
    Classifier c = Components.classifier(spec, WORDS, 1);
    c.learn(Features.of(2, 1, 0, 0), 0, 1);
    c.learn(Features.of(1, 0, 0, 0), 0, 1);
    c.learn(Features.of(0, 0, 2, 1), 1, 1);
    return c;
  }

  @Test
  void theDiceOfTheClassesAreWeighedAgainstEachOther() {
    double[] p = new double[2];
    taught("multinomial_nb").scores(Features.of(1, 0, 1, 0), p);
    // P(sport) = 3/5, P(ball | sport) = 4/8, P(vote | sport) = 1/8;
    // P(politics) = 2/5, P(ball | politics) = 1/7, P(vote | politics) = 3/7.
    double sport = 3.0 / 5 * 4 / 8 * 1 / 8;
    double politics = 2.0 / 5 * 1 / 7 * 3 / 7;
    assertThat(p[0]).isCloseTo(sport / (sport + politics), within(1e-12));
  }

  @Test
  void theComplementTellsAClassByTheOthers() {
    double[] p = new double[2];
    taught("multinomial_nb(complement=true, alpha=0.5)").scores(Features.of(1, 0, 1, 0), p);
    // What is not sport: ball 0 of 3, vote 2 of 3; what is not politics: ball 3 of 4, vote 0 of 4.
    double sport = 1 / ((0.5 / 5) * (2.5 / 5));
    double politics = 1 / ((3.5 / 6) * (0.5 / 6));
    assertThat(p[0]).isCloseTo(sport / (sport + politics), within(1e-12));
  }

  @Test
  void aNegativeCountIsOne() {
    double[] p = new double[2];
    double[] q = new double[2];
    Classifier c = taught("multinomial_nb");
    c.scores(Features.of(1, 0, 1, 0), p);
    c.scores(Features.of(-1, 0, 1, Double.NaN), q);
    assertThat(q).containsExactly(p);
  }
}
