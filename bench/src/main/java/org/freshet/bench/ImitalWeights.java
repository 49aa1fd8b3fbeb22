package org.freshet.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.freshet.learn.ask.ImitalTraining;

/** Makes the weights that the strategy imital comes with, and writes them to a file. */
public final class ImitalWeights {
  private ImitalWeights() {}

  public static void main(String[] args) throws IOException {
    Files.write(Path.of(args[0]), ImitalTraining.weights(1).getBytes(StandardCharsets.US_ASCII));
  }
}
