package org.freshet.neural.graph;

import java.util.Arrays;
import org.freshet.core.Rng;

/**
 * Gated recurrent units over the steps of a sequence; gives their last state. A row is the steps
 * from first to last, {@code size} floats each, and begins with state 0.
 *
 * <p>z = σ(W_z x + U_z h + b_z), r = σ(W_r x + U_r h + b_r), n = tanh(W_n x + b_n + r ∘ (U_n h +
 * c_n)), h ← (1 − z) ∘ n + z ∘ h (Cho et al., EMNLP 2014, with r after the product, so that all
 * gates are one product). Gradients go back through all steps.
 */
public final class Gru extends Node {
  private final Graph graph;
  private final Parameter w;
  private final Parameter u;
  private final Parameter b;
  private final Parameter c;
  private final int steps;
  private final int size;
  private final int units;
  private final int wide; // stride of the three gates together
  private int room; // rows there is room for
  private float[] x = {}; // all steps of the batch, step by step
  private float[] h = {}; // states, one step more
  private float[] byX = {}; // of the sums from x, then their gradients
  private float[] byH = {}; // of the sums from h, then their gradients
  private float[] gates = {}; // z, r and n
  private float[] one = {}; // a step of gates, as kernels want it
  private float[] dx = {};
  private float[] dh = {};

  /**
   * @param size floats of a step; the width of the node is a multiple of it
   */
  public Gru(Graph graph, String name, Node in, int size, int units, Rng rng) {
    super(units, in);
    this.graph = graph;
    this.size = size;
    this.units = units;
    steps = in.width() / size;
    double bound = 1 / Math.sqrt(units);
    w = graph.use(new Parameter(name + "_w", size, 3 * units).uniform(rng, bound));
    u = graph.use(new Parameter(name + "_u", units, 3 * units).uniform(rng, bound));
    b = graph.use(new Parameter(name + "_b", 1, 3 * units));
    c = graph.use(new Parameter(name + "_c", 1, 3 * units));
    wide = w.stride();
    want();
  }

  @Override
  void capacity(int rows) {
    super.capacity(rows);
    if (room < rows) {
      room = rows;
      x = new float[steps * rows * size];
      dx = input(0).wanted() ? new float[x.length] : dx;
      h = new float[(steps + 1) * rows * stride()];
      dh = new float[rows * stride()];
      byX = new float[steps * rows * wide];
      byH = new float[byX.length];
      gates = new float[byX.length];
      one = new float[rows * wide];
    }
  }

  @Override
  protected void forward(int rows, boolean training) {
    Node in = input(0);
    for (int t = 0; t < steps; t++) {
      for (int r = 0; r < rows; r++) {
        System.arraycopy(in.value(), r * in.stride() + t * size, x, (t * rows + r) * size, size);
      }
    }
    graph.kernels().affine(x, 0, size, w.value(), b.value(), byX, steps * rows, size, wide);
    int n = stride();
    Arrays.fill(h, 0, rows * n, 0);
    for (int t = 0; t < steps; t++) {
      graph.kernels().affine(h, t * rows * n, n, u.value(), c.value(), one, rows, units, wide);
      System.arraycopy(one, 0, byH, t * rows * wide, rows * wide);
      for (int r = 0; r < rows; r++) {
        step((t * rows + r) * wide, (t * rows + r) * n, ((t + 1) * rows + r) * n);
      }
    }
    System.arraycopy(h, steps * rows * n, value(), 0, rows * n);
  }

  private void step(int at, int from, int to) {
    for (int i = 0; i < units; i++) {
      int z = at + i;
      int r = z + units;
      int n = r + units;
      gates[z] = sigmoid(byX[z] + byH[z]);
      gates[r] = sigmoid(byX[r] + byH[r]);
      gates[n] = (float) Math.tanh(byX[n] + gates[r] * byH[n]);
      h[to + i] = (1 - gates[z]) * gates[n] + gates[z] * h[from + i];
    }
  }

  private static float sigmoid(float v) {
    return (float) (1 / (1 + Math.exp(-v)));
  }

  @Override
  protected void backward(int rows, Update update) {
    int n = stride();
    System.arraycopy(gradient(), 0, dh, 0, rows * n);
    for (int t = steps - 1; t >= 0; t--) {
      for (int r = 0; r < rows; r++) {
        unstep((t * rows + r) * wide, (t * rows + r) * n, r * n);
      }
      System.arraycopy(byH, t * rows * wide, one, 0, rows * wide);
      graph.kernels().back(one, u.value(), dh, n, rows, units, wide);
    }
    if (input(0).wanted()) {
      Arrays.fill(dx, 0, steps * rows * size, 0);
      graph.kernels().back(byX, w.value(), dx, size, steps * rows, size, wide);
      Node in = input(0);
      for (int t = 0; t < steps; t++) {
        for (int r = 0; r < rows; r++) {
          for (int i = 0; i < size; i++) {
            in.gradient()[r * in.stride() + t * size + i] += dx[(t * rows + r) * size + i];
          }
        }
      }
    }
    update.product(w, x, 0, size, byX, steps * rows);
    update.product(u, h, 0, n, byH, steps * rows);
    update.product(b, graph.ones(), 0, 0, byX, steps * rows);
    update.product(c, graph.ones(), 0, 0, byH, steps * rows);
  }

  /** Gradients of the sums of one step in place of the sums; that of h without what U gives. */
  private void unstep(int at, int before, int g) {
    for (int i = 0; i < units; i++) {
      int z = at + i;
      int r = z + units;
      int n = r + units;
      float d = dh[g + i];
      float dn = d * (1 - gates[z]) * (1 - gates[n] * gates[n]);
      float dz = d * (h[before + i] - gates[n]) * gates[z] * (1 - gates[z]);
      float dr = dn * byH[n] * gates[r] * (1 - gates[r]);
      dh[g + i] = d * gates[z];
      byX[z] = dz;
      byX[r] = dr;
      byX[n] = dn;
      byH[z] = dz;
      byH[r] = dr;
      byH[n] = dn * gates[r];
    }
  }

  @Override
  long memoryBytes() {
    long floats = x.length + dx.length + h.length + dh.length + one.length + 3L * byX.length;
    return super.memoryBytes() + 100 + 8 * 16 + 4 * floats;
  }
}
