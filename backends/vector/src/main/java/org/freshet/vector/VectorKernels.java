package org.freshet.vector;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.freshet.neural.kernel.FloatKernels;

/**
 * The products of a network with the Vector API. Sums stay in registers while the loop walks the
 * other matrix: four rows by four vectors at a time for a batch, eight vectors for a single row,
 * whose zeros (pixels, rectified units) are left out. Written out because the compiler keeps only
 * local variables in registers.
 */
public final class VectorKernels implements FloatKernels {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int L = S.length();
  private static final int BLOCK = 4;
  private static final int TURN = 64; // rows at a time, so that what they give stays near

  private int[] at = {}; // of the values of a row, those that are 0 left out
  private int[] places = new int[64];
  private int[][] offsets = {}; // of every value, for each length of a row of weights
  private int[] lengths = {};
  private float[] values = new float[64];
  private float[] turned = {};
  private float[] sums = {};
  private float[] zeros = {};

  @Override
  public String name() {
    return "vector" + 32 * L;
  }

  /**
   * Collects what is not 0 of one row, without a branch; offsets are {@code n} times the column. A
   * row with few zeros is taken as it is.
   */
  private int compact(float alpha, float[] x, int from, int k, int n) {
    if (values.length < k) {
      places = new int[k];
      values = new float[k];
    }
    float[] v = values;
    if (full(x, from, k)) {
      for (int i = 0; i < k; i++) {
        v[i] = alpha * x[from + i];
      }
      at = every(k, n);
      return k;
    }
    int[] a = places;
    int count = 0;
    for (int i = 0; i < k; i++) {
      float f = x[from + i];
      a[count] = i * n;
      v[count] = alpha * f;
      count += f != 0 ? 1 : 0;
    }
    at = a;
    return count;
  }

  /** Whether few are 0 of the values looked at, which are one in sixteen. */
  private static boolean full(float[] x, int from, int k) {
    int zeros = 0;
    for (int i = 0; i < k; i += 16) {
      zeros += x[from + i] == 0 ? 1 : 0;
    }
    return 128 * zeros < k;
  }

  /** The offsets of all columns, made once for each length of a row of weights. */
  private int[] every(int k, int n) {
    int i = 0;
    while (i < lengths.length && lengths[i] != n) {
      i++;
    }
    if (i == lengths.length) {
      lengths = Arrays.copyOf(lengths, i + 1);
      offsets = Arrays.copyOf(offsets, i + 1);
      lengths[i] = n;
      offsets[i] = new int[0];
    }
    if (offsets[i].length < k) {
      int[] all = new int[k];
      for (int c = 0; c < k; c++) {
        all[c] = c * n;
      }
      offsets[i] = all;
    }
    return offsets[i];
  }

  @Override
  public void affine(
      float[] x, int xAt, int xStride, float[] w, float[] bias, float[] y, int rows, int k, int n) {
    int blocks = rows - rows % BLOCK;
    int quads = n - n % (4 * L);
    for (int r = 0; r < blocks; r += BLOCK) {
      for (int j = 0; j < quads; j += 4 * L) {
        affine4x4(x, xAt + r * xStride, xStride, w, j, n, bias, y, r * n + j, k);
      }
    }
    for (int r = 0; quads < n && r < blocks; ) {
      boolean eight = r + 8 <= blocks;
      for (int j = quads; j < n; j += L) {
        if (eight) {
          affine8x1(x, xAt + r * xStride, xStride, w, j, n, bias, y, r * n + j, k);
        } else {
          affine4x1(x, xAt + r * xStride, xStride, w, j, n, bias, y, r * n + j, k);
        }
      }
      r += eight ? 8 : BLOCK;
    }
    int r = blocks;
    for (; r < rows; r++) {
      int count = compact(1, x, xAt + r * xStride, k, n);
      int j = 0;
      for (; j + 8 * L <= n; j += 8 * L) {
        affine1x8(count, w, j, bias, y, r * n + j);
      }
      for (; j + 2 * L <= n; j += 2 * L) {
        affine1x2(count, w, j, bias, y, r * n + j);
      }
      for (; j < n; j += L) {
        affine1x1(count, w, j, bias, y, r * n + j);
      }
    }
  }

