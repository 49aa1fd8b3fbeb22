package org.freshet.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.Engine;
import org.freshet.engine.ExpertCounts;
import org.freshet.engine.Outcomes;
import org.freshet.engine.PipelineFile;
import org.freshet.runtime.LiveRows.Answers;
import org.freshet.runtime.contest.Standing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The models of a pipeline change while it goes on. */
class TermsTest {
  private static final int EVENTS = 4000;
  private static final int CUT = 4000; // rows, about 2,000 events and their labels

  /** Labels come 48 events late; of each 100 events one is sent again. */
  private static final LiveRows ROWS =
      LiveRows.of("arff(path='../examples/data/electricity.arff.gz')", EVENTS, 48, 100);

  private static PipelineFile file(String more) {
    return PipelineFile.parse(
        "terms.yaml",
        "source: { sea: { events: 10 } }\npipeline: majority\n" + more,
        Path.of("."),
        List.of());
  }

  private static final String WITH =
      """
      challengers: [ { name: bayes, pipeline: [standard_scaler, gaussian_nb] } ]
      promote: { window: 100, automatic: false }
      """;

  private static void change(Replica r, PipelineFile to) {
    Terms given = Terms.of(to);
    r.check(given);
    LiveRows.command(r, Command.models(given));
  }

  /** What a model says that sees the rows behind the cut alone, without labels from before. */
  private static List<Double> newcomer() {
    Set<String> before = new HashSet<>();
    Batch rows = ROWS.rows();
    for (int r = 0; r < CUT; r++) {
      if (rows.kind(r) == Batch.Kind.EVENT) {
        before.add(rows.id(r));
      }
    }
    Batch after = new Batch(ROWS.schema(), ROWS.size());
    for (int r = CUT; r < ROWS.size(); r++) {
      if (!before.contains(rows.id(r))) {
        after.append(rows, r);
      }
    }
    List<Double> all = new ArrayList<>();
    PipelineFile f = file("");
    try (Engine e =
        new Engine(
            ROWS.schema(), Spec.parse("standard_scaler | gaussian_nb"), f.labels(), f.seed(), 1)) {
      Outcomes out = new Outcomes();
      e.process(after, 0, after.size(), out);
      for (int i = 0; i < out.predictions(); i++) {
        all.add(out.predicted(i));
      }
    }
    return all;
  }

  @Test
  void aNewModelLearnsFromWhatComesAfterItAndSeesTheSameEvents() {
    try (Replica r = new Replica(file(""), ROWS.schema(), 1)) {
      Answers a = new Answers();
      ROWS.feed(r, 0, CUT, 64, a);
      int before = a.predicted.size();
      change(r, file(WITH));
      LiveRows.command(r, "promote bayes");
      ROWS.feed(r, CUT, ROWS.size(), 64, a);
      assertThat(a.predicted).hasSize(EVENTS);
      assertThat(a.predicted.subList(before, EVENTS)).isEqualTo(newcomer());
      assertThat(a.models.get(before - 1)).isEqualTo("main-1");
      assertThat(a.models.get(before)).isEqualTo("bayes-2");
      // Labels of events before it came are no comparison: neither model is right or wrong then.
      Standing main = r.contest().standings().get(0);
      assertThat(r.engine().counts().labels())
          .isEqualTo(r.contest().engines().get(0).counts().labels());
      assertThat(main.better() + main.worse()).isPositive();
      assertThat(a.repeated).hasSize(EVENTS / 100);
      for (int i = 0; i < a.repeated.size(); i++) {
        int event = a.repeatedOf.get(i).intValue();
        assertThat(a.repeated.get(i)).isEqualTo(a.predicted.get(event));
        assertThat(a.repeatedBy.get(i)).isEqualTo(a.models.get(event));
      }
    }
  }

  @Test
  void theNewStateIsWhatASnapshotOfItRestores() {
    try (Replica r = new Replica(file(""), ROWS.schema(), 1)) {
      ROWS.feed(r, 0, CUT, 64, (x, rows, out) -> {});
      change(r, file(WITH));
      StateWriter saved = new StateWriter();
      r.save(saved);
      try (Replica other = new Replica(file(""), ROWS.schema(), 1)) {
        other.load(StateReader.open("s", saved.toBytes())); // with the models it was saved with
        Answers a = new Answers();
        Answers b = new Answers();
        ROWS.feed(r, CUT, ROWS.size(), 64, a);
        ROWS.feed(other, CUT, ROWS.size(), 7, b);
        assertThat(b.predicted).isEqualTo(a.predicted);
        StateWriter one = new StateWriter();
        StateWriter two = new StateWriter();
        r.contest().save(one);
        other.contest().save(two);
        assertThat(two.toBytes()).isEqualTo(one.toBytes());
      }
    }
  }

