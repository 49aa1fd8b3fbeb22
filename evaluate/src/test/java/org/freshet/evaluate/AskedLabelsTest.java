package org.freshet.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.freshet.core.Source;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.LabelPlan;
import org.freshet.engine.ask.AskPlan;
import org.freshet.engine.ask.Budget;
import org.freshet.evaluate.report.EvaluationHtml;
import org.freshet.evaluate.report.EvaluationJson;
import org.freshet.evaluate.report.EvaluationText;
import org.junit.jupiter.api.Test;

/** A model learns the labels it asked for; the metrics are over all. */
class AskedLabelsTest {
  private static final EvaluateOptions OPTIONS = EvaluateOptions.DEFAULT.withWindow(50);

  private static Supplier<Source> stream(String spec) {
    return () -> Components.create(Spec.parse(spec), Build.of(null).withSeed(3), Source.class);
  }

  private static LabelPlan asking(LabelPlan plan, double share, String strategy) {
    return plan.withAsk(new AskPlan(Budget.share(share), Spec.parse(strategy)));
  }

  private static Evaluation run(Supplier<Source> s, String model, LabelPlan plan) {
    return new Evaluator(Job.of("test", s, Spec.parse(model), plan, 1, 1), OPTIONS).run();
  }

  @Test
  void metricsAreOverAllLabelsAndLearningOverThoseAsked() {
    Supplier<Source> sea = stream("sea(events=4000)");
    LabelPlan plan = asking(LabelPlan.IMMEDIATE, 0.05, "random");
    Evaluation e = run(sea, "gaussian_nb", plan);
    assertThat(e.labels()).isEqualTo(4000);
    assertThat(e.asked().labels()).isBetween(185L, 201L);
    double all = run(sea, "gaussian_nb", LabelPlan.IMMEDIATE).metrics().get("accuracy");
    double none =
        run(sea, "gaussian_nb", asking(LabelPlan.IMMEDIATE, 0, "random")).metrics().get("accuracy");
    assertThat(e.metrics().get("accuracy")).isBetween(none + 0.1, all - 0.001);
    assertThat(e.baselines())
        .as("they see every label")
        .isEqualTo(run(sea, "gaussian_nb", LabelPlan.IMMEDIATE).baselines());
  }

  @Test
  void theJsonSaysWhatWasAskedAndTheRecallOfEachClass() {
    Budget money = new Budget(Budget.Unit.MONEY, 10, null, 0.25, Map.of("b", 0.5));
    LabelPlan plan = LabelPlan.IMMEDIATE.withAsk(new AskPlan(money, Spec.parse("random")));
    String text = "a a b a b a a a a b ".repeat(20);
    Evaluation e = run(() -> ListSource.classes(text), "majority", plan);
    ObjectNode json = EvaluationJson.of(e);
    long asked = json.path("labels_asked").asLong();
    assertThat(asked).isEqualTo(e.asked().labels()).isBetween(12L, 40L);
    assertThat(json.path("labels_asked_share").asDouble()).isCloseTo(asked / 200.0, within(1e-12));
    assertThat(json.path("labels_cost").asDouble()).isBetween(3.0, 10.5);
    assertThat(json.path("questions_bits").asDouble())
        .as("one bit for each of two classes")
        .isEqualTo(asked);
    assertThat(json.path("budget").asText())
        .isEqualTo("{money: 10, price: 0.25, prices: {\"b\": 0.5}}");
    assertThat(json.path("ask").asText()).isEqualTo("random");
    assertThat(json.path("recall").path("a").asDouble()).isGreaterThan(0.9);
    assertThat(json.path("recall").path("b").asDouble()).isLessThan(0.05);
    assertThat(EvaluationText.of(e, 100))
        .contains("labels asked")
        .contains("which cost")
        .contains("recall of b");
    assertThat(EvaluationHtml.of(e)).contains("labels asked");

    ObjectNode plain =
        EvaluationJson.of(run(() -> ListSource.classes(text), "majority", LabelPlan.IMMEDIATE));
    assertThat(plain.has("labels_asked")).isFalse();
    assertThat(plain.path("recall").path("b").isDouble()).isTrue();
  }