  private static void affine4x4(
      float[] x,
      int xAt,
      int xs,
      float[] w,
      int j,
      int n,
      float[] bias,
      float[] y,
      int yAt,
      int k) {
    FloatVector a0 = FloatVector.fromArray(S, bias, j);
    FloatVector a1 = FloatVector.fromArray(S, bias, j + L);
    FloatVector a2 = FloatVector.fromArray(S, bias, j + 2 * L);
    FloatVector a3 = FloatVector.fromArray(S, bias, j + 3 * L);
    FloatVector b0 = a0;
    FloatVector b1 = a1;
    FloatVector b2 = a2;
    FloatVector b3 = a3;
    FloatVector c0 = a0;
    FloatVector c1 = a1;
    FloatVector c2 = a2;
    FloatVector c3 = a3;
    FloatVector d0 = a0;
    FloatVector d1 = a1;
    FloatVector d2 = a2;
    FloatVector d3 = a3;
    int at = j;
    for (int i = xAt; i < xAt + k; i++, at += n) {
      FloatVector w0 = FloatVector.fromArray(S, w, at);
      FloatVector w1 = FloatVector.fromArray(S, w, at + L);
      FloatVector w2 = FloatVector.fromArray(S, w, at + 2 * L);
      FloatVector w3 = FloatVector.fromArray(S, w, at + 3 * L);
      FloatVector v = FloatVector.broadcast(S, x[i]);
      a0 = v.fma(w0, a0);
      a1 = v.fma(w1, a1);
      a2 = v.fma(w2, a2);
      a3 = v.fma(w3, a3);
      v = FloatVector.broadcast(S, x[i + xs]);
      b0 = v.fma(w0, b0);
      b1 = v.fma(w1, b1);
      b2 = v.fma(w2, b2);
      b3 = v.fma(w3, b3);
      v = FloatVector.broadcast(S, x[i + 2 * xs]);
      c0 = v.fma(w0, c0);
      c1 = v.fma(w1, c1);
      c2 = v.fma(w2, c2);
      c3 = v.fma(w3, c3);
      v = FloatVector.broadcast(S, x[i + 3 * xs]);
      d0 = v.fma(w0, d0);
      d1 = v.fma(w1, d1);
      d2 = v.fma(w2, d2);
      d3 = v.fma(w3, d3);
    }
    a0.intoArray(y, yAt);
    a1.intoArray(y, yAt + L);
    a2.intoArray(y, yAt + 2 * L);
    a3.intoArray(y, yAt + 3 * L);
    b0.intoArray(y, yAt + n);
    b1.intoArray(y, yAt + n + L);
    b2.intoArray(y, yAt + n + 2 * L);
    b3.intoArray(y, yAt + n + 3 * L);
    c0.intoArray(y, yAt + 2 * n);
    c1.intoArray(y, yAt + 2 * n + L);
    c2.intoArray(y, yAt + 2 * n + 2 * L);
    c3.intoArray(y, yAt + 2 * n + 3 * L);
    d0.intoArray(y, yAt + 3 * n);
    d1.intoArray(y, yAt + 3 * n + L);
    d2.intoArray(y, yAt + 3 * n + 2 * L);
    d3.intoArray(y, yAt + 3 * n + 3 * L);
  }

  private static void affine4x1(
      float[] x,
      int xAt,
      int xs,
      float[] w,
      int j,
      int n,
      float[] bias,
      float[] y,
      int yAt,
      int k) {
    FloatVector a0 = FloatVector.fromArray(S, bias, j);
    FloatVector b0 = a0;
    FloatVector c0 = a0;
    FloatVector d0 = a0;
    int at = j;
    for (int i = xAt; i < xAt + k; i++, at += n) {
      FloatVector w0 = FloatVector.fromArray(S, w, at);
      FloatVector v = FloatVector.broadcast(S, x[i]);
      a0 = v.fma(w0, a0);
      v = FloatVector.broadcast(S, x[i + xs]);
      b0 = v.fma(w0, b0);
      v = FloatVector.broadcast(S, x[i + 2 * xs]);
      c0 = v.fma(w0, c0);
      v = FloatVector.broadcast(S, x[i + 3 * xs]);
      d0 = v.fma(w0, d0);
    }
    a0.intoArray(y, yAt);
    b0.intoArray(y, yAt + n);
    c0.intoArray(y, yAt + 2 * n);
    d0.intoArray(y, yAt + 3 * n);
  }

