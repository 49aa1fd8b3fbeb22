package org.freshet.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.freshet.core.Batch;
import org.freshet.core.Schema;
import org.freshet.core.component.Span;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Stop, restore, continue equals never stopped, at every event; blocks and threads change nothing.
 */
class EngineResumeTest {
  private static final int EVENTS = 200;
  private static final Spec MODEL = Spec.parse("drifting | order_sensitive(drift_every=7)");
  private final Schema schema = Events.schema();

  EngineResumeTest() {
    for (int i = 0; i < 5; i++) {
      schema.labels().code("class" + i);
    }
  }

  static Stream<LabelPlan> plans() {
    return Stream.of(
        LabelPlan.IMMEDIATE,
        LabelPlan.afterEvents(9),
        LabelPlan.after(Span.millis(40)),
        LabelPlan.atLabelTime(),
        new LabelPlan(Span.events(9), false, 12));
  }

  /** Open labels, times out of order, some ids joined by later records, some labels missing. */
  private Batch stream(boolean ids) {
    SplittableRandom random = new SplittableRandom(5);
    List<Integer> open = new ArrayList<>();
    Batch b = new Batch(schema, EVENTS);
    for (int i = 0; i < EVENTS; i++) {
      b.beginRow();
      b.set(0, i);
      b.set(1, random.nextDouble());
      b.setTime(10 * i - random.nextInt(30));
      b.setLabelTime(10 * i + random.nextInt(200));
      b.setWeight(random.nextInt(4) * 0.5);
      int kind = random.nextInt(10);
      if (ids && kind == 0 && !open.isEmpty()) {
        b.setId("e" + open.get(random.nextInt(open.size())));
        b.setLabel(random.nextInt(3));
      } else if (ids && kind < 4) {
        b.setId("e" + i);
        open.add(i);
      } else if (kind < 9) {
        b.setLabel(random.nextInt(2 + i / 60));
      }
      b.endRow();
    }
    return b;
  }

  private Engine engine(LabelPlan plan, int threads) {
    return new Engine(schema, MODEL, plan, 3, threads);
  }

  /** Everything an evaluator can see. */
  private static void record(Outcomes out, List<String> all) {
    for (int i = 0; i < out.predictions(); i++) {
      StringBuilder s = new StringBuilder("p" + (out.firstEvent() + i) + ":" + out.predicted(i));
      for (int c = 0; c < out.known(i); c++) {
        s.append(' ').append(out.scores()[out.scoresAt(i) + c]);
      }
      all.add(s.toString());
    }
    for (int i = 0; i < out.labels(); i++) {
      StringBuilder s = new StringBuilder("l" + out.labelEvent(i) + "=" + out.label(i));
      s.append(" w").append(out.weight(i)).append(" t").append(out.time(i)).append(" b");
      s.append(out.eventsBefore(i)).append(' ').append(out.labelPredicted(i));
      for (int c = 0; c < out.labelKnown(i); c++) {
        s.append(' ').append(out.labelScores(i)[out.labelScoresAt(i) + c]);
      }
      all.add(s.toString());
    }
    for (int i = 0; i < out.drifts(); i++) {
      all.add("d" + out.driftEvent(i) + out.driftSource(i));
    }
  }

  private static List<String> run(Engine engine, Batch b, int from, int to, int step) {
    List<String> all = new ArrayList<>();
    Outcomes out = new Outcomes();
    for (int r = from; r < to; r += step) {
      engine.process(b, r, Math.min(to, r + step), out);
      record(out, all);
    }
    return all;
  }

  private static List<String> finish(Engine engine) {
    List<String> all = new ArrayList<>();
    Outcomes out = new Outcomes();
    engine.finish(out);
    record(out, all);
    return all;
  }

