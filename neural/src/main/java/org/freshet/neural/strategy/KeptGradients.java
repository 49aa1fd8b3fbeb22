package org.freshet.neural.strategy;

import java.util.List;
import org.freshet.neural.graph.Parameter;

/** A copy of the gradients of all weights, as one vector. */
final class KeptGradients {
  private float[][] of = {};

  /** Takes the gradients of the last backward pass. */
  void keep(List<Parameter> all) {
    if (of.length != all.size()) {
      of = new float[all.size()][0];
    }
    for (int i = 0; i < of.length; i++) {
      float[] g = all.get(i).gradient();
      if (of[i].length != g.length) {
        of[i] = new float[g.length];
      }
      System.arraycopy(g, 0, of[i], 0, g.length);
    }
  }

  /** The scalar product with the gradients of the last backward pass. */
  double product(List<Parameter> all) {
    double sum = 0;
    for (int i = 0; i < of.length; i++) {
      sum += product(of[i], all.get(i).gradient());
    }
    return sum;
  }

  double product(KeptGradients other) {
    double sum = 0;
    for (int i = 0; i < of.length; i++) {
      sum += product(of[i], other.of[i]);
    }
    return sum;
  }

  double square() {
    return product(this);
  }

  /** Adds {@code times} this to the gradients in the parameters. */
  void addTo(List<Parameter> all, double times) {
    float t = (float) times;
    for (int i = 0; i < of.length; i++) {
      float[] g = all.get(i).gradient();
      float[] r = of[i];
      for (int j = 0; j < g.length; j++) {
        g[j] += t * r[j];
      }
    }
  }

  private static double product(float[] a, float[] b) {
    // Four sums, so that an addition need not wait for the one before.
    double s = 0;
    double t = 0;
    double u = 0;
    double v = 0;
    for (int i = 0; i + 3 < a.length; i += 4) { // lengths are multiples of 16
      s += (double) a[i] * b[i];
      t += (double) a[i + 1] * b[i + 1];
      u += (double) a[i + 2] * b[i + 2];
      v += (double) a[i + 3] * b[i + 3];
    }
    return s + t + u + v;
  }

  long memoryBytes() {
    long sum = 24 + 16 + 4L * of.length;
    for (float[] g : of) {
      sum += 16 + 4L * g.length;
    }
    return sum;
  }
}
