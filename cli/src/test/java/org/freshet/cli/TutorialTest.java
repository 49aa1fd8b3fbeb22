package org.freshet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs every command of the tutorial and the how-to pages, in order. */
class TutorialTest {
  private static final Pattern BLOCK = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

  @TempDir Path folder;

  @Test
  void firstSteps() throws IOException {
    assertThat(runAll("docs/tutorial/first-steps.md")).isGreaterThan(10);
    assertThat(folder.resolve("result.json")).isNotEmptyFile();
    assertThat(Files.readAllLines(folder.resolve("answers.txt"))).hasSize(10);
  }

  @Test
  void text() throws IOException {
    assertThat(runAll("docs/tutorial/text.md")).isGreaterThan(5);
    for (String file : List.of("text", "text-encoder", "cascade")) {
      Cli run = Cli.run("test", Cli.HOME.resolve("examples/" + file + ".yaml").toString());
      assertThat(run.code()).as(run.out() + run.err()).isEqualTo(Main.DONE);
    }
  }

  /** The page shows the bundled file, without its comments and tests. */
  @Test
  void theTextExampleIsTheBundledFile() throws IOException {
    String page = Files.readString(Cli.HOME.resolve("docs/tutorial/text.md"));
    String block = page.substring(page.indexOf("```yaml\n") + 8, page.indexOf("\n```\n") + 1);
    String file = Files.readString(Cli.HOME.resolve("examples/text.yaml"));
    assertThat(file.substring(0, file.indexOf("tests:"))).endsWith(block);
  }

  @Test
  void treesAndEnsembles() throws IOException {
    assertThat(runAll("docs/how-to/trees-and-ensembles.md")).isGreaterThan(8);
    assertThat(Files.readString(folder.resolve("bikes.json"))).contains("\"coverage\"");
  }

  @Test
  void networks() throws IOException {
    assertThat(runAll("docs/how-to/neural.md")).isGreaterThan(7);
    assertThat(Files.readString(folder.resolve("forgetting.json"))).contains("\"continual\"");
  }

  @Test
  void labels() throws IOException {
    assertThat(runAll("docs/how-to/labels.md")).isGreaterThan(5);
    String asked = Files.readString(folder.resolve("asked.json"));
    assertThat(asked).contains("\"labels_asked\"", "\"recall\"");
    String page = Files.readString(Cli.HOME.resolve("docs/how-to/labels.md"));
    String block = page.substring(page.indexOf("```yaml\n") + 8);
    Path file = folder.resolve("labels.yaml");
    String data = Cli.HOME.resolve("examples/data").toString();
    Files.writeString(
        file, block.substring(0, block.indexOf("```")).replace("examples/data", data));
    for (String budget :
        page.lines().filter(l -> l.startsWith("| `")).map(l -> l.split("`")[1]).toList()) {
      if (budget.matches("\\d.*|\\{.*")) {
        Cli run = Cli.run("lint", file.toString(), "--set", "labels.budget=" + budget);
        assertThat(run.code()).as(budget + run.err()).isEqualTo(Main.DONE);
      }
    }
  }

  @Test
  void live() throws IOException {
    assertThat(runAll("docs/how-to/live.md")).isGreaterThan(1);
  }

  /** How many commands there are. */
  private int runAll(String file) throws IOException {
    int commands = 0;
    Matcher block = BLOCK.matcher(Files.readString(Cli.HOME.resolve(file)));
    while (block.find()) {
      for (String line : block.group(1).lines().filter(l -> !l.isBlank()).toList()) {
        assertThat(line).startsWith("./freshet ");
        Cli run = Cli.run(words(line));
        assertThat(run.code()).as(line + "\n" + run.err()).isEqualTo(Main.DONE);
        commands++;
      }
    }
    return commands;
  }

  /** Paths in the checkout stay there, files that are written go to the temporary folder. */
  private String[] words(String line) {
    List<String> words = new ArrayList<>();
    Matcher m = WORD.matcher(line.substring("./freshet ".length()));
    while (m.find()) {
      String w = m.group(1) != null ? m.group(1) : m.group(2);
      if (w.startsWith("examples/")) {
        w = Cli.HOME.resolve(w).toString();
      } else if (w.matches("[\\w.]+\\.(json|html|snapshot|txt|yaml|gz)")) {
        w = folder.resolve(w).toString();
      }
      words.add(w);
    }
    return words.toArray(new String[0]);
  }
}
