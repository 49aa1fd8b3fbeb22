package org.freshet.runtime.contest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.ConfigException;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.Engine;
import org.freshet.engine.Outcomes;
import org.freshet.engine.PipelineFile;
import org.freshet.runtime.LiveRows;
import org.freshet.runtime.LiveRows.Answers;
import org.freshet.runtime.Replica;
import org.junit.jupiter.api.Test;

class ContestTest {
  private static final String ELECTRICITY = "arff(path='../examples/data/electricity.arff.gz')";
  private static final int EVENTS = 6000;

  /** Labels come 48 events late; of each 100 events one is sent again. */
  private static final LiveRows ROWS = LiveRows.of(ELECTRICITY, EVENTS, 48, 100);

  private static PipelineFile file(String more) {
    return PipelineFile.parse(
        "contest.yaml",
        """
        source: { sea: { events: 10 } }
        pipeline: majority
        """
            + more,
        Path.of("."),
        List.of());
  }

  private static final String THREE =
      """
      challengers:
        - { name: bayes, pipeline: gaussian_nb }
        - { name: tree, pipeline: [standard_scaler, hoeffding_tree: { grace_period: 50 }] }
      promote: { window: 1000, negative_flips: 30% }
      """;

  private static List<Double> alone(String pipeline) {
    List<Double> all = new ArrayList<>();
    PipelineFile f = file("");
    try (Engine e =
        new Engine(
            ROWS.schema(),
            org.freshet.core.component.Spec.parse(pipeline),
            f.labels(),
            f.seed(),
            1)) {
      Outcomes out = new Outcomes();
      e.process(ROWS.rows(), 0, ROWS.size(), out);
      for (int i = 0; i < out.predictions(); i++) {
        all.add(out.predicted(i));
      }
    }
    return all;
  }

  private static byte[] state(Replica r) {
    StateWriter out = new StateWriter();
    r.contest().save(out);
    return out.toBytes();
  }

  private static Replica replica(String more) {
    return new Replica(file(more), ROWS.schema(), 1);
  }

  @Test
  void theBetterModelTakesOverAndAnswersAsItDoesAlone() {
    List<Double> majority = alone("majority");
    List<Double> bayes = alone("gaussian_nb");
    List<Double> tree = alone("standard_scaler | hoeffding_tree(grace_period=50)");
    try (Replica r = replica(THREE)) {
      Answers a = new Answers();
      ROWS.feed(r, 0, ROWS.size(), 64, a);
      assertThat(a.predicted).hasSize(EVENTS);
      assertThat(a.models.get(0)).isEqualTo("main-1");
      assertThat(r.model()).matches("(tree|bayes)-[2-9]");
      // The first window is full at the label that comes after event 1047.
      assertThat(a.models.subList(0, 1048)).containsOnly("main-1");
      assertThat(a.models.get(1048)).endsWith("-2");
      for (int i = 0; i < EVENTS; i++) {
        String by = a.models.get(i);
        List<Double> own = by.startsWith("main") ? majority : by.startsWith("bayes") ? bayes : tree;
        assertThat(a.predicted.get(i)).as("event %d by %s", i, by).isEqualTo(own.get(i));
      }
      assertThat(r.contest().standings())
          .extracting(Standing::name)
          .containsExactly("main", "bayes", "tree");
    }
  }

  @Test
  void anEventSentAgainGetsTheAnswerItGot() {
    try (Replica r = replica(THREE)) {
      Answers a = new Answers();
      ROWS.feed(r, 0, ROWS.size(), 64, a);
      assertThat(a.repeated).hasSize(EVENTS / 100);
      for (int i = 0; i < a.repeated.size(); i++) {
        int event = a.repeatedOf.get(i).intValue();
        assertThat(a.repeated.get(i)).isEqualTo(a.predicted.get(event));
        assertThat(a.repeatedBy.get(i)).isEqualTo(a.models.get(event));
      }
      // One was asked before the promotion and again after it.
      assertThat(a.repeatedBy.get(10)).isEqualTo("main-1");
    }
  }

