package org.freshet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Span;
import org.freshet.core.component.Spec;
import org.freshet.engine.LabelPlan.Corrections;
import org.freshet.engine.LabelPlan.OnTimeout;
import org.junit.jupiter.api.Test;

/**
 * What becomes of labels that come by rows of their own, written out by hand for each rule: {@code
 * p3} predicts the event of row 3, {@code l3=1} learns it as class 1.
 */
class LabelJoinTest {
  private static final LabelPlan RELEARN = LabelPlan.IMMEDIATE.withCorrections(Corrections.RELEARN);
  private final Schema schema = Events.schema("x", "y", "z");
  private final OrderSensitive learner =
      new OrderSensitive(new OrderSensitive.Parameters(1000), Build.of(schema));
  private final Outcomes out = new Outcomes();
  private final Rows rows = new Rows(schema);

  private Engine run(LabelPlan plan) {
    Engine engine = new Engine(schema, learner, plan);
    engine.process(rows.batch, 0, rows.batch.size(), out);
    return engine;
  }

  private String log() {
    return String.join(" ", learner.log);
  }

  private String fates() {
    StringBuilder s = new StringBuilder();
    for (int r = 0; r < rows.batch.size(); r++) {
      s.append(r == 0 ? "" : " ").append(out.fate(r));
    }
    return s.toString();
  }