  @Test
  void theJsonSaysInWhatFormAndOfWhomItWasAsked() {
    LabelPlan plan =
        LabelPlan.IMMEDIATE.withAsk(
            new AskPlan(
                Budget.share(0.5),
                Spec.parse("random"),
                Spec.parse("candidates"),
                List.of(
                    Spec.parse("annotator(name=anna, error=5%)"),
                    Spec.parse("annotator(name=cleo, error=10%)"),
                    Spec.parse("annotator(name=ben, error=40%)"))));
    ObjectNode json =
        EvaluationJson.of(run(stream("random_rbf(events=3000, classes=4)"), "gaussian_nb", plan));
    assertThat(json.path("question").asText()).isEqualTo("candidates");
    double promised = json.path("questions_coverage_promised").asDouble();
    assertThat(json.path("questions_coverage").asDouble()).isCloseTo(promised, within(0.02));
    assertThat(json.path("questions_bits").asDouble())
        .isBetween(1.0, json.path("questions_bits_full").asDouble() - 1);
    assertThat(json.at("/annotators/0/name").asText()).isEqualTo("anna");
    assertThat(json.at("/annotators/0/estimated_error").asDouble())
        .isLessThan(json.at("/annotators/2/estimated_error").asDouble() - 0.1);
    assertThat(json.at("/annotators/0/questions").asLong())
        .isGreaterThan(json.at("/annotators/2/questions").asLong());
  }

  @Test
  void stoppedAnywhereAndResumedItAsksAsIfNeverStopped() {
    Supplier<Source> s = stream("random_rbf(events=900, classes=3)");
    for (LabelPlan base : List.of(LabelPlan.IMMEDIATE, LabelPlan.afterEvents(7))) {
      LabelPlan plan = asking(base, 0.1, "margin(window=50)");
      EvaluateOptions o = OPTIONS.withNearFuture(5);
      Job job = Job.of("test", s, Spec.parse("hoeffding_tree(grace_period=20)"), plan, 1, 1);
      String whole = comparable(new Evaluator(job, o).run());
      assertThat(whole).contains("labels_asked");
      for (int stop : new int[] {1, 8, 100, 555}) {
        AtomicReference<byte[]> saved = new AtomicReference<>();
        new Evaluator(job, o.withLimit(stop))
            .onStop(
                at -> {
                  StateWriter out = new StateWriter();
                  at.save(out);
                  saved.set(out.toBytes());
                })
            .run();
        StateReader in = StateReader.open("snapshot", saved.get());
        assertThat(comparable(new Evaluator(job, o).resumeFrom(in).run()))
            .as("stopped at " + stop)
            .isEqualTo(whole);
      }
    }
  }

  private static String comparable(Evaluation e) {
    ObjectNode json = EvaluationJson.of(e);
    json.remove(List.of("seconds", "pass_seconds", "events_per_second", "ram_hours"));
    return json.toPrettyString();
  }

  /** On a border that stands still, labels near it teach more than labels anywhere. */
  @Test
  void uncertaintyBeatsRandomOnAStillBorder() {
    double asked = 0;
    double random = 0;
    for (int seed = 1; seed <= 5; seed++) {
      Supplier<Source> s = stream("hyperplane(events=4000, seed=" + seed + ", magnitude=0)");
      String model = "standard_scaler | logistic_regression";
      asked += run(s, model, asking(LabelPlan.IMMEDIATE, 0.05, "margin")).metrics().get("accuracy");
      random +=
          run(s, model, asking(LabelPlan.IMMEDIATE, 0.05, "random")).metrics().get("accuracy");
    }
    assertThat(asked / 5).isGreaterThan(random / 5 + 0.02);
  }

  @Test
  void numbersAreAskedForToo() {
    String model = "standard_scaler | linear_regression";
    Supplier<Source> friedman = stream("friedman(events=3000)");
    Evaluation e = run(friedman, model, asking(LabelPlan.IMMEDIATE, 0.1, "random"));
    Evaluation none = run(friedman, model, asking(LabelPlan.IMMEDIATE, 0, "random"));
    assertThat(e.labels()).isEqualTo(3000);
    assertThat(e.asked().labels()).isBetween(280L, 301L);
    assertThat(e.metrics().get("rmse")).isLessThan(0.5 * none.metrics().get("rmse"));
    assertThat(EvaluationJson.of(e).path("labels_asked").asLong()).isEqualTo(e.asked().labels());
  }
}
