package org.freshet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvaluateCommandTest {
  @TempDir Path folder;

  private static JsonNode json(Cli run) throws IOException {
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isEqualTo(Main.DONE);
    return new ObjectMapper().readTree(run.out());
  }

  private static List<String> fields(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void theFieldsOfAClassifierAreTheContract() throws IOException {
    JsonNode r =
        json(
            Cli.run(
                "evaluate",
                "--data",
                Cli.PHISHING,
                "--label",
                "is_phishing",
                "--model",
                "standard_scaler | logistic_regression",
                "--json",
                "-"));
    assertThat(fields(r))
        .contains(
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
    assertThat(fields(r.get("metrics")))
        .contains(
            "accuracy",
            "kappa",
            "kappa_t",
            "kappa_m",
            "f1_macro",
            "balanced_accuracy",
            "log_loss",
            "auc");
    assertThat(fields(r.get("baselines"))).containsExactlyInAnyOrder("no_change", "majority");
    assertThat(r.at("/baselines/no_change/accuracy").isDouble()).isTrue();
    assertThat(r.get("events").asLong()).isEqualTo(1250);
    assertThat(r.get("seed").asLong()).isEqualTo(1);
    assertThat(r.get("pass_seconds")).hasSize(1);
    assertThat(r.at("/metrics/accuracy").asDouble()).isGreaterThan(0.85);
  }

  @Test
  void theFieldsOfARegressorAreTheContract() throws IOException {
    JsonNode r =
        json(
            Cli.run(
                "evaluate",
                "--stream",
                "friedman(events=2000)",
                "--model",
                "standard_scaler | linear_regression",
                "--json",
                "-"));
    assertThat(fields(r.get("metrics"))).contains("mae", "rmse", "r2");
    assertThat(fields(r.get("baselines"))).containsExactlyInAnyOrder("no_change", "mean");
    assertThat(fields(r.get("metrics"))).doesNotContain("accuracy");
  }

  @ParameterizedTest
  @CsvSource({"1", "7", "1023", "1024", "1025", "2999"})
  void resumedIsNeverStopped(int stop) throws IOException {
    String model = "standard_scaler | hoeffding_tree";
    JsonNode whole =
        json(
            Cli.run(
                "evaluate",
                "--data",
                Cli.ELECTRICITY,
                "--model",
                model,
                "--limit",
                "3000",
                "--delay",
                "48",
                "--json",
                "-"));
    Path saved = folder.resolve("s");
    Cli first =
        Cli.run(
            "evaluate",
            "--data",
            Cli.ELECTRICITY,
            "--model",
            model,
            "--limit",
            "" + stop,
            "--delay",
            "48",
            "--save",
            saved.toString());
    assertThat(first.code()).isEqualTo(Main.DONE);
    JsonNode resumed =
        json(
            Cli.run(
                "evaluate",
                "--resume",
                saved.toString(),
                "--limit",
                "" + (3000 - stop),
                "--json",
                "-"));
    for (String f :
        List.of("events", "labels", "metrics", "baselines", "drifts", "window", "fading")) {
      assertThat(resumed.get(f)).as(f).isEqualTo(whole.get(f));
    }
  }

  @Test
  void threadsAndPassesAndMemoryGiveTheSameModel() throws IOException {
    String model = "adaptive_random_forest(members=3)";
    JsonNode one =
        json(
            Cli.run(
                "evaluate",
                "--data",
                Cli.ELECTRICITY,
                "--model",
                model,
                "--limit",
                "1500",
                "--json",
                "-"));
    JsonNode other =
        json(
            Cli.run(
                "evaluate",
                "--data",
                Cli.ELECTRICITY,
                "--model",
                model,
                "--limit",
                "1500",
                "--json",
                "-",
                "--threads",
                "2",
                "--passes",
                "2",
                "--in-memory"));
    assertThat(other.get("metrics")).isEqualTo(one.get("metrics"));
    assertThat(other.get("pass_seconds")).hasSize(2);
    assertThat(other.get("threads").asInt()).isEqualTo(2);
  }

  @Test
  void predictionsAreOneALine() throws IOException {
    Path answers = folder.resolve("p.txt");
    Cli run =
        Cli.run(
            "evaluate",
            "--data",
            Cli.PHISHING,
            "--model",
            "gaussian_nb",
            "--limit",
            "100",
            "--predictions",
            answers.toString());
    assertThat(run.code()).isEqualTo(Main.DONE);
    assertThat(Files.readAllLines(answers))
        .hasSize(100)
        .allMatch(l -> l.isEmpty() || l.equals("0") || l.equals("1"));
  }

  @Test
  void theReportIsOnePage() throws IOException {
    Path page = folder.resolve("r.html");
    Cli run =
        Cli.run(
            "evaluate",
            "--data",
            Cli.PHISHING,
            "--model",
            "gaussian_nb",
            "--report",
            page.toString());
    assertThat(run.code()).isEqualTo(Main.DONE);
    assertThat(Files.readString(page))
        .startsWith("<!")
        .contains("</html>")
        .doesNotContain("src=\"http");
  }

  @Test
  void settingsOverrideTheFile() throws IOException {
    String file = Cli.HOME.resolve("examples/electricity.yaml").toString();
    JsonNode r =
        json(
            Cli.run(
                "evaluate",
                file,
                "--limit",
                "500",
                "--set",
                "pipeline.hoeffding_tree.grace_period=77",
                "--seed",
                "9",
                "--json",
                "-"));
    assertThat(r.get("stream").asText()).isEqualTo("electricity");
    assertThat(r.get("model").asText()).contains("grace_period=77");
    assertThat(r.get("seed").asLong()).isEqualTo(9);
  }

  @Test
  void withoutAModelItSaysWhichIsTaken() {
    Cli run = Cli.run("evaluate", "--stream", "sea(events=200)");
    assertThat(run.err()).contains("no --model given: taking 'hoeffding_tree'");
    assertThat(run.out()).contains("accuracy");
  }

  @Test
  void whatLooksLikeAMistakeIsNoted() {
    Cli run =
        Cli.run(
            "evaluate",
            "--data",
            Cli.PHISHING,
            "--separator",
            ";",
            "--model",
            "majority",
            "--limit",
            "300");
    assertThat(run.code()).isEqualTo(Main.DONE);
    assertThat(run.err()).contains("no column besides the label");
    run =
        Cli.run(
            "evaluate",
            "--data",
            Cli.ELECTRICITY,
            "--label",
            "nswdemand",
            "--model",
            "majority",
            "--limit",
            "3000");
    assertThat(run.err()).contains("classes; if it is a number, add '--task regression'");
  }

  @Test
  void aBudgetIsGivenByFlagsAndSettingsAndTakenFromASnapshot() throws IOException {
    String[] data = {
      "evaluate", "--data", Cli.PHISHING, "--label", "is_phishing", "--model", "gaussian_nb"
    };
    JsonNode r = json(run(data, "--budget", "10%", "--ask", "margin(window=100)", "--json", "-"));
    assertThat(r.path("labels").asInt()).isEqualTo(1250);
    assertThat(r.path("labels_asked").asInt()).isBetween(115, 125);
    assertThat(r.path("recall").size()).isEqualTo(2);
    JsonNode set =
        json(
            run(
                data,
                "--set",
                "labels.budget=10%",
                "--set",
                "labels.ask={margin: {window: 100}}",
                "--json",
                "-"));
    assertThat(set.path("metrics")).isEqualTo(r.path("metrics"));
    assertThat(set.path("labels_asked")).isEqualTo(r.path("labels_asked"));

    Path half = folder.resolve("half.snapshot");
    Cli first =
        run(
            data,
            "--budget",
            "10%",
            "--ask",
            "margin(window=100)",
            "--limit",
            "600",
            "--save",
            half.toString());
    assertThat(first.code()).as(first.err()).isEqualTo(Main.DONE);
    JsonNode rest = json(Cli.run("evaluate", "--resume", half.toString(), "--json", "-"));
    assertThat(rest.path("labels_asked")).isEqualTo(r.path("labels_asked"));
    assertThat(rest.path("metrics")).isEqualTo(r.path("metrics"));
    Cli other = Cli.run("evaluate", "--resume", half.toString(), "--budget", "20%");
    assertThat(other.code()).as(other.err()).isEqualTo(Main.DONE);
    assertThat(other.err())
        .contains(
            "labels are asked for by budget 20%, ask margin(window=100) in place of budget 10%")
        .contains("what was spent counts on");
    Cli idle = run(data, "--budget", "{money: 9, prices: {fraud: 2}}");
    assertThat(idle.err())
        .contains(
            "note: labels.budget has a price of 'fraud', which was no class of the stream; there");
  }

  private static Cli run(String[] first, String... more) {
    List<String> all = new ArrayList<>(List.of(first));
    all.addAll(List.of(more));
    return Cli.run(all.toArray(new String[0]));
  }
}
