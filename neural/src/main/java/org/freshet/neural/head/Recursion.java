package org.freshet.neural.head;

import java.util.Arrays;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.matrix.Symmetric;

/**
 * Least squares of several targets on the same rows, one row after another: the mean W of the
 * weights and their covariance A, which all targets share.
 *
 * <p>A learnt row x with target t and noise ν: h = A x, d = ν + x·h, W ← W + (t − W x) h / d, A ← A
 * − h hᵀ / d. To forget, W ← γ W and A ← γ² A + (1 − γ²) σ² I.
 *
 * <p>A is held as s (P − Σ v vᵀ) + τ I, with up to {@link #block} vectors v of the rows learnt
 * last. P takes them all at once: then most of the work is products of whole blocks. Rows may wait
 * until somebody asks; the products of rows that wait together are made together, and are to the
 * last bit what they would be alone.
 */
final class Recursion {
  private static final int MOST = 64;

  /** With s below it, P takes what it is multiplied by. */
  private static final double LEAST_SCALE = 1e-3;

  private final int n;
  private final int block;
  private final double[][] p;
  private final double[][] x; // rows that wait
  private final double[][] v;
  private final int[] label;
  private final double[] noise;
  private final double[] l;
  private double[][] w = {};
  private double scale = 1;
  private double shift;
  private int settled; // rows that have their v
  private int held; // rows that have their v, and rows that wait

  /**
   * @param n columns of a row
   * @param variance of each weight before anything is learnt
   */
  Recursion(int n, double variance) {
    this.n = n;
    block = Math.max(1, Math.min(MOST, n / 16));
    p = new double[n][n];
    x = new double[block][n];
    v = new double[block][n];
    label = new int[block];
    noise = new double[block];
    l = new double[block];
    for (int i = 0; i < n; i++) {
      p[i][i] = variance;
    }
  }

  /** Bytes of a recursion over n columns, but for the weights. */
  static long bytes(int n) {
    long b = Math.max(1, Math.min(MOST, n / 16));
    return 160 + (n + 2 * b) * (8L * n + 20) + 20 * b;
  }

  long memoryBytes() {
    return bytes(n) + 16 + w.length * (8L * n + 20);
  }

  int targets() {
    return w.length;
  }

  /** Opens targets, with weights 0. */
  void grow(int targets) {
    int had = w.length;
    if (targets > had) {
      w = Arrays.copyOf(w, targets);
      for (int c = had; c < targets; c++) {
        w[c] = new double[n];
      }
    }
  }

  /** W[c]·row for the first {@code targets}. */
  void predict(double[] row, double[] to, int targets) {
    settle();
    for (int c = 0; c < targets; c++) {
      to[c] = Symmetric.dot(w[c], row, 0, n);
    }
  }

  /** Learns a row later: target 1 for the label, 0 for the others. */
  void learn(double[] row, int target, double rowNoise) {
    System.arraycopy(row, 0, x[held], 0, n);
    label[held] = target;
    noise[held] = rowNoise;
    held++;
    if (held == block) {
      settle();
      absorb();
    }
  }

  /** Variance of W·row. */
  double variance(double[] row) {
    settle();
    double[] h = projected(row);
    return Math.max(0, scale * Symmetric.dot(row, h, 0, n)) + shift * Symmetric.dot(row, row, 0, n);
  }

  private double[] projected(double[] row) {
    System.arraycopy(row, 0, x[settled], 0, n);
    Symmetric.times(p, n, x, v, settled, settled + 1);
    reduce(settled, row);
    return v[settled];
  }

  /** Lets weights drift: W ← γ W, A ← γ² A + (1 − γ²) σ² I. */
  void forget(double gamma, double variance) {
    settle();
    double square = gamma * gamma;
    scale *= square;
    shift = square * shift + (1 - square) * variance;
    for (double[] row : w) {
      for (int j = 0; j < n; j++) {
        row[j] *= gamma;
      }
    }
    if (scale < LEAST_SCALE) {
      absorb();
    }
  }

  /** Learns the rows that wait. */
  void settle() {
    if (settled == held) {
      return;
    }
    Symmetric.times(p, n, x, v, settled, held);
    for (; settled < held; settled++) {
      double[] row = x[settled];
      reduce(settled, row);
      double[] h = v[settled];
      double spread = Math.max(0, scale * Symmetric.dot(row, h, 0, n));
      double d = noise[settled] + spread + shift * Symmetric.dot(row, row, 0, n);
      for (int j = 0; j < n; j++) {
        h[j] = scale * h[j] + shift * row[j];
      }
      for (int c = 0; c < w.length; c++) {
        double error = (c == label[settled] ? 1 : 0) - Symmetric.dot(w[c], row, 0, n);
        Symmetric.add(w[c], h, error / d, 0, n);
      }
      double unit = 1 / Math.sqrt(d * scale);
      for (int j = 0; j < n; j++) {
        h[j] *= unit;
      }
    }
  }

  /** v_at ← v_at − Σ_a v_a (v_a · row) over the vectors before it. */
  private void reduce(int at, double[] row) {
    for (int a = 0; a < at; a++) {
      l[a] = Symmetric.dot(v[a], row, 0, n);
    }
    for (int a = 0; a < at; a++) {
      Symmetric.add(v[at], v[a], -l[a], 0, n);
    }
  }

