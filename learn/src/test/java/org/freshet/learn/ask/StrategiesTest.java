package org.freshet.learn.ask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.SchemaException;
import org.freshet.core.component.Build;
import org.junit.jupiter.api.Test;

/** What each strategy is for, on streams where it shows. */
class StrategiesTest {
  private static final Schema PLANE = Streams.schema(2, "a", "b");

  private static double accuracy(Batch rows, String strategy, double rate) {
    return Asked.accuracy(rows, "logistic_regression", strategy, rate, 1);
  }

  @Test
  void uncertainOnesBeatRandomOnAPlane() {
    Batch rows = Streams.plane(4000, 10, 3);
    double random = accuracy(rows, "random", 0.05);
    for (String strategy :
        List.of(
            "query_by_committee(learner=logistic_regression, members=11)",
            "information_gain(values=16)",
            "vessal(values=24)",
            "expected_model_change")) {
      assertThat(accuracy(rows, strategy, 0.05)).as(strategy).isGreaterThan(random + 0.01);
    }
  }

  /** Half of the events lie together, half are scattered: density asks the first, novelty not. */
  @Test
  void densityAndNoveltyArePartedByOutliers() {
    assertThat(scattered("density_weighted")).isLessThan(0.1);
    assertThat(scattered("novelty(mix=1)")).isGreaterThan(0.9);
  }

  private static double scattered(String strategy) {
    Asked run = new Asked(PLANE, strategy, 0.2, 1);
    run.scores = new double[] {0.5, 0.5};
    Rng rng = new Rng(5);
    int of = 0;
    int all = 0;
    for (int n = 0; n < 2000; n++) {
      boolean far = n % 2 == 0;
      double by = far ? 1 : 0.02;
      Features x = Features.of(by * rng.nextGaussian(), by * rng.nextGaussian());
      if (run.decide(x) && n > 300) {
        of += far ? 1 : 0;
        all++;
      }
      run.strategy.learn(Features.of(0, 0), 0, 1); // labels come from the middle alone
    }
    assertThat(all).isGreaterThan(200);
    return (double) of / all;
  }

  /** P = (0.6, 0.4) and |(h, 1)| = |(3, 4, 1)|: 0.6 · |(0.4, 0.4)| + 0.4 · |(0.6, 0.6)| of it. */
  @Test
  void expectedGradientByHand() {
    ExpectedModelChange s =
        new ExpectedModelChange(new ExpectedModelChange.Parameters(), Build.of(PLANE));
    Asked c = new Asked(PLANE, "random", 0.1, 1);
    c.x = Features.of(3, 4);
    c.scores = new double[] {0.6, 0.4};
    double expected = Math.sqrt(26) * (0.6 * Math.sqrt(0.32) + 0.4 * Math.sqrt(0.72));
    assertThat(s.score(c)).isCloseTo(expected, within(1e-12));
    c.scores = new double[] {1, 0};
    assertThat(s.score(c)).isCloseTo(0, within(1e-12));
  }

  /**
   * A = I + s φφ' with φ = (1, 2, 1), s = 1/4: the inverse by hand gives φ'A⁻¹φ = 6 / (1 + 6/4).
   */
  @Test
  void informationGainByHand() {
    InformationGain s =
        new InformationGain(new InformationGain.Parameters(3, 1, 1), Build.of(PLANE));
    Asked c = new Asked(PLANE, "random", 0.1, 1);
    c.x = Features.of(1, 2);
    c.scores = new double[] {0.5, 0.5};
    assertThat(s.score(c)).isCloseTo(0.5 * Math.log(1 + 6 / 4.0), within(1e-12));
    s.asked(c);
    assertThat(s.score(c)).isCloseTo(0.5 * Math.log(1 + 6 / 2.5 / 4), within(1e-12));
  }

  @Test
  void designForgetsNoFurtherThanItsBeginning() {
    Design d = new Design(2, 1);
    d.add(new double[] {3, 0}, 1);
    assertThat(d.leverage(new double[] {1, 0})).isCloseTo(0.1, within(1e-12));
    for (int i = 0; i < 10_000; i++) {
      d.fade(0.99, 1);
    }
    assertThat(d.leverage(new double[] {1, 0})).isBetween(0.1, 1.0);
    assertThat(d.leverage(new double[] {0, 1})).isLessThan(2.0);
  }

  /** Rows of a narrow second column: d_optimal finds its slope with the same number of labels. */
  @Test
  void designBeatsRandomInRegression() {
    for (String criterion : List.of("d", "a")) {
      double random = slopeError("random");
      double design = slopeError("d_optimal(values=3, criterion=" + criterion + ")");
      assertThat(design).as(criterion).isLessThan(0.7 * random);
    }
  }