  /** Eight sums, as a processor can begin two while the four before them are not done. */
  private static void affine8x1(
      float[] x,
      int xAt,
      int xs,
      float[] w,
      int j,
      int n,
      float[] bias,
      float[] y,
      int yAt,
      int k) {
    FloatVector a0 = FloatVector.fromArray(S, bias, j);
    FloatVector b0 = a0;
    FloatVector c0 = a0;
    FloatVector d0 = a0;
    FloatVector e0 = a0;
    FloatVector f0 = a0;
    FloatVector g0 = a0;
    FloatVector h0 = a0;
    int at = j;
    for (int i = xAt; i < xAt + k; i++, at += n) {
      FloatVector w0 = FloatVector.fromArray(S, w, at);
      a0 = FloatVector.broadcast(S, x[i]).fma(w0, a0);
      b0 = FloatVector.broadcast(S, x[i + xs]).fma(w0, b0);
      c0 = FloatVector.broadcast(S, x[i + 2 * xs]).fma(w0, c0);
      d0 = FloatVector.broadcast(S, x[i + 3 * xs]).fma(w0, d0);
      e0 = FloatVector.broadcast(S, x[i + 4 * xs]).fma(w0, e0);
      f0 = FloatVector.broadcast(S, x[i + 5 * xs]).fma(w0, f0);
      g0 = FloatVector.broadcast(S, x[i + 6 * xs]).fma(w0, g0);
      h0 = FloatVector.broadcast(S, x[i + 7 * xs]).fma(w0, h0);
    }
    a0.intoArray(y, yAt);
    b0.intoArray(y, yAt + n);
    c0.intoArray(y, yAt + 2 * n);
    d0.intoArray(y, yAt + 3 * n);
    e0.intoArray(y, yAt + 4 * n);
    f0.intoArray(y, yAt + 5 * n);
    g0.intoArray(y, yAt + 6 * n);
    h0.intoArray(y, yAt + 7 * n);
  }

  private void affine1x8(int count, float[] w, int j, float[] bias, float[] y, int yAt) {
    int[] at = this.at;
    float[] values = this.values;
    FloatVector a0 = FloatVector.fromArray(S, bias, j);
    FloatVector a1 = FloatVector.fromArray(S, bias, j + L);
    FloatVector a2 = FloatVector.fromArray(S, bias, j + 2 * L);
    FloatVector a3 = FloatVector.fromArray(S, bias, j + 3 * L);
    FloatVector a4 = FloatVector.fromArray(S, bias, j + 4 * L);
    FloatVector a5 = FloatVector.fromArray(S, bias, j + 5 * L);
    FloatVector a6 = FloatVector.fromArray(S, bias, j + 6 * L);
    FloatVector a7 = FloatVector.fromArray(S, bias, j + 7 * L);
    for (int t = 0; t < count; t++) {
      int i = at[t] + j;
      FloatVector v = FloatVector.broadcast(S, values[t]);
      a0 = v.fma(FloatVector.fromArray(S, w, i), a0);
      a1 = v.fma(FloatVector.fromArray(S, w, i + L), a1);
      a2 = v.fma(FloatVector.fromArray(S, w, i + 2 * L), a2);
      a3 = v.fma(FloatVector.fromArray(S, w, i + 3 * L), a3);
      a4 = v.fma(FloatVector.fromArray(S, w, i + 4 * L), a4);
      a5 = v.fma(FloatVector.fromArray(S, w, i + 5 * L), a5);
      a6 = v.fma(FloatVector.fromArray(S, w, i + 6 * L), a6);
      a7 = v.fma(FloatVector.fromArray(S, w, i + 7 * L), a7);
    }
    a0.intoArray(y, yAt);
    a1.intoArray(y, yAt + L);
    a2.intoArray(y, yAt + 2 * L);
    a3.intoArray(y, yAt + 3 * L);
    a4.intoArray(y, yAt + 4 * L);
    a5.intoArray(y, yAt + 5 * L);
    a6.intoArray(y, yAt + 6 * L);
    a7.intoArray(y, yAt + 7 * L);
  }

