package org.freshet.neural.kernel;

/** Plain loops, which HotSpot vectorises as far as the order of the sums allows. */
public final class ScalarKernels implements FloatKernels {
  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public void affine(
      float[] x, int xAt, int xStride, float[] w, float[] bias, float[] y, int rows, int k, int n) {
    for (int r = 0; r < rows; r++) {
      System.arraycopy(bias, 0, y, r * n, n);
      for (int i = 0; i < k; i++) {
        float v = x[xAt + r * xStride + i];
        if (v != 0) {
          axpy(v, w, i * n, y, r * n, n);
        }
      }
    }
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
    for (int i = from; i < to; i++) {
      for (int r = 0; r < rows; r++) {
        float v = x[xAt + r * xStride + i];
        if (v != 0) {
          axpy(alpha * v, d, r * n, g, gAt + (i - from) * n, n);
        }
      }
    }
  }

  private static void axpy(float a, float[] x, int xAt, float[] y, int yAt, int n) {
    for (int j = 0; j < n; j++) {
      y[yAt + j] += a * x[xAt + j];
    }
  }

  @Override
  public void back(float[] d, float[] w, float[] dx, int xStride, int rows, int k, int n) {
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < k; i++) {
        dx[r * xStride + i] += dot(d, r * n, w, i * n, n);
      }
    }
  }

  @Override
  public float dot(float[] a, int aAt, float[] b, int bAt, int n) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    for (int j = 0; j < n; j += 4) {
      s0 += a[aAt + j] * b[bAt + j];
      s1 += a[aAt + j + 1] * b[bAt + j + 1];
      s2 += a[aAt + j + 2] * b[bAt + j + 2];
      s3 += a[aAt + j + 3] * b[bAt + j + 3];
    }
    return s0 + s1 + (s2 + s3);
  }
}
