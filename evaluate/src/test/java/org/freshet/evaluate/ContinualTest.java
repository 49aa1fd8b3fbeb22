package org.freshet.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.freshet.core.Source;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Protocol;
import org.freshet.core.component.Spec;
import org.freshet.engine.LabelPlan;
import org.freshet.evaluate.protocol.TaskProtocol;
import org.freshet.evaluate.report.EvaluationHtml;
import org.freshet.evaluate.report.EvaluationJson;
import org.freshet.evaluate.report.EvaluationText;
import org.junit.jupiter.api.Test;

/** Protocols through the evaluator, with models whose answers are known. */
class ContinualTest {
  /** Four classes in turn, {@code n} events. */
  private static Supplier<Source> tasks(String protocol, int n) {
    StringBuilder labels = new StringBuilder();
    for (int i = 0; i < n; i++) {
      labels.append(i == 0 ? "" : " ").append((char) ('a' + i % 4));
    }
    return () ->
        ((TaskProtocol)
                Components.create(Spec.parse(protocol), Build.of(null).withSeed(3), Protocol.class))
            .over(ListSource.classes(labels.toString()), 0, protocol);
  }

  private static Evaluation run(Supplier<Source> s, String model, EvaluateOptions o) {
    return new Evaluator(Job.of("test", s, Spec.parse(model), LabelPlan.IMMEDIATE, 1, 1), o).run();
  }

  /**
   * At the end of a task there are 20 events of each of its classes: the majority is a, the lower
   * code, also after c and d.
   */
  @Test
  void whatTheMajorityKeeps() {
    Supplier<Source> s = tasks("class_incremental(tasks=2, points=1, shuffle=false)", 100);
    Continual c = run(s, "majority", EvaluateOptions.DEFAULT).continual();
    assertThat(c.tasks().stream().map(Continual.Task::name).toList())
        .containsExactly("a, b", "c, d");
    assertThat(c.tasks().stream().map(Continual.Task::events).toList()).containsExactly(40L, 40L);
    assertThat(c.matrix().end(0, 0)).isEqualTo(0.5);
    assertThat(c.matrix().end(0, 1)).isZero();
    assertThat(c.matrix().end(1, 0)).isEqualTo(0.5);
    assertThat(c.metrics().get("final_accuracy")).isEqualTo(0.25);
    assertThat(c.metrics().get("average_anytime_accuracy")).isEqualTo((0.5 + 0.25) / 2);
    assertThat(c.metrics().get("worst_case_accuracy")).isEqualTo(0.25);
    assertThat(c.metrics().get("forgetting")).isZero();
    assertThat(c.metrics().get("backward_transfer")).isZero();
    assertThat(c.metrics().get("forward_transfer")).isZero();
    // 40 tests: both tasks before, both at each end
    assertThat(c.tested()).isEqualTo(20 + 20 + 20);
  }

  /** "No change" keeps nothing but the last label. */
  @Test
  void whatTheLastLabelForgets() {
    Supplier<Source> s = tasks("class_incremental(tasks=4, points=5)", 400);
    Continual c = run(s, "no_change", EvaluateOptions.DEFAULT).continual();
    assertThat(c.tasks()).allSatisfy(t -> assertThat(t.after()).isEqualTo(1));
    assertThat(c.metrics().get("final_accuracy")).isEqualTo(0.25);
    assertThat(c.metrics().get("forgetting")).isEqualTo(1);
    assertThat(c.metrics().get("backward_transfer")).isEqualTo(-1);
    assertThat(c.metrics().get("worst_case_accuracy")).isEqualTo(0.25);
    // at any time the one of the k tasks so far that is at hand
    assertThat(c.metrics().get("average_anytime_accuracy"))
        .isCloseTo((1 + 1 / 2.0 + 1 / 3.0 + 1 / 4.0) / 4, within(1e-12));
    assertThat(c.anytime()).hasSize(20);
  }

  @Test
  void testsLeaveTheModelAsItIs() {
    Supplier<Source> often = tasks("class_incremental(tasks=2, points=40)", 200);
    Supplier<Source> never = tasks("class_incremental(tasks=2, points=1)", 200);
    EvaluateOptions o = EvaluateOptions.DEFAULT;
    Evaluation a = run(often, "standard_scaler | hoeffding_tree(grace_period=10)", o);
    Evaluation b = run(never, "standard_scaler | hoeffding_tree(grace_period=10)", o);
    assertThat(a.metrics()).isEqualTo(b.metrics());
    assertThat(a.continual().metrics().get("final_accuracy"))
        .isEqualTo(b.continual().metrics().get("final_accuracy"));
    assertThat(a.continual().tested()).isGreaterThan(b.continual().tested());
  }

