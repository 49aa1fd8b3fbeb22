package org.freshet.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The model of the examples is what is said of it: the mean of a random vector for each word of its
 * vocabulary. With {@code -Dfreshet.golden.write=true} it is written where there is none.
 */
class ExampleModelTest {
  private static final Path FOLDER = Path.of("..", "..", "examples", "encoder");

  @Test
  void theModelOfTheExamplesIsMadeHere() throws Exception {
    int words = Files.readAllLines(FOLDER.resolve("vocab.txt")).size();
    byte[] made = Models.embeddingMean(words, 64, 42);
    Path file = FOLDER.resolve("words.onnx");
    if (Boolean.getBoolean("freshet.golden.write") && !Files.exists(file)) {
      Files.write(file, made);
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(made);
  }
}