  @ParameterizedTest
  @MethodSource("plans")
  void stoppedAtEveryEvent(LabelPlan plan) {
    Batch b = stream(true);
    Engine whole = engine(plan, 1);
    List<String> expected = run(whole, b, 0, EVENTS, 1);
    expected.addAll(finish(whole));
    assertThat(whole.counts().labels()).isGreaterThan(50);
    for (int stop = 0; stop <= EVENTS; stop++) {
      Engine first = engine(plan, 1);
      List<String> seen = run(first, b, 0, stop, 1);
      StateWriter out = new StateWriter();
      first.save(out.child("engine"));
      Engine second = engine(plan, 1);
      second.load(StateReader.open("test", out.toBytes()).child("engine"));
      seen.addAll(run(second, b, stop, EVENTS, 1));
      seen.addAll(finish(second));
      assertThat(seen).as("stopped at " + stop).isEqualTo(expected);
      assertThat(second.counts().corrections()).isEqualTo(whole.counts().corrections());
      assertThat(second.dropped()).isEqualTo(whole.dropped());
    }
  }

  @ParameterizedTest
  @MethodSource("plans")
  void aSavedStateSavesTheSameAgain(LabelPlan plan) {
    Engine first = engine(plan, 1);
    run(first, stream(true), 0, EVENTS, 50);
    byte[] bytes = bytes(first);
    Engine second = engine(plan, 1);
    second.load(StateReader.open("test", bytes));
    assertThat(bytes(second)).isEqualTo(bytes);
  }

  private static byte[] bytes(Engine engine) {
    StateWriter out = new StateWriter();
    engine.save(out);
    return out.toBytes();
  }

  /**
   * The order of entries between calls differs by the size of calls, so lists are compared sorted.
   */
  private static List<String> sorted(List<String> all) {
    return all.stream().sorted().toList();
  }

  @Test
  void threadsAndBlocksChangeNothing() {
    for (boolean ids : new boolean[] {false, true}) {
      Batch b = stream(ids);
      List<String> expected = sorted(run(engine(LabelPlan.IMMEDIATE, 1), b, 0, EVENTS, 1));
      for (int step : new int[] {1, 7, 64, EVENTS}) {
        for (int threads = 1; threads <= 2; threads++) {
          try (Engine engine = engine(LabelPlan.IMMEDIATE, threads)) {
            assertThat(sorted(run(engine, b, 0, EVENTS, step))).isEqualTo(expected);
          }
        }
      }
    }
  }

  /** Labelled events with ids of their own, some of them sent again, some labels early. */
  @Test
  void blocksKnowIds() {
    Batch b = new Batch(schema, EVENTS);
    for (int i = 0; i < EVENTS; i++) {
      b.beginRow();
      b.set(0, i);
      b.set(1, 1);
      b.setId("e" + (i % 17 == 0 ? i / 2 : i % 23 == 0 ? i + 3 : i));
      b.setKind(i % 23 == 0 ? Batch.Kind.LABEL : Batch.Kind.EVENT);
      b.setLabel(i % 3);
      b.endRow();
    }
    for (String model : List.of("order_sensitive(drift_every=7)", MODEL.toString())) {
      Spec spec = Spec.parse(model);
      Engine steps = new Engine(schema, spec, LabelPlan.IMMEDIATE, 3, 1);
      List<String> expected = sorted(run(steps, b, 0, EVENTS, 1));
      Engine blocks = new Engine(schema, spec, LabelPlan.IMMEDIATE, 3, 2);
      assertThat(sorted(run(blocks, b, 0, EVENTS, 90))).isEqualTo(expected);
      assertThat(bytes(blocks)).isEqualTo(bytes(steps));
      assertThat(steps.counts().duplicates() + steps.counts().corrections()).isGreaterThan(5);
      assertThat(steps.counts().early()).isGreaterThan(5);
    }
  }

  @Test
  void aBareLearnerGetsBlocks() {
    Batch b = stream(true);
    Spec bare = Spec.parse("order_sensitive(drift_every=7)");
    List<String> single =
        sorted(run(new Engine(schema, bare, LabelPlan.IMMEDIATE, 3, 1), b, 0, EVENTS, 1));
    List<String> block =
        sorted(run(new Engine(schema, bare, LabelPlan.IMMEDIATE, 3, 1), b, 0, EVENTS, 77));
    assertThat(block).isEqualTo(single);
  }
}
