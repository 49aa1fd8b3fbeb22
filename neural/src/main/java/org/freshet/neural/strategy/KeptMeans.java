package org.freshet.neural.strategy;

import java.util.Arrays;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.graph.Node;
import org.freshet.neural.replay.Memory;

/**
 * The nearest mean of what is kept: φ is what the last hidden layer gives, brought to length 1, and
 * the mean of a class that of φ over its rows in the memory, brought to length 1.
 */
final class KeptMeans {
  private float[] means = {}; // by class, as far apart as rows of the features
  private boolean[] has = {}; // whether a class has one

  void grown(Lesson l, int outputs) {
    has = Arrays.copyOf(has, outputs);
    means = Arrays.copyOf(means, outputs * l.network().features().stride());
  }

  /** Computes them anew by a pass over the memory; the rows of the batch are lost. */
  void compute(Lesson l) {
    Memory memory = l.memory();
    Node f = l.network().features();
    int room = l.network().graph().capacity();
    int stride = l.network().input().stride();
    Arrays.fill(means, 0);
    Arrays.fill(has, false);
    for (int from = 0; from < memory.size(); from += room) {
      int n = Math.min(room, memory.size() - from);
      for (int i = 0; i < n; i++) {
        memory.copyRow(from + i, l.network().input().value(), i * stride);
      }
      l.network().graph().predict(n);
      for (int i = 0; i < n; i++) {
        int c = memory.label(from + i);
        has[c] = true;
        add(f.value(), i * f.stride(), c * f.stride(), f.stride());
      }
    }
    for (int c = 0; c < has.length; c++) {
      int at = c * f.stride();
      float inverse = (float) inverse(means, at, f.stride());
      for (int i = at; i < at + f.stride(); i++) {
        means[i] *= inverse;
      }
    }
  }

  /** Adds a vector at length 1. */
  private void add(float[] from, int at, int toAt, int n) {
    float inverse = (float) inverse(from, at, n);
    for (int i = 0; i < n; i++) {
      means[toAt + i] += inverse * from[at + i];
    }
  }

  private static double inverse(float[] of, int at, int n) {
    double sum = 0;
    for (int i = at; i < at + n; i++) {
      sum += (double) of[i] * of[i];
    }
    return 1 / Math.max(1e-8, Math.sqrt(sum));
  }

  /**
   * Replaces the scores of row 0 by minus the squared distances over {@code temperature}, where
   * there is any mean; a class without one is as far as can be.
   */
  void scores(Node f, double[] scores, int outputs, double temperature) {
    boolean any = false;
    for (int c = 0; c < outputs; c++) {
      any |= has[c];
    }
    if (!any) {
      return;
    }
    double inverse = inverse(f.value(), 0, f.stride());
    for (int c = 0; c < outputs; c++) {
      double along = 0;
      for (int i = 0; i < f.stride(); i++) {
        along += f.value()[i] * inverse * means[c * f.stride() + i];
      }
      // At length 1 the square of a distance is 2 − 2 cos.
      scores[c] = (has[c] ? 2 * along - 2 : -4) / temperature;
    }
  }

  void save(StateWriter out) {
    out.put("has", bits(has));
    out.put("means", means);
  }

  void load(StateReader in) {
    read(in, "has", has);
    float[] m = in.floats("means");
    if (m.length != means.length) {
      throw in.corrupt("means", "has " + m.length + " values, expected " + means.length);
    }
    System.arraycopy(m, 0, means, 0, m.length);
  }

  static int[] bits(boolean[] of) {
    int[] to = new int[of.length];
    for (int c = 0; c < to.length; c++) {
      to[c] = of[c] ? 1 : 0;
    }
    return to;
  }

  static void read(StateReader in, String name, boolean[] to) {
    int[] from = in.ints(name, to.length);
    for (int c = 0; c < to.length; c++) {
      to[c] = from[c] != 0;
    }
  }

  long memoryBytes() {
    return 24 + 32 + 4L * means.length + has.length;
  }
}