  @Test
  void aRetiredModelsPlaceIsTakenByThePresentOne() {
    try (Replica r = new Replica(file(WITH), ROWS.schema(), 1)) {
      Answers a = new Answers();
      ROWS.feed(r, 0, 1000, 64, a);
      LiveRows.command(r, "promote bayes");
      ROWS.feed(r, 1000, 2000, 64, a);
      assertThatThrownBy(() -> change(r, file("")))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("'bayes' answers now");
      LiveRows.command(r, "rollback");
      change(r, file(""));
      ROWS.feed(r, 2000, ROWS.size(), 64, a);
      assertThat(a.predicted).hasSize(EVENTS);
      assertThat(r.contest().models()).containsExactly("main");
      assertThat(r.model()).isEqualTo("main-3");
      assertThat(r.contest().refuses("rollback")).isEqualTo("no champion came before this one");
      assertThat(r.contest().refusesToRestore(2))
          .isEqualTo("version bayes-2 is of a pipeline that is no longer in the file");
    }
  }

  /** Another budget and strategy: the model stays, spending goes on, the strategy begins anew. */
  @Test
  void whatIsAskedForChangesWhileItGoesOn() {
    String model = "source: { sea: {} }\npipeline: gaussian_nb\n";
    PipelineFile before =
        PipelineFile.parse(
            "t",
            model + "labels: { budget: 20%, ask: { margin: { window: 100 } } }\n",
            Path.of("."),
            List.of());
    PipelineFile after =
        PipelineFile.parse(
            "t",
            model + "labels: { budget: { share: 5%, window: 500 events }, ask: { random: {} } }\n",
            Path.of("."),
            List.of());
    try (Replica r = new Replica(before, ROWS.schema(), 1)) {
      ROWS.feed(r, 0, CUT, 64, (x, rows, out) -> {});
      long asked = r.engine().asking().asked();
      long labels = r.engine().counts().labels();
      int waiting = r.engine().pending();
      StateWriter model1 = new StateWriter();
      r.engine().saveModel(model1);
      assertThat(Terms.of(after).since(r.terms()))
          .containsExactly(
              "labels are asked for by budget {share: 5%, window: 500 events}, ask random in place of"
                  + " budget 20%, ask margin(window=100); the model stays, what was spent counts on,"
                  + " 'random' begins anew");
      change(r, after);
      StateWriter model2 = new StateWriter();
      r.engine().saveModel(model2);
      assertThat(model2.toBytes()).isEqualTo(model1.toBytes());
      assertThat(r.engine().asking().asked()).isEqualTo(asked).isPositive();
      assertThat(r.engine().counts().labels()).isEqualTo(labels);
      assertThat(r.engine().pending()).isEqualTo(waiting);
      StateWriter saved = new StateWriter();
      r.save(saved);
      Answers a = new Answers();
      ROWS.feed(r, CUT, ROWS.size(), 64, a);
      long later = r.engine().asking().asked() - asked;
      assertThat(later).as("5 % of 2,000 events").isBetween(85L, 105L);
      // A replica of either file goes on from it in the same way, and so does a replay.
      for (PipelineFile file : List.of(before, after)) {
        try (Replica other = new Replica(file, ROWS.schema(), 1)) {
          other.load(StateReader.open("s", saved.toBytes()));
          Answers b = new Answers();
          ROWS.feed(other, CUT, ROWS.size(), 7, b);
          assertThat(b.predicted).isEqualTo(a.predicted);
          assertThat(other.engine().asking().asked()).isEqualTo(asked + later);
          assertThat(Terms.of(after).since(other.terms())).isEmpty();
        }
      }
      // No budget any more: all that comes is learnt.
      change(r, PipelineFile.parse("t", model, Path.of("."), List.of()));
      assertThat(r.engine().asking()).isNull();
      change(r, before);
      assertThat(r.engine().asking().asked()).isZero();
      assertThat(Terms.parse(r.terms().text())).isEqualTo(r.terms());
    }
  }

  private static PipelineFile router(String... experts) {
    StringBuilder all = new StringBuilder();
    for (String e : experts) {
      all.append("{ recorded: { column: ").append(e).append(" } }, ");
    }
    return PipelineFile.parse(
        "terms.yaml",
        "source: { sea: { events: 10 } }\npipeline:\n  - select: { keep: [x] }\n  - router: { budget: 1.5, trial: 0, experts: ["
            + all.substring(0, all.length() - 2)
            + "] }\n",
        Path.of("."),
        List.of());
  }

