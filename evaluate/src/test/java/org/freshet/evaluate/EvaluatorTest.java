package org.freshet.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.freshet.core.ConfigException;
import org.freshet.core.DataException;
import org.freshet.core.Source;
import org.freshet.core.component.Span;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.LabelPlan;
import org.freshet.evaluate.report.EvaluationJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluatorTest {
  private static Evaluation run(
      Supplier<Source> s, String model, LabelPlan labels, EvaluateOptions o) {
    return new Evaluator(Job.of("test", s, Spec.parse(model), labels, 1, 1), o).run();
  }

  private static Supplier<Source> labels(String text) {
    return () -> ListSource.classes(text);
  }

  @Test
  void firstAnswersAreScoredBeforeTheLabelIsLearnt() {
    // majority of nothing has no answer; then a, a, a (tie to the lower), a
    Evaluation e =
        run(labels("a a b b b"), "majority", LabelPlan.IMMEDIATE, EvaluateOptions.DEFAULT);
    assertThat(e.events()).isEqualTo(5);
    assertThat(e.labels()).isEqualTo(5);
    assertThat(e.metrics().get("accuracy")).isEqualTo(1 / 5.0);
    assertThat(Evaluation.CLASS_METRICS).containsAll(e.metrics().keySet());
    assertThat(e.baselines().get("majority").get("accuracy")).isEqualTo(1 / 5.0);
    assertThat(e.baselines().get("no_change").get("accuracy")).isEqualTo(3 / 5.0);
    assertThat(e.metrics().get("kappa_t")).isCloseTo((0.2 - 0.6) / 0.4, within(1e-12));
    assertThat(e.metrics().get("kappa_m")).isCloseTo(0, within(1e-12));
  }

  @Test
  void baselinesAreWhatTheComponentsOfTheirNameGetAtAnyDelay() {
    String text = ListSource.runs(3000, 3, 7);
    for (LabelPlan plan :
        List.of(
            LabelPlan.IMMEDIATE,
            LabelPlan.afterEvents(1),
            LabelPlan.afterEvents(48),
            LabelPlan.after(Span.millis(700)))) {
      for (String name : List.of("no_change", "majority")) {
        Evaluation e = run(labels(text), name, plan, EvaluateOptions.DEFAULT);
        assertThat(e.baselines().get(name).get("accuracy"))
            .as(name + " at " + plan)
            .isEqualTo(e.metrics().get("accuracy"));
      }
    }
  }

  @Test
  void blindLastLabelAtAShiftIsNoChangeAtThatDelay() {
    String text = ListSource.runs(2000, 2, 5);
    Evaluation e =
        run(labels(text), "no_change", LabelPlan.afterEvents(10), EvaluateOptions.DEFAULT);
    double blind = e.classes().blind().accuracy(10);
    // the first eleven events have no known label and are left out of the blind line
    assertThat(e.metrics().get("accuracy") * 2000 / 1989).isCloseTo(blind, within(1e-12));
  }

  @Test
  void labelsThatDidNotArriveInTimeAreScoredAtTheEnd() {
    Evaluation e =
        run(labels("a b a b"), "no_change", LabelPlan.afterEvents(100), EvaluateOptions.DEFAULT);
    assertThat(e.labels()).isEqualTo(4);
    assertThat(e.metrics().get("accuracy")).isZero();
  }

  @Test
  void eventsWithoutLabelAreEventsAndNotScored() {
    Evaluation e =
        run(labels("a ? a ? ?"), "no_change", LabelPlan.IMMEDIATE, EvaluateOptions.DEFAULT);
    assertThat(e.events()).isEqualTo(5);
    assertThat(e.labels()).isEqualTo(2);
    assertThat(e.metrics().get("accuracy")).isEqualTo(0.5);
  }

  @Test
  void emptyStreamHasNoMetrics() {
    Evaluation e = run(labels(""), "majority", LabelPlan.IMMEDIATE, EvaluateOptions.DEFAULT);
    assertThat(e.events()).isZero();
    assertThat(e.metrics()).isEmpty();
    assertThat(EvaluationJson.text(e)).doesNotContain("NaN");
  }

  @Test
  void nearFutureIsTheModelWithLateLabels() {
    String text = ListSource.runs(4000, 2, 6);
    EvaluateOptions o = EvaluateOptions.DEFAULT.withNearFuture(20);
    Evaluation e = run(labels(text), "no_change", LabelPlan.IMMEDIATE, o);
    Evaluation late =
        run(labels(text), "no_change", LabelPlan.afterEvents(20), EvaluateOptions.DEFAULT);
    assertThat(e.nearFuture().metrics()).isEqualTo(late.metrics());
    assertThat(e.nearFutureShift()).isEqualTo(20);
  }

  @Test
  void nearFutureAutoTakesTheShiftWhereTheBlindAnswerFallsToChance() {
    String text = ListSource.runs(20_000, 2, 6);
    EvaluateOptions o = EvaluateOptions.DEFAULT.withNearFuture(EvaluateOptions.AUTO);
    Evaluation e = run(labels(text), "no_change", LabelPlan.IMMEDIATE, o);
    assertThat(e.nearFutureShift()).isEqualTo(e.classes().blind().fallsToChance()).isPositive();
    assertThat(e.classes().blind().accuracy(0)).isGreaterThan(0.75);
    assertThat(e.nearFuture().metrics().get("accuracy"))
        .isCloseTo(e.classes().blind().chance(), within(0.03));
  }

  @Test
  void nearFutureAutoNeedsClasses() {
    EvaluateOptions o = EvaluateOptions.DEFAULT.withNearFuture(EvaluateOptions.AUTO);
    assertThatThrownBy(
            () -> run(() -> ListSource.numbers(1, 2), "target_mean", LabelPlan.IMMEDIATE, o))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "--near-future: is auto, which needs a class to predict; give a number of events");
  }

  @Test
  void frozenLearnsFromTheFirstRecordsOnly() {
    // a a a then b for ever: frozen no_change answers a; with one label of the last three it knew
    EvaluateOptions o = EvaluateOptions.DEFAULT.withFreezeAfter(3);
    Evaluation e = run(labels("a a a b b b b b b b"), "no_change", LabelPlan.IMMEDIATE, o);
    assertThat(e.metrics().get("accuracy")).isEqualTo(0.8);
    assertThat(e.frozen().metrics().get("accuracy")).isEqualTo(0.2);
    assertThat(e.frozen().events()).isEqualTo(10);
    assertThat(e.frozen().baselines()).isEqualTo(e.baselines());
  }

  @Test
  void regressionMetricsAndBaselinesByHand() {
    // target_mean answers 0, 2, 3; no change 0, 2, 4
    Evaluation e =
        run(
            () -> ListSource.numbers(2, 4, 9),
            "target_mean",
            LabelPlan.IMMEDIATE,
            EvaluateOptions.DEFAULT);
    assertThat(Evaluation.NUMBER_METRICS).containsAll(e.metrics().keySet());
    assertThat(e.metrics().get("mae")).isCloseTo((2 + 2 + 6) / 3.0, within(1e-12));
    assertThat(e.baselines().get("mean").get("mae")).isCloseTo((2 + 2 + 6) / 3.0, within(1e-12));
    assertThat(e.baselines().get("no_change").get("mae"))
        .isCloseTo((2 + 2 + 5) / 3.0, within(1e-12));
    ObjectNode json = EvaluationJson.of(e);
    assertThat(json.path("baselines").fieldNames())
        .toIterable()
        .containsExactly("no_change", "mean");
    assertThat(json.has("confusion")).isFalse();
  }

  @Test
  void inMemoryAndStreamedAndPassesGiveTheSame() {
    Supplier<Source> s = labels(ListSource.runs(5000, 3, 4));
    Evaluation streamed = run(s, "majority", LabelPlan.afterEvents(7), EvaluateOptions.DEFAULT);
    EvaluateOptions o = EvaluateOptions.DEFAULT.withPasses(3);
    for (boolean memory : new boolean[] {false, true}) {
      Evaluation e = run(s, "majority", LabelPlan.afterEvents(7), o.withInMemory(memory));
      assertThat(e.metrics()).isEqualTo(streamed.metrics());
      assertThat(e.passSeconds()).hasSize(3).allMatch(v -> v > 0);
      assertThat(e.passSeconds().get(2)).isEqualTo(e.seconds());
    }
  }

  @Test
  void limitIsOfRecordsRead() {
    Evaluation e =
        run(
            labels("a b a b a b"),
            "majority",
            LabelPlan.IMMEDIATE,
            EvaluateOptions.DEFAULT.withLimit(4));
    assertThat(e.events()).isEqualTo(4);
  }

  @Test
  void jsonHasTheFieldsOfTheContractInTheirOrder() {
    ObjectNode json =
        EvaluationJson.of(
            run(labels("a b a a b"), "majority", LabelPlan.IMMEDIATE, EvaluateOptions.DEFAULT));
    List<String> names = new ArrayList<>();
    json.fieldNames().forEachRemaining(names::add);
    assertThat(names)
        .startsWith(
            "stream",
            "model",
            "seed",
            "events",
            "labels",
            "threads",
            "metrics",
            "baselines",
            "seconds",
            "pass_seconds",
            "events_per_second",
            "model_bytes",
            "ram_hours",
            "drifts");
    assertThat(json.path("metrics").fieldNames())
        .toIterable()
        .contains(
            "accuracy",
            "kappa",
            "kappa_t",
            "kappa_m",
            "f1_macro",
            "balanced_accuracy",
            "log_loss",
            "auc");
    assertThat(json.path("baselines").path("majority").path("accuracy").isDouble()).isTrue();
  }

  @Test
  void predictionsAreWrittenInTheOrderOfEvents(@TempDir Path dir) throws Exception {
    Path file = dir.resolve("p.txt");
    Job job =
        Job.of("t", labels("x y ? x"), Spec.parse("no_change"), LabelPlan.afterEvents(1), 1, 1);
    new Evaluator(job).predictionsTo(file).run();
    assertThat(Files.readString(file)).isEqualTo("\n\nx\ny\n");
  }

  @Test
  void stoppedAtAnyEventAndResumedIsAsNeverStopped() {
    String text = ListSource.runs(900, 3, 8);
    EvaluateOptions o =
        EvaluateOptions.DEFAULT.withWindow(50).withNearFuture(12).withFreezeAfter(300);
    LabelPlan plan = LabelPlan.afterEvents(7);
    String whole = comparable(run(labels(text), "no_change", plan, o));
    for (int stop : new int[] {1, 6, 7, 8, 63, 299, 300, 301, 512, 899, 900}) {
      AtomicReference<byte[]> saved = new AtomicReference<>();
      Job first = Job.of("test", labels(text), Spec.parse("no_change"), plan, 1, 1);
      new Evaluator(first, o.withLimit(stop))
          .onStop(
              s -> {
                StateWriter out = new StateWriter();
                s.save(out);
                saved.set(out.toBytes());
              })
          .run();
      Evaluation rest =
          new Evaluator(first, o).resumeFrom(StateReader.open("snapshot", saved.get())).run();
      assertThat(comparable(rest)).as("stopped at " + stop).isEqualTo(whole);
    }
  }

  private static String comparable(Evaluation e) {
    ObjectNode json = EvaluationJson.of(e);
    json.remove(List.of("seconds", "pass_seconds", "events_per_second", "ram_hours"));
    return json.toPrettyString();
  }

  @Test
  void progressTellsHowFarItIs() {
    List<Progress> told = new ArrayList<>();
    Job job =
        Job.of(
            "t",
            labels(ListSource.runs(2500, 2, 5)),
            Spec.parse("no_change"),
            LabelPlan.IMMEDIATE,
            1,
            1);
    new Evaluator(job).onProgress(told::add).run();
    assertThat(told).extracting(Progress::events).containsExactly(1024L, 2048L, 2500L);
    assertThat(told.get(2).rolling()).isEqualTo(told.get(2).noChange()).isBetween(0.5, 1.0);
    assertThat(told.get(2).frozen()).isNaN();
  }

  @Test
  void aFaultOfTheSourceComesThroughAsItIs() {
    Job job =
        Job.of(
            "t",
            () -> ListSource.classes("a b !"),
            Spec.parse("majority"),
            LabelPlan.IMMEDIATE,
            1,
            1);
    assertThatThrownBy(() -> new Evaluator(job).run())
        .isInstanceOf(DataException.class)
        .hasMessage("list:3: bad");
  }

  @Test
  void optionsAreChecked() {
    assertThatThrownBy(() -> EvaluateOptions.DEFAULT.withWindow(0))
        .isInstanceOf(ConfigException.class)
        .hasMessage("--window: is 0, allowed 1 to 10000000");
  }
}
