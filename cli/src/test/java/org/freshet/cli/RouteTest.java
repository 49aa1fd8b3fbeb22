package org.freshet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.freshet.core.Rng;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A log of two experts without a label: the small one knows greetings, the large one everything.
 */
class RouteTest {
  private static final int ROWS = 1000;

  @TempDir Path folder;

  private String file() throws IOException {
    Rng rng = new Rng(4);
    StringBuilder log = new StringBuilder("prompt,small_right,large_right\n");
    for (int i = 0; i < ROWS; i++) {
      boolean greeting = rng.nextBoolean();
      log.append(greeting ? "good morning to you " : "prove this theorem of number ").append(i);
      log.append(',').append(greeting ? "True" : "False").append(",True\n");
    }
    Files.writeString(folder.resolve("log.csv"), log);
    Path file = folder.resolve("route.yaml");
    Files.writeString(
        file,
        """
        source: { csv: { path: log.csv, label: none, text: [prompt] } }
        pipeline:
          - tfidf: {}
          - router:
              experts:
                - recorded: { column: small_right, quality: true, cost: 1 }
                - recorded: { column: large_right, quality: true, cost: 10 }
              budget: 5.6
        """);
    return file.toString();
  }

  private JsonNode evaluate(String... more) throws IOException {
    Path json = folder.resolve("result.json");
    List<String> args = new ArrayList<>(List.of("evaluate", file(), "--json", json.toString()));
    args.addAll(List.of(more));
    Cli run = Cli.run(args.toArray(String[]::new));
    assertThat(run.code()).as(run.out() + run.err()).isEqualTo(Main.DONE);
    assertThat(run.out()).contains("large_right").contains("saved against always asking the dear");
    return new ObjectMapper().readTree(json.toFile());
  }

  @Test
  void aLogWithoutLabelsIsRoutedWithinTheBudget() throws IOException {
    Path chosen = folder.resolve("chosen.txt");
    JsonNode result = evaluate("--predictions", chosen.toString());
    assertThat(result.at("/expert_calls").asInt()).isEqualTo(ROWS);
    assertThat(result.at("/expert_accuracy").asDouble()).as("by chance 0.755").isGreaterThan(0.93);
    assertThat(result.at("/expert_cost").asDouble()).isLessThanOrEqualTo(5.6 * ROWS + 10);
    assertThat(result.at("/experts/1/name").asText()).isEqualTo("large_right");
    double cost = result.at("/expert_cost").asDouble();
    assertThat(result.at("/expert_cost_saved").asDouble()).isEqualTo(10.0 * ROWS - cost);
    List<String> names = Files.readAllLines(chosen);
    assertThat(names).hasSizeGreaterThanOrEqualTo(ROWS).contains("small_right");
    long large = names.stream().filter("large_right"::equals).count();
    assertThat(large).isEqualTo(result.at("/experts/1/calls").asInt());

    JsonNode chance = evaluate("--set", "pipeline.1.router.policy=random");
    assertThat(chance.at("/expert_accuracy").asDouble()).isLessThan(0.82);
  }

  @Test
  void aRunThatWasStoppedGoesOn() throws IOException {
    JsonNode whole = evaluate();
    String saved = folder.resolve("half.frs").toString();
    evaluate("--limit", "400", "--save", saved);
    JsonNode rest = evaluate("--resume", saved);
    for (String field : List.of("expert_calls", "expert_cost", "expert_accuracy")) {
      assertThat(rest.get(field)).as(field).isEqualTo(whole.get(field));
    }
  }

  @Test
  void itGoesOnWithOtherExperts() throws IOException {
    String saved = folder.resolve("half.frs").toString();
    JsonNode half = evaluate("--limit", "500", "--save", saved);
    String experts =
        "[{recorded: {column: large_right, quality: true, cost: 10}}, {recorded: {column:"
            + " small_right, quality: true, cost: 1}}]";
    JsonNode whole = evaluate("--resume", saved, "--set", "pipeline.1.router.experts=" + experts);
    assertThat(whole.at("/experts/0/name").asText()).isEqualTo("large_right");
    int before = half.at("/experts/1/calls").asInt(); // of the large one
    int after = whole.at("/experts/0/calls").asInt() - before;
    assertThat(after).as("about half of the rest").isBetween(200, 300);
    // What was learnt goes on: nearly all of the rest is right.
    double right = half.at("/expert_accuracy").asDouble() * 500;
    double all = whole.at("/expert_accuracy").asDouble() * ROWS;
    assertThat(all - right).isGreaterThan(0.97 * 500);
  }

  @Test
  void aLearnerWithoutExpertsWantsALabel() throws IOException {
    Cli run = Cli.run("evaluate", file(), "--model", "majority");
    assertThat(run.code()).isEqualTo(Main.WRONG);
    assertThat(run.err().toLowerCase(Locale.ROOT)).contains("the stream has no label");
  }
}