  @Test
  void aRouterChoosesAmongOtherExpertsAndKeepsWhatItLearntOfTheRest(@TempDir Path folder)
      throws IOException {
    StringBuilder csv = new StringBuilder("x,bad,good,late,truth\n");
    Rng rng = new Rng(1);
    for (int i = 0; i < 1200; i++) {
      String truth = rng.nextDouble() < 0.5 ? "yes" : "no";
      String wrong = truth.equals("yes") ? "no" : "yes";
      csv.append(rng.nextDouble()).append(',').append(wrong).append(',').append(truth);
      csv.append(',').append(wrong).append(',').append(truth).append('\n');
    }
    Path data = Files.writeString(folder.resolve("said.csv"), csv);
    LiveRows rows = LiveRows.of("csv(path='" + data + "', label=truth)", 1200, 5, 0);
    int cut = 1200;
    PipelineFile before = router("bad", "good");
    PipelineFile after = router("late", "good");
    try (Replica r = new Replica(before, rows.schema(), 1)) {
      rows.feed(r, 0, cut, 64, (x, batch, out) -> {});
      ExpertCounts counts = r.engine().experts();
      long bad = counts.calls(0);
      long good = counts.calls(1);
      assertThat(good).isGreaterThan(500);
      assertThat(Terms.of(after).since(r.terms()))
          .containsExactly(
              "'main' chooses among other experts and keeps what it learnt of those it had");
      change(r, after);
      counts = r.engine().experts();
      assertThat(counts.name(0)).isEqualTo("late");
      assertThat(counts.calls(0)).isZero();
      assertThat(counts.calls(1)).isEqualTo(good);
      assertThat(counts.name(2)).as("is there no more").isEqualTo("bad");
      assertThat(counts.calls(2)).isEqualTo(bad);
      StateWriter saved = new StateWriter();
      r.save(saved);
      Answers a = new Answers();
      rows.feed(r, cut, rows.size(), 64, a);
      assertThat(r.engine().experts().calls(0)).as("nothing speaks for the new one").isLessThan(9);
      try (Replica other = new Replica(before, rows.schema(), 1)) {
        other.load(StateReader.open("s", saved.toBytes()));
        Answers b = new Answers();
        rows.feed(other, cut, rows.size(), 7, b);
        assertThat(b.predicted).isEqualTo(a.predicted);
      }
    }
  }

  /** Where classes are open, a price for one that never came is told of at the end. */
  @Test
  void aPriceOfNoClass() {
    PipelineFile f =
        PipelineFile.parse(
            "t",
            "source: { sea: {} }\npipeline: gaussian_nb\n"
                + "labels: { budget: { money: 9, prices: { UP: 1, sideways: 2 } } }\n",
            Path.of("."),
            List.of());
    Schema open = Schema.classification(List.of(Column.numeric("x")), "y");
    try (Replica r = new Replica(f, open, 1)) {
      r.schema().labels().code("UP");
      r.schema().labels().code("DOWN");
      assertThat(r.idlePrices())
          .isEqualTo(
              "labels.budget has a price of 'sideways', which was no class of the stream; there were"
                  + " UP, DOWN");
    }
  }

  @Test
  void anotherPipelineIsNoChangeOfModels() {
    PipelineFile other =
        PipelineFile.parse(
            "t", "source: { sea: {} }\npipeline: gaussian_nb\n", Path.of("."), List.of());
    try (Replica r = new Replica(file(WITH), ROWS.schema(), 1)) {
      assertThatThrownBy(() -> change(r, other)).hasMessageContaining("the pipeline itself is");
    }
  }

  @Test
  void whatChangedIsSaidInWords() {
    Terms before = Terms.of(file(WITH + "limits: { memory: 64MB, fallback: no_change }"));
    Terms after =
        Terms.of(
            file(
                """
                challengers: [ { name: tree, pipeline: hoeffding_tree } ]
                limits: { fallback: majority }
                """));
    assertThat(after.since(before))
        .containsExactly(
            "'tree' is new and has learnt nothing yet",
            "'fallback' is another pipeline and has learnt nothing yet",
            "'bayes' is retired",
            "the rule of promotion is another",
            "the limit of memory is another");
    assertThat(Terms.parse(before.text())).isEqualTo(before);
    assertThat(after.since(after)).isEmpty();
  }
}
