package org.freshet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.freshet.core.Batch;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.SchemaException;
import org.freshet.core.component.Build;
import org.freshet.core.component.Span;
import org.freshet.core.component.Spec;
import org.freshet.core.live.Fate;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.LabelPlan.OnTimeout;
import org.freshet.engine.ask.AskPlan;
import org.freshet.engine.ask.Budget;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is asked for is learnt, what is not is only scored; written out by hand for each rule. */
class AskingTest {
  private static final double NONE = Double.NaN;
  private final Schema schema = Events.schema("x", "y", "z");
  private final OrderSensitive learner =
      new OrderSensitive(new OrderSensitive.Parameters(1000), Build.of(schema));
  private final Outcomes out = new Outcomes();
  private final Rows rows = new Rows(schema);

  @BeforeEach
  void clear() {
    EveryThird.LOG.clear();
  }

  private static AskPlan third(Budget budget) {
    return new AskPlan(budget, Spec.of("every_third"));
  }

  private Engine run(LabelPlan plan, Batch b) {
    Engine engine = new Engine(schema, learner, plan);
    engine.process(b, 0, b.size(), out);
    return engine;
  }

  private Engine run(LabelPlan plan) {
    return run(plan, rows.batch);
  }

  private String log() {
    return String.join(" ", learner.log);
  }

