package org.freshet.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicReference;
import org.freshet.core.Batch;
import org.freshet.core.Features;
import org.freshet.core.Pipeline;
import org.freshet.core.SetClassifier;
import org.freshet.core.Source;
import org.freshet.core.component.Build;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.LabelPlan;
import org.freshet.evaluate.report.EvaluationHtml;
import org.freshet.evaluate.report.EvaluationJson;
import org.freshet.evaluate.report.EvaluationText;
import org.junit.jupiter.api.Test;

/** Sets and intervals, followed over the stream. */
class CoverageTest {
  private static final String SETS = "standard_scaler | conformal(learner=gaussian_nb)";

  private static Source source(String spec) {
    return Build.of(null).withSeed(5).create(Spec.parse(spec), Source.class);
  }

  private static Evaluator evaluator(
      String stream, String model, LabelPlan plan, int threads, EvaluateOptions options) {
    return new Evaluator(
        Job.of(stream, () -> source(stream), Spec.parse(model), plan, 1, threads), options);
  }

  private static Evaluation run(String stream, String model, LabelPlan plan) {
    return evaluator(stream, model, plan, 1, EvaluateOptions.DEFAULT).run();
  }

  @Test
  void isThatOfTheSetsGivenAtTheEventsWhateverTheDelay() {
    String stream = "random_rbf(events=3000, classes=4)";
    for (int delay : new int[] {0, 37}) {
      double[] byHand = byHand(stream, delay);
      Evaluation e = run(stream, SETS, LabelPlan.afterEvents(delay));
      assertThat(e.metrics().get("coverage")).isEqualTo(byHand[0]);
      assertThat(e.metrics().get("mean_set_size")).isEqualTo(byHand[1]);
      assertThat(e.metrics().get("nominal_coverage")).isEqualTo(0.9);
      assertThat(Evaluation.CLASS_METRICS).containsAll(e.metrics().keySet());
    }
  }

  /**
   * Coverage and mean size: predict at the event, learn from its row {@code delay} events later.
   */
  private static double[] byHand(String stream, int delay) {
    record Waiting(Features row, int label) {}
    double held = 0;
    double sizes = 0;
    double events = 0;
    try (Source s = source(stream)) {
      Pipeline p = (Pipeline) Build.of(s.schema()).create(Spec.parse(SETS), SetClassifier.class);
      SetClassifier c = (SetClassifier) p.learner();
      Batch one = new Batch(s.schema(), 1);
      ArrayDeque<Waiting> waiting = new ArrayDeque<>();
      while (s.read(one, 1) > 0) {
        Features row = p.observe(one.row(0)).copy();
        boolean[] in = new boolean[8];
        sizes += c.set(row, in);
        held += in[one.labelCode(0)] ? 1 : 0;
        events++;
        waiting.add(new Waiting(row, one.labelCode(0)));
        if (waiting.size() > delay) {
          Waiting w = waiting.remove();
          c.learn(w.row, w.label, 1);
        }
      }
    }
    return new double[] {held / events, sizes / events};
  }

  @Test
  void intervalsAreFollowedToo() {
    Evaluation e =
        run(
            "friedman(events=10000)",
            "standard_scaler | conformal(learner=linear_regression)",
            LabelPlan.afterEvents(10));
    assertThat(e.metrics().get("coverage")).isCloseTo(0.9, within(0.01));
    assertThat(e.metrics().get("mean_interval_width")).isBetween(5.0, 15.0);
    assertThat(Evaluation.NUMBER_METRICS).containsAll(e.metrics().keySet());
    assertThat(e.window()).containsKeys("coverage", "mean_interval_width");
  }

  @Test
  void fallsAtADriftAndComesBack() {
    String stream =
        "drift(streams=[sea(concept=1, noise=0), sea(concept=4, noise=0)], positions=[6000], events=12000)";
    Evaluation e =
        run(
            stream,
            "conformal(learner=standard_scaler | logistic_regression, learning_rate=0.02)",
            LabelPlan.IMMEDIATE);
    assertThat(e.metrics().get("coverage")).isCloseTo(0.9, within(0.01));
    assertThat(e.window().get("coverage")).isCloseTo(0.9, within(0.02));
  }

  @Test
  void theSameOnAnyNumberOfThreadsAndAfterAStop() {
    String stream = "random_rbf(events=2000, classes=3)";
    String model = "conformal(learner=adaptive_random_forest(members=3))";
    for (int delay : new int[] {0, 25}) {
      LabelPlan plan = LabelPlan.afterEvents(delay);
      Evaluation one = run(stream, model, plan);
      Evaluation two = evaluator(stream, model, plan, 2, EvaluateOptions.DEFAULT).run();
      assertThat(two.metrics()).isEqualTo(one.metrics());
      AtomicReference<byte[]> saved = new AtomicReference<>();
      evaluator(stream, model, plan, 1, EvaluateOptions.DEFAULT.withLimit(777))
          .onStop(
              stop -> {
                StateWriter out = new StateWriter();
                stop.save(out);
                saved.set(out.toBytes());
              })
          .run();
      Evaluation rest =
          evaluator(stream, model, plan, 1, EvaluateOptions.DEFAULT)
              .resumeFrom(StateReader.open("test", saved.get()))
              .run();
      assertThat(rest.metrics()).isEqualTo(one.metrics());
      assertThat(rest.window()).isEqualTo(one.window());
      assertThat(rest.curve().series(3)).isEqualTo(one.curve().series(3));
    }
  }

  @Test
  void frozenModelsKeepTheirSets() {
    Evaluation e =
        evaluator(
                "random_rbf(events=2000, classes=3)",
                SETS,
                LabelPlan.IMMEDIATE,
                1,
                EvaluateOptions.DEFAULT.withFreezeAfter(1000))
            .run();
    assertThat(e.frozen().metrics().get("coverage")).isBetween(0.8, 0.99);
    assertThat(e.frozen().labels()).isEqualTo(2000);
  }

  @Test
  void isReported() {
    Evaluation e = run("random_rbf(events=2000, classes=3)", SETS, LabelPlan.IMMEDIATE);
    ObjectNode json = EvaluationJson.of(e);
    assertThat(json.at("/metrics/coverage").asDouble()).isEqualTo(e.metrics().get("coverage"));
    assertThat(json.at("/metrics/nominal_coverage").asDouble()).isEqualTo(0.9);
    assertThat(json.at("/curve/coverage").size()).isEqualTo(e.curve().points());
    assertThat(json.at("/curve/mean_set_size").size()).isEqualTo(e.curve().points());
    assertThat(EvaluationText.of(e, 80)).contains("nominal_coverage", "coverage over time");
    assertThat(EvaluationHtml.of(e)).contains("How often the truth was inside", "90.00 %");
  }

  @Test
  void modelsWithoutSetsHaveNoCoverage() {
    Evaluation e = run("random_rbf(events=500, classes=3)", "gaussian_nb", LabelPlan.IMMEDIATE);
    assertThat(e.coverage()).isNull();
    assertThat(e.metrics()).doesNotContainKeys("coverage", "nominal_coverage", "mean_set_size");
    assertThat(EvaluationHtml.of(e)).doesNotContain("How often the truth was inside");
  }
}
