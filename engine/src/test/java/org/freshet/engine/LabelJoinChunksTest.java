package org.freshet.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.freshet.core.Batch;
import org.freshet.core.Schema;
import org.freshet.core.component.Span;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.LabelPlan.Corrections;
import org.freshet.engine.LabelPlan.OnTimeout;
import org.freshet.engine.ask.AskPlan;
import org.freshet.engine.ask.Budget;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same records give the same predictions, fates, counts and state bit for bit, however they are
 * divided among calls, and wherever the run is stopped and gone on with.
 */
class LabelJoinChunksTest {
  private static final int ROWS = 400;
  private static final Spec MODEL = Spec.parse("drifting | order_sensitive(drift_every=7)");
  private final Schema schema = Events.schema("x", "y", "z");

  static Stream<LabelPlan> plans() {
    LabelPlan relearn = LabelPlan.IMMEDIATE.withCorrections(Corrections.RELEARN);
    return Stream.of(
        LabelPlan.IMMEDIATE,
        relearn.withPending(20),
        LabelPlan.IMMEDIATE.withTimeout(Span.millis(150), OnTimeout.DROP),
        relearn.withTimeout(Span.millis(150), "y"),
        relearn.withTimeout(Span.millis(90), OnTimeout.LAST_KNOWN),
        LabelPlan.afterEvents(9).withCorrections(Corrections.RELEARN),
        LabelPlan.after(Span.millis(80)).withTimeout(Span.millis(150), OnTimeout.DROP),
        relearn.withPending(20).withAsk(ask(Budget.share(0.3), "split")),
        LabelPlan.after(Span.millis(80))
            .withTimeout(Span.millis(150), OnTimeout.DROP)
            .withAsk(ask(MONEY.within(Span.millis(300)), "margin(window=20)")));
  }

  private static final Budget MONEY =
      new Budget(Budget.Unit.MONEY, 4, null, 0.5, Map.of("x", 0.2, "z", 1.5));

  private static AskPlan ask(Budget budget, String strategy) {
    return new AskPlan(budget, Spec.parse(strategy));
  }

  /** Events with and without ids and labels, labels of all fates, ticks; times out of order. */
  private Batch stream(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Rows rows = new Rows(schema, ROWS);
    int events = 0;
    for (int i = 0; i < ROWS; i++) {
      long time = 10L * i - random.nextInt(30);
      String some = "e" + Math.max(0, events + 3 - random.nextInt(30));
      int label = random.nextInt(3);
      switch (random.nextInt(12)) {
        case 0 -> rows.tick(time);
        case 1 -> rows.event(some, time);
        case 2 -> rows.event(some, time, label);
        case 3 -> rows.event(null, time, label);
        case 4 -> rows.event(null, time);
        case 5, 6, 7, 8 -> rows.label(random.nextInt(50) == 0 ? null : some, time, label);
        default -> rows.event("e" + events++, time, "k" + random.nextInt(5));
      }
    }
    return rows.batch;
  }

  /** With three waiting rows in memory, the others in files of 2 kB, or all in memory. */
  private Engine engine(LabelPlan plan, Path spill) {
    Engine engine = new Engine(schema, MODEL, plan, 3, 1);
    if (spill != null) {
      engine.spill(new SpillFolder(spill, 2048), 3);
    }
    return engine;
  }

  private static void scores(StringBuilder s, double predicted, double[] all, int at, int n) {
    s.append(' ').append(predicted).append(Arrays.toString(Arrays.copyOfRange(all, at, at + n)));
  }

  /** All that can be seen of rows from … to-1: what they brought, then what became of each. */
  private static void record(
      Outcomes out, int from, int to, List<String> brought, List<String> rows) {
    for (int i = 0; i < out.predictions(); i++) {
      StringBuilder s = new StringBuilder("p" + (out.firstEvent() + i));
      scores(s, out.predicted(i), out.scores(), out.scoresAt(i), out.known(i));
      brought.add(s.append(out.asked(i) ? " asked" : "").toString());
    }
    for (int i = 0; i < out.labels(); i++) {
      StringBuilder s = new StringBuilder("l" + out.labelEvent(i) + "=" + out.label(i));
      s.append(out.withheld(i) ? " withheld" : "");
      s.append(" t").append(out.time(i)).append(" b").append(out.eventsBefore(i));
      scores(s, out.labelPredicted(i), out.labelScores(i), out.labelScoresAt(i), out.labelKnown(i));
      brought.add(s.toString());
    }
    for (int i = 0; i < out.drifts(); i++) {
      brought.add("d" + out.driftEvent(i) + out.driftSource(i));
    }
    for (int r = from; r < to; r++) {
      StringBuilder s = new StringBuilder(r + " " + out.fate(r));
      if (out.answered(r)) {
        scores(s, out.rowPredicted(r), out.rowScores(r), out.rowScoresAt(r), out.rowKnown(r));
      }
      rows.add(s.toString());
    }
  }

  /**
   * The run of a batch in calls of random sizes up to {@code most}, stopped and restored or not.
   */
  private String run(LabelPlan plan, Batch b, int most, long seed, boolean stops) {
    return run(plan, b, most, seed, stops, null);
  }

