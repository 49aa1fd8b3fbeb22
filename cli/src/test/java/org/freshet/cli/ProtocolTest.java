package org.freshet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.freshet.evaluate.Continual;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Protocols of continual learning from the command line, on a small made dataset. */
class ProtocolTest {
  @TempDir Path folder;
  private Path train;
  private Path test;

  @BeforeEach
  void makeData() {
    train = Cli.write(folder.resolve("train.csv"), rows(400, 1));
    test = Cli.write(folder.resolve("test.csv"), rows(200, 2));
  }

  /** Four classes, each around a corner of a square. */
  private static String[] rows(int n, int seed) {
    Random random = new Random(seed);
    List<String> lines = new ArrayList<>();
    lines.add("a,b,class");
    for (int i = 0; i < n; i++) {
      double a = i % 2 * 10 + random.nextGaussian();
      double b = i / 2 % 2 * 10 + random.nextGaussian();
      lines.add(a + "," + b + ",k" + i % 4);
    }
    return lines.toArray(String[]::new);
  }

  private static JsonNode json(Cli run) throws Exception {
    assertThat(run.err()).doesNotContain("bug in Freshet");
    assertThat(run.code()).as(run.err()).isEqualTo(Main.DONE);
    return new ObjectMapper().readTree(run.out());
  }

  private Cli run(String protocol, String... more) {
    List<String> args = new ArrayList<>(List.of("evaluate", "--data", train.toString()));
    args.addAll(List.of("--model", "gaussian_nb", "--protocol", protocol));
    args.addAll(List.of(more));
    return Cli.run(args.toArray(String[]::new));
  }

  @Test
  void aModelThatCountsForgetsNothing() throws Exception {
    JsonNode e = json(run("class_incremental(tasks=2)", "--test", test.toString(), "--json", "-"));
    JsonNode c = e.get("continual");
    List<String> names = new ArrayList<>();
    c.fieldNames().forEachRemaining(names::add);
    assertThat(names).containsExactlyElementsOf(Continual.METRICS);
    assertThat(e.get("events").asInt()).as("all of the stream, each once").isEqualTo(400);
    assertThat(c.get("final_accuracy").asDouble()).isGreaterThan(0.98);
    assertThat(c.get("forgetting").asDouble()).isLessThan(0.02);
    JsonNode tasks = e.get("protocol").get("tasks");
    assertThat(tasks.get(0).get("name").asText()).isEqualTo("k0, k1");
    assertThat(tasks.get(1).get("events").asInt()).isEqualTo(200);
  }

  @Test
  void aNetworkThatForgetsIsSeenToAndReplayKeeps() throws Exception {
    String plain = "standard_scaler | mlp(hidden=[16], optimizer=sgd(learning_rate=0.1))";
    String replay =
        "standard_scaler | mlp(hidden=[16], optimizer=sgd(learning_rate=0.1), replay=reservoir(size=50))";
    double[] kept = new double[2];
    for (int i = 0; i < 2; i++) {
      Cli run =
          Cli.run(
              "evaluate",
              "--data",
              train.toString(),
              "--test",
              test.toString(),
              "--protocol",
              "class_incremental(tasks=2)",
              "--model",
              i == 0 ? plain : replay,
              "--json",
              "-");
      kept[i] = json(run).get("continual").get("final_accuracy").asDouble();
    }
    assertThat(kept[0]).as("plain").isLessThan(0.75);
    assertThat(kept[1]).as("with replay").isGreaterThan(0.9);
  }

  @Test
  void textHasATableOfTasks() {
    Cli run = run("class_incremental(tasks=4)");
    assertThat(run.code()).isEqualTo(Main.DONE);
    assertThat(run.out())
        .contains("final_accuracy", "average_anytime_accuracy", "cost of an event")
        .containsPattern("k0 +80 +\\d+\\.\\d\\d %")
        .contains("class_incremental(tasks=4)");
  }

  @Test
  void fromAPipelineFile() throws Exception {
    Path file =
        Cli.write(
            folder.resolve("tasks.yaml"),
            "source: { csv: { path: train.csv } }",
            "pipeline: gaussian_nb",
            "protocol:",
            "  class_incremental:",
            "    tasks: 2",
            "    test: { csv: { path: test.csv } }");
    JsonNode fromFile = json(Cli.run("evaluate", file.toString(), "--json", "-"));
    JsonNode flags =
        json(run("class_incremental(tasks=2)", "--test", test.toString(), "--json", "-"));
    assertThat(fromFile.get("continual")).isEqualTo(flags.get("continual"));
    JsonNode other =
        json(
            Cli.run(
                "evaluate",
                file.toString(),
                "--set",
                "protocol.class_incremental.tasks=4",
                "--json",
                "-"));
    assertThat(other.get("protocol").get("tasks")).hasSize(4);
    assertThat(Cli.run("lint", file.toString()).code()).isEqualTo(Main.DONE);
    Path wrong =
        Cli.write(
            folder.resolve("wrong.yaml"),
            "source: { csv: { path: train.csv } }",
            "pipeline: gaussian_nb",
            "protocol: { class_incremental: { tasks: 0 } }");
    refused(
        Cli.run("evaluate", wrong.toString()),
        "wrong.yaml:3:34",
        "parameter 'tasks' of class_incremental is '0', expected a whole number in [1, 2147483647]");
  }