  /** Sums 2 ways, so that one product need not wait for the last. */
  private void affine1x2(int count, float[] w, int j, float[] bias, float[] y, int yAt) {
    int[] at = this.at;
    float[] values = this.values;
    FloatVector a0 = FloatVector.fromArray(S, bias, j);
    FloatVector a1 = FloatVector.fromArray(S, bias, j + L);
    FloatVector b0 = FloatVector.zero(S);
    FloatVector b1 = FloatVector.zero(S);
    int t = 0;
    for (; t + 2 <= count; t += 2) {
      FloatVector v0 = FloatVector.broadcast(S, values[t]);
      a0 = v0.fma(FloatVector.fromArray(S, w, at[t] + j), a0);
      a1 = v0.fma(FloatVector.fromArray(S, w, at[t] + j + L), a1);
      FloatVector v1 = FloatVector.broadcast(S, values[t + 1]);
      b0 = v1.fma(FloatVector.fromArray(S, w, at[t + 1] + j), b0);
      b1 = v1.fma(FloatVector.fromArray(S, w, at[t + 1] + j + L), b1);
    }
    for (; t < count; t++) {
      FloatVector v = FloatVector.broadcast(S, values[t]);
      a0 = v.fma(FloatVector.fromArray(S, w, at[t] + j), a0);
      a1 = v.fma(FloatVector.fromArray(S, w, at[t] + j + L), a1);
    }
    a0.add(b0).intoArray(y, yAt);
    a1.add(b1).intoArray(y, yAt + L);
  }

  /** Sums 4 ways, so that one product need not wait for the last. */
  private void affine1x1(int count, float[] w, int j, float[] bias, float[] y, int yAt) {
    int[] at = this.at;
    float[] values = this.values;
    FloatVector a0 = FloatVector.fromArray(S, bias, j);
    FloatVector b0 = FloatVector.zero(S);
    FloatVector c0 = FloatVector.zero(S);
    FloatVector d0 = FloatVector.zero(S);
    int t = 0;
    for (; t + 4 <= count; t += 4) {
      FloatVector v0 = FloatVector.broadcast(S, values[t]);
      a0 = v0.fma(FloatVector.fromArray(S, w, at[t] + j), a0);
      FloatVector v1 = FloatVector.broadcast(S, values[t + 1]);
      b0 = v1.fma(FloatVector.fromArray(S, w, at[t + 1] + j), b0);
      FloatVector v2 = FloatVector.broadcast(S, values[t + 2]);
      c0 = v2.fma(FloatVector.fromArray(S, w, at[t + 2] + j), c0);
      FloatVector v3 = FloatVector.broadcast(S, values[t + 3]);
      d0 = v3.fma(FloatVector.fromArray(S, w, at[t + 3] + j), d0);
    }
    for (; t < count; t++) {
      FloatVector v = FloatVector.broadcast(S, values[t]);
      a0 = v.fma(FloatVector.fromArray(S, w, at[t] + j), a0);
    }
    a0.add(b0).add(c0.add(d0)).intoArray(y, yAt);
  }

  @Override
  public void outer(
      float alpha,
      float[] x,
      int xAt,
      int xStride,
      float[] d,
      float[] g,
      int gAt,
      int rows,
      int from,
      int to,
      int n) {
    if (rows < BLOCK) {
      for (int r = 0; r < rows; r++) {
        int count = compact(alpha, x, xAt + r * xStride + from, to - from, n);
        int j = 0;
        for (; j + 8 * L <= n; j += 8 * L) {
          outer1x8(count, d, r * n + j, g, gAt + j);
        }
        for (; j + 2 * L <= n; j += 2 * L) {
          outer1x2(count, d, r * n + j, g, gAt + j);
        }
        for (; j < n; j += L) {
          outer1x1(count, d, r * n + j, g, gAt + j);
        }
      }
      return;
    }
    int blocks = to - (to - from) % BLOCK;
    int quads = n - n % (4 * L);
    for (int i = from; i < blocks; i += BLOCK) {
      int o = gAt + (i - from) * n;
      for (int j = 0; j < quads; j += 4 * L) {
        outer4x4(alpha, x, xAt + i, xStride, d, j, n, g, o + j, rows);
      }
    }
    for (int i = from; quads < n && i < blocks; ) {
      boolean eight = i + 8 <= blocks;
      int o = gAt + (i - from) * n;
      for (int j = quads; j < n; j += L) {
        if (eight) {
          outer8x1(alpha, x, xAt + i, xStride, d, j, n, g, o + j, rows);
        } else {
          outer4x1(alpha, x, xAt + i, xStride, d, j, n, g, o + j, rows);
        }
      }
      i += eight ? 8 : BLOCK;
    }
    int i = blocks;
    for (; i < to; i++) {
      for (int r = 0; r < rows; r++) {
        axpy(alpha * x[xAt + r * xStride + i], d, r * n, g, gAt + (i - from) * n, n);
      }
    }
  }

