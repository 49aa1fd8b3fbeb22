package org.freshet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a live run answered is what {@code evaluate} predicts on its journal: every prediction, and
 * the quality at the end. The run is killed on the way, so the journal has what a crash leaves.
 */
@Timeout(300)
class RecordedHourTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FEATURES =
      "  - windowed: { of: [amount], compute: [mean, std, count, distinct, time_since],"
          + " over: [10 events, 5m], decay: [10m], keys: 100 }\n"
          + "  - target_encoder: %s";

  @TempDir Path folder;

  private Path write(String name, String... lines) {
    return Cli.write(folder.resolve(name), String.join("\n", lines));
  }

  /** One answer of the run. */
  private record Answer(String id, String prediction, String model) {}

  private List<Answer> answers() throws Exception {
    List<Answer> all = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("answers.jsonl"))) {
      JsonNode a = JSON.readTree(line);
      assertThat(a.get("n").asLong()).isEqualTo(all.size());
      all.add(
          new Answer(
              a.get("id").asText(),
              a.get("prediction").isNull() ? "" : a.get("prediction").asText(),
              a.get("model").asText()));
    }
    return all;
  }

  private List<String> evaluated(JsonNode[] metrics, Path file, String... more) throws Exception {
    Path predictions = folder.resolve("predictions");
    Path json = folder.resolve("metrics.json");
    List<String> command =
        new ArrayList<>(
            List.of(
                "evaluate",
                file.toString(),
                "--data",
                folder.resolve("state/journal").toString(),
                "--window",
                "500",
                "--predictions",
                predictions.toString(),
                "--json",
                json.toString()));
    command.addAll(List.of(more));
    Cli run = Cli.run(command.toArray(new String[0]));
    assertThat(run.code()).as(run.err()).isZero();
    metrics[0] = JSON.readTree(Files.readString(json));
    return Files.readAllLines(predictions);
  }

  /**
   * Feeds the hour while the pipeline runs, with kills between its lives; gives what GET /v1/model
   * says.
   */
  private JsonNode live(Path file, RecordedHour hour, int lives, boolean promote) throws Exception {
    hour.begin(folder);
    int step = 300;
    int at = 0;
    for (int life = 0; life < lives; life++) {
      try (RunProcess run = new RunProcess(file, "--threads", life == 1 ? "2" : "1")) {
        boolean last = life == lives - 1;
        for (; at < RecordedHour.EVENTS && (last || at < 1200 * (life + 1)); at += step) {
          hour.append(folder, at, at + step);
          await(run, at + step);
          if (promote && at == 1500) {
            assertThat(run.post("/v1/model/promote", "{\"challenger\":\"tree\"}").statusCode())
                .isEqualTo(200);
          } else if (promote && at == 2400) {
            assertThat(run.post("/v1/model/rollback", "").statusCode()).isEqualTo(200);
          } else if (at % 900 == 0) {
            assertThat(run.post("/v1/snapshots", "").statusCode()).isEqualTo(200);
          }
        }
        if (!last) {
          run.kill();
          continue;
        }
        JsonNode end = settled(run, hour);
        assertThat(run.drain()).as(run.said()).isZero();
        return end;
      }
    }
    throw new AssertionError();
  }

  private static void await(RunProcess run, int events) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (run.get("/v1/model").get("events").asLong() < events) {
      assertThat(System.nanoTime()).as(run.said()).isLessThan(end);
      Thread.sleep(5);
    }
  }

  /** When everything in both files was consumed. */
  private JsonNode settled(RunProcess run, RecordedHour hour) throws Exception {
    hour.appendRest(folder);
    await(run, RecordedHour.EVENTS + 1);
    hour.appendLastLabel(folder);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (run.get("/v1/questions?limit=1000").toString().contains(RecordedHour.LAST)) {
      assertThat(System.nanoTime()).as(run.said()).isLessThan(end);
      Thread.sleep(5);
    }
    return run.get("/v1/model");
  }

  @Test
  void classesWithChallengersWatchesAndLittleMemory() throws Exception {
    Path file =
        write(
            "hour.yaml",
            "name: hour",
            "seed: 7",
            "source: { follow: { path: events.jsonl, numeric: [amount, hour], categorical: [country] } }",
            "pipeline:",
            FEATURES.formatted("{ classes: [fraud], keys: 100 }"),
            "  - adaptive_random_forest: { members: 3, grace_period: 20 }",
            "challengers:",
            "  - name: tree",
            "    pipeline: [target_encoder: { classes: [fraud] }, hoeffding_adaptive_tree: { grace_period: 50 }]",
            "promote: { window: 500, automatic: false }",
            "labels: { source: { follow: { path: labels.csv } }, timeout: 10m, on_timeout: last_known, corrections: relearn }",
            "watch: { features: [psi, mmd], window: 200 }",
            "limits: { memory: 5MB }",
            "state: { directory: state, every: 300ms, keep: 2, keep_journal: true }",
            "sink: { jsonl: { path: answers.jsonl } }");
    JsonNode end = live(file, new RecordedHour(false), 3, true);
    List<Answer> answers = answers();
    assertThat(answers).hasSize(RecordedHour.EVENTS + 1);
    assertThat(answers.stream().map(Answer::id).distinct()).hasSize(RecordedHour.EVENTS + 1);
    assertThat(answers.stream().map(Answer::model).distinct())
        .containsExactly("main-1", "tree-2", "main-3");
    assertThat(answers.stream().map(Answer::prediction).distinct())
        .contains("ok", "fraud", "takeover");

    JsonNode[] metrics = new JsonNode[1];
    List<String> main = evaluated(metrics, file);
    equal(end, metrics[0], "main");
    assertThat(evaluated(metrics, file, "--threads", "2")).isEqualTo(main);
    assertThat(evaluated(metrics, file, "--set", "limits.memory=0"))
        .as("the limit is felt")
        .isNotEqualTo(main);
    List<String> tree =
        evaluated(
            metrics,
            file,
            "--model",
            "target_encoder(classes=[fraud]) | hoeffding_adaptive_tree(grace_period=50)");
    equal(end, metrics[0], "tree");
    assertThat(main).hasSize(answers.size()).isNotEqualTo(tree);
    for (int i = 0; i < answers.size(); i++) {
      Answer a = answers.get(i);
      String expected = (a.model().startsWith("tree") ? tree : main).get(i);
      assertThat(a.prediction()).as("answer %d, %s", i, a).isEqualTo(expected);
    }
  }

  /** The quality over the last labels, and how many there were. */
  private static void equal(JsonNode live, JsonNode evaluated, String model) {
    assertThat(evaluated.get("events").asLong()).isEqualTo(live.get("events").asLong());
    assertThat(evaluated.get("labels").asLong()).isEqualTo(live.at("/labels/learnt").asLong());
    for (JsonNode m : live.get("models")) {
      if (m.get("name").asText().equals(model)) {
        assertThat(evaluated.at("/window/accuracy").asDouble())
            .isCloseTo(m.get("recent").asDouble(), within(1e-12)); // added in another order
        return;
      }
    }
    throw new AssertionError(live.toString());
  }

  @Test
  void numbersToTheLastBit() throws Exception {
    Path file =
        write(
            "hour.yaml",
            "name: hour",
            "source: { follow: { path: events.jsonl, numeric: [amount, hour], categorical: [country], task: regression } }",
            "pipeline:",
            FEATURES.formatted("{ keys: 100 }"),
            "  - adaptive_random_forest_regressor: { members: 3, grace_period: 20 }",
            "labels: { source: { follow: { path: labels.csv } }, timeout: 10m, corrections: relearn }",
            "state: { directory: state, every: 300ms, keep: 2, keep_journal: true }",
            "sink: { jsonl: { path: answers.jsonl } }");
    live(file, new RecordedHour(true), 2, false);
    JsonNode[] metrics = new JsonNode[1];
    List<String> main = evaluated(metrics, file);
    assertThat(answers().stream().map(Answer::prediction)).isEqualTo(main);
    assertThat(main.stream().distinct().count()).isGreaterThan(2000);
  }

  @Test
  void aTableWithTheTimeOfEachLabelRunsLiveAsItIsEvaluated() throws Exception {
    new RecordedHour(false).writeTable(folder.resolve("hour.csv"));
    for (String delay : List.of("label_time", "7 events", "5m", "0")) {
      Path file =
          write(
              "table.yaml",
              "source: { csv: { path: hour.csv, label: label, time: time, id: id, key: card, label_time: label_time } }",
              "pipeline:",
              FEATURES.formatted("{ classes: [fraud], keys: 100 }"),
              "  - hoeffding_adaptive_tree: { grace_period: 50 }",
              "labels: { delay: " + delay + " }",
              "serve: { enabled: false }",
              "state: { directory: 'state-" + delay + "', every: 50ms, keep_journal: true }",
              "sink: { jsonl: { path: answers.jsonl } }");
      Files.deleteIfExists(folder.resolve("answers.jsonl"));
      Path predictions = folder.resolve("p");
      Cli evaluated = Cli.run("evaluate", file.toString(), "--predictions", predictions.toString());
      assertThat(evaluated.code()).as(evaluated.err()).isZero();
      Cli run = Cli.run("run", file.toString());
      assertThat(run.code()).as(run.err()).isZero();
      List<String> expected = Files.readAllLines(predictions);
      assertThat(answers().stream().map(Answer::prediction))
          .as(delay)
          .isEqualTo(expected)
          .hasSize(RecordedHour.EVENTS);
      Cli again =
          Cli.run(
              "evaluate",
              file.toString(),
              "--data",
              folder.resolve("state-" + delay + "/journal").toString(),
              "--predictions",
              predictions.toString());
      assertThat(again.code()).as(again.err()).isZero();
      assertThat(Files.readAllLines(predictions)).as("journal, " + delay).isEqualTo(expected);
    }
  }
}
