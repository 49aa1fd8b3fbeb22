package org.freshet.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** g += α xᵀ·d for columns a multiple of 4, tile by tile of g, as {@link AffineTiles}. */
final class OuterTiles {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  private OuterTiles() {}

  static void product(
      float alpha,
      float[] x,
      int xAt,
      int xStride,
      float[] d,
      int dAt,
      float[] g,
      int gAt,
      int rows,
      int from,
      int to,
      int n) {
    int quads = n - n % (4 * L);
    for (int i = from; i < to; i += 4) {
      int o = gAt + (i - from) * n;
      for (int j = 0; j < quads; j += 4 * L) {
        four(alpha, x, xAt + i, xStride, d, dAt + j, n, g, o + j, rows);
      }
    }
    for (int i = from; quads < n && i < to; ) {
      boolean eight = i + 8 <= to;
      int o = gAt + (i - from) * n;
      for (int j = quads; j < n; j += L) {
        if (eight) {
          eightRows(alpha, x, xAt + i, xStride, d, dAt + j, n, g, o + j, rows);
        } else {
          fourRows(alpha, x, xAt + i, xStride, d, dAt + j, n, g, o + j, rows);
        }
      }
      i += eight ? 8 : 4;
    }
  }

  private static void four(
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

  private static void fourRows(
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

  private static void eightRows(
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
}