  @Test
  void wrongThingsAreToldInOneLine() {
    refused(run("class_incremental"), "class_incremental needs the parameter 'tasks'");
    refused(
        run("class_incremental(tasks=9)"),
        "class_incremental: 'tasks' is 9, allowed 1 to 4, the number of classes there are");
    refused(run("clas_incremental(tasks=2)"), "did you mean 'class_incremental'?");
    refused(run("gaussian_nb"), "gaussian_nb is a classifier, expected a protocol");
    refused(
        run("input_permuted"),
        "input_permuted: needs 'every', the events of a task, or 'tasks', how many there are");
    refused(run("rotated(tasks=2, width=5)"), "rotated: needs images of 2 pixels");
    refused(
        run("class_incremental(tasks=2)", "--save", folder.resolve("m").toString()),
        "--save: is for a stream as it comes");
    refused(
        run("class_incremental(tasks=2)", "--task", "regression"),
        "has no class to predict, which a protocol needs");
    refused(
        run("class_incremental(tasks=2)", "--test", folder.resolve("no.csv").toString()),
        "no.csv: no such file");
    refused(
        Cli.run("evaluate", "--data", train.toString(), "--test", test.toString()),
        "--test: belongs to a protocol, which is not given");
    refused(
        Cli.run(
            "evaluate",
            "--stream",
            "sea(events=100)",
            "--test",
            "x",
            "--protocol",
            "class_incremental(tasks=2)"),
        "--test: is a file that is read like the stream, which is 'sea', no file");
    Path others = Cli.write(folder.resolve("others.csv"), "a,b,c,class", "1,2,3,k0");
    refused(
        run("class_incremental(tasks=2)", "--test", others.toString()),
        "others.csv",
        "has other columns than the stream it is to test");
  }

  private static void refused(Cli run, String... words) {
    assertThat(run.errors()).hasSize(1);
    assertThat(run.errors().get(0)).contains(words).doesNotContain("bug in Freshet");
    assertThat(run.code()).isEqualTo(Main.WRONG);
  }

  @Test
  void theLimitIsOfEventsRead() throws Exception {
    JsonNode e = json(run("data_incremental(every=50, tasks=10)", "--limit", "200", "--json", "-"));
    assertThat(e.get("events").asInt()).isEqualTo(500);
    assertThat(e.get("protocol").get("tested").asInt()).as("a fifth of 200").isEqualTo(40 * 101);
  }

  @Test
  void aLivePipelineIsTold() {
    Path file =
        Cli.write(
            folder.resolve("live.yaml"),
            "source: http",
            "pipeline: gaussian_nb",
            "protocol: { data_incremental: { tasks: 2 } }");
    Cli lint = Cli.run("lint", file.toString());
    assertThat(lint.out() + lint.err())
        .contains(
            "live.yaml:3:13: warning: data_incremental is a protocol of 'evaluate'; 'run' takes events"
                + " as they come");
  }

  /** Files named in a pipeline file lie beside it, wherever the command is run. */
  @Test
  void imagesAndLabelsBesideThePipelineFile() throws Exception {
    Files.write(
        folder.resolve("pictures"), new byte[] {0, 0, 8, 2, 0, 0, 0, 4, 0, 0, 0, 1, 9, 0, 9, 0});
    Files.write(folder.resolve("digits"), new byte[] {0, 0, 8, 1, 0, 0, 0, 4, 1, 2, 1, 2});
    Path file =
        Cli.write(
            folder.resolve("idx.yaml"),
            "source: { idx: { path: pictures, label_file: digits } }",
            "protocol: { class_incremental: { tasks: 2, sample: 0 } }",
            "pipeline: majority");
    JsonNode e = json(Cli.run("evaluate", file.toString(), "--json", "-"));
    assertThat(e.get("events").asInt()).isEqualTo(4);
    assertThat(e.get("protocol").get("tasks").get(1).get("name").asText()).isEqualTo("2");
  }
}
