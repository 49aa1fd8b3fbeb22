package org.freshet.neural.matrix;

import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Σ d dᵀ of rows that come one after another, by its lower triangle. A few rows wait and are added
 * together, for a matrix that does not fit a cache is best touched seldom.
 */
public final class Scatter {
  private static final int BLOCK = 16;

  private final int n;
  private final double[][] sums;
  private final double[][] waiting = new double[BLOCK][];
  private int held;

  public Scatter(int n) {
    this.n = n;
    sums = Symmetric.lower(n);
    for (int k = 0; k < BLOCK; k++) {
      waiting[k] = new double[n];
    }
  }

  public static long bytes(int n) {
    return 40 + Symmetric.lowerBytes(n) + BLOCK * (8L * n + 20);
  }

  /** Adds factor · (x − mean)(x − mean)ᵀ, factor at least 0. */
  public void add(double[] x, double[] mean, double factor) {
    double[] to = waiting[held];
    double root = Math.sqrt(factor);
    for (int j = 0; j < n; j++) {
      to[j] = root * (x[j] - mean[j]);
    }
    if (++held == BLOCK) {
      Symmetric.addOuter(sums, n, waiting, BLOCK, 1);
      held = 0;
    }
  }

  /** Adds what one has learnt since it was another, about the means of its own rows. */
  public void add(Scatter newer, Scatter older) {
    settle();
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        sums[i][j] += newer.sums[i][j] - older.sums[i][j];
      }
    }
    Symmetric.addOuter(sums, n, newer.waiting, newer.held, 1);
    Symmetric.addOuter(sums, n, older.waiting, older.held, -1);
  }

  /** Adds factor · (x − y)(x − y)ᵀ, of any sign. */
  public void shift(double[] x, double[] y, double factor) {
    settle();
    double[][] far = {new double[n]};
    double root = Math.sqrt(Math.abs(factor));
    for (int j = 0; j < n; j++) {
      far[0][j] = root * (x[j] - y[j]);
    }
    Symmetric.addOuter(sums, n, far, 1, Math.signum(factor));
  }

  private void settle() {
    Symmetric.addOuter(sums, n, waiting, held, 1);
    held = 0;
  }

  /** Writes factor · Σ d dᵀ + ridge · I over the lower triangle of {@code to}. */
  public void copyTo(double[][] to, double factor, double ridge) {
    for (int i = 0; i < n; i++) {
      System.arraycopy(sums[i], 0, to[i], 0, i + 1);
    }
    Symmetric.addOuter(to, n, waiting, held, 1);
    for (int i = 0; i < n; i++) {
      double[] row = to[i];
      for (int j = 0; j <= i; j++) {
        row[j] *= factor;
      }
      row[i] += ridge;
    }
  }

  public void save(StateWriter out) {
    StateWriter.Values cells = out.doubles("sums", Math.toIntExact((long) n * (n + 1) / 2));
    for (double[] row : sums) {
      cells.put(row, 0, row.length);
    }
    cells.end();
    StateWriter.Values rows = out.doubles("waiting", held * n);
    for (int k = 0; k < held; k++) {
      rows.put(waiting[k], 0, n);
    }
    rows.end();
  }

  public void load(StateReader in) {
    double[] cells = in.doubles("sums", Math.toIntExact((long) n * (n + 1) / 2));
    double[] rows = in.doubles("waiting");
    if (n > 0 && (rows.length % n != 0 || rows.length / n >= BLOCK)) {
      throw in.corrupt("waiting", "has " + rows.length + " values for columns " + n);
    }
    for (int i = 0, at = 0; i < n; at += ++i) {
      System.arraycopy(cells, at, sums[i], 0, i + 1);
    }
    held = n == 0 ? 0 : rows.length / n;
    for (int k = 0; k < held; k++) {
      System.arraycopy(rows, k * n, waiting[k], 0, n);
    }
  }
}