  /** Mean error of the least squares slope of a column that is mostly 0, at 5 % of 1,000 labels. */
  private static double slopeError(String strategy) {
    Schema schema = Schema.regression(List.of(Column.numeric("u"), Column.numeric("v")), "target");
    double sum = 0;
    for (int trial = 0; trial < 20; trial++) {
      Rng rng = new Rng(trial);
      Asked run = new Asked(schema, strategy, 0.05, trial);
      double vv = 1e-9;
      double vy = 0;
      for (int n = 0; n < 1000; n++) {
        double u = rng.nextGaussian();
        double v = rng.nextDouble() < 0.1 ? rng.nextGaussian() : 0;
        double y = v + rng.nextGaussian(); // u tells nothing
        if (run.decide(Features.of(u, v))) {
          vv += v * v;
          vy += v * y;
        }
      }
      sum += Math.abs(vy / vv - 1);
    }
    return sum / 20;
  }

  /** Twenty places of very different frequency: with 60 labels, all but one or two have one. */
  @Test
  void clustersGetALabelEach() {
    assertThat(labelled("cluster_based")).isGreaterThanOrEqualTo(labelled("random") + 4);
  }

  /** What clusters are worth falls as they are asked about; the rate is kept nevertheless. */
  @Test
  void clustersAskAtTheRate() {
    for (double rate : new double[] {0.02, 0.1, 0.3}) {
      Asked run = new Asked(PLANE, "cluster_based", rate, 2);
      run.scores = new double[] {1, 0};
      run.makesUp = false;
      Rng rng = new Rng(6);
      for (int n = 0; n < 5000; n++) {
        int place = (int) (20 * Math.pow(rng.nextDouble(), 3));
        double near = 0.01 * rng.nextGaussian();
        run.decide(Features.of(place % 5 + near, place / 5 - near));
      }
      assertThat(run.asked).isBetween((long) (4500 * rate), (long) (5000 * rate + 1));
    }
  }

  private static int labelled(String strategy) {
    Asked run = new Asked(PLANE, strategy, 0.03, 2);
    run.scores = new double[] {1, 0};
    Rng rng = new Rng(6);
    Set<Integer> places = new HashSet<>();
    for (int n = 0; n < 2000; n++) {
      int place = (int) (20 * Math.pow(rng.nextDouble(), 3));
      double near = 0.01 * rng.nextGaussian();
      if (run.decide(Features.of(place % 5 + near, place / 5 - near))) {
        places.add(place);
      }
    }
    return places.size();
  }

  @Test
  void vessalKeepsItsRate() {
    for (double rate : new double[] {0.01, 0.1}) {
      Asked run = new Asked(PLANE, "vessal(values=6)", rate, 1);
      run.learner = null;
      Rng rng = new Rng(7);
      int wanted = 0;
      for (int n = 0; n < 20_000; n++) {
        double p = rng.nextDouble();
        run.scores = new double[] {p, 1 - p};
        run.x = Features.of(rng.nextGaussian(), (n > 10_000 ? 9 : 1) * rng.nextGaussian());
        run.event = 0; // the rate as it is
        if (run.strategy.ask(run)) {
          run.strategy.asked(run);
          wanted++;
        }
      }
      assertThat(wanted / 20_000.0).isCloseTo(rate, within(0.01 * rate + 2e-4));
    }
  }

  /** Without gradients nothing spans a volume: what is owed is asked at random. */
  @Test
  void vessalAsksModelsThatAreSureOfEverything() {
    Asked run = new Asked(PLANE, "vessal(values=6)", 0.05, 1);
    run.scores = new double[] {1, 0};
    for (int n = 0; n < 4000; n++) {
      run.decide(Features.of(n % 7, n % 5));
    }
    assertThat(run.asked).isBetween(150L, 201L);
  }

  /** The first direction asked makes another one, equally large, the more likely next question. */
  @Test
  void vessalAsksInNewDirections() {
    Asked run = new Asked(PLANE, "vessal(values=6)", 0.05, 1);
    run.scores = new double[] {0.5, 0.5};
    int[] of = new int[2];
    for (int n = 0; n < 4000; n++) {
      int rare = n % 20 == 0 ? 1 : 0;
      if (run.decide(rare == 1 ? Features.of(0, 1) : Features.of(1, 0))) {
        of[rare]++;
      }
    }
    assertThat(of[0] + of[1]).isBetween(195, 201);
    assertThat((double) of[1] / of[0]).isGreaterThan(2.0 / 19);
  }

