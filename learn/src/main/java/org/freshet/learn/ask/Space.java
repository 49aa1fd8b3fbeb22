package org.freshet.learn.ask;

import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.ask.RowEmbedding;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Distances between rows: squared differences of the values of their embedding, each in units of
 * its variance so far, so that two rows drawn at random are about 1 apart. The values of sparse
 * rows, most of them 0, have one variance together.
 */
final class Space {
  private static final long MEMORY = 10_000; // events after which older ones fade

  private final RowEmbedding embedding;
  private final boolean together;
  private final double[] mean;
  private final double[] square; // mean squared deviation
  private final double[] scale; // of a squared difference
  private long n;

  /**
   * @param most values of a row at most
   */
  Space(Schema schema, int most) {
    embedding = new RowEmbedding(schema, most);
    together = schema.isSparse();
    mean = new double[width()];
    square = new double[width()];
    scale = new double[width()];
  }

  /** Number of values of a row. */
  int width() {
    return embedding.width();
  }

  /** Writes the values of a row. */
  void write(Features x, double[] into) {
    embedding.write(x, into);
  }

  /** Counts the values of an event in. */
  void see(double[] values) {
    n = Math.min(n + 1, MEMORY);
    double total = 0;
    int varied = 0;
    for (int i = 0; i < mean.length; i++) {
      double d = values[i] - mean[i];
      mean[i] += d / n;
      square[i] += (d * (values[i] - mean[i]) - square[i]) / n;
      total += square[i];
      varied += square[i] > 0 ? 1 : 0;
    }
    for (int i = 0; i < mean.length; i++) {
      double variance = together ? total / mean.length : square[i];
      scale[i] = variance > 0 ? 0.5 / (variance * (together ? mean.length : varied)) : 0;
    }
  }

  /** Distance of two rows whose values start at {@code aAt} and {@code bAt}. */
  double distance(double[] a, int aAt, double[] b, int bAt) {
    double sum = 0;
    for (int i = 0; i < scale.length; i++) {
      double d = a[aAt + i] - b[bAt + i];
      sum += scale[i] * d * d;
    }
    return sum;
  }

  void save(StateWriter out) {
    out.put("n", n);
    out.put("mean", mean);
    out.put("square", square);
    out.put("scale", scale);
  }

  void load(StateReader in) {
    n = in.longValue("n", 0, MEMORY);
    copy(in, "mean", mean);
    copy(in, "square", square);
    copy(in, "scale", scale);
  }

  private static void copy(StateReader in, String name, double[] to) {
    System.arraycopy(in.doubles(name, to.length), 0, to, 0, to.length);
  }

  long memoryBytes() {
    return 56 + embedding.memoryBytes() + 3 * 16 + 24L * mean.length;
  }
}
