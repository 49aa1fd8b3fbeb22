package org.freshet.examples.added;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.freshet.cli.Main;
import org.freshet.core.component.Components;
import org.freshet.core.component.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A learner that was added by one class is everywhere the others are, with no list touched. */
class AddedLearnerTest {
  private static final String FILE = "src/test/resources/fading.yaml";

  private static String run(int expected, String... args) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    int code = Main.run(args, out, out);
    String text = bytes.toString(StandardCharsets.UTF_8);
    assertThat(code).as(text).isEqualTo(expected);
    return text;
  }

  @Test
  void isFoundListedAndShown() {
    assertThat(Components.find("fading_majority").orElseThrow().kinds())
        .containsExactly(Kind.CLASSIFIER);
    assertThat(run(0, "list")).contains("fading_majority");
    assertThat(run(0, "show", "fading_majority"))
        .contains("fading", "0.99", "(0, 1]", "half of a count");
  }

  @Test
  void isLintedWithPlacesAndSuggestions(@TempDir Path folder) throws Exception {
    assertThat(run(0, "lint", FILE)).contains("fine");
    Path wrong = folder.resolve("wrong.yaml");
    Files.writeString(
        wrong, Files.readString(Path.of(FILE)).replace("{ fading: 0.995 }", "{ fadin: 0.995 }"));
    assertThat(run(2, "lint", wrong.toString()))
        .contains(
            "wrong.yaml:6:",
            "unknown parameter 'fadin' of fading_majority; did you mean 'fading'?");
  }

  @Test
  void runsFromAFileAndFromOneLine() {
    assertThat(run(0, "test", FILE)).contains("knows the larger class");
    assertThat(run(0, "evaluate", FILE)).contains("accuracy");
    assertThat(run(0, "evaluate", FILE, "--model", "fading_majority(fading=0.5)"))
        .contains("accuracy");
  }
}
