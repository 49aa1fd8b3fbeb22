package org.freshet.engine.ask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.junit.jupiter.api.Test;

class CrowdTest {
  private static final Schema SCHEMA =
      Schema.classification(List.of(Column.numeric("a"), Column.numeric("b")), "y", "x", "y", "z");

  private static List<Annotator> annotators(String... specs) {
    List<Annotator> all = new ArrayList<>();
    for (String s : specs) {
      all.add(
          Components.create(Spec.parse("annotator(" + s + ")"), Build.of(null), Annotator.class));
    }
    return all;
  }

  /** Three clumps; a model learns what the crowd says. */
  private static final class World {
    final Rng rng;
    final Classifier model;
    final double spread;
    final double[] v = new double[2];
    final Features row = Features.of(v);
    final double[] scores = new double[3];
    int label;
    double rare = 1.0 / 3; // share of each of the last two classes

    World(long seed, double spread, String learner) {
      model = Components.create(Spec.parse(learner), Build.of(SCHEMA), Classifier.class);
      rng = new Rng(seed);
      this.spread = spread;
    }

    void next() {
      double u = rng.nextDouble();
      label = u < rare ? 1 : u < 2 * rare ? 2 : 0;
      v[0] = Math.cos(label * 2 * Math.PI / 3) + spread * rng.nextGaussian();
      v[1] = Math.sin(label * 2 * Math.PI / 3) + spread * rng.nextGaussian();
      model.scores(row, scores);
    }

    /** Mean over the classes of the share that is found. */
    double recall() {
      int[] right = new int[3];
      int[] all = new int[3];
      for (int i = 0; i < 3000; i++) {
        next();
        all[label]++;
        right[label] += model.predict(row) == label ? 1 : 0;
      }
      return ((double) right[0] / all[0] + (double) right[1] / all[1] + (double) right[2] / all[2])
          / 3;
    }
  }

  private enum Policy {
    ONE,
    TWO,
    BY_VALUE
  }

  /** Asks about every event until the money is spent. */
  private static void run(World w, Crowd crowd, Simulated said, Policy policy, double money) {
    double spent = 0;
    for (long event = 0; spent < money; event++) {
      w.next();
      crowd.begin(event, w.scores, 0, 3, 3);
      int asked = 0;
      for (int who = crowd.next(); who >= 0; who = next(crowd, policy, asked)) {
        crowd.reply(who, said.reply(who, event, w.label, 3, crowd.load(who, event)));
        asked++;
      }
      spent += crowd.paid();
      crowd.end();
      if (crowd.label() >= 0) {
        w.model.learn(w.row, crowd.label(), crowd.certainty());
      }
    }
  }

  private static int next(Crowd crowd, Policy policy, int asked) {
    return switch (policy) {
      case ONE -> -1;
      case TWO -> asked < 2 ? crowd.worthMost() : -1;
      case BY_VALUE -> crowd.next();
    };
  }

  @Test
  void errorRatesAreEstimatedWithinTwoPoints() {
    List<Annotator> three =
        annotators(
            "name=anna, error=5%", "name=ben, error=15%", "name=cleo, error=30%, abstain=10%");
    for (long seed = 1; seed <= 3; seed++) {
      Crowd crowd = new Crowd(three, seed);
      World w = new World(seed, 0.5, "gaussian_nb");
      run(w, crowd, new Simulated(three, SCHEMA.labels(), seed), Policy.BY_VALUE, 60_000);
      assertThat(crowd.error(0)).isCloseTo(0.05, within(0.02));
      assertThat(crowd.error(1)).isCloseTo(0.15, within(0.02));
      assertThat(crowd.error(2)).isCloseTo(0.30, within(0.02));
    }
  }

  /**
   * Two of three classes are rare, so that who errs one time in seven says them wrongly more often
   * than rightly: a rare reply is worth a second question, a common one is not.
   */
  @Test
  void askingByValueBeatsAlwaysOneAndAlwaysTwoForTheSameMoney() {
    double[] mean = new double[3];
    for (Policy p : Policy.values()) {
      for (long seed = 1; seed <= 20; seed++) {
        List<Annotator> all = annotators("name=a, error=15%", "name=b, error=15%");
        World w = new World(seed, 0.4, "gaussian_nb");
        w.rare = 0.05;
        run(w, new Crowd(all, seed), new Simulated(all, SCHEMA.labels(), seed), p, 300);
        mean[p.ordinal()] += w.recall() / 20;
      }
    }
    assertThat(mean[Policy.BY_VALUE.ordinal()])
        .isGreaterThan(mean[Policy.ONE.ordinal()] + 0.1)
        .isGreaterThan(mean[Policy.TWO.ordinal()] + 0.01);
  }

  @Test
  void whoIsTiredIsKnownToErrMore() {
    List<Annotator> two =
        annotators("name=a, error=2%, tiring=0.02, rest=20 events", "name=b, error=25%");
    Crowd crowd = new Crowd(two, 1);
    World w = new World(1, 0.4, "gaussian_nb");
    run(w, crowd, new Simulated(two, SCHEMA.labels(), 1), Policy.BY_VALUE, 30_000);
    assertThat(crowd.questions(1)).as("a rests while b is asked").isGreaterThan(3000);
  }

  @Test
  void repliesMultiply() {
    List<Annotator> two = annotators("name=a", "name=b");
    Crowd crowd = new Crowd(two, 1);
    crowd.begin(0, new double[] {0.2, 0.3, 0.5}, 0, 3, 3);
    crowd.reply(0, 1);
    // Before anything is known classes are alike, and a reply is right four times in five.
    assertThat(crowd.label()).isEqualTo(1);
    assertThat(crowd.certainty()).isCloseTo(0.8, within(1e-9));
    crowd.reply(1, 1);
    assertThat(crowd.certainty()).isCloseTo(0.64 / (0.64 + 2 * 0.01), within(1e-9));
    crowd.begin(1, new double[] {0.2, 0.3, 0.5}, 0, 3, 3);
    crowd.reply(0, 1);
    crowd.reply(1, 2);
    assertThat(crowd.certainty()).as("at odds").isCloseTo(0.08 / 0.17, within(1e-9));
    crowd.begin(2, new double[] {0.2, 0.3, 0.5}, 0, 3, 3);
    crowd.reply(0, -1);
    assertThat(crowd.label()).isEqualTo(-1);
    assertThat(crowd.paid()).as("silence costs too").isEqualTo(1);
  }
}