  private static void axpy(float a, float[] x, int xAt, float[] y, int yAt, int n) {
    FloatVector v = FloatVector.broadcast(S, a);
    for (int j = 0; j < n; j += L) {
      v.fma(FloatVector.fromArray(S, x, xAt + j), FloatVector.fromArray(S, y, yAt + j))
          .intoArray(y, yAt + j);
    }
  }

  private void outer1x8(int count, float[] d, int dAt, float[] g, int gAt) {
    int[] at = this.at;
    float[] values = this.values;
    FloatVector d0 = FloatVector.fromArray(S, d, dAt);
    FloatVector d1 = FloatVector.fromArray(S, d, dAt + L);
    FloatVector d2 = FloatVector.fromArray(S, d, dAt + 2 * L);
    FloatVector d3 = FloatVector.fromArray(S, d, dAt + 3 * L);
    FloatVector d4 = FloatVector.fromArray(S, d, dAt + 4 * L);
    FloatVector d5 = FloatVector.fromArray(S, d, dAt + 5 * L);
    FloatVector d6 = FloatVector.fromArray(S, d, dAt + 6 * L);
    FloatVector d7 = FloatVector.fromArray(S, d, dAt + 7 * L);
    for (int t = 0; t < count; t++) {
      int i = gAt + at[t];
      FloatVector v = FloatVector.broadcast(S, values[t]);
      v.fma(d0, FloatVector.fromArray(S, g, i)).intoArray(g, i);
      v.fma(d1, FloatVector.fromArray(S, g, i + L)).intoArray(g, i + L);
      v.fma(d2, FloatVector.fromArray(S, g, i + 2 * L)).intoArray(g, i + 2 * L);
      v.fma(d3, FloatVector.fromArray(S, g, i + 3 * L)).intoArray(g, i + 3 * L);
      v.fma(d4, FloatVector.fromArray(S, g, i + 4 * L)).intoArray(g, i + 4 * L);
      v.fma(d5, FloatVector.fromArray(S, g, i + 5 * L)).intoArray(g, i + 5 * L);
      v.fma(d6, FloatVector.fromArray(S, g, i + 6 * L)).intoArray(g, i + 6 * L);
      v.fma(d7, FloatVector.fromArray(S, g, i + 7 * L)).intoArray(g, i + 7 * L);
    }
  }

  private void outer1x2(int count, float[] d, int dAt, float[] g, int gAt) {
    int[] at = this.at;
    float[] values = this.values;
    FloatVector d0 = FloatVector.fromArray(S, d, dAt);
    FloatVector d1 = FloatVector.fromArray(S, d, dAt + L);
    for (int t = 0; t < count; t++) {
      int i = gAt + at[t];
      FloatVector v = FloatVector.broadcast(S, values[t]);
      v.fma(d0, FloatVector.fromArray(S, g, i)).intoArray(g, i);
      v.fma(d1, FloatVector.fromArray(S, g, i + L)).intoArray(g, i + L);
    }
  }

  private void outer1x1(int count, float[] d, int dAt, float[] g, int gAt) {
    int[] at = this.at;
    float[] values = this.values;
    FloatVector d0 = FloatVector.fromArray(S, d, dAt);
    for (int t = 0; t < count; t++) {
      int i = gAt + at[t];
      FloatVector v = FloatVector.broadcast(S, values[t]);
      v.fma(d0, FloatVector.fromArray(S, g, i)).intoArray(g, i);
    }
  }

