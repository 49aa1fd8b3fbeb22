package org.freshet.runtime.contest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.freshet.core.Batch;
import org.freshet.core.Source;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.Engine;
import org.freshet.engine.Outcomes;
import org.freshet.engine.PipelineFile;
import org.freshet.runtime.LiveRows;
import org.freshet.runtime.Replica;
import org.freshet.runtime.journal.Entry;
import org.junit.jupiter.api.Test;

/** One model decides what is asked, and all learn it. */
class AskedContestTest {
  private static final int EVENTS = 3000;
  private static final Batch ROWS = rows();

  private static final PipelineFile FILE =
      PipelineFile.parse(
          "asked.yaml",
          """
          source: { sea: { events: 10 } }
          pipeline: majority
          labels: { budget: 20%, ask: { margin: { window: 100 } } }
          limits: { fallback: gaussian_nb }
          challengers:
            - { name: tree, pipeline: [standard_scaler, hoeffding_tree: { grace_period: 20 }] }
          promote: { window: 500, negative_flips: 50% }
          """,
          Path.of("."),
          List.of());

  /** Events with their labels in their rows. */
  private static Batch rows() {
    try (Source s =
        Components.create(
            Spec.parse("sea(events=3000)"), Build.of(null).withSeed(1), Source.class)) {
      Batch some = new Batch(s.schema(), EVENTS);
      while (some.size() < EVENTS && s.read(some, EVENTS - some.size()) > 0) {
        // until it is full
      }
      return some;
    }
  }

  /** Which events were asked about. */
  private static List<Long> feed(Replica r, int from, int to) {
    List<Long> asked = new ArrayList<>();
    Batch entry = new Batch(r.schema(), 50);
    Outcomes out = new Outcomes();
    for (int at = from; at < to; ) {
      entry.clear();
      while (at < to && entry.size() < 50) {
        entry.append(ROWS, at++);
      }
      r.apply(new Entry(r.entry(), Map.of(), null), entry, out);
      for (int i = 0; i < out.predictions(); i++) {
        if (out.asked(i)) {
          asked.add(out.firstEvent() + i);
        }
      }
    }
    return asked;
  }

  private static byte[] state(Replica r) {
    StateWriter out = new StateWriter();
    r.contest().save(out);
    return out.toBytes();
  }

  @Test
  void allLearnWhatTheOneThatAnswersAskedForAndTheBudgetOutlastsIt() {
    try (Replica r = new Replica(FILE, ROWS.schema(), 1)) {
      List<Long> asked = feed(r, 0, 1500);
      assertThat(r.model()).as("promoted").startsWith("tree-");
      LiveRows.command(r, "fallback on");
      asked.addAll(feed(r, 1500, 2000));
      LiveRows.command(r, "fallback off");
      asked.addAll(feed(r, 2000, EVENTS));
      assertThat(asked).hasSizeBetween(EVENTS / 5 - 60, EVENTS / 5 + 1);
      assertThat(r.contest().asking().asked()).isEqualTo(asked.size());
      for (Engine e : r.contest().engines()) {
        assertThat(e.counts().answered()).isEqualTo(asked.size());
        assertThat(e.counts().withheld()).isEqualTo(EVENTS - asked.size());
      }
      for (int k = 0; k < asked.size(); k++) {
        assertThat((double) k).isLessThan(0.2 * (asked.get(k) + 1));
      }
    }
  }

  @Test
  void stoppedAndRestoredAnywhereItAsksAsIfNeverStopped() {
    try (Replica never = new Replica(FILE, ROWS.schema(), 1)) {
      List<Long> whole = feed(never, 0, EVENTS);
      assertThat(never.model()).startsWith("tree-");
      for (int stop : new int[] {50, 500, 1000, 2000}) {
        try (Replica before = new Replica(FILE, ROWS.schema(), 1);
            Replica after = new Replica(FILE, ROWS.schema(), 1)) {
          List<Long> parts = feed(before, 0, stop);
          StateWriter saved = new StateWriter();
          before.save(saved);
          after.load(StateReader.open("stopped at " + stop, saved.toBytes()));
          parts.addAll(feed(after, stop, EVENTS));
          assertThat(parts).isEqualTo(whole);
          assertThat(state(after)).isEqualTo(state(never));
        }
      }
    }
  }
}