  private String arrivals() {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < out.labels(); i++) {
      s.append(i == 0 ? "" : " ").append(out.labelEvent(i)).append('=').append((int) out.label(i));
      s.append('@').append(out.eventsBefore(i));
    }
    return s.toString();
  }

  @Test
  void aLabelIsLearntFromTheRowAsItWasPredictedWhenItComes() {
    rows.event("a", 0).event("b", 10).label("b", 15, 1).event("c", 20).label("a", 40, 2);
    Engine engine = run(LabelPlan.IMMEDIATE);
    assertThat(log()).isEqualTo("p0 p1 l1=1 p3 l0=2");
    assertThat(fates()).isEqualTo("ANSWERED ANSWERED LEARNT ANSWERED LEARNT");
    assertThat(arrivals()).isEqualTo("1=1@2 0=2@3");
    assertThat(engine.pending()).isEqualTo(1);
    assertThat(engine.events()).isEqualTo(3);
    assertThat(engine.counts().labels()).isEqualTo(2);
    assertThat(engine.delays().count()).isEqualTo(2);
    assertThat(engine.delays().mean()).isEqualTo((5 + 40) / 2.0);
    assertThat(engine.delays().max()).isEqualTo(40);
  }

  @Test
  void theSameLabelAgainIsADuplicateAndAnotherOneACorrection() {
    rows.event("a", 0).label("a", 1, 1).label("a", 2, 1).label("a", 3, 2).label("a", 4, 1);
    Engine engine = run(LabelPlan.IMMEDIATE);
    assertThat(log()).isEqualTo("p0 l0=1");
    assertThat(fates()).isEqualTo("ANSWERED LEARNT DUPLICATE CORRECTED DUPLICATE");
    assertThat(engine.counts().duplicates()).isEqualTo(2);
    assertThat(engine.counts().corrections()).isEqualTo(1);
    assertThat(engine.counts().relearnt()).isZero();
  }

  @Test
  void aCorrectionIsLearntFromTheSameRowWhereThePlanSaysSo() {
    rows.event("a", 0).event("b", 0).label("a", 1, 1).label("a", 3, 2).label("a", 4, 2);
    rows.label("a", 5, 1);
    Engine engine = run(RELEARN);
    assertThat(log()).isEqualTo("p0 p1 l0=1 l0=2 l0=1");
    assertThat(fates()).isEqualTo("ANSWERED ANSWERED LEARNT CORRECTED DUPLICATE CORRECTED");
    assertThat(arrivals()).as("an event is scored once").isEqualTo("0=1@2");
    assertThat(engine.counts().relearnt()).isEqualTo(2);
    assertThat(engine.counts().labels()).isEqualTo(1);
  }

  @Test
  void aLabelBeforeItsEventIsLearntRightAfterItsPrediction() {
    rows.label("a", 5, 1).event("b", 6).event("a", 7).label("a", 8, 1).label("a", 9, 0);
    Engine engine = run(LabelPlan.IMMEDIATE);
    assertThat(log()).isEqualTo("p1 p2 l2=1");
    assertThat(fates()).isEqualTo("EARLY ANSWERED ANSWERED DUPLICATE CORRECTED");
    assertThat(arrivals()).isEqualTo("1=1@2");
    assertThat(engine.counts().early()).isEqualTo(1);
    assertThat(engine.earlyLabels()).isZero();
    assertThat(engine.counts().unknown()).isZero();
    assertThat(engine.delays().count()).as("an early label has no delay").isZero();
  }

  @Test
  void anotherLabelBeforeTheEventReplacesTheFirstOnlyWithRelearn() {
    rows.label("a", 0, 1).label("a", 1, 1).label("a", 2, 2).event("a", 3);
    Engine engine = run(LabelPlan.IMMEDIATE);
    assertThat(fates()).isEqualTo("EARLY DUPLICATE CORRECTED ANSWERED");
    assertThat(log()).isEqualTo("p3 l3=1");
    assertThat(engine.counts().corrections()).isEqualTo(1);

    learner.log.clear();
    run(RELEARN);
    assertThat(log()).isEqualTo("p3 l3=2");
  }

  @Test
  void labelsWhoseEventsNeverComeAreUnknownOnceGivenUp() {
    Engine engine = new Engine(schema, learner, LabelPlan.IMMEDIATE);
    for (int i = 0; i < EarlyLabels.LIMIT + 3; i++) {
      Rows one = new Rows(schema);
      one.label("n" + i, i, 1);
      engine.process(one.batch, 0, 1, out);
    }
    assertThat(engine.earlyLabels()).isEqualTo(EarlyLabels.LIMIT);
    assertThat(engine.counts().unknown()).isEqualTo(3);
    Rows late = new Rows(schema);
    late.event("n2", 0).event("n3", 0);
    engine.process(late.batch, 0, 2, out);
    assertThat(log()).as("the label of n2 was given up").isEqualTo("p0 p1 l1=1");
  }

  @Test
  void anEventSentAgainGetsTheSameAnswerAndNothingIsLearnt() {
    rows.event("a", 0).event("b", 1).label("b", 2, 1);
    rows.event("a", 3).event("b", 4).event("b", 5, 1).event("b", 6, 2);
    Engine engine = run(LabelPlan.IMMEDIATE);
    assertThat(log()).isEqualTo("p0 p1 l1=1");
    assertThat(fates()).isEqualTo("ANSWERED ANSWERED LEARNT REPEATED REPEATED REPEATED CORRECTED");
    assertThat(engine.events()).isEqualTo(2);
    for (int r : new int[] {3, 4, 5, 6}) {
      int p = r == 3 ? 0 : 1;
      assertThat(out.prediction(r)).isEqualTo(-1);
      assertThat(out.answered(r)).isTrue();
      assertThat(out.rowPredicted(r)).isEqualTo(out.predicted(p));
      assertThat(out.rowKnown(r)).isEqualTo(3);
      int at = out.rowScoresAt(r);
      assertThat(Arrays.copyOfRange(out.rowScores(r), at, at + 3))
          .isEqualTo(Arrays.copyOfRange(out.scores(), out.scoresAt(p), out.scoresAt(p) + 3));
    }
    assertThat(out.prediction(1)).isEqualTo(1);
    assertThat(out.answered(2)).isFalse();
  }

  @Test
  void anEventThatBroughtItsLabelIsKnownToo() {
    rows.event("a", 0, 1).event("a", 1, 1).label("a", 2, 1).label("a", 3, 0).event("b", 4, 0);
    Engine engine = run(LabelPlan.IMMEDIATE);
    assertThat(log()).isEqualTo("p0 l0=1 p4 l4=0");
    assertThat(fates()).isEqualTo("ANSWERED REPEATED DUPLICATE CORRECTED ANSWERED");
    assertThat(engine.counts().labels()).isEqualTo(2);
  }

  @Test
  void aLabelRowComesBeforeTheScheduledLabelOfItsEvent() {
    rows.event("a", 0, 1).event("b", 1, 1).label("a", 2, 2).event("a", 3, 1).event("c", 4, 0);
    Engine engine = run(LabelPlan.afterEvents(2));
    assertThat(log()).isEqualTo("p0 p1 l0=2 p4");
    assertThat(fates()).isEqualTo("ANSWERED ANSWERED LEARNT CORRECTED ANSWERED");
    assertThat(engine.pending()).isEqualTo(2);
  }

  @Test
  void labelsNoLearnerCanTakeAreRefused() {
    rows.event("a", 0).label("a", 1, Double.NaN).label("a", 2, -1).label(null, 3, 1);
    rows.label("a", 4, 1);
    Engine engine = run(LabelPlan.IMMEDIATE);
    assertThat(fates()).isEqualTo("ANSWERED REFUSED REFUSED REFUSED LEARNT");
    assertThat(engine.counts().refused()).isEqualTo(3);
  }

  @Test
  void afterTheTimeoutALabelIsLateAndNotLearnt() {
    rows.event("a", 100).event("b", 105).tick(109).label("b", 109, 1);
    rows.tick(110).label("a", 111, 1).event("a", 112);
    Engine engine = run(LabelPlan.IMMEDIATE.withTimeout(Span.millis(10), OnTimeout.DROP));
    assertThat(log()).isEqualTo("p0 p1 l1=1");
    assertThat(fates()).isEqualTo("ANSWERED ANSWERED TICK LEARNT TICK UNKNOWN REPEATED");
    assertThat(engine.counts().timedOut()).isEqualTo(1);
    assertThat(engine.counts().late()).isEqualTo(1);
    assertThat(engine.counts().imputed()).isZero();
    assertThat(engine.pending()).isZero();
    assertThat(engine.delays().max()).as("late ones count").isEqualTo(11);
  }

  @Test
  void theTimeoutRunsFromTheClockAtTheEvent() {
    // c comes late by its own time; the clock was 100 then, so it waits until 110.
    rows.event("a", 100).event("c", 5).tick(104).label("c", 105, 1);
    run(LabelPlan.IMMEDIATE.withTimeout(Span.millis(10), OnTimeout.DROP));
    assertThat(log()).isEqualTo("p0 p1 l1=1");
  }

  @Test
  void atTheTimeoutTheNegativeClassIsLearntAndALaterLabelCorrects() {
    rows.event("a", 0).event("b", 1).event("c", 2).tick(30);
    rows.label("a", 31, 0).label("b", 32, 2).label("b", 33, 2);
    Engine engine = run(RELEARN.withTimeout(Span.millis(10), "x"));
    assertThat(log()).isEqualTo("p0 p1 p2 l0=0 l1=0 l2=0 l1=2");
    assertThat(fates()).isEqualTo("ANSWERED ANSWERED ANSWERED TICK DUPLICATE CORRECTED DUPLICATE");
    assertThat(arrivals()).isEqualTo("0=0@3 1=0@3 2=0@3");
    assertThat(engine.counts().imputed()).isEqualTo(3);
    assertThat(engine.counts().late()).isEqualTo(2);
    assertThat(engine.counts().corrections()).isEqualTo(1);
    assertThat(engine.counts().labels()).as("labels that came").isZero();
  }

  @Test
  void atTheTimeoutTheLabelLastKnownForTheKeyIsLearnt() {
    rows.event("a", 0, "k").event("b", 1, "k").event("c", 2, "other").event("d", 3);
    rows.label("a", 4, 2).tick(20).label("b", 21, 2);
    Engine engine = run(LabelPlan.IMMEDIATE.withTimeout(Span.millis(10), OnTimeout.LAST_KNOWN));
    assertThat(log()).isEqualTo("p0 p1 p2 p3 l0=2 l1=2");
    assertThat(arrivals()).as("what is no truth is not scored").isEqualTo("0=2@4");
    assertThat(engine.counts().timedOut()).isEqualTo(3);
    assertThat(engine.counts().imputed()).isEqualTo(1);
    assertThat(fates()).endsWith("LEARNT TICK DUPLICATE");
  }

  @Test
  void earlyLabelsTimeOutToo() {
    rows.label("a", 0, 1).tick(10).event("a", 11).tick(21);
    Engine engine = run(LabelPlan.IMMEDIATE.withTimeout(Span.millis(10), OnTimeout.DROP));
    assertThat(log()).isEqualTo("p2");
    assertThat(engine.counts().unknown()).isEqualTo(1);
    assertThat(engine.counts().timedOut()).isEqualTo(1);
  }

  @Test
  void driftsFoundWhenACorrectionIsLearntHaveTheirEvent() {
    OrderSensitive every2 = new OrderSensitive(new OrderSensitive.Parameters(2), Build.of(schema));
    rows.event("a", 0).label("a", 1, 1).event("b", 2).label("a", 3, 2);
    rows.event("c", 4).label("b", 5, 0).event("d", 6).label("c", 7, 0);
    new Engine(schema, every2, RELEARN).process(rows.batch, 0, rows.batch.size(), out);
    assertThat(String.join(" ", every2.log)).isEqualTo("p0 l0=1 p2 l0=2 p4 l2=0 p6 l4=0");
    // The second time it learns is the correction after event 1, the fourth after event 3.
    assertThat(out.drifts()).isEqualTo(2);
    assertThat(out.driftEvent(0)).isEqualTo(1);
    assertThat(out.driftEvent(1)).isEqualTo(3);
  }

  /** What is allocated must not go by the row. */
  @Test
  void nothingIsAllocatedInSteadyState() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    Engine engine =
        new Engine(schema, Spec.parse("majority"), LabelPlan.IMMEDIATE.withPending(1000), 1, 1);
    String[] ids = new String[200_000];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = "event-" + i;
    }
    Batch b = new Batch(schema, 2000);
    long before = 0;
    for (int round = 0; round < 400; round++) {
      if (round == 200) {
        before = threads.getCurrentThreadAllocatedBytes();
      }
      b.clear();
      for (int i = 0; i < 1000; i++) {
        b.beginRow();
        b.set(0, i);
        b.setId(ids[(round * 1000 + i) % ids.length]);
        b.endRow();
        if (i >= 500) {
          b.beginRow();
          b.setKind(Batch.Kind.LABEL);
          b.setId(ids[(round * 1000 + i - 500) % ids.length]);
          b.setLabel(i % 3);
          b.endRow();
        }
      }
      engine.process(b, 0, b.size(), out);
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(engine.counts().labels()).isEqualTo(200_000);
    assertThat(allocated).as("bytes for 300,000 rows").isLessThan(300_000);
  }

  @Test
  void onlyTheLastAnswersAreRemembered() {
    int n = Pending.REMEMBERED + 2;
    Engine engine = new Engine(schema, learner, LabelPlan.IMMEDIATE);
    for (int i = 0; i < n; i++) {
      Rows one = new Rows(schema);
      one.event("n" + i, i, 1);
      engine.process(one.batch, 0, 1, out);
      learner.log.clear();
    }
    Rows again = new Rows(schema);
    again.event("n2", 0, 1).event("n1", 0, 1);
    engine.process(again.batch, 0, 2, out);
    assertThat(log()).isEqualTo("p1 l1=1");
    assertThat(engine.counts().duplicates()).isEqualTo(1);
  }

  @Test
  void rowsForCorrectionsAreBoundedByTheirBytes() {
    Column[] columns = new Column[100_000];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = Column.numeric("c" + i);
    }
    Schema wide = Schema.regression(List.of(columns), "y");
    try (Engine engine =
        new Engine(wide, Spec.parse("target_mean"), RELEARN.withPending(10), 1, 1)) {
      Batch b = new Batch(wide, 1);
      for (int i = 0; i < 100; i++) {
        b.clear();
        b.beginRow();
        b.set(0, i);
        b.setId("e" + i);
        b.setLabel(i);
        b.endRow();
        engine.process(b, 0, 1, out);
      }
      // 64 MB hold the rows of 83 events of 800 kB; the corrections of older ones are counted only.
      assertThat(engine.pendingBytes()).isBetween(64_000_000L, 90_000_000L);
    }
  }

  @Test
  void whatCannotBeIsRefused() {
    Schema numbers = Schema.regression(List.of(Column.numeric("a")), "y");
    LabelPlan negative = LabelPlan.IMMEDIATE.withTimeout(Span.millis(10), "no");
    assertThatThrownBy(() -> new Engine(schema, learner, negative))
        .isInstanceOf(ConfigException.class)
        .hasMessage("labels.negative: is 'no', which is no class of the stream; there are x, y, z");
    assertThatThrownBy(() -> new Engine(numbers, Spec.parse("target_mean"), negative, 1, 1))
        .hasMessage("labels.on_timeout: is negative, but the label 'y' is no class; use drop");
    assertThatThrownBy(() -> run0(LabelPlan.IMMEDIATE.withTimeout(Span.millis(10), OnTimeout.DROP)))
        .hasMessage(
            "labels.timeout: events time out by the clock, but the events have no time; name the time"
                + " column of the source with 'time', or leave the timeout out");
  }

  private void run0(LabelPlan plan) {
    Batch b = Events.of(schema, 0, 1);
    new Engine(schema, learner, plan).process(b, 0, 2, out);
  }
}