  @Test
  void withoutTestsThereIsWhatWasSeenOnline() {
    Supplier<Source> s = tasks("label_permuted(every=100, sample=0)", 300);
    Evaluation e = run(s, "majority", EvaluateOptions.DEFAULT);
    assertThat(e.continual().metrics()).containsOnlyKeys("near_future_accuracy");
    assertThat(e.continual().tasks()).hasSize(3);
    double mean =
        e.continual().tasks().stream().mapToDouble(Continual.Task::online).average().orElse(0);
    assertThat(mean).isCloseTo(e.metrics().get("accuracy"), within(1e-12));
  }

  @Test
  void onlineAccuracyOfEachTask() {
    Supplier<Source> s = tasks("class_incremental(tasks=2, sample=0, shuffle=false)", 100);
    Continual c = run(s, "majority", EvaluateOptions.DEFAULT).continual();
    // a b a b … : the first has no answer, then a is right every other time; c and d never are
    assertThat(c.tasks().get(0).online()).isEqualTo(24 / 50.0);
    assertThat(c.tasks().get(1).online()).isZero();
    assertThat(c.metrics()).isEqualTo(Map.of("near_future_accuracy", 24 / 100.0));
  }

  @Test
  void nearFutureIsThatOfLabelsThatComeLate() {
    Supplier<Source> s = tasks("class_incremental(tasks=2, sample=0, shuffle=false)", 100);
    Evaluation e = run(s, "no_change", EvaluateOptions.DEFAULT.withNearFuture(1));
    // a b a b … : the label before the last is right but for the first two of each task
    assertThat(e.metrics().get("accuracy")).isZero();
    assertThat(e.continual().metrics()).isEqualTo(Map.of("near_future_accuracy", 96 / 100.0));
  }

  @Test
  void waitingCostsWhatIsNotKnownYet() {
    // of four batches two wait: tested at 1 (nothing known), 2, 3 (known since 2) and 4
    Supplier<Source> s = tasks("mega_batch(batches=4, wait_for=2)", 400);
    Continual c = run(s, "majority", EvaluateOptions.DEFAULT).continual();
    List<Double> at = c.anytime().stream().map(Continual.Anytime::accuracy).toList();
    assertThat(at.get(0)).isZero();
    assertThat(at.get(1)).isEqualTo(0.25);
    assertThat(at.get(2)).isEqualTo(at.get(1));
    assertThat(c.metrics().get("average_anytime_accuracy"))
        .isCloseTo(at.stream().mapToDouble(v -> v).average().orElse(0), within(1e-12));
  }

  @Test
  void jsonAndText() {
    Supplier<Source> s = tasks("class_incremental(tasks=2, points=2)", 100);
    Evaluation e = run(s, "majority", EvaluateOptions.DEFAULT);
    JsonNode json = EvaluationJson.of(e);
    List<String> names = new ArrayList<>();
    json.get("continual").fieldNames().forEachRemaining(names::add);
    assertThat(names).containsExactlyElementsOf(Continual.METRICS);
    JsonNode p = json.get("protocol");
    assertThat(p.get("name").asText()).isEqualTo("class_incremental(tasks=2, points=2)");
    assertThat(p.get("tasks")).hasSize(2);
    assertThat(p.get("tasks").get(0).get("events").asInt()).isEqualTo(40);
    assertThat(p.get("accuracy_matrix").get(1).get(0).asDouble()).isEqualTo(0.5);
    assertThat(p.get("anytime")).hasSize(4);
    assertThat(p.get("microseconds_per_event").asDouble()).isPositive();
    assertThat(p.get("largest_model_bytes").asLong()).isPositive();
    String text = EvaluationText.of(e, 100);
    assertThat(text)
        .contains("final_accuracy          25.00 %")
        .contains("forgetting               0.00 %");
    assertThat(text.lines().filter(l -> l.startsWith("    a, b")))
        .singleElement()
        .satisfies(l -> assertThat(l).contains("40").endsWith("50.00 %    50.00 %    50.00 %"));
    assertThat(text).contains("cost of an event");
    assertThat(EvaluationHtml.of(e))
        .contains("class_incremental(tasks=2, points=2)")
        .contains("<tr><td>a, b</td><td>40</td>");
  }
}