  @Test
  void howRowsAreDividedMakesNoDifference() {
    try (Replica one = replica(THREE);
        Replica two = replica(THREE)) {
      Answers a = new Answers();
      Answers b = new Answers();
      ROWS.feed(one, 0, ROWS.size(), 1, a);
      ROWS.feed(two, 0, ROWS.size(), 997, b);
      assertThat(b.predicted).isEqualTo(a.predicted);
      assertThat(b.models).isEqualTo(a.models);
      assertThat(b.repeated).isEqualTo(a.repeated);
      assertThat(state(two)).isEqualTo(state(one));
    }
  }

  @Test
  void stoppedAndRestoredAnywhereItGoesOnAsIfNeverStopped() {
    byte[] whole;
    Answers a = new Answers();
    try (Replica r = replica(THREE)) {
      ROWS.feed(r, 0, ROWS.size(), 64, a);
      whole = state(r);
    }
    for (int stop : new int[] {0, 1, 1500, 2103, 2104, 5000, 9000}) {
      Answers b = new Answers();
      Replica first = replica(THREE);
      ROWS.feed(first, 0, stop, 64, b);
      StateWriter out = new StateWriter();
      first.save(out);
      first.close();
      try (Replica second = replica(THREE)) {
        second.load(StateReader.open("test", out.toBytes()));
        ROWS.feed(second, stop, ROWS.size(), 64, b);
        assertThat(b.predicted).isEqualTo(a.predicted);
        assertThat(b.models).isEqualTo(a.models);
        assertThat(state(second)).as("stopped at row %d", stop).isEqualTo(whole);
      }
    }
  }

  @Test
  void tooManyNegativeFlipsKeepTheChampion() {
    try (Replica r = replica(THREE.replace("30%", "0.1%"))) {
      ROWS.feed(r, 0, ROWS.size() - 200, 64, (x, rows, out) -> {});
      assertThat(r.model()).isEqualTo("main-1");
      Standing tree = r.contest().standings().get(2);
      assertThat(tree.recent()).isGreaterThan(r.contest().standings().get(0).recent());
      assertThat(tree.p()).isLessThan(0.01);
      assertThat(tree.negativeFlips()).isGreaterThan(0.001);
    }
  }

  @Test
  void byHandAndBack() {
    try (Replica r = replica(THREE.replace("window: 1000", "window: 1000, automatic: false"))) {
      Answers a = new Answers();
      ROWS.feed(r, 0, 3000, 64, a);
      int before = a.predicted.size();
      LiveRows.command(r, "promote tree");
      assertThat(r.contest().changes())
          .containsExactly(new Contest.Change("main-1", "tree-2", before, "by hand"));
      ROWS.feed(r, 3000, 4000, 64, a);
      int then = a.predicted.size();
      LiveRows.command(r, "rollback");
      ROWS.feed(r, 4000, 5000, 64, a);
      assertThat(a.models.subList(0, before)).containsOnly("main-1");
      assertThat(a.models.subList(before, then)).containsOnly("tree-2");
      assertThat(a.models.subList(then, a.models.size())).containsOnly("main-3");
      assertThat(r.contest().refuses("rollback")).isEqualTo("no champion came before this one");
      assertThat(r.contest().refuses("promote oak"))
          .isEqualTo("there is no challenger 'oak'; there are [bayes, tree]");
      assertThat(r.contest().refuses("promote main")).isEqualTo("'main' is the champion");
      assertThat(r.contest().refuses("dance"))
          .isEqualTo(
              "unknown command 'dance', expected promote NAME, rollback, rollback N, publish NOTE,"
                  + " fallback on or fallback off");
    }
  }