  private static void outer4x4(
      float alpha,
      float[] x,
      int xAt,
      int xs,
      float[] d,
      int dAt,
      int n,
      float[] g,
      int gAt,
      int rows) {
    FloatVector a0 = FloatVector.zero(S);
    FloatVector a1 = FloatVector.zero(S);
    FloatVector a2 = FloatVector.zero(S);
    FloatVector a3 = FloatVector.zero(S);
    FloatVector b0 = FloatVector.zero(S);
    FloatVector b1 = FloatVector.zero(S);
    FloatVector b2 = FloatVector.zero(S);
    FloatVector b3 = FloatVector.zero(S);
    FloatVector c0 = FloatVector.zero(S);
    FloatVector c1 = FloatVector.zero(S);
    FloatVector c2 = FloatVector.zero(S);
    FloatVector c3 = FloatVector.zero(S);
    FloatVector d0 = FloatVector.zero(S);
    FloatVector d1 = FloatVector.zero(S);
    FloatVector d2 = FloatVector.zero(S);
    FloatVector d3 = FloatVector.zero(S);
    int i = xAt;
    int at = dAt;
    for (int r = 0; r < rows; r++, at += n, i += xs) {
      FloatVector w0 = FloatVector.fromArray(S, d, at);
      FloatVector w1 = FloatVector.fromArray(S, d, at + L);
      FloatVector w2 = FloatVector.fromArray(S, d, at + 2 * L);
      FloatVector w3 = FloatVector.fromArray(S, d, at + 3 * L);
      FloatVector v = FloatVector.broadcast(S, x[i]);
      a0 = v.fma(w0, a0);
      a1 = v.fma(w1, a1);
      a2 = v.fma(w2, a2);
      a3 = v.fma(w3, a3);
      v = FloatVector.broadcast(S, x[i + 1]);
      b0 = v.fma(w0, b0);
      b1 = v.fma(w1, b1);
      b2 = v.fma(w2, b2);
      b3 = v.fma(w3, b3);
      v = FloatVector.broadcast(S, x[i + 2]);
      c0 = v.fma(w0, c0);
      c1 = v.fma(w1, c1);
      c2 = v.fma(w2, c2);
      c3 = v.fma(w3, c3);
      v = FloatVector.broadcast(S, x[i + 3]);
      d0 = v.fma(w0, d0);
      d1 = v.fma(w1, d1);
      d2 = v.fma(w2, d2);
      d3 = v.fma(w3, d3);
    }
    FloatVector s = FloatVector.broadcast(S, alpha);
    s.fma(a0, FloatVector.fromArray(S, g, gAt)).intoArray(g, gAt);
    s.fma(a1, FloatVector.fromArray(S, g, gAt + L)).intoArray(g, gAt + L);
    s.fma(a2, FloatVector.fromArray(S, g, gAt + 2 * L)).intoArray(g, gAt + 2 * L);
    s.fma(a3, FloatVector.fromArray(S, g, gAt + 3 * L)).intoArray(g, gAt + 3 * L);
    s.fma(b0, FloatVector.fromArray(S, g, gAt + n)).intoArray(g, gAt + n);
    s.fma(b1, FloatVector.fromArray(S, g, gAt + n + L)).intoArray(g, gAt + n + L);
    s.fma(b2, FloatVector.fromArray(S, g, gAt + n + 2 * L)).intoArray(g, gAt + n + 2 * L);
    s.fma(b3, FloatVector.fromArray(S, g, gAt + n + 3 * L)).intoArray(g, gAt + n + 3 * L);
    s.fma(c0, FloatVector.fromArray(S, g, gAt + 2 * n)).intoArray(g, gAt + 2 * n);
    s.fma(c1, FloatVector.fromArray(S, g, gAt + 2 * n + L)).intoArray(g, gAt + 2 * n + L);
    s.fma(c2, FloatVector.fromArray(S, g, gAt + 2 * n + 2 * L)).intoArray(g, gAt + 2 * n + 2 * L);
    s.fma(c3, FloatVector.fromArray(S, g, gAt + 2 * n + 3 * L)).intoArray(g, gAt + 2 * n + 3 * L);
    s.fma(d0, FloatVector.fromArray(S, g, gAt + 3 * n)).intoArray(g, gAt + 3 * n);
    s.fma(d1, FloatVector.fromArray(S, g, gAt + 3 * n + L)).intoArray(g, gAt + 3 * n + L);
    s.fma(d2, FloatVector.fromArray(S, g, gAt + 3 * n + 2 * L)).intoArray(g, gAt + 3 * n + 2 * L);
    s.fma(d3, FloatVector.fromArray(S, g, gAt + 3 * n + 3 * L)).intoArray(g, gAt + 3 * n + 3 * L);
  }

