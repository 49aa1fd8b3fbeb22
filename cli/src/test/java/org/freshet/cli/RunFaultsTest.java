package org.freshet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a user of {@code run} meets: bad lines, a folder that is taken, mistakes in the file. */
@Timeout(240)
class RunFaultsTest {
  private static final int LINES = 3000;
  private static final String[] BAD = {
    "not json at all",
    "{\"id\":\"b\",\"x\":\"a word\",\"c\":\"u\"}",
    "{\"id\":\"b\",\"x\":1e400,\"c\":\"u\"}",
    "{\"id\":\"b\",\"x\":NaN,\"c\":\"u\"}",
    "{\"id\":\"b\",\"x\":1,\"c\":{\"d\":1}}",
    "{\"id\":\"b\",\"x\":1,\"c\":\"u\"",
    "[1,2,3]",
    "{\"id\":\"b\",\"time\":\"yesterday\",\"x\":1}",
    "{\"id\":\"%s\",\"x\":1}".formatted("long".repeat(250_000)),
  };

  @TempDir Path folder;

  /** One line in a hundred is bad, in each way there is. */
  private void events() throws Exception {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < LINES; i++) {
      lines.add(
          i % 100 == 50
              ? BAD[i / 100 % BAD.length]
              : String.format(
                  Locale.ROOT,
                  "{\"id\":\"ü-%d-😀\",\"x\":%d,\"c\":\"c%d\",\"label\":\"%s\"}",
                  i,
                  i % 11,
                  i % 5,
                  i % 11 > 5 ? "ja" : "nein"));
    }
    Files.write(folder.resolve("events.jsonl"), lines);
  }

  private Path file(String onError) {
    return Cli.write(
        folder.resolve("bad.yaml"),
        "source: { follow: { path: events.jsonl, numeric: [x], categorical: [c], "
            + onError
            + " } }",
        "pipeline: [hoeffding_tree]",
        "state: { directory: state, every: 1h }",
        "sink: { jsonl: { path: answers.jsonl } }");
  }

  private static void answers(RunProcess run, int n) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (run.get("/v1/model").get("answers").asLong() < n) {
      assertThat(System.nanoTime()).as(run.said()).isLessThan(end);
      Thread.sleep(10);
    }
  }

  private void allGoodOnesAreOnce() throws Exception {
    List<String> lines = Files.readAllLines(folder.resolve("answers.jsonl"));
    assertThat(lines).hasSize(LINES - 30);
    ObjectMapper json = new ObjectMapper();
    int n = 0;
    for (int i = 0; i < LINES; i++) {
      if (i % 100 != 50) {
        JsonNode a = json.readTree(lines.get(n));
        assertThat(a.get("n").asInt()).isEqualTo(n++);
        assertThat(a.get("id").asText()).isEqualTo("ü-" + i + "-😀");
      }
    }
  }

  @Test
  void badLinesAreKeptWithTheirReasonAndGoodOnesGoOn() throws Exception {
    events();
    Path letters = folder.resolve("bad.jsonl");
    Path file = file("on_error: dead_letter, dead_letter: bad.jsonl");
    try (RunProcess run = new RunProcess(file)) {
      answers(run, LINES - 30);
      assertThat(run.get("/v1/model").at("/labels/learnt").asInt()).isEqualTo(LINES - 30);
      RunProcess second = null;
      try {
        second = new RunProcess(file); // the folder is taken
      } catch (AssertionError refused) {
        assertThat(refused.getMessage())
            .contains("state is in use by process " + run.process.pid() + "; stop that one");
      }
      assertThat(second).isNull();
      assertThat(run.drain()).isZero();
    }
    allGoodOnesAreOnce();
    List<String> kept = Files.readAllLines(letters);
    assertThat(kept).hasSize(30);
    assertThat(kept.get(1)).contains("'x' is").contains("a word");
    assertThat(kept).allMatch(l -> l.contains("byte"));
  }

  @Test
  void withFailItStopsAtTheLineAndGoesOnThereWhenThatIsMended() throws Exception {
    events();
    Path file = file("on_error: fail");
    Cli run = Cli.run("run", file.toString(), "--set", "serve.enabled=false");
    assertThat(run.code()).isEqualTo(Main.WRONG);
    assertThat(run.errors())
        .filteredOn(l -> l.startsWith("freshet: "))
        .singleElement()
        .asString()
        .startsWith("freshet: ")
        .contains("events.jsonl")
        .contains("the line that ends at byte")
        .contains("; mend it, or set 'on_error: skip'");
    List<String> lines = Files.readAllLines(folder.resolve("events.jsonl"));
    lines.removeIf(l -> !l.startsWith("{\"id\":\"ü"));
    Path mended = file("on_error: skip");
    Files.write(folder.resolve("events.jsonl"), lines);
    try (RunProcess again = new RunProcess(mended)) {
      answers(again, LINES - 30);
      assertThat(again.drain()).isZero();
    }
    allGoodOnesAreOnce();
  }

  @Test
  void mistakesAreSaidInALineWithTheirPlace() throws Exception {
    String[][] wrong = {
      {"limits: { latency: 5 }", "3:1: 'latency' is 5 events, expected a time such as 2ms"},
      {"limits: { latency: 2ms, fallback: linear_regression }", "3:"},
      {"challengers: [ { name: a, pipeline: linear_regression } ]", "3:37: linear_regression"},
      {"state: { every: 0s }", "3:1: 'every' is"},
      {"sink: { webhook: { url: \"htp:/x\" } }", "3:9: 'url' of webhook is not"},
      {"labels: { source: { follow: { path: x, every: 0ms } } }", "3:21: 'every' of follow"},
      {"place: { per: y }", "parameter 'per'"},
    };
    for (String[] w : wrong) {
      Path file =
          Cli.write(
              folder.resolve("wrong.yaml"),
              "source: { http: { numeric: [x] } }",
              "pipeline: [hoeffding_tree]",
              w[0]);
      Cli run = Cli.run("run", file.toString(), "--port", "0");
      assertThat(run.code()).as(w[0]).isEqualTo(Main.WRONG);
      assertThat(run.errors()).as(w[0]).hasSize(1);
      assertThat(run.err()).as(w[0]).contains("wrong.yaml:" + (w[1].startsWith("p") ? "" : w[1]));
      assertThat(Cli.run("lint", file.toString()).err() + Cli.run("lint", file.toString()).out())
          .as("lint: " + w[0])
          .contains(w[1]);
    }
    assertThat(folder.resolve("state")).doesNotExist();
  }

  @Test
  void theDoctorLooksAtWhatAPipelineNeeds() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Path file =
          Cli.write(
              folder.resolve("live.yaml"),
              "source: { http: { numeric: [x] } }",
              "pipeline: [hoeffding_tree]",
              "limits: { memory: 1000000MB }",
              "state: { directory: some/where }",
              "serve: { host: 127.0.0.1, port: " + taken.getLocalPort() + " }");
      Cli run = Cli.run("doctor", file.toString());
      assertThat(run.code()).isEqualTo(Main.FAILED);
      assertThat(run.out())
          .containsPattern("BAD  port +127.0.0.1:" + taken.getLocalPort() + " cannot be had")
          .containsPattern("BAD  limits.memory +1000000 MB of \\d+ MB of heap")
          .containsPattern("ok  state folder +" + folder + " can be written")
          .containsPattern("(ok|BAD)  disk ");
      assertThat(folder.resolve("some")).doesNotExist();
    }
  }

  @Test
  void aStateFolderThatCannotBeMadeIsSaid() throws Exception {
    Files.writeString(folder.resolve("state"), "a file is in the way");
    events();
    Cli run = Cli.run("run", file("on_error: skip").toString(), "--set", "serve.enabled=false");
    assertThat(run.code()).isEqualTo(Main.FAILED);
    assertThat(run.errors())
        .filteredOn(l -> l.startsWith("freshet: "))
        .singleElement()
        .asString()
        .contains("cannot use the state folder");
  }
}