  @Test
  void boostAsksMoreAfterADriftAndNotMoreInAll() {
    Asked run = new Asked(PLANE, "drift_boost(strategy=random, events=200, reserve=0.2)", 0.1, 1);
    run.scores = new double[] {0.5, 0.5};
    Rng rng = new Rng(9);
    int wanted = 0;
    int before = 0;
    int after = 0;
    for (int n = 0; n < 6000; n++) {
      run.x = Features.of(rng.nextGaussian(), 0);
      run.event = 0; // the rate as it is
      run.asked = 0;
      if (n == 4000) {
        run.strategy.drift();
      }
      boolean asks = run.strategy.ask(run);
      wanted += asks ? 1 : 0;
      before += asks && n >= 1000 && n < 1200 ? 1 : 0;
      after += asks && n >= 4000 && n < 4200 ? 1 : 0;
    }
    assertThat(before).isBetween(5, 30); // 8 % of 200
    assertThat(after).isBetween(40, 80); // 30 % of 200
    assertThat(wanted).isLessThan(600 + 60);
  }

  /** One pending label tells of all events beside it; the rate is spent elsewhere. */
  @Test
  void pendingLabelsAreNotAskedAgain() {
    int[] plain = nearPending("random");
    int[] aware = nearPending("delay_aware(strategy=random)");
    assertThat(aware[0]).isLessThan(plain[0] / 3);
    assertThat(aware[1]).isGreaterThan(plain[1]);
  }

  /** Questions about two places, and elsewhere, of 3,000 events; no label ever comes. */
  private static int[] nearPending(String strategy) {
    Asked run = new Asked(PLANE, strategy, 0.05, 1);
    run.scores = new double[] {0.5, 0.5};
    Rng rng = new Rng(10);
    int[] of = new int[2];
    for (int n = 0; n < 3000; n++) {
      boolean place = rng.nextDouble() < 0.5;
      Features x =
          place
              ? Features.of(rng.nextBoolean() ? 1 : -1, 0)
              : Features.of(3 * rng.nextGaussian(), 3 * rng.nextGaussian());
      if (run.decide(x)) {
        of[place ? 0 : 1]++;
      }
    }
    return of;
  }

  @Test
  void answeredLabelsAreNoLongerPending() {
    DelayAware s = (DelayAware) new Asked(PLANE, "delay_aware(strategy=random)", 1, 1).strategy;
    Asked c = new Asked(PLANE, "random", 1, 1);
    for (int n = 0; n < 5; n++) {
      c.x = Features.of(n, 1);
      s.ask(c);
      s.asked(c);
    }
    assertThat(s.waiting()).isEqualTo(5);
    s.learn(Features.of(2, 1), 0, 1);
    s.learn(Features.of(2, 1), 0, 1); // nobody waits for it
    assertThat(s.waiting()).isEqualTo(4);
  }

  @Test
  void anchorsFindTheRareClass() {
    Batch rows = Streams.rare(6000, 0.03, 4);
    assertThat(rareAsked(rows, "anchored(strategy=random, pool=0.2)"))
        .isGreaterThan(2 * rareAsked(rows, "random"));
  }

  private static long rareAsked(Batch rows, String strategy) {
    Asked run = new Asked(rows.schema(), strategy, 0.05, 1);
    run.scores = new double[] {0.5, 0.5};
    long rare = 0;
    for (int r = 0; r < rows.size(); r++) {
      if (run.decide(rows.row(r))) {
        rare += rows.labelCode(r);
        run.strategy.learn(rows.row(r), rows.labelCode(r), 1);
      }
    }
    return rare;
  }

  /** The bundled weights are those that training makes, and are good for streams never seen. */
  @Test
  void theLearntRuleIsMadeAnewBitForBitAndBeatsRandom() {
    assertThat(ImitalTraining.weights(1)).isEqualTo(ImitalPolicy.bundled().text());
    Batch rows = Streams.plane(4000, 10, 3);
    double learnt = Asked.accuracy(rows, "gaussian_nb", "imital", 0.05, 1);
    double random = Asked.accuracy(rows, "gaussian_nb", "random", 0.05, 1);
    assertThat(learnt).isGreaterThan(random + 0.01);
  }

  @Test
  void numbersAreRefusedByWhatLooksAtClasses() {
    Schema numbers = Schema.regression(List.of(Column.numeric("u")), "target");
    for (String s : List.of("vessal", "query_by_committee", "expected_model_change", "anchored")) {
      assertThatThrownBy(() -> new Asked(numbers, s, 0.1, 1))
          .isInstanceOf(SchemaException.class)
          .hasMessageStartingWith(s + " goes by the scores of classes, but the label 'target'");
    }
  }
}
