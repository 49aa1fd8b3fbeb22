package org.freshet.neural.graph;

import java.util.Arrays;
import org.freshet.core.Rng;

/**
 * Linear recurrent units, each with a memory of its own over the steps of a sequence; gives their
 * last state. A row is the steps from first to last, {@code size} floats each, and begins with
 * state 0; or, where state is carried, with that of the row, which follows the steps together with
 * its gradients by the weights: see {@link #advance}.
 *
 * <p>h ← a ∘ h + √(1 − a²) ∘ (W x + b), with a = σ(ν) learnt (Orvieto et al., "Resurrecting
 * Recurrent Neural Networks for Long Sequences", ICML 2023, with real a). As no unit sees another,
 * gradients go along forwards: each unit keeps one number for ν and one for each of its weights
 * ("real-time recurrent learning", Williams and Zipser 1989), and no step is kept.
 */
public final class ElementwiseRecurrent extends Node {
  private static final float LONGEST = 0.999999f; // an a of 1 takes nothing in

  private final Graph graph;
  private final Parameter w;
  private final Parameter b;
  private final Parameter nu;
  private final int steps;
  private final int size;
  private final boolean carried;
  private int room;
  private float[] traces = {}; // of a batch row, for each unit: by W, by b and by ν
  private float[] one = {};
  private float[] u = {};
  private final float[] a;
  private final float[] root;
  private final float[] byW;
  private final float[] byB;
  private final float[] byNu;

  /**
   * State begins at 0 in each row.
   *
   * @param size floats of a step; the width of the node is a multiple of it
   */
  public ElementwiseRecurrent(Graph graph, String name, Node in, int size, int units, Rng rng) {
    this(graph, name, in, in.width() / size, size, units, false, rng);
  }

  /**
   * @param steps of a row
   * @param size floats of a step
   * @param carried whether {@link #carried(int, int)} more floats of a row are the state it begins
   *     with
   */
  public ElementwiseRecurrent(
      Graph graph, String name, Node in, int steps, int size, int units, boolean carried, Rng rng) {
    super(units, in);
    this.graph = graph;
    this.steps = steps;
    this.size = size;
    this.carried = carried;
    w = graph.use(new Parameter(name + "_w", size, units).gaussian(rng, 1 / Math.sqrt(size)));
    b = graph.use(new Parameter(name + "_b", 1, units));
    nu = graph.use(new Parameter(name + "_nu", 1, units).uniform(rng, 2));
    a = new float[stride()];
    root = new float[stride()];
    byW = new float[size * stride()];
    byB = new float[stride()];
    byNu = new float[stride()];
    want();
  }

  @Override
  void capacity(int rows) {
    super.capacity(rows);
    if (room < rows) {
      room = rows;
      traces = new float[rows * (size + 2) * stride()];
      one = new float[rows * size];
      u = new float[rows * stride()];
    }
  }

  /** Floats of a state with its gradients. */
  public static int carried(int size, int units) {
    return (size + 3) * units;
  }

  /** Floats of a state with its gradients. */
  public int carried() {
    return carried(size, width());
  }

  /**
   * The state after a row, with its gradients by the weights as they are. What the node holds is
   * lost.
   *
   * @param row the steps and the state before, from {@code at} on
   * @param after {@link #carried()} floats, overwritten
   */
  public void advance(float[] row, int at, float[] after) {
    run(row, at, 0, 1, true);
    for (int k = 0; k < size + 2; k++) {
      System.arraycopy(traces, k * stride(), after, k * width(), width());
    }
    System.arraycopy(value(), 0, after, (size + 2) * width(), width());
  }

  @Override
  protected void forward(int rows, boolean training) {
    run(input(0).value(), 0, input(0).stride(), rows, training);
  }

