package org.freshet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bundled cascade: what is accounted, and what may be set. */
class CascadeExampleTest {
  private static final String FILE = Cli.HOME.resolve("examples/cascade.yaml").toString();
  private static final String STEP = "pipeline.2.cascade.";

  @TempDir Path folder;

  private JsonNode evaluate(String... more) throws IOException {
    Path json = folder.resolve("result.json");
    List<String> args = new ArrayList<>(List.of("evaluate", FILE, "--json", json.toString()));
    args.addAll(List.of(more));
    Cli run = Cli.run(args.toArray(String[]::new));
    assertThat(run.code()).as(run.out() + run.err()).isEqualTo(Main.DONE);
    return new ObjectMapper().readTree(json.toFile());
  }

  /** Share of the rows whose second and third or fourth cell agree. */
  private static double right(int column) throws IOException {
    Path file = Cli.DATA.resolve("messages.csv.gz");
    int right = 0;
    int rows = 0;
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      in.readLine();
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] cells = line.split(",");
        right += cells[1].equals(cells[column]) ? 1 : 0;
        rows++;
      }
    }
    return (double) right / rows;
  }

  @Test
  void whatIsAskedIsCountedPaidAndJudged() throws IOException {
    JsonNode part = evaluate();
    assertThat(part.at("/expert_calls").asInt())
        .as("the warm-up, and most of what 60 % of the rest would be")
        .isBetween(1100, 1220);
    assertThat(part.at("/expert_cost").asDouble()).isEqualTo(part.at("/expert_calls").asInt());
    assertThat(part.at("/expert_cost_saved").asDouble())
        .isCloseTo(1500 - part.at("/expert_calls").asInt(), within(1e-9));
    assertThat(part.at("/metrics/accuracy").asDouble()).isGreaterThan(0.85);
    JsonNode none = evaluate("--set", STEP + "calls=0");
    assertThat(none.at("/expert_calls").asInt()).isZero();
    assertThat(none.has("expert_accuracy")).isFalse();
    assertThat(none.at("/metrics/accuracy").asDouble()).as("nothing is learnt").isLessThan(0.45);
  }

  @Test
  void alwaysAskedTheAnswersAreTheExperts() throws IOException {
    JsonNode always =
        evaluate(
            "--set",
            STEP + "calls=100%",
            "--set",
            STEP + "expert.recorded.column=llama2_70b",
            "--set",
            STEP + "expert.recorded.cost=0.25",
            "--set",
            STEP + "classes=[praise, question, complaint, legal]");
    assertThat(always.at("/expert_calls").asInt()).isEqualTo(1500);
    assertThat(always.at("/expert_cost").asDouble()).isEqualTo(375);
    assertThat(always.at("/expert_accuracy").asDouble()).isCloseTo(right(3), within(1e-12));
    assertThat(always.at("/expert_useless").asInt()).as("'invalid'").isBetween(5, 40);
    assertThat(always.at("/metrics/accuracy").asDouble())
        .as("where the answer is of no use the levels answer")
        .isBetween(right(3), right(3) + 0.02);
  }

  @Test
  void aRunThatWasStoppedGoesOn() throws IOException {
    String[] late = {"--set", "labels.delay=40 events"};
    JsonNode whole = evaluate(late);
    Path saved = folder.resolve("half.frs");
    evaluate(late[0], late[1], "--limit", "700", "--save", saved.toString());
    JsonNode rest = evaluate(late[0], late[1], "--resume", saved.toString());
    for (String field :
        List.of("expert_calls", "expert_cost", "expert_accuracy", "expert_useless", "metrics")) {
      assertThat(rest.get(field)).as(field).isEqualTo(whole.get(field));
    }
  }

  @Test
  void anotherFileWithNumbersForClasses() throws IOException {
    Path file = folder.resolve("other.csv");
    StringBuilder s = new StringBuilder("label,gpt35,text\n");
    for (int i = 0; i < 300; i++) {
      int c = i % 3 == 0 ? 1 : 0;
      s.append(c).append(',').append(i % 10 == 9 ? 1 - c : c).append(',');
      s.append(c == 1 ? "come here at once you " : "it is nice and warm in town ").append(i);
      s.append('\n');
    }
    Files.writeString(file, s);
    JsonNode other = evaluate("--data", file.toString(), "--label", "label");
    assertThat(other.at("/expert_useless").asInt()).isLessThan(3);
    assertThat(other.at("/expert_accuracy").asDouble()).isBetween(0.8, 0.95);
    assertThat(other.at("/expert_calls").asInt()).as("all in the warm-up").isEqualTo(300);
    assertThat(other.at("/metrics/accuracy").asDouble())
        .as("that of the expert, less one until a class was shown")
        .isBetween(0.88, 0.91);
  }

  @Test
  void mistakesAreOneLine() {
    Cli run = Cli.run("evaluate", FILE, "--set", STEP + "expert.recorded.column=gpt4");
    assertThat(run.code()).isEqualTo(Main.WRONG);
    assertThat(run.err())
        .contains("recorded: the stream has no column 'gpt4'")
        .doesNotContain("\tat ");
  }
}
