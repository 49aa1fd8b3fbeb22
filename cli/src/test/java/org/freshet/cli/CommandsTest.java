package org.freshet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {
  @TempDir Path folder;

  private static Cli fine(String... args) {
    Cli run = Cli.run(args);
    assertThat(run.code()).as(run.err()).isEqualTo(Main.DONE);
    return run;
  }

  @Test
  void versionIsTheBuilds() {
    assertThat(fine("--version").out()).matches("freshet \\d+\\.\\d+\\.\\d+.*\\R");
  }

  @Test
  void helpNamesTheCommands() {
    assertThat(fine("--help").out())
        .contains("evaluate", "compare", "demo", "inspect")
        .doesNotContain("bench");
  }

  @Test
  void listShowsEveryKindWithOneLineEach() throws IOException {
    String text = fine("list").out();
    assertThat(text).contains("classifiers", "drift_detectors", "sources", "gaussian_nb", "adwin");
    JsonNode all = new ObjectMapper().readTree(fine("list", "--json").out());
    assertThat(all)
        .isNotEmpty()
        .allSatisfy(c -> assertThat(c.get("summary").asText()).isNotBlank());
    assertThat(fine("list", "drift").out()).contains("adwin").doesNotContain("gaussian_nb");
  }

  @Test
  void showTellsAllOfAParameter() {
    assertThat(fine("show", "adwin").out())
        .contains(
            "delta = 0.002", "number in (0, 1)", "Default from: MOA", "Traits: bounded_memory");
  }

  @Test
  void doctorFindsTheExamples() {
    assertThat(fine("doctor").out()).contains("ok  examples", "kernels").doesNotContain("BAD");
  }

  private static JsonNode evaluated(String... stream) throws IOException {
    String[] same = {"evaluate", stream[0], stream[1], "--model", "gaussian_nb", "--json", "-"};
    return new ObjectMapper().readTree(fine(same).out());
  }

  private static List<String> labels(JsonNode result) {
    return result.get("per_class").findValuesAsText("label");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.csv", "a.csv.gz", "a.tsv", "a.arff.gz", "a.jsonl"})
  void whatIsGeneratedIsReadBack(String name) throws IOException {
    String file = folder.resolve(name).toString();
    fine("generate", "stagger(concept=2)", "--events", "500", "--seed", "1", "--output", file);
    JsonNode read = evaluated("--data", file);
    JsonNode direct = evaluated("--stream", "stagger(concept=2, events=500)");
    assertThat(read.get("events").asLong()).isEqualTo(500);
    assertThat(labels(read)).containsExactlyInAnyOrderElementsOf(labels(direct));
  }

  @Test
  void aGeneratedNumberIsReadBackExactly() throws IOException {
    Path file = folder.resolve("a.arff");
    fine("generate", "sea(concept=1)", "--events", "50", "--output", file.toString());
    JsonNode direct = evaluated("--stream", "sea(concept=1, events=50)");
    assertThat(evaluated("--data", file.toString()).get("metrics"))
        .isEqualTo(direct.get("metrics"));
  }

  @Test
  void lintFindsEveryFaultWithItsPlace() {
    Path file =
        Cli.write(
            folder.resolve("p.yaml"),
            "source: { sea: { concpt: 1, events: 100 } }",
            "pipeline:",
            "  - hoefding_tree: {}");
    Cli run = Cli.run("lint", file.toString());
    assertThat(run.code()).isEqualTo(Main.WRONG);
    assertThat(run.errors()).hasSize(2);
    assertThat(run.err())
        .contains("p.yaml:1:", "'concpt'", "p.yaml:3:", "did you mean 'hoeffding_tree'?");
  }

  @Test
  void lintAndTestRefuseAMetricThatThereIsNot() {
    Path file =
        Cli.write(
            folder.resolve("p.yaml"),
            "source: { sea: { events: 100 } }",
            "pipeline: [ majority: {} ]",
            "tests:",
            "  - name: misspelt",
            "    source: { sea: { events: 300 } }",
            "    expect: { acuracy: \">= 0.1\" }");
    for (String command : List.of("lint", "test")) {
      Cli run = Cli.run(command, file.toString());
      assertThat(run.err()).contains("p.yaml:6:15: no metric 'acuracy'; did you mean 'accuracy'?");
      assertThat(run.out()).isEmpty();
      assertThat(run.code()).isEqualTo(Main.WRONG);
    }
  }

  @Test
  void lintPassesTheExample() {
    assertThat(fine("lint", Cli.HOME.resolve("examples/electricity.yaml").toString()).out())
        .contains("fine");
  }

  @Test
  void aTestThatIsNotMetEndsWithTwo() {
    Path file =
        Cli.write(
            folder.resolve("p.yaml"),
            "source: { sea: { events: 100 } }",
            "pipeline:",
            "  - majority: {}",
            "tests:",
            "  - name: wonder",
            "    source: { sea: { events: 300 } }",
            "    expect: { accuracy: \">= 0.99\" }");
    Cli run = Cli.run("test", file.toString());
    assertThat(run.out())
        .contains("FAILED", "wonder: accuracy is", "expected >= 0.99", "1 test, 1 failed");
    assertThat(run.code()).isEqualTo(Main.WRONG);
  }

  @Test
  void predictLearnsNothingAndFindsColumnsByName() throws IOException {
    Path train =
        Cli.write(
            folder.resolve("t.csv"),
            "colour,size,class",
            "red,1,stop",
            "green,2,go",
            "red,3,stop",
            "green,1,go",
            "red,2,stop",
            "green,3,go",
            "red,1,stop",
            "green,2,go");
    Path model = folder.resolve("m");
    fine(
        "evaluate",
        "--data",
        train.toString(),
        "--model",
        "gaussian_nb",
        "--save",
        model.toString());
    Path ask =
        Cli.write(
            folder.resolve("q.csv"), "size,extra,colour", "2,9,green", "2,9,red", "2,9,green");
    byte[] before = Files.readAllBytes(model);
    assertThat(fine("predict", model.toString(), "--data", ask.toString()).out().lines())
        .containsExactly("go", "stop", "go");
    assertThat(Files.readAllBytes(model)).isEqualTo(before);
    List<String> scores =
        fine("predict", model.toString(), "--data", ask.toString(), "--scores")
            .out()
            .lines()
            .toList();
    assertThat(scores).hasSize(4).first().isEqualTo("label,p(stop),p(go)");
    Path less = Cli.write(folder.resolve("l.csv"), "size,color", "2,green");
    Cli wrong = Cli.run("predict", model.toString(), "--data", less.toString());
    assertThat(wrong.code()).isEqualTo(Main.WRONG);
    assertThat(wrong.err()).contains("there is no column 'colour'", "did you mean 'color'?");
  }

  @Test
  void inspectTellsWhatIsInside() {
    Path file = folder.resolve("s");
    fine(
        "evaluate",
        "--stream",
        "sea(events=300)",
        "--model",
        "gaussian_nb",
        "--save",
        file.toString());
    assertThat(fine("inspect", file.toString(), "--entries").out())
        .contains("300", "gaussian_nb", "schema/names/text");
  }

  private Path savedTree(String model) {
    Path file = folder.resolve("tree");
    fine("evaluate", "--data", Cli.PHISHING, "--model", model, "--save", file.toString());
    return file;
  }

  @Test
  void inspectDrawsTrees() throws IOException {
    String file = savedTree("adaptive_random_forest(members=2, grace_period=20)").toString();
    String text = fine("inspect", file, "--tree", "text").out();
    assertThat(text).contains(" leaves, depth ", "├─ yes: ", "└─ no: ", "→ ", " %  [");
    assertThat(fine("inspect", file, "--tree", "text", "--member", "1").out()).isNotEqualTo(text);
    JsonNode json = new ObjectMapper().readTree(fine("inspect", file, "--tree", "json").out());
    assertThat(json.get("nodes").size()).isEqualTo(text.lines().count() - 1);
    assertThat(json.at("/nodes/0/column").asText()).isNotEmpty();
    assertThat(json.at("/nodes/1/parent").asInt()).isZero();
    assertThat(fine("inspect", file, "--tree", "svg").out())
        .startsWith("<svg ")
        .endsWith("</svg>\n");
    Cli wrong = Cli.run("inspect", file, "--tree", "text", "--member", "2");
    assertThat(wrong.code()).isEqualTo(Main.WRONG);
    assertThat(wrong.err()).contains("--member: is 2, allowed 0 to 1");
    assertThat(Cli.run("inspect", file, "--tree", "png").err())
        .contains("--tree: is 'png', allowed text, json, svg");
    assertThat(Cli.run("inspect", file, "--member", "1").err()).contains("belongs to --tree");
  }

  @Test
  void treesInsideWrappersAreReachedByNumberAndPath() throws IOException {
    String file =
        savedTree("calibrated(learner=leveraging_bagging(members=2, learner=hoeffding_tree))")
            .toString();
    String second = fine("inspect", file, "--tree", "text", "--member", "1").out();
    assertThat(second).startsWith("learner/member 1: ").contains(" nodes, ");
    assertThat(fine("inspect", file, "--tree", "text", "--member", "learner/member 1").out())
        .isEqualTo(second);
    assertThat(Cli.run("inspect", file, "--tree", "text", "--member", "learner/x").err())
        .contains("--member: is 'learner/x', allowed 0 to 1, or a path such as 'learner/member 1'");
    JsonNode gain =
        new ObjectMapper().readTree(fine("inspect", file, "--importance", "--json").out());
    double sum = 0;
    for (JsonNode share : gain.get("split_gain")) {
      sum += share.asDouble();
    }
    assertThat(sum).isCloseTo(1, within(1e-9));
    Cli another = Cli.run("predict", file, "--data", Cli.PHISHING, "--explain");
    assertThat(another.code()).isEqualTo(Main.WRONG);
    assertThat(another.err().lines()).hasSize(1);
    assertThat(another.err()).contains("needs a model whose answer is that of a tree");
    String bayes = savedTree("conformal(learner=gaussian_nb)").toString();
    assertThat(Cli.run("inspect", bayes, "--tree", "text").err())
        .contains("--tree: needs a model that ends in a tree or a forest");
  }

  @Test
  void importanceOverTheStreamIsReported() throws IOException {
    Path json = folder.resolve("i.json");
    Path page = folder.resolve("i.html");
    String[] common = {
      "evaluate",
      "--stream",
      "sea(events=6000)",
      "--importance",
      "2000",
      "--json",
      json.toString(),
      "--report",
      page.toString(),
      "--model"
    };
    List<String> args = new java.util.ArrayList<>(List.of(common));
    args.add("standard_scaler | hoeffding_tree");
    assertThat(fine(args.toArray(new String[0])).out()).contains("importance   ", "TreeSHAP");
    JsonNode all = new ObjectMapper().readTree(Files.readString(json)).get("importance");
    assertThat(all.size()).isEqualTo(3);
    for (String how : List.of("attribution", "split_gain")) {
      JsonNode last = all.get(2).get(how);
      List<Double> shares = new java.util.ArrayList<>();
      last.forEach(share -> shares.add(share.asDouble()));
      assertThat(shares).hasSize(3); // the class hangs on the first two
      assertThat(shares.get(0) + shares.get(1)).isGreaterThan(0.85);
      assertThat(shares.get(2)).isLessThan(0.15);
    }
    assertThat(Files.readString(page)).contains("What the columns matter");
    args.set(args.size() - 1, "gaussian_nb");
    Cli none = Cli.run(args.toArray(new String[0]));
    assertThat(none.code()).isEqualTo(Main.WRONG);
    assertThat(none.err()).contains("--importance: needs a model that ends in a tree");
  }

  @Test
  void inspectPrintsRules() {
    String model = "standard_scaler | decision_rules(grace_period=50, split_confidence=0.1)";
    String file = savedTree(model).toString();
    assertThat(fine("inspect", file, "--rules").out())
        .containsPattern("(?m)^if .+ (<=|>|is) .+ then .+ \\(weight [0-9.]+, accuracy 0\\.[0-9]+")
        .containsPattern("(?m)^otherwise .+");
    Cli none = Cli.run("inspect", savedTree("gaussian_nb").toString(), "--rules");
    assertThat(none.code()).isEqualTo(Main.WRONG);
    assertThat(none.err()).contains("--rules: needs a model that ends in rules");
  }

  @Test
  void predictExplainsItsAnswers() throws IOException {
    String file = savedTree("standard_scaler | hoeffding_tree(grace_period=20)").toString();
    List<String> lines =
        fine("predict", file, "--data", Cli.PHISHING, "--explain", "--limit", "50")
            .out()
            .lines()
            .toList();
    List<String> answers =
        fine("predict", file, "--data", Cli.PHISHING, "--limit", "50").out().lines().toList();
    assertThat(lines).hasSize(50);
    for (int i = 0; i < 50; i++) {
      JsonNode n = new ObjectMapper().readTree(lines.get(i));
      assertThat(n.get("answer").asText()).isEqualTo(answers.get(i));
      double sum = n.get("base").asDouble();
      for (JsonNode v : n.get("attributions")) {
        sum += v.asDouble();
      }
      assertThat(sum).isCloseTo(n.get("probability").asDouble(), within(1e-9));
      assertThat(n.get("attributions").size()).isEqualTo(9);
    }
    Cli both = Cli.run("predict", file, "--data", Cli.PHISHING, "--explain", "--scores");
    assertThat(both.err()).contains("--explain: goes without --scores");
    String bayes = savedTree("gaussian_nb").toString();
    Cli none = Cli.run("predict", bayes, "--data", Cli.PHISHING, "--explain");
    assertThat(none.code()).isEqualTo(Main.WRONG);
    assertThat(none.err()).contains("--explain: needs a model that ends in a tree or a forest");
  }

  @Test
  void theDemoShowsThreeAndWritesThePage() {
    Path page = folder.resolve("demo.html");
    Cli run = fine("demo", "--limit", "6000", "--threads", "1", "--report", page.toString());
    assertThat(run.out()).contains("keeps learning", "frozen after 10 %", "no change", "Report: ");
    assertThat(run.err()).contains("half-hours; last 1,000: learning");
    assertThat(page).isNotEmptyFile();
  }

  @Test
  void compareRanksModelsOnTheSameEvents() throws IOException {
    Path json = folder.resolve("c.json");
    Path page = folder.resolve("c.html");
    Cli run =
        fine(
            "compare",
            "--data",
            Cli.PHISHING,
            "--stream",
            "sea(events=1000)",
            "--model",
            "majority",
            "--model",
            "gaussian_nb",
            "--json",
            json.toString(),
            "--report",
            page.toString());
    assertThat(run.out()).contains("majority", "gaussian_nb", "phishing.csv.gz", "sea");
    JsonNode c = new ObjectMapper().readTree(Files.readString(json));
    assertThat(c.toString()).contains("gaussian_nb").contains("accuracy");
    assertThat(Files.readString(page)).contains("</html>");
  }

  @Test
  void compareNeedsTwoModels() {
    Cli run = Cli.run("compare", "--data", Cli.PHISHING, "--model", "majority");
    assertThat(run.code()).isEqualTo(Main.WRONG);
    assertThat(run.err()).contains("a comparison needs two different models or more, found 1");
  }
}