  private void run(float[] x, int at, int xStride, int rows, boolean training) {
    int n = stride();
    for (int i = 0; i < width(); i++) {
      a[i] = Math.min(LONGEST, (float) (1 / (1 + Math.exp(-nu.value()[i]))));
      root[i] = (float) Math.sqrt(1 - a[i] * a[i]);
    }
    begin(x, at + steps * size, xStride, rows, training);
    for (int t = 0; t < steps; t++) {
      for (int r = 0; r < rows; r++) {
        System.arraycopy(x, at + r * xStride + t * size, one, r * size, size);
      }
      graph.kernels().affine(one, 0, size, w.value(), b.value(), u, rows, size, n);
      for (int r = 0; r < rows; r++) {
        if (training) {
          trace(r);
        }
        for (int i = 0; i < n; i++) {
          value()[r * n + i] = a[i] * value()[r * n + i] + root[i] * u[r * n + i];
        }
      }
    }
  }

  private void begin(float[] x, int at, int xStride, int rows, boolean training) {
    int n = stride();
    Arrays.fill(value(), 0, rows * n, 0);
    if (training) {
      Arrays.fill(traces, 0, rows * (size + 2) * n, 0);
    }
    for (int r = 0; carried && r < rows; r++) {
      int from = at + r * xStride;
      for (int k = 0; training && k < size + 2; k++) {
        System.arraycopy(x, from + k * width(), traces, (r * (size + 2) + k) * n, width());
      }
      System.arraycopy(x, from + (size + 2) * width(), value(), r * n, width());
    }
  }

  /** Carries the gradients of the states of a row one step on, before the states. */
  private void trace(int r) {
    int n = stride();
    int at = r * (size + 2) * n;
    for (int j = 0; j < size; j++, at += n) {
      float v = one[r * size + j];
      for (int i = 0; i < n; i++) {
        traces[at + i] = a[i] * traces[at + i] + root[i] * v;
      }
    }
    for (int i = 0; i < n; i++) {
      traces[at + i] = a[i] * traces[at + i] + root[i];
    }
    at += n;
    for (int i = 0; i < width(); i++) {
      float byA = value()[r * n + i] - a[i] / root[i] * u[r * n + i];
      traces[at + i] = a[i] * traces[at + i] + a[i] * (1 - a[i]) * byA;
    }
  }

  @Override
  protected void backward(int rows, Update update) {
    int n = stride();
    Arrays.fill(byW, 0);
    Arrays.fill(byB, 0);
    Arrays.fill(byNu, 0);
    for (int r = 0; r < rows; r++) {
      int at = r * (size + 2) * n;
      for (int j = 0; j < size; j++, at += n) {
        add(r * n, at, byW, j * n);
      }
      add(r * n, at, byB, 0);
      add(r * n, at + n, byNu, 0);
    }
    if (input(0).wanted()) {
      toInput(rows);
    }
    update.stretch(w, 0, byW, 0, byW.length);
    update.stretch(b, 0, byB, 0, n);
    update.stretch(nu, 0, byNu, 0, n);
  }

  /** What a step gave has faded to a^k of it after k more. */
  private void toInput(int rows) {
    Node in = input(0);
    int n = stride();
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < width(); i++) {
        u[r * n + i] = gradient()[r * n + i] * root[i];
      }
    }
    for (int t = steps - 1; t >= 0; t--) {
      Arrays.fill(one, 0, rows * size, 0);
      graph.kernels().back(u, w.value(), one, size, rows, size, n);
      for (int r = 0; r < rows; r++) {
        for (int j = 0; j < size; j++) {
          in.gradient()[r * in.stride() + t * size + j] += one[r * size + j];
        }
        for (int i = 0; i < width(); i++) {
          u[r * n + i] *= a[i];
        }
      }
    }
  }

  private void add(int g, int at, float[] to, int toAt) {
    for (int i = 0; i < width(); i++) {
      to[toAt + i] += gradient()[g + i] * traces[at + i];
    }
  }

  @Override
  long memoryBytes() {
    long floats = traces.length + one.length + u.length + byW.length + 4L * a.length;
    return super.memoryBytes() + 100 + 8 * 16 + 4 * floats;
  }
}
