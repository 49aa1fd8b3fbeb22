package org.freshet.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.MultiTargetRegressor;
import org.freshet.core.Schema;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.junit.jupiter.api.Test;

/** An event with several truths: they wait, arrive, are learnt and are saved as one label does. */
class EngineSeveralTest {
  private static final Schema SCHEMA =
      Schema.multiTarget(List.of(Column.numeric("x")), List.of("a", "b"));

  /** Answers the last truths learnt. */
  private static final class Last implements MultiTargetRegressor {
    private double[] last = new double[2];

    @Override
    public int targets() {
      return 2;
    }

    @Override
    public void predict(Features x, double[] answers) {
      System.arraycopy(last, 0, answers, 0, 2);
    }

    @Override
    public void learn(Features x, double[] truths, double weight) {
      last = truths.clone();
    }

    @Override
    public void save(StateWriter out) {
      out.put("last", last);
    }

    @Override
    public void load(StateReader in) {
      last = in.doubles("last", 2);
    }

    @Override
    public long memoryBytes() {
      return 48;
    }
  }

  private static Batch stream(int n) {
    Batch b = new Batch(SCHEMA, n);
    for (int i = 0; i < n; i++) {
      b.beginRow();
      b.set(0, i);
      if (i % 5 != 4) { // every fifth has no truths
        b.setTruth(0, i);
        b.setTruth(1, -i);
      }
      b.endRow();
    }
    return b;
  }

  private static void note(Outcomes out, List<String> all) {
    for (int i = 0; i < out.predictions(); i++) {
      int at = out.scoresAt(i);
      all.add("p " + out.scores()[at] + " " + out.scores()[at + 1]);
    }
    for (int i = 0; i < out.labels(); i++) {
      double[] s = out.labelScores(i);
      int at = out.labelScoresAt(i);
      all.add(out.labelEvent(i) + ": " + out.truth(i, 0) + " " + out.truth(i, 1));
      all.add("  answered " + s[at] + " " + s[at + 1]);
    }
  }

  @Test
  void truthsComeAtOnceOrLater() {
    Outcomes out = new Outcomes();
    try (Engine e = new Engine(SCHEMA, new Last(), LabelPlan.IMMEDIATE)) {
      e.process(stream(6), 0, 6, out);
      assertThat(out.labels()).isEqualTo(5);
      assertThat(out.predicted(4)).isEqualTo(3);
      assertThat(out.truth(4, 1)).isEqualTo(-5);
      assertThat(out.labelPredicted(4)).isEqualTo(3);
    }
    try (Engine e = new Engine(SCHEMA, new Last(), LabelPlan.afterEvents(2))) {
      e.process(stream(6), 0, 6, out);
      assertThat(out.labels()).isEqualTo(4);
      assertThat(out.labelEvent(3)).isEqualTo(3);
      assertThat(out.truth(3, 1)).isEqualTo(-3);
      assertThat(out.predicted(5)).isEqualTo(2);
    }
  }

  @Test
  void stoppedAndRestoredIsNeverStopped() {
    Batch all = stream(40);
    for (LabelPlan plan : List.of(LabelPlan.IMMEDIATE, LabelPlan.afterEvents(7))) {
      List<String> whole = new ArrayList<>();
      List<String> parts = new ArrayList<>();
      Outcomes out = new Outcomes();
      try (Engine e = new Engine(SCHEMA, new Last(), plan)) {
        for (int i = 0; i < 40; i++) {
          e.process(all, i, i + 1, out);
          note(out, whole);
        }
        e.finish(out);
        note(out, whole);
      }
      byte[] state = null;
      for (int i = 0; i < 40; i++) {
        try (Engine e = new Engine(SCHEMA, new Last(), plan)) {
          if (state != null) {
            e.load(StateReader.open("test", state));
          }
          e.process(all, i, i + 1, out);
          note(out, parts);
          StateWriter w = new StateWriter();
          e.save(w);
          state = w.toBytes();
          if (i == 39) {
            e.finish(out);
            note(out, parts);
          }
        }
      }
      assertThat(parts).isEqualTo(whole);
      assertThat(Arrays.asList(whole.toArray())).anyMatch(s -> s.toString().startsWith("33: "));
    }
  }
}
