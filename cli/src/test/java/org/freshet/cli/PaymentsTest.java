package org.freshet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of a live service, faster than a person would watch it. */
class PaymentsTest {
  private static final String EXAMPLE = Cli.HOME.resolve("examples/payments.yaml").toString();
  private static final Pattern PHASE = Pattern.compile("([0-9.]+) % right, +([0-9.]+) % of fraud");

  @TempDir Path folder;

  @Test
  void learnsMeetsTheChangeAndRecovers() throws Exception {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Path answers = folder.resolve("answers.jsonl");
    try (PipedInputStream said = new PipedInputStream();
        PrintStream out = new PrintStream(new PipedOutputStream(said));
        PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8)) {
      String[] command = {
        "run",
        EXAMPLE,
        "--port",
        "0",
        "--set",
        "state.directory=" + folder.resolve("state"),
        "--set",
        "sink.jsonl.path=" + answers
      };
      CompletableFuture<Integer> service =
          CompletableFuture.supplyAsync(
              () -> Main.run(command, new Console(out, errors, false, 100, Cli.HOME)));
      service.thenRun(out::close); // where it fails, the next line ends
      String address = new BufferedReader(new InputStreamReader(said)).readLine();
      assertThat(address).as(err.toString(StandardCharsets.UTF_8)).startsWith("http://");

      Cli fed =
          Cli.run(
              "generate",
              "payments(change=5000)",
              "--events",
              "12000",
              "--to",
              address,
              "--rate",
              "5000",
              "--delay",
              "100ms");
      assertThat(fed.code()).as(fed.err()).isZero();
      assertThat(fed.out()).contains("--- event 5,000: the stream changes ---");
      List<double[]> phases =
          PHASE.matcher(fed.out()).results().map(PaymentsTest::numbers).toList();
      assertThat(phases).hasSize(3);
      double[] before = phases.get(0);
      double[] behind = phases.get(1);
      double[] end = phases.get(2);
      assertThat(before[0]).isGreaterThan(93); // the share that is no fraud is 88
      assertThat(before[1]).isGreaterThan(60);
      assertThat(behind[1]).isLessThan(before[1] - 10);
      assertThat(end[1]).isGreaterThan(70);
      assertThat(end[0]).isGreaterThan(93);

      drain(address);
      assertThat(service.get()).isZero();
    }
    List<String> lines = Files.readAllLines(answers);
    assertThat(lines).hasSize(12000);
    for (int n = 0; n < lines.size(); n++) {
      assertThat(lines.get(n)).startsWith("{\"n\":" + n + ",\"id\":\"");
    }
  }

  private static double[] numbers(java.util.regex.MatchResult m) {
    return new double[] {Double.parseDouble(m.group(1)), Double.parseDouble(m.group(2))};
  }

  private static void drain(String address) throws Exception {
    HttpRequest r =
        HttpRequest.newBuilder(URI.create(address + "/v1/drain"))
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(r, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(202);
  }

  @Test
  void itsOwnTestsPassAndItIsFine() {
    Cli lint = Cli.run("lint", EXAMPLE);
    assertThat(lint.out() + lint.err()).isEqualTo(EXAMPLE + ": fine\n");
    Cli test = Cli.run("test", EXAMPLE);
    assertThat(test.code()).as(test.out()).isZero();
    assertThat(test.out()).endsWith("2 tests, all passed\n");
  }

  @Test
  void whatBringsEventsLiveCannotBeEvaluated() {
    Cli run = Cli.run("evaluate", EXAMPLE);
    assertThat(run.code()).isEqualTo(Main.WRONG);
    assertThat(run.err())
        .isEqualTo(
            "freshet: "
                + EXAMPLE
                + ":14:3: http is a feed, expected a source: it brings events to 'freshet run' without"
                + " end; to read some to their end give '--data FILE', or the source 'journal' of a"
                + " recorded run\n");
  }

  @Test
  void stepsAreCheckedAgainstTheDeclaredColumns() {
    Path file =
        Cli.write(
            folder.resolve("p.yaml"),
            "seed: 1",
            "source: { http: { numeric: [x], categorical: [c] } }",
            "pipeline: [softmax_regression]");
    Cli lint = Cli.run("lint", file.toString());
    assertThat(lint.code()).isEqualTo(Main.WRONG);
    assertThat(lint.err()).contains("p.yaml:3:").contains("softmax_regression").contains("'c'");
    Cli.write(file, "seed: 1", "source: { http: {} }", "pipeline: [softmax_regression]");
    lint = Cli.run("lint", file.toString());
    assertThat(lint.code()).isZero();
    assertThat(lint.err())
        .isEqualTo(
            file
                + ":2:11: warning: http declares no columns: they are those of the first events, and no"
                + " step was checked against them\n");
  }

  @Test
  void aServiceThatIsNotThere() {
    Cli wrong = Cli.run("generate", "payments", "--to", "nowhere");
    assertThat(wrong.code()).isEqualTo(Main.WRONG);
    assertThat(wrong.err())
        .isEqualTo(
            "freshet: --to: is 'nowhere', expected a service's address such as http://127.0.0.1:8080\n");
    Matcher m =
        Pattern.compile("freshet: --delay: is '3 events', expected a time such as 5s\n")
            .matcher(
                Cli.run("generate", "payments", "--to", "http://x", "--delay", "3 events").err());
    assertThat(m.matches()).isTrue();
  }
}