  private void absorb() {
    Symmetric.addOuter(p, n, v, settled, -1);
    for (int i = 0; i < n; i++) {
      if (scale != 1) {
        double[] row = p[i];
        for (int j = 0; j <= i; j++) {
          row[j] *= scale;
        }
      }
      p[i][i] += shift;
    }
    Symmetric.mirror(p, n);
    scale = 1;
    shift = 0;
    settled = 0;
    held = 0;
  }

  /** Weights of a target. */
  double[] weights(int target) {
    settle();
    return w[target];
  }

  /** A·row. */
  void covarianceTimes(double[] row, double[] to) {
    settle();
    double[] h = projected(row);
    for (int j = 0; j < n; j++) {
      to[j] = scale * h[j] + shift * row[j];
    }
  }

  /**
   * Adds the rows that one has learnt since it was another, which never forgot: A⁻¹ is a sum over
   * rows, and so is A⁻¹ Wᵀ.
   */
  void add(Recursion newer, Recursion older) {
    double[][] more = newer.information();
    double[][] had = older.information();
    double[][] all = information();
    boolean learnt = false;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        more[i][j] -= had[i][j];
        learnt |= more[i][j] != 0;
      }
    }
    if (!learnt) {
      return;
    }
    double[][] right = new double[w.length][n]; // A⁻¹ W of all targets
    for (int c = 0; c < w.length; c++) {
      times(all, w[c], right[c]);
      if (c < newer.w.length) {
        // what the newer one has learnt, beside what the older had
        double[] far = newer.w[c].clone();
        if (c < older.w.length) {
          Symmetric.add(far, older.w[c], -1, 0, n);
          times(more, older.w[c], right[c]);
        }
        times(had, far, right[c]);
        times(more, far, right[c]);
      }
    }
    for (int i = 0; i < n; i++) {
      Symmetric.add(all[i], more[i], 1, 0, i + 1);
    }
    invert(all);
    for (int c = 0; c < w.length; c++) {
      Arrays.fill(w[c], 0);
      times(p, right[c], w[c]);
    }
  }

  /** The lower triangle of A⁻¹. */
  private double[][] information() {
    settle();
    double[][] a = Symmetric.lower(n);
    for (int i = 0; i < n; i++) {
      System.arraycopy(p[i], 0, a[i], 0, i + 1);
    }
    Symmetric.addOuter(a, n, v, settled, -1);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        a[i][j] = scale * a[i][j] + (i == j ? shift : 0);
      }
    }
    double[][] inverse = Symmetric.lower(n);
    inverse(a, inverse);
    return inverse;
  }

  /** A is the inverse of a matrix from now on. */
  private void invert(double[][] information) {
    inverse(information, p);
    Symmetric.mirror(p, n);
    scale = 1;
    shift = 0;
    settled = 0;
    held = 0;
  }

  /** The lower triangle of the inverse of one that is given by its own and overwritten. */
  private void inverse(double[][] a, double[][] to) {
    Symmetric.cholesky(a, n);
    double[] unit = new double[n];
    for (int i = 0; i < n; i++) {
      Arrays.fill(unit, 0);
      unit[i] = 1;
      Symmetric.solve(a, n, unit);
      System.arraycopy(unit, 0, to[i], 0, i + 1);
    }
  }

  /** to += a · by, a symmetric, of which the lower triangle counts. */
  private void times(double[][] a, double[] by, double[] to) {
    for (int i = 0; i < n; i++) {
      to[i] += Symmetric.dot(a[i], by, 0, i) + a[i][i] * by[i];
      Symmetric.add(to, a[i], by[i], 0, i);
    }
  }

  void save(StateWriter out) {
    settle();
    StateWriter.Values cells = out.doubles("covariance", Math.toIntExact((long) n * (n + 1) / 2));
    for (int i = 0; i < n; i++) {
      cells.put(p[i], 0, i + 1);
    }
    cells.end();
    StateWriter.Values vectors = out.doubles("vectors", settled * n);
    for (int a = 0; a < settled; a++) {
      vectors.put(v[a], 0, n);
    }
    vectors.end();
    StateWriter.Values weights = out.doubles("weights", Math.multiplyExact(w.length, n));
    for (double[] row : w) {
      weights.put(row, 0, n);
    }
    weights.end();
    out.put("scale", scale);
    out.put("shift", shift);
  }

  /**
   * @param targets expected
   */
  void load(StateReader in, int targets) {
    double[] cells = in.doubles("covariance", Math.toIntExact((long) n * (n + 1) / 2));
    for (int i = 0, at = 0; i < n; at += ++i) {
      System.arraycopy(cells, at, p[i], 0, i + 1);
    }
    Symmetric.mirror(p, n);
    double[] vectors = in.doubles("vectors");
    if (vectors.length % n != 0 || vectors.length / n >= block) {
      throw in.corrupt("vectors", "has " + vectors.length + " values for columns " + n);
    }
    settled = vectors.length / n;
    held = settled;
    for (int a = 0; a < settled; a++) {
      System.arraycopy(vectors, a * n, v[a], 0, n);
    }
    double[] weights = in.doubles("weights");
    if (weights.length != (long) targets * n) {
      throw in.corrupt(
          "weights", "has " + weights.length + " values, expected " + targets + "×" + n);
    }
    w = new double[0][];
    grow(targets);
    for (int c = 0; c < targets; c++) {
      System.arraycopy(weights, c * n, w[c], 0, n);
    }
    scale = in.doubleValue("scale");
    shift = in.doubleValue("shift");
    if (!(scale >= LEAST_SCALE && scale <= 1 && shift >= 0 && shift < 1e30)) {
      throw in.corrupt("scale", "is " + scale + " with a shift of " + shift);
    }
  }
}