  private static void outer4x1(
      float alpha,
      float[] x,
      int xAt,
      int xs,
      float[] d,
      int dAt,
      int n,
      float[] g,
      int gAt,
      int rows) {
    FloatVector a0 = FloatVector.zero(S);
    FloatVector b0 = FloatVector.zero(S);
    FloatVector c0 = FloatVector.zero(S);
    FloatVector d0 = FloatVector.zero(S);
    int i = xAt;
    int at = dAt;
    for (int r = 0; r < rows; r++, at += n, i += xs) {
      FloatVector w0 = FloatVector.fromArray(S, d, at);
      FloatVector v = FloatVector.broadcast(S, x[i]);
      a0 = v.fma(w0, a0);
      v = FloatVector.broadcast(S, x[i + 1]);
      b0 = v.fma(w0, b0);
      v = FloatVector.broadcast(S, x[i + 2]);
      c0 = v.fma(w0, c0);
      v = FloatVector.broadcast(S, x[i + 3]);
      d0 = v.fma(w0, d0);
    }
    FloatVector s = FloatVector.broadcast(S, alpha);
    s.fma(a0, FloatVector.fromArray(S, g, gAt)).intoArray(g, gAt);
    s.fma(b0, FloatVector.fromArray(S, g, gAt + n)).intoArray(g, gAt + n);
    s.fma(c0, FloatVector.fromArray(S, g, gAt + 2 * n)).intoArray(g, gAt + 2 * n);
    s.fma(d0, FloatVector.fromArray(S, g, gAt + 3 * n)).intoArray(g, gAt + 3 * n);
  }

  private static void outer8x1(
      float alpha,
      float[] x,
      int xAt,
      int xs,
      float[] d,
      int dAt,
      int n,
      float[] g,
      int gAt,
      int rows) {
    FloatVector a0 = FloatVector.zero(S);
    FloatVector b0 = FloatVector.zero(S);
    FloatVector c0 = FloatVector.zero(S);
    FloatVector d0 = FloatVector.zero(S);
    FloatVector e0 = FloatVector.zero(S);
    FloatVector f0 = FloatVector.zero(S);
    FloatVector g0 = FloatVector.zero(S);
    FloatVector h0 = FloatVector.zero(S);
    int i = xAt;
    int at = dAt;
    for (int r = 0; r < rows; r++, at += n, i += xs) {
      FloatVector w0 = FloatVector.fromArray(S, d, at);
      a0 = FloatVector.broadcast(S, x[i]).fma(w0, a0);
      b0 = FloatVector.broadcast(S, x[i + 1]).fma(w0, b0);
      c0 = FloatVector.broadcast(S, x[i + 2]).fma(w0, c0);
      d0 = FloatVector.broadcast(S, x[i + 3]).fma(w0, d0);
      e0 = FloatVector.broadcast(S, x[i + 4]).fma(w0, e0);
      f0 = FloatVector.broadcast(S, x[i + 5]).fma(w0, f0);
      g0 = FloatVector.broadcast(S, x[i + 6]).fma(w0, g0);
      h0 = FloatVector.broadcast(S, x[i + 7]).fma(w0, h0);
    }
    FloatVector s = FloatVector.broadcast(S, alpha);
    s.fma(a0, FloatVector.fromArray(S, g, gAt)).intoArray(g, gAt);
    s.fma(b0, FloatVector.fromArray(S, g, gAt + n)).intoArray(g, gAt + n);
    s.fma(c0, FloatVector.fromArray(S, g, gAt + 2 * n)).intoArray(g, gAt + 2 * n);
    s.fma(d0, FloatVector.fromArray(S, g, gAt + 3 * n)).intoArray(g, gAt + 3 * n);
    s.fma(e0, FloatVector.fromArray(S, g, gAt + 4 * n)).intoArray(g, gAt + 4 * n);
    s.fma(f0, FloatVector.fromArray(S, g, gAt + 5 * n)).intoArray(g, gAt + 5 * n);
    s.fma(g0, FloatVector.fromArray(S, g, gAt + 6 * n)).intoArray(g, gAt + 6 * n);
    s.fma(h0, FloatVector.fromArray(S, g, gAt + 7 * n)).intoArray(g, gAt + 7 * n);
  }

