package org.freshet.onnx;

/** How the vectors that a model gives for each token become one. */
public enum Pooling {
  /** Their mean. */
  MEAN,
  /** The first one: that of [CLS]. */
  FIRST,
  /** The largest of each number. */
  MAX;

  /**
   * @param all vectors, one behind the other
   * @param at where the first begins
   * @param n vectors, at least 1
   */
  void pool(float[] all, int at, int n, float[] out) {
    int width = out.length;
    System.arraycopy(all, at, out, 0, width);
    if (this == FIRST) {
      return;
    }
    for (int t = 1; t < n; t++) {
      int from = at + t * width;
      for (int i = 0; i < width; i++) {
        out[i] = this == MEAN ? out[i] + all[from + i] : Math.max(out[i], all[from + i]);
      }
    }
    for (int i = 0; i < width && this == MEAN; i++) {
      out[i] /= n;
    }
  }
}
