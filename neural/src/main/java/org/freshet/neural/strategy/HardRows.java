package org.freshet.neural.strategy;

import java.util.Arrays;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.graph.Node;

/** The rows with the highest loss, by what it was when they were last learnt. */
final class HardRows {
  private static final double MOST = 1e6;

  private final int most;
  private final int stride;
  private final float[] rows;
  private final int[] labels;
  private final float[] weights;
  private final double[] losses;
  private int size;

  HardRows(int most, int stride) {
    this.most = most;
    this.stride = stride;
    rows = new float[Math.multiplyExact(most, stride)];
    labels = new int[most];
    weights = new float[most];
    losses = new double[most];
  }

  int size() {
    return size;
  }

  int[] labels() {
    return labels;
  }

  /** Of a mean over the rows there are. */
  float[] weights() {
    return weights;
  }

  /** Takes those rows of the stream whose loss is above the least one kept. */
  void offer(float[] input, Node z, int[] label, int n) {
    for (int r = 0; r < n; r++) {
      double loss = loss(z, r, label[r]);
      int place = size < most ? size : least();
      if (size < most || loss > losses[place]) {
        System.arraycopy(input, r * stride, rows, place * stride, stride);
        labels[place] = label[r];
        losses[place] = loss;
        size = Math.max(size, place + 1);
      }
    }
    Arrays.fill(weights, 0, size, 1f / size);
  }

  private int least() {
    int least = 0;
    for (int i = 1; i < most; i++) {
      least = losses[i] < losses[least] ? i : least;
    }
    return least;
  }

  private static double loss(Node z, int r, int label) {
    int at = r * z.stride();
    double top = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < z.width(); c++) {
      top = Math.max(top, z.value()[at + c]);
    }
    double sum = 0;
    for (int c = 0; c < z.width(); c++) {
      sum += Math.exp(z.value()[at + c] - top);
    }
    double loss = Math.log(sum) + top - z.value()[at + label];
    return loss < MOST ? loss : MOST;
  }

  /** Copies all rows to the front of the input; returns how many. */
  int put(float[] input) {
    System.arraycopy(rows, 0, input, 0, size * stride);
    return size;
  }

  void putOne(int i, float[] input) {
    System.arraycopy(rows, i * stride, input, 0, stride);
  }

  /** Their losses are what the network says of them now, in its first rows. */
  void renew(Node z) {
    for (int i = 0; i < size; i++) {
      losses[i] = loss(z, i, labels[i]);
    }
  }

  void save(StateWriter out) {
    out.put("rows", Arrays.copyOf(rows, size * stride));
    out.put("labels", labels, size);
    out.put("losses", Arrays.copyOf(losses, size));
  }

  void load(StateReader in, int mostOutputs) {
    double[] kept = in.doubles("losses");
    float[] r = in.floats("rows");
    if (kept.length > most || r.length != kept.length * stride) {
      throw in.corrupt("rows", "has " + r.length + " values for " + kept.length + " rows");
    }
    int[] l = in.ints("labels", kept.length);
    for (int label : l) {
      if (label < 0 || label >= mostOutputs) {
        throw in.corrupt("labels", "names class " + label + " of " + mostOutputs);
      }
    }
    size = kept.length;
    System.arraycopy(kept, 0, losses, 0, size);
    System.arraycopy(r, 0, rows, 0, r.length);
    System.arraycopy(l, 0, labels, 0, size);
    Arrays.fill(weights, 0, size, 1f / Math.max(1, size));
  }

  long memoryBytes() {
    return 64 + 4 * 16 + 4L * (rows.length + 2L * most) + 8L * most;
  }
}
