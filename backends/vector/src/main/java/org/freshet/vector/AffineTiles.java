package org.freshet.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * y = x·w + bias for rows a multiple of 4, tile by tile of y: the sums of four rows by four
 * vectors, or of eight or four rows by one, stay in registers while the loop walks over x and w.
 * Written out because the compiler keeps only local variables in registers. {@link OuterTiles} are
 * these with x turned around; one form for both, with the two strides of x as parameters, was a
 * tenth to a quarter slower, as every number of x is then checked against the bounds.
 */
final class AffineTiles {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  private AffineTiles() {}

  static void product(
      float[] x, int xAt, int xStride, float[] w, float[] bias, float[] y, int rows, int k, int n) {
    int quads = n - n % (4 * L);
    for (int r = 0; r < rows; r += 4) {
      for (int j = 0; j < quads; j += 4 * L) {
        four(x, xAt + r * xStride, xStride, w, j, n, bias, y, r * n + j, k);
      }
    }
    for (int r = 0; quads < n && r < rows; ) {
      boolean eight = r + 8 <= rows;
      for (int j = quads; j < n; j += L) {
        if (eight) {
          eightRows(x, xAt + r * xStride, xStride, w, j, n, bias, y, r * n + j, k);
        } else {
          fourRows(x, xAt + r * xStride, xStride, w, j, n, bias, y, r * n + j, k);
        }
      }
      r += eight ? 8 : 4;
    }
  }

  private static void four(
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

  private static void fourRows(
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
  private static void eightRows(
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
}
