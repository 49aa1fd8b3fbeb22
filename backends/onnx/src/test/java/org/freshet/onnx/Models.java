package org.freshet.onnx;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.freshet.core.Rng;

/** The small models of the tests, each written where it is asked for. */
final class Models {
  private Models() {}

  static float[] random(int n, long seed) {
    Rng rng = new Rng(seed);
    float[] v = new float[n];
    for (int i = 0; i < n; i++) {
      v[i] = (float) (2 * rng.nextDouble() - 1);
    }
    return v;
  }

  /** relu(x W + b) of {@code in} numbers. */
  static byte[] dense(int in, int out, long seed) {
    return new OnnxFile()
        .input("x", OnnxFile.FLOAT, -1, in)
        .weights("w", random(in * out, seed), in, out)
        .weights("b", random(out, seed + 1), out)
        .node("Gemm", new String[] {"x", "w", "b"}, "h")
        .node("Relu", "h", "y")
        .output("y", OnnxFile.FLOAT, -1, out)
        .bytes();
  }

  /** relu(x_i w_i): no sums, so that every processor rounds alike. */
  static byte[] scaled(int width, long seed) {
    return new OnnxFile()
        .input("x", OnnxFile.FLOAT, -1, width)
        .weights("w", random(width, seed), width)
        .node("Mul", new String[] {"x", "w"}, "h")
        .node("Relu", "h", "y")
        .output("y", OnnxFile.FLOAT, -1, width)
        .bytes();
  }

  /** Row {@code t} of a table for token t: a vector for each token. */
  static byte[] embedding(int tokens, int width, long seed) {
    return new OnnxFile()
        .input("input_ids", OnnxFile.INT64, -1, -1)
        .weights("table", random(tokens * width, seed), tokens, width)
        .node("Gather", new String[] {"table", "input_ids"}, "last_hidden_state", "axis", 0)
        .output("last_hidden_state", OnnxFile.FLOAT, -1, -1, width)
        .bytes();
  }

  /** The mean of the rows of a table, in the model itself. */
  static byte[] embeddingMean(int tokens, int width, long seed) {
    return new OnnxFile()
        .input("input_ids", OnnxFile.INT64, -1, -1)
        .weights("table", random(tokens * width, seed), tokens, width)
        .node("Gather", new String[] {"table", "input_ids"}, "rows", "axis", 0)
        .node("ReduceMean", "rows", "mean", "axes", new long[] {1}, "keepdims", 0)
        .output("mean", OnnxFile.FLOAT, -1, width)
        .bytes();
  }

  /** The mean of each channel of a picture of three channels. */
  static byte[] channelMeans(int side) {
    return new OnnxFile()
        .input("image", OnnxFile.FLOAT, -1, 3, side, side)
        .node("ReduceMean", "image", "means", "axes", new long[] {2, 3}, "keepdims", 0)
        .output("means", OnnxFile.FLOAT, -1, 3)
        .bytes();
  }

  static Path write(Path file, byte[] bytes) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      return Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path vocabulary(Path file, String... tokens) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      return Files.write(file, List.of(tokens));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