  private String run(LabelPlan plan, Batch b, int most, long seed, boolean stops, Path spill) {
    SplittableRandom random = new SplittableRandom(seed);
    List<String> brought = new ArrayList<>();
    List<String> rows = new ArrayList<>();
    Outcomes out = new Outcomes();
    Engine engine = engine(plan, spill);
    for (int r = 0; r < b.size(); ) {
      int to = Math.min(b.size(), r + 1 + random.nextInt(most));
      engine.process(b, r, to, out);
      record(out, r, to, brought, rows);
      r = to;
      if (stops) {
        byte[] state = bytes(engine);
        engine.close();
        engine = engine(plan, spill);
        engine.load(StateReader.open("stopped at " + r, state));
      }
    }
    brought.sort(null); // within a call predictions come first, then labels
    return String.join("\n", brought)
        + "\n"
        + String.join("\n", rows)
        + "\n"
        + (spill == null ? Arrays.toString(bytes(engine)) : engine.pending());
  }

  private static byte[] bytes(Engine engine) {
    StateWriter out = new StateWriter();
    engine.save(out);
    return out.toBytes();
  }

  @ParameterizedTest
  @MethodSource("plans")
  void divisionIntoCallsChangesNothing(LabelPlan plan) {
    for (int seed = 0; seed < 4; seed++) {
      Batch b = stream(seed);
      String whole = run(plan, b, 1, 0, false);
      if (plan.ask() != null) {
        assertThat(whole).contains("asked", "withheld");
      }
      assertThat(whole).contains("LEARNT", "EARLY", "DUPLICATE", "CORRECTED", "REPEATED", "TICK");
      for (int most : new int[] {3, 64, ROWS}) {
        assertThat(run(plan, b, most, seed, false)).isEqualTo(whole);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("plans")
  void stopsChangeNothing(LabelPlan plan) {
    for (int seed = 0; seed < 2; seed++) {
      Batch b = stream(seed);
      assertThat(run(plan, b, 5, seed, true)).isEqualTo(run(plan, b, 1, 0, false));
    }
  }

  @ParameterizedTest
  @MethodSource("plans")
  void rowsInFilesChangeNothing(LabelPlan plan, @TempDir Path folder) {
    for (int seed = 0; seed < 2; seed++) {
      Batch b = stream(seed);
      String whole = withoutState(run(plan, b, 1, 0, false));
      for (boolean stops : new boolean[] {false, true}) {
        assertThat(withoutState(run(plan, b, 7, seed, stops, folder))).isEqualTo(whole);
      }
    }
    try (Engine engine = engine(plan, folder)) {
      int most = 0;
      for (int r = 0; r < 200; r++) {
        engine.process(stream(0), r, r + 1, new Outcomes());
        most = Math.max(most, engine.spilled());
      }
      assertThat(most).as("rows in files").isPositive();
    }
  }

  private static String withoutState(String run) {
    return run.substring(0, run.lastIndexOf('\n'));
  }

  @Test
  void aSnapshotFromBeforeThereWereLabelRowsGoesOnAsItWould() throws Exception {
    Path file = Path.of(getClass().getResource("/before-label-rows.freshet").toURI());
    Snapshot snapshot = Snapshots.read(file);
    Schema own = snapshot.schema();
    Setup setup = snapshot.setup();
    assertThat(setup.labels()).isEqualTo(new LabelPlan(Span.millis(40), false, 12));
    try (Engine engine = new Engine(own, setup.pipeline(), setup.labels(), setup.seed(), 1)) {
      engine.load(snapshot.run());
      assertThat(engine.events()).isEqualTo(32);
      assertThat(engine.pending()).isEqualTo(5);
      Batch b = new Batch(own, 5);
      double[] labels = {0, 2, Double.NaN, 1, 1};
      String[] ids = {null, "e37", "e33", "e9", "n1"};
      for (int i = 0; i < 5; i++) {
        b.beginRow();
        b.set(0, 100 + i);
        b.set(1, 1);
        b.setTime(500 + 10L * i);
        b.setLabel(labels[i]);
        b.setId(ids[i]);
        b.endRow();
      }
      Outcomes out = new Outcomes();
      engine.process(b, 0, 5, out);
      StringBuilder s = new StringBuilder();
      for (int i = 0; i < out.predictions(); i++) {
        s.append('p').append(out.predicted(i)).append(' ').append(out.scores()[out.scoresAt(i)]);
        s.append('\n');
      }
      for (int i = 0; i < out.labels(); i++) {
        s.append('l').append(out.labelEvent(i)).append('=').append(out.label(i)).append(' ');
        s.append(out.labelPredicted(i))
            .append(' ')
            .append(out.labelScores(i)[out.labelScoresAt(i)]);
        s.append('\n');
      }
      // Printed by the version that wrote the snapshot, going on.
      assertThat(s.toString())
          .isEqualTo(
              """
              p2.0 0.27710157816056913
              p1.0 0.3739447630597531
              l28=0.0 0.0 0.5387428714639881
              l30=2.0 2.0 0.11975519496708
              l31=0.0 2.0 0.10437067993944316
              l29=2.0 1.0 0.0508074540524597
              l32=0.0 2.0 0.27710157816056913
              """);
      assertThat(engine.counts().duplicates()).isEqualTo(1);
      assertThat(engine.counts().corrections()).isEqualTo(1);
      Engine again = new Engine(own, setup.pipeline(), setup.labels(), setup.seed(), 1);
      again.load(StateReader.open("again", bytes(engine)));
      assertThat(bytes(again)).isEqualTo(bytes(engine));
    }
  }
}