  private String asked() {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < out.predictions(); i++) {
      s.append(out.asked(i) ? '!' : '.');
    }
    return s.toString();
  }

  private String scored() {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < out.labels(); i++) {
      s.append(i == 0 ? "" : " ").append(out.labelEvent(i)).append('=').append((int) out.label(i));
      s.append('@').append(out.eventsBefore(i)).append(out.withheld(i) ? "-" : "");
    }
    return s.toString();
  }

  @Test
  void aLabelInTheEventsRowIsLearntOnlyIfItWasAskedFor() {
    LabelPlan plan = LabelPlan.IMMEDIATE.withAsk(third(Budget.share(1)));
    Engine engine = run(plan, Events.of(schema, 0, 1, 2, 1, 0, NONE, 2, 1));
    assertThat(log()).isEqualTo("p0 l0=0 p1 p2 p3 l3=1 p4 p5 p6 p7 l7=1");
    assertThat(asked()).as("an event that cannot be answered is passed over").isEqualTo("!..!...!");
    assertThat(scored()).isEqualTo("0=0@1 1=1@2- 2=2@3- 3=1@4 4=0@5- 6=2@7- 7=1@8");
    assertThat(engine.counts().labels()).isEqualTo(3);
    assertThat(engine.counts().answered()).isEqualTo(3);
    assertThat(engine.counts().withheld()).isEqualTo(4);
    assertThat(engine.asking().asked()).isEqualTo(3);
    assertThat(EveryThird.LOG)
        .containsExactly(
            "?0", "!0", "l0=0", "?1", "?2", "?3", "!3", "l3=1", "?4", "?6", "?7", "!7", "l7=1");
  }

  @Test
  void withEveryLabelAskedForItLearnsWhatItLearntWithoutAsking() {
    double[] labels = {0, 1, 2, 1, 0, 2, 2, 1};
    for (LabelPlan plan : List.of(LabelPlan.IMMEDIATE, LabelPlan.afterEvents(2))) {
      learner.log.clear();
      run(
          plan.withAsk(new AskPlan(Budget.share(1), Spec.parse("every_third(of=1)"))),
          Events.of(schema, labels));
      String all = log();
      String brought = scored();
      learner.log.clear();
      run(plan, Events.of(schema, labels));
      assertThat(all).isEqualTo(log());
      assertThat(brought).isEqualTo(scored());
    }
  }

  @Test
  void aDelayedLabelIsScoredWhenItIsDueAskedForOrNot() {
    LabelPlan plan = LabelPlan.afterEvents(2).withAsk(third(Budget.share(1)));
    Engine engine = run(plan, Events.of(schema, 0, 1, 2, 1, 0, 2));
    assertThat(log()).isEqualTo("p0 p1 p2 l0=0 p3 p4 p5 l3=1");
    assertThat(scored()).isEqualTo("0=0@3 1=1@4- 2=2@5- 3=1@6");
    engine.finish(out);
    assertThat(scored()).isEqualTo("4=0@6- 5=2@6-");
    assertThat(engine.counts().afterEnd()).isEqualTo(2);
  }

  @Test
  void aLabelRecordIsLearntWheneverItComes() {
    rows.event("a", 0).event("b", 1).event("c", 2).label("c", 3, 2).label("a", 4, 1);
    LabelPlan plan = LabelPlan.IMMEDIATE.withAsk(third(Budget.share(1)));
    Engine engine = run(plan);
    assertThat(asked()).isEqualTo("!..");
    assertThat(log()).isEqualTo("p0 p1 p2 l2=2 l0=1");
    assertThat(scored()).isEqualTo("2=2@3 0=1@3");
    assertThat(out.rowAsked(0)).isTrue();
    assertThat(out.rowAsked(1)).isFalse();
    assertThat(engine.counts().labels()).isEqualTo(2);
    assertThat(engine.counts().answered()).as("the other was free").isEqualTo(1);
  }

  @Test
  void aRecordOfALabelThatIsWithheldIsAFreeLabel() {
    rows.event("a", 0, 1).event("b", 1, 2).label("b", 2, 2).event("c", 3, 0);
    Engine engine = run(LabelPlan.afterEvents(5).withAsk(third(Budget.share(1))));
    assertThat(log()).isEqualTo("p0 p1 l1=2 p3");
    assertThat(out.fate(2)).isEqualTo(Fate.LEARNT);
    assertThat(engine.counts().withheld()).isZero();
  }

  @Test
  void theEventOfAWithheldLabelIsDone() {
    rows.event("a", 0, 1).event("b", 1, 2).event("b", 2, 2).label("b", 3, 2);
    Engine engine = run(LabelPlan.IMMEDIATE.withAsk(third(Budget.share(1))));
    assertThat(log()).isEqualTo("p0 l0=1 p1");
    assertThat(out.fate(2)).isEqualTo(Fate.REPEATED);
    assertThat(out.fate(3)).isEqualTo(Fate.UNKNOWN);
    assertThat(scored()).isEqualTo("0=1@1 1=2@2-");
    StateWriter saved = new StateWriter();
    engine.save(saved);
    Engine again = new Engine(schema, learner, engine.plan());
    again.load(StateReader.open("again", saved.toBytes()));
    StateWriter second = new StateWriter();
    again.save(second);
    assertThat(second.toBytes()).isEqualTo(saved.toBytes());
  }

  @Test
  void anEarlyLabelNeedsNoQuestion() {
    rows.label("a", 0, 1).event("a", 1).event("b", 2);
    run(LabelPlan.IMMEDIATE.withAsk(third(Budget.share(1))));
    assertThat(asked()).isEqualTo(".!");
    assertThat(log()).isEqualTo("p1 l1=1 p2");
  }

  @Test
  void theBudgetHasTheLastWord() {
    AskPlan all = new AskPlan(Budget.count(2), Spec.parse("every_third(of=1)"));
    Engine engine = run(LabelPlan.IMMEDIATE.withAsk(all), Events.of(schema, 0, 1, 2, 1, 0));
    assertThat(asked()).isEqualTo("!!...");
    assertThat(log()).isEqualTo("p0 l0=0 p1 l1=1 p2 p3 p4");
    assertThat(EveryThird.LOG).contains("?4").doesNotContain("!2", "!4");
    assertThat(engine.asking().spent()).isEqualTo(2);
  }

  @Test
  void aQuestionCostsWhatItsLabelCostsInTheEnd() {
    Budget money = new Budget(Budget.Unit.MONEY, 3, null, 0.5, Map.of("z", 2.0));
    AskPlan all = new AskPlan(money, Spec.parse("every_third(of=1)"));
    rows.event("a", 0).event("b", 1).label("a", 2, 0).event("c", 3).event("d", 4);
    rows.label("b", 5, 2).label("c", 6, 1);
    Engine engine = run(LabelPlan.IMMEDIATE.withAsk(all));
    // Asked for at 2 each until their labels come: two, which is over 3, then 2.5, then 4.5.
    assertThat(asked()).isEqualTo("!!!.");
    assertThat(engine.asking().spent()).isEqualTo(0.5 + 2 + 0.5);
  }

  @Test
  void aQuestionNobodyAnsweredIsNotPaid() {
    Budget money = new Budget(Budget.Unit.MONEY, 1, null, 1, Map.of());
    AskPlan all = new AskPlan(money, Spec.parse("every_third(of=1)"));
    LabelPlan plan = LabelPlan.IMMEDIATE.withTimeout(Span.millis(10), OnTimeout.DROP).withAsk(all);
    rows.event("a", 0).event("b", 5).event("c", 20).event("d", 21);
    Engine engine = run(plan);
    assertThat(asked()).isEqualTo("!.!.");
    assertThat(engine.asking().spent()).isEqualTo(1);
    assertThat(engine.asking().asked()).isEqualTo(2);
  }

  @Test
  void theStrategyHearsOfDrifts() {
    OrderSensitive drifting =
        new OrderSensitive(new OrderSensitive.Parameters(2), Build.of(schema));
    LabelPlan plan =
        LabelPlan.IMMEDIATE.withAsk(new AskPlan(Budget.share(1), Spec.parse("every_third(of=1)")));
    Engine engine = new Engine(schema, drifting, plan);
    Batch b = Events.of(schema, 0, 1, 2, 1);
    engine.process(b, 0, 4, out);
    assertThat(String.join(" ", EveryThird.LOG))
        .isEqualTo("?0 !0 l0=0 ?1 !1 l1=1 drift ?2 !2 l2=2 ?3 !3 l3=1 drift");
    assertThat(out.drifts()).isEqualTo(2);
    assertThat(out.driftEvent(0)).isEqualTo(1);
    assertThat(out.driftEvent(1)).isEqualTo(3);
  }

  @Test
  void driftsStandAtTheirEventsAlthoughSomeLabelsAreNotLearnt() {
    OrderSensitive drifting =
        new OrderSensitive(new OrderSensitive.Parameters(2), Build.of(schema));
    Engine engine =
        new Engine(schema, drifting, LabelPlan.IMMEDIATE.withAsk(third(Budget.share(1))));
    engine.process(Events.of(schema, 0, 1, 2, 1, 0), 0, 5, out);
    assertThat(out.drifts()).isEqualTo(1);
    assertThat(out.driftEvent(0)).as("the second label learnt is that of event 3").isEqualTo(3);
  }

  @Test
  void aShadowLearnsWhatTheLeaderAsksForAndCanTakeOver() {
    LabelPlan plan =
        LabelPlan.IMMEDIATE.withAsk(
            new AskPlan(Budget.share(0.4), Spec.of("variable_uncertainty")));
    OrderSensitive other =
        new OrderSensitive(new OrderSensitive.Parameters(1000), Build.of(schema));
    other.learn(Events.of(schema, 0).row(0), 1, 1); // of another mind
    other.log.clear();
    Engine leader = new Engine(schema, learner, plan);
    Engine shadow = new Engine(schema, other, plan);
    Outcomes own = new Outcomes();
    double[] labels = new double[60];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = i * 7 % 3;
    }
    Batch b = Events.of(schema, labels);
    leader.process(b, 0, 40, out);
    shadow.process(b, 0, 40, own, out);
    assertThat(other.log).isEqualTo(learner.log);
    assertThat(asked()).contains("!", ".");
    shadow.takeAsking(leader);
    assertThat(shadow.asking().asked()).isEqualTo(leader.asking().asked());
    shadow.process(b, 40, 60, own);
    leader.process(b, 40, 60, out, own);
    assertThat(other.log).isEqualTo(learner.log);
  }

  @Test
  void openQuestionsThatWereAskedComeFirst() {
    for (int i = 0; i < 6; i++) {
      rows.event("e" + i, i);
    }
    Engine engine = run(LabelPlan.IMMEDIATE.withAsk(third(Budget.share(1))));
    List<String> ids = new ArrayList<>();
    engine.questions(3).forEach(q -> ids.add(q.id() + (q.asked() ? "!" : "")));
    assertThat(ids.subList(0, 2)).containsExactlyInAnyOrder("e0!", "e3!");
    assertThat(ids.get(2)).doesNotEndWith("!");
  }

  /** Questions that are likely dear give way to as doubtful ones that are cheap. */
  @Test
  void pricesMayDecideWhatIsAsked() {
    Schema four = Events.schema("a", "b", "c", "d");
    double[] mean = new double[2];
    for (int k = 0; k < 2; k++) {
      Map<String, Double> prices = Map.of("c", 10.0, "d", 10.0);
      Budget money = new Budget(Budget.Unit.MONEY, 1000, null, 1, prices, k == 0 ? 0 : 1);
      AskPlan ask = new AskPlan(money, Spec.of("entropy"));
      Engine engine =
          new Engine(four, Spec.of("gaussian_nb"), LabelPlan.IMMEDIATE.withAsk(ask), 1, 1);
      org.freshet.core.Rng rng = new org.freshet.core.Rng(1);
      Batch one = new Batch(four, 1);
      for (int e = 0; e < 2000; e++) { // two pairs that cannot be told apart, one of them dear
        int pair = rng.nextInt(2);
        one.clear();
        one.beginRow();
        one.set(0, 5 * pair + 0.1 * rng.nextGaussian());
        one.set(1, rng.nextGaussian());
        one.setLabel(2 * pair + rng.nextInt(2));
        one.endRow();
        engine.process(one, 0, 1, out);
      }
      mean[k] = engine.asking().spent() / engine.asking().asked();
      assertThat(engine.asking().spent()).isLessThanOrEqualTo(1010);
    }
    assertThat(mean[0]).as("half of them").isBetween(4.0, 7.0);
    assertThat(mean[1]).as("mostly cheap ones").isLessThan(2.5);
    assertThat(new Budget(Budget.Unit.MONEY, 9, null, 1, Map.of("c", 2.0), 1.5).toString())
        .isEqualTo("{money: 9, prices: {\"c\": 2}, price_power: 1.5}");
  }

  @Test
  void mistakesAreNamed() {
    assertThatThrownBy(
            () ->
                run(
                    LabelPlan.IMMEDIATE.withAsk(
                        third(new Budget(Budget.Unit.MONEY, 1, null, 1, Map.of("fraud", 2.0))))))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "labels.budget: has a price of 'fraud', which is no class of the stream; there are x, y, z");
    assertThatThrownBy(
            () ->
                run(
                    LabelPlan.IMMEDIATE.withAsk(third(Budget.count(3).within(Span.millis(1000)))),
                    Events.of(schema, 0, 1)))
        .hasMessageContaining(
            "labels.budget: the window of the budget slides by the clock, but the events have no time");
    Schema numbers = Schema.regression(List.of(org.freshet.core.Column.numeric("a")), "y");
    assertThatThrownBy(
            () ->
                new Engine(
                    numbers,
                    Spec.parse("linear_regression"),
                    LabelPlan.IMMEDIATE.withAsk(new AskPlan(Budget.share(1), Spec.of("margin"))),
                    1,
                    1))
        .isInstanceOf(SchemaException.class)
        .hasMessage(
            "margin goes by the scores of classes, but the label 'y' is no class; use 'random'");
  }

  @Test
  void numbersAreAskedForAtRandom() {
    Schema numbers = Schema.regression(List.of(org.freshet.core.Column.numeric("a")), "y");
    Batch b = new Batch(numbers, 1000);
    for (int i = 0; i < 1000; i++) {
      b.beginRow();
      b.set(0, i);
      b.setLabel(2.0 * i);
      b.endRow();
    }
    LabelPlan plan = LabelPlan.IMMEDIATE.withAsk(new AskPlan(Budget.share(0.1), Spec.of("random")));
    try (Engine engine = new Engine(numbers, Spec.parse("target_mean"), plan, 1, 1)) {
      engine.process(b, 0, 1000, out);
      assertThat(out.labels()).isEqualTo(1000);
      assertThat(engine.asking().asked()).isBetween(95L, 100L);
      assertThat(engine.counts().labels()).isEqualTo(engine.asking().asked());
      Features first = b.row(0);
      assertThat(first.width()).isEqualTo(1);
    }
  }
}
