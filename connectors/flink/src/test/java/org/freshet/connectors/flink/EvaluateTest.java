package org.freshet.connectors.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.freshet.core.ConfigException;
import org.freshet.core.Schema;
import org.freshet.core.Source;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.engine.Outcomes;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.ReplayScorer;
import org.freshet.evaluate.EvaluateOptions;
import org.freshet.evaluate.Evaluation;
import org.freshet.evaluate.Evaluator;
import org.freshet.evaluate.ReplayEvaluator;
import org.freshet.evaluate.report.EvaluationJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 'freshet flink --evaluate' tells what 'freshet evaluate' tells, digit for digit. */
class EvaluateTest {
  private static final String ELECTRICITY =
      "source: { arff: { path: %s, label: class } }\n"
          .formatted(Path.of("../../examples/data/electricity.arff.gz").toAbsolutePath());

  @TempDir Path folder;

  /** Scores as the command line does, and keeps the result. */
  private static final class Scorer implements ReplayScorer {
    private Evaluation result;

    @Override
    public Board begin(PipelineFile file, Schema schema, Report report) {
      ReplayEvaluator scores =
          new ReplayEvaluator(job(file), EvaluateOptions.DEFAULT.withPaired(true), schema);
      return new Board() {
        @Override
        public void take(Outcomes out) {
          scores.take(out);
        }

        @Override
        public void end(long nanos, long modelBytes) {
          result = scores.result(nanos, modelBytes);
        }

        @Override
        public void close() {
          scores.close();
        }
      };
    }
  }

  private static org.freshet.evaluate.Job job(PipelineFile file) {
    return org.freshet.evaluate.Job.of(
        file.name(),
        () -> Components.create(file.source(), Build.of(null).withSeed(file.seed()), Source.class),
        file.pipeline(),
        file.labels(),
        file.seed(),
        1);
  }

  private Evaluation onFlink(Path file, String... more) throws Exception {
    List<String> args = new ArrayList<>(List.of(file.toString(), "--local", "--evaluate"));
    args.addAll(List.of(more));
    Scorer scorer = new Scorer();
    StringWriter said = new StringWriter();
    new FlinkRunner().run(args.toArray(new String[0]), new PrintWriter(said), scorer, null);
    assertThat(said.toString()).isEmpty();
    return scorer.result;
  }

  /** Everything told but what a clock or the division into engines tells. */
  private static String told(Evaluation e) {
    ObjectNode all = EvaluationJson.of(e);
    all.remove(List.of("seconds", "pass_seconds", "events_per_second", "model_bytes", "ram_hours"));
    return all.toPrettyString();
  }

  private Evaluation same(String name, String text, String... more) throws Exception {
    Path file = new Both(folder).write(name, text);
    Evaluation expected =
        new Evaluator(job(PipelineFile.read(file)), EvaluateOptions.DEFAULT.withPaired(true)).run();
    Evaluation found = onFlink(file, more);
    assertThat(told(found)).isEqualTo(told(expected));
    assertThat(found.right().onlyHere(expected.right())).isZero(); // event by event
    assertThat(expected.right().onlyHere(found.right())).isZero();
    assertThat(found.seconds()).isPositive();
    assertThat(found.modelBytes()).isPositive();
    assertThat(Files.exists(folder.resolve(name + ".jsonl"))).isFalse(); // no sinks
    return found;
  }

  @Test
  void oneModel() throws Exception {
    Evaluation e =
        same(
            "electricity",
            ELECTRICITY
                + "pipeline: [standard_scaler, { hoeffding_tree: { grace_period: 200 } }]\n");
    assertThat(e.events()).isEqualTo(45312);
    assertThat(e.curve().points()).isGreaterThan(10);
  }

  @Test
  void labelsThatComeLate() throws Exception {
    same(
        "late",
        """
        source: { payments: { events: 3000 } }
        pipeline: [one_hot, standard_scaler, logistic_regression]
        labels: { delay: 48 events }
        """);
  }

  @Test
  void anEnsembleByItsMembers() throws Exception {
    Evaluation e =
        same(
            "forest",
            """
            source: { payments: { events: 4000, change: 2000 events } }
            pipeline: [{ adaptive_random_forest: { members: 10 } }]
            place: { by_member: 3 }
            labels: { delay: 50 events }
            """,
            "--parallelism",
            "3");
    assertThat(e.driftsTotal()).isPositive(); // theirs come back too
  }

  @Test
  void oneModelForEachKey() throws Exception {
    Evaluation e =
        same(
            "payments",
            """
            source: { payments: { events: 6000 } }
            pipeline: [one_hot, standard_scaler, logistic_regression]
            place: { per: country, models: 40 }
            """,
            "--parallelism",
            "2",
            "--parts",
            "5");
    assertThat(e.labels()).isEqualTo(6000);
  }

  @Test
  void driftsOfKeysAreCountedOverTheWholeStream() throws Exception {
    Evaluation e =
        same(
            "drifts",
            """
            source: { payments: { events: 8000, change: 4000 events } }
            pipeline: [{ drift_reset: { learner: gaussian_nb } }]
            place: { partitioned: country, parts: 3 }
            """,
            "--parallelism",
            "2");
    assertThat(e.driftsTotal()).isPositive();
  }

  @Test
  void labelsInRecordsOfTheirOwn() throws Exception {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 600; i++) {
      String card = "c" + i % 7;
      lines.append("{\"id\":\"e%d\",\"card\":\"%s\",\"x\":%d}%n".formatted(i, card, i * 37 % 100));
      int of = (i - 22) / 11 * 11 + 4 * i % 11; // not in the order of the events
      if (i >= 22) {
        int label = of * 37 % 100 * (1 + of % 7);
        lines.append("{\"id\":\"e%d\",\"label\":%d}%n".formatted(of, label));
      }
    }
    Path data = folder.resolve("own.jsonl.data");
    Files.writeString(data, lines);
    Evaluation e =
        same(
            "own",
            """
            source: { jsonl: { path: %s, label: label, id: id, task: regression } }
            pipeline: [one_hot, standard_scaler, linear_regression]
            place: { per: card }
            """
                .formatted(data),
            "--parallelism",
            "2",
            "--parts",
            "4");
    assertThat(e.events()).isEqualTo(600);
    assertThat(e.labels()).isEqualTo(578);
  }

  @Test
  void copiesThatAreMergedAreScored() throws Exception {
    Path file =
        new Both(folder)
            .write(
                "copies",
                ELECTRICITY
                    + "pipeline: [standard_scaler, gaussian_nb]\n"
                    + "place: { merged: 4, every: 400 }\n");
    Evaluation e = onFlink(file, "--parallelism", "2");
    assertThat(e.labels()).isEqualTo(45312);
    assertThat(e.metrics().get("accuracy")).isBetween(0.71, 0.77);
  }

  @Test
  void whatWouldBeScoredOtherwiseIsRefused() throws Exception {
    Path file =
        new Both(folder)
            .write(
                "clocks",
                """
                source: { payments: { events: 100 } }
                pipeline: [gaussian_nb]
                place: { per: country }
                labels: { delay: 10s }
                """);
    assertThatThrownBy(() -> onFlink(file))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("labels.delay");
    assertThatThrownBy(() -> onFlink(file, "--from", "model.state"))
        .hasMessageContaining("--from: cannot be given beside --evaluate");
    assertThatThrownBy(
            () ->
                new FlinkRunner()
                    .run(
                        new String[] {file.toString(), "--json", "x"},
                        new PrintWriter(new StringWriter())))
        .hasMessageContaining("--json: belongs to --evaluate");
  }
}
