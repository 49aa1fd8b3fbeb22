package org.freshet.neural.strategy;

import java.util.Arrays;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** The last rows of the stream and their labels: what weights are worth is measured on them. */
public final class Recent {
  private final float[] rows;
  private final int[] labels;
  private final int stride;
  private final int most;
  private int size;
  private int next;

  public Recent(int most, int stride) {
    this.most = most;
    this.stride = stride;
    rows = new float[Math.multiplyExact(most, stride)];
    labels = new int[most];
  }

  public int size() {
    return size;
  }

  public int label(int i) {
    return labels[i];
  }

  public void add(float[] from, int at, int label) {
    labels[next] = label;
    System.arraycopy(from, at, rows, next * stride, stride);
    next = (next + 1) % most;
    size = Math.min(most, size + 1);
  }

  public void copyRow(int i, float[] to, int at) {
    System.arraycopy(rows, i * stride, to, at, stride);
  }

  public long memoryBytes() {
    return 80 + 4L * (rows.length + labels.length);
  }

  public void save(StateWriter out) {
    out.put("rows", Arrays.copyOf(rows, size * stride));
    out.put("labels", labels, size);
    out.put("next", (long) next);
  }

  public void load(StateReader in, int mostOutputs) {
    float[] r = in.floats("rows");
    if (r.length % stride != 0 || r.length > rows.length) {
      throw in.corrupt("rows", "has " + r.length + " values for rows of " + stride);
    }
    System.arraycopy(r, 0, rows, 0, r.length);
    size = r.length / stride;
    int[] l = in.ints("labels", size);
    for (int label : l) {
      if (label < 0 || label >= mostOutputs) {
        throw in.corrupt("labels", "names class " + label + " of " + mostOutputs);
      }
    }
    System.arraycopy(l, 0, labels, 0, size);
    next = in.intValue("next", 0, most - 1);
  }
}
