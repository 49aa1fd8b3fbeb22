package org.freshet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.freshet.core.Batch;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Span;
import org.junit.jupiter.api.Test;

/** The order of predictions and labels, written out by hand for each kind of delay. */
class EngineOrderTest {
  private static final double NONE = Events.NONE;
  private final Schema schema = Events.schema("x", "y");
  private final OrderSensitive learner =
      new OrderSensitive(new OrderSensitive.Parameters(1000), Build.of(schema));
  private final Outcomes out = new Outcomes();

  private Engine run(LabelPlan plan, Batch batch) {
    Engine engine = new Engine(schema, learner, plan);
    engine.process(batch, 0, batch.size(), out);
    return engine;
  }

  private String log() {
    return String.join(" ", learner.log);
  }

  private String arrivals() {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < out.labels(); i++) {
      s.append(out.labelEvent(i)).append('=').append((int) out.label(i)).append('@');
      s.append(out.eventsBefore(i)).append(' ');
    }
    return s.toString().strip();
  }

  @Test
  void immediateLabelsAreLearntInTheSameWalk() {
    run(LabelPlan.IMMEDIATE, Events.of(schema, 0, 1, NONE, 1));
    assertThat(log()).isEqualTo("p0 l0=0 p1 l1=1 p2 p3 l3=1");
    assertThat(arrivals()).isEqualTo("0=0@1 1=1@2 3=1@4");
    assertThat(out.predictions()).isEqualTo(4);
  }

  @Test
  void aDelayOfEventsCountsTheEventsBetween() {
    Engine engine = run(LabelPlan.afterEvents(2), Events.of(schema, 0, 1, 0, 1, 1));
    assertThat(log()).isEqualTo("p0 p1 p2 l0=0 p3 l1=1 p4 l2=0");
    assertThat(arrivals()).isEqualTo("0=0@3 1=1@4 2=0@5");
    assertThat(engine.pending()).isEqualTo(2);

    engine.finish(out);
    assertThat(log()).as("nothing is learnt after the end").endsWith("p4 l2=0");
    assertThat(arrivals()).isEqualTo("3=1@5 4=1@5");
    assertThat(engine.counts().afterEnd()).isEqualTo(2);
    assertThat(engine.counts().labels()).isEqualTo(3);
  }

  @Test
  void aDelayOfOneEventIsLearntAfterTheNextPrediction() {
    run(LabelPlan.afterEvents(1), Events.of(schema, 0, 1, 0));
    assertThat(log()).isEqualTo("p0 p1 l0=0 p2 l1=1");
  }

  @Test
  void aDurationRunsOnTheLargestTimeSeenAndOrdersByDueTime() {
    long[] times = {0, 10, 5, 20, 30};
    run(LabelPlan.after(Span.millis(10)), Events.timed(schema, times, null, 0, 1, 0, 1, 0));
    // Due at 10, 20, 15, 30, 40; the clock at the events is 0, 10, 10, 20, 30.
    assertThat(log()).isEqualTo("p0 l0=0 p1 p2 l2=0 l1=1 p3 l3=1 p4");
    assertThat(arrivals()).isEqualTo("0=0@1 2=0@3 1=1@3 3=1@4");
  }

  @Test
  void anEventThatComesLaterThanItsLabelIsDueIsLearntAtOnce() {
    long[] times = {100, 5, 101};
    run(LabelPlan.after(Span.millis(10)), Events.timed(schema, times, null, 0, 1, 0));
    assertThat(log()).isEqualTo("p0 p1 l1=1 p2");
  }

  @Test
  void labelsArriveAtTheirOwnTimes() {
    long[] times = {0, 1, 2, 3, 4};
    long[] arrive = {3, 2, 2, 3, Features.NO_TIME};
    Engine engine =
        run(LabelPlan.atLabelTime(), Events.timed(schema, times, arrive, 0, 1, 0, 1, 0));
    // Before event 2 that of 1; event 2's own at once; before event 3 that of 0; event 3's at once.
    assertThat(log()).isEqualTo("p0 p1 l1=1 p2 l2=0 l0=0 p3 l3=1 p4");
    assertThat(engine.counts().neverArriving()).isEqualTo(1);
  }

  @Test
  void equalDueTimesArriveInTheOrderOfEvents() {
    long[] times = {0, 1, 2, 9};
    long[] arrive = {9, 9, 9, 100};
    run(LabelPlan.atLabelTime(), Events.timed(schema, times, arrive, 0, 1, 0, 1));
    assertThat(log()).isEqualTo("p0 p1 p2 l0=0 l1=1 l2=0 p3");
  }

  @Test
  void aLaterRecordOfTheIdBringsTheLabel() {
    String[] ids = {"a", "b", "a", "c", "b", "c"};
    Engine engine = run(LabelPlan.IMMEDIATE, Events.named(schema, ids, NONE, NONE, 1, NONE, 0, 1));
    assertThat(log()).as("learnt from the row predicted from").isEqualTo("p0 p1 l0=1 p3 l1=0 l3=1");
    assertThat(arrivals()).isEqualTo("0=1@2 1=0@3 2=1@3");
    assertThat(out.predictions()).isEqualTo(3);
    assertThat(engine.counts().labelRecords()).isEqualTo(3);
    assertThat(engine.pending()).isZero();
  }

  @Test
  void repeatedAndCorrectedRecordsAreCountedAndNotPredicted() {
    String[] ids = {"a", "a", "a", "a", "a", "b"};
    Engine engine = run(LabelPlan.IMMEDIATE, Events.named(schema, ids, NONE, NONE, 1, 1, 0, 1));
    assertThat(log()).isEqualTo("p0 l0=1 p5 l5=1");
    assertThat(engine.counts().duplicates()).isEqualTo(2);
    assertThat(engine.counts().corrections()).isEqualTo(1);
  }

  @Test
  void aLabelRecordComesWithoutFurtherDelay() {
    String[] ids = {"a", "b", "a", "c"};
    run(LabelPlan.afterEvents(1), Events.named(schema, ids, NONE, 1, 0, 1));
    assertThat(log()).isEqualTo("p0 p1 l0=0 p3 l1=1");
  }

  @Test
  void atTheBoundTheOldestIsDroppedAndItsLabelRecordIsLate() {
    LabelPlan two = new LabelPlan(Span.events(0), false, 2);
    String[] ids = {"a", "b", "c", "b", "a"};
    Engine engine = run(two, Events.named(schema, ids, NONE, NONE, NONE, 0, 1));
    assertThat(log()).isEqualTo("p0 p1 p2 l1=0");
    assertThat(engine.counts().late()).isEqualTo(1);
    assertThat(engine.dropped()).isEqualTo(1);
    assertThat(engine.pending()).isEqualTo(1);
  }

  @Test
  void theBoundCountsScheduledAndWaitingTogether() {
    LabelPlan plan = new LabelPlan(Span.events(2), false, 3);
    String[] ids = {"a", null, null, null, "b"};
    Engine engine = run(plan, Events.named(schema, ids, NONE, 1, 0, 1, 0));
    // Waiting a and the labels of 1 and 2 fill the bound when 3 comes: a is the oldest.
    assertThat(engine.dropped()).isEqualTo(1);
    assertThat(log()).isEqualTo("p0 p1 p2 p3 l1=1 p4 l2=0");
  }

  @Test
  void theWeightAndThePredictionGoWithTheLabel() {
    Batch b = new Batch(schema, 3);
    for (int i = 0; i < 3; i++) {
      b.beginRow();
      b.set(0, i);
      b.set(1, 0);
      b.setLabel(1);
      b.setWeight(i + 0.5);
      b.endRow();
    }
    Engine engine = new Engine(schema, learner, LabelPlan.afterEvents(1));
    double[][] given = new double[3][];
    for (int i = 0; i < 3; i++) {
      engine.process(b, i, i + 1, out);
      int at = out.scoresAt(0);
      given[i] = new double[] {out.predicted(0), out.scores()[at], out.scores()[at + 1]};
      assertThat(out.firstEvent()).isEqualTo(i);
      if (i > 0) {
        int from = out.labelScoresAt(0);
        assertThat(out.labelPredicted(0)).isEqualTo(given[i - 1][0]);
        assertThat(out.labelScores(0)[from]).isEqualTo(given[i - 1][1]);
        assertThat(out.labelScores(0)[from + 1]).isEqualTo(given[i - 1][2]);
        assertThat(out.weight(0)).isEqualTo(i - 0.5);
      }
    }
    assertThat(given[1][1]).isNotEqualTo(given[2][1]);
  }

  @Test
  void driftsAreGivenByTheLastEventPredicted() {
    OrderSensitive every3 = new OrderSensitive(new OrderSensitive.Parameters(3), Build.of(schema));
    Engine engine = new Engine(schema, every3, LabelPlan.afterEvents(2));
    Batch b = Events.of(schema, 0, 1, 0, 1, 0, 1, 0, 1);
    engine.process(b, 0, 3, out);
    assertThat(out.drifts()).isZero();
    engine.process(b, 3, 8, out);
    // The third label is learnt after event 4, the sixth after event 7.
    assertThat(out.drifts()).isEqualTo(2);
    assertThat(out.driftEvent(0)).isEqualTo(4);
    assertThat(out.driftEvent(1)).isEqualTo(7);
    assertThat(out.driftSource(0)).isEqualTo("every");
  }

  @Test
  void aDurationNeedsTimes() {
    assertThatThrownBy(() -> run(LabelPlan.after(Span.millis(5)), Events.of(schema, 0, 1)))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "labels.delay: labels arrive by the clock, but the events have no time; name the time column"
                + " of the source with 'time', or give the delay in events");
  }

  @Test
  void aDelayBeyondTheBoundIsRefused() {
    assertThatThrownBy(() -> new LabelPlan(Span.events(5), false, 5))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "labels.delay: is 5 events, but only 5 events may wait for a label; raise labels.pending");
  }

  @Test
  void aLabelNoLearnerCanTakeCountsAsNone() {
    Engine engine = run(LabelPlan.IMMEDIATE, Events.of(schema, 0, -1, Double.POSITIVE_INFINITY, 1));
    assertThat(log()).isEqualTo("p0 l0=0 p1 p2 p3 l3=1");
    assertThat(engine.counts().unlabelled()).isEqualTo(2);
  }
}