  @Test
  void theFallbackAnswersWhileTheOthersRest() {
    String more = "limits: { fallback: gaussian_nb }\n";
    List<Double> bayes = alone("gaussian_nb");
    try (Replica r = replica(more)) {
      Answers a = new Answers();
      ROWS.feed(r, 0, 3000, 64, a);
      long learnt = r.engine().counts().labels();
      LiveRows.command(r, "fallback on");
      int from = a.predicted.size();
      ROWS.feed(r, 3000, 4000, 64, a);
      assertThat(r.engine().missed()).isEqualTo(r.engine().counts().labels() - learnt);
      byte[] saved = state(r);
      LiveRows.command(r, "fallback off");
      int to = a.predicted.size();
      ROWS.feed(r, 4000, ROWS.size(), 64, a);
      assertThat(a.models.subList(0, from)).containsOnly("main-1");
      assertThat(a.models.subList(from, to)).containsOnly("fallback");
      assertThat(a.predicted.subList(from, to)).isEqualTo(bayes.subList(from, to));
      assertThat(a.models.subList(to, EVENTS)).containsOnly("main-1");
      assertThat(a.predicted.subList(to, EVENTS)).doesNotContain(-1.0);
      try (Replica other = replica(more)) {
        other.contest().load(StateReader.open("test", saved));
        assertThat(other.model()).isEqualTo("fallback");
        ROWS.feed(other, 4000, 4100, 64, (x, rows, out) -> {});
        assertThat(other.engine().missed()).isGreaterThan(0);
      }
    }
  }

  @Test
  void numbersAreComparedByTheSizeOfErrors() {
    LiveRows bikes =
        LiveRows.of(
            "csv(path='../examples/data/bikes.csv.gz', label=cnt, task=regression)", 3000, 1, 0);
    PipelineFile f =
        PipelineFile.parse(
            "bikes.yaml",
            """
            source: { sea: { events: 10 } }
            pipeline: target_mean
            challengers: [ { name: last, pipeline: no_change } ]
            promote: { window: 500 }
            """,
            Path.of("."),
            List.of());
    try (Replica r = new Replica(f, bikes.schema(), 1)) {
      Answers a = new Answers();
      bikes.feed(r, 0, bikes.size(), 64, a);
      // Its errors are those of an independent loop.
      double sum = 0;
      List<Double> labels = new ArrayList<>();
      for (int i = 0; i < bikes.size(); i++) {
        if (bikes.rows().kind(i) == Batch.Kind.LABEL) {
          labels.add(bikes.rows().label(i));
        }
      }
      assertThat(r.model()).isEqualTo("last-2");
      int n = labels.size();
      int from = a.models.indexOf("last-2");
      assertThat(from).isLessThan(n - 500);
      for (int i = n - 500; i < n; i++) {
        sum += Math.abs(labels.get(i) - a.predicted.get(i));
      }
      Standing last = r.contest().standings().get(1);
      assertThat(last.recent()).isCloseTo(sum / 500, org.assertj.core.api.Assertions.within(1e-9));
    }
  }

  @Test
  void whatCannotTakeThePlaceIsRefused() {
    assertThatThrownBy(() -> replica("challengers: [ { name: sets, pipeline: conformal } ]\n"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("challengers: 'sets' answers sets of classes")
        .hasMessageContaining("the pipeline answers one class or number");
  }

  @Test
  void eachKeyHasAModelWhereTheFileSaysSo() {
    LiveRows rows = LiveRows.of(ELECTRICITY, 500, 10, 0);
    PipelineFile f =
        PipelineFile.parse(
            "keys.yaml",
            """
            source: { sea: { events: 10 } }
            pipeline: [standard_scaler, logistic_regression]
            place: { per: key, models: 10 }
            """,
            Path.of("."),
            List.of());
    try (Replica r = new Replica(f, rows.schema(), 1)) {
      assertThat(r.engine().spec().toString())
          .startsWith("per_key_steps(per=key, steps=standard_scaler")
          .contains("models=10");
      rows.feed(r, 0, rows.size(), 64, (x, b, out) -> {});
      assertThat(r.engine().counts().labels()).isEqualTo(500);
    }
  }
}