  @Override
  public void back(float[] d, float[] w, float[] dx, int xStride, int rows, int k, int n) {
    if (rows > n) {
      backTurned(d, w, dx, xStride, rows, k, n);
      return;
    }
    for (int r = 0; r < rows; r++) {
      int i = 0;
      for (; i + BLOCK <= k; i += BLOCK) {
        back4(d, r * n, w, i * n, dx, r * xStride + i, n);
      }
      for (; i < k; i++) {
        dx[r * xStride + i] += dot(d, r * n, w, i * n, n);
      }
    }
  }

  /** Many rows are worth turning the weights around: then there are no sums across a vector. */
  private void backTurned(float[] d, float[] w, float[] dx, int xStride, int rows, int k, int n) {
    int wide = FloatKernels.padded(k);
    if (turned.length < n * wide) {
      turned = new float[n * wide];
    }
    if (sums.length < TURN * wide) {
      sums = new float[TURN * wide];
      zeros = new float[wide];
    }
    for (int j = 0; j < n; j++) {
      for (int i = 0; i < k; i++) {
        turned[j * wide + i] = w[i * n + j];
      }
      Arrays.fill(turned, j * wide + k, (j + 1) * wide, 0);
    }
    for (int r = 0; r < rows; r += TURN) {
      int part = Math.min(TURN, rows - r);
      affine(d, r * n, n, turned, zeros, sums, part, n, wide);
      for (int q = 0; q < part; q++) {
        add(sums, q * wide, dx, (r + q) * xStride, k);
      }
    }
  }

  private static void add(float[] from, int at, float[] to, int toAt, int n) {
    for (int i = 0; i < n; i++) {
      to[toAt + i] += from[at + i];
    }
  }

  private static void back4(float[] d, int dAt, float[] w, int wAt, float[] dx, int xAt, int n) {
    FloatVector a = FloatVector.zero(S);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector e = a;
    for (int j = 0; j < n; j += L) {
      FloatVector v = FloatVector.fromArray(S, d, dAt + j);
      a = v.fma(FloatVector.fromArray(S, w, wAt + j), a);
      b = v.fma(FloatVector.fromArray(S, w, wAt + n + j), b);
      c = v.fma(FloatVector.fromArray(S, w, wAt + 2 * n + j), c);
      e = v.fma(FloatVector.fromArray(S, w, wAt + 3 * n + j), e);
    }
    dx[xAt] += a.reduceLanes(VectorOperators.ADD);
    dx[xAt + 1] += b.reduceLanes(VectorOperators.ADD);
    dx[xAt + 2] += c.reduceLanes(VectorOperators.ADD);
    dx[xAt + 3] += e.reduceLanes(VectorOperators.ADD);
  }

  @Override
  public float dot(float[] a, int aAt, float[] b, int bAt, int n) {
    FloatVector sum = FloatVector.zero(S);
    for (int j = 0; j < n; j += L) {
      sum = FloatVector.fromArray(S, a, aAt + j).fma(FloatVector.fromArray(S, b, bAt + j), sum);
    }
    return sum.reduceLanes(VectorOperators.ADD);
  }

  /** Works where the JVM was started with the module {@code jdk.incubator.vector}. */
  public static final class VectorProvider implements Provider {
    @Override
    public boolean works() {
      return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
          && !Boolean.getBoolean("freshet.scalar");
    }

    @Override
    public FloatKernels create() {
      return new VectorKernels();
    }
  }
}
