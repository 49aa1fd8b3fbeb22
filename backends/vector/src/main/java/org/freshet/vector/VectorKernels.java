package org.freshet.vector;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.freshet.neural.kernel.FloatKernels;

/**
 * The products of a network with the Vector API. Those of a batch are made tile by tile, see {@link
 * AffineTiles}; those of a single row up to eight vectors at a time, its zeros (pixels, rectified
 * units) left out.
 */
public final class VectorKernels implements FloatKernels {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int L = S.length();
  private static final int BLOCK = 4;
  private static final int TURN = 64; // rows at a time, so that what they give stays near
  private static final int TALL = 128; // rows at a time that several tiles look at

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
    AffineTiles.product(x, xAt, xStride, w, bias, y, blocks, k, n);
    for (int r = blocks; r < rows; r++) {
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
    for (int r = 0; r < rows; r += TALL) {
      int part = Math.min(TALL, rows - r);
      int at = xAt + r * xStride;
      OuterTiles.product(alpha, x, at, xStride, d, r * n, g, gAt, part, from, blocks, n);
    }
    for (int i = blocks; i < to; i++) {
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
