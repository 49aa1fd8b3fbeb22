package org.freshet.neural.kernel;

import java.util.ServiceLoader;

/**
 * The matrix products of a network, in single precision. {@link ScalarKernels} are the definition;
 * a faster provider sums in another order, so its results differ in the last bits.
 *
 * <p>Layout: matrices are row-major. Rows of weights and of what layers give are {@code n} floats
 * apart, where n is a multiple of {@link #LANES}, and what lies beyond the columns in use is 0: so
 * no kernel has a remainder to care for. {@code k} counts columns of the input and may be any.
 *
 * <p>An instance holds scratch space and belongs to one thread.
 */
public interface FloatKernels {
  /** Rows are padded to a multiple of this. */
  int LANES = 16;

  /** {@code n} rounded up to a multiple of {@link #LANES}. */
  static int padded(int n) {
    return Math.addExact(n, LANES - 1) & -LANES;
  }

  /** The fastest that is there: a provider when one is found and works, else the scalar loops. */
  static FloatKernels fastest() {
    return Found.PROVIDER == null ? new ScalarKernels() : Found.PROVIDER.create();
  }

  /** What snapshots and reports call it. */
  String name();

  /**
   * y = x·w + bias.
   *
   * @param x rows × k, from {@code xAt} on, rows {@code xStride} apart
   * @param w k × n
   * @param bias n
   * @param y rows × n, overwritten
   */
  void affine(
      float[] x, int xAt, int xStride, float[] w, float[] bias, float[] y, int rows, int k, int n);

  /**
   * g[0 … to-from-1] += alpha · xᵀ·d for the input columns {@code from} to {@code to-1}.
   *
   * @param x rows × k, from {@code xAt} on, rows {@code xStride} apart
   * @param d rows × n
   * @param g (to − from) × n, from {@code gAt} on
   */
  void outer(
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
      int n);

  /**
   * dx += d·wᵀ.
   *
   * @param d rows × n
   * @param w k × n
   * @param dx rows × k, rows {@code xStride} apart
   */
  void back(float[] d, float[] w, float[] dx, int xStride, int rows, int k, int n);

  /** Σ a·b over {@code n} floats, n a multiple of {@link #LANES}. */
  float dot(float[] a, int aAt, float[] b, int bAt, int n);

  /** Found by {@link ServiceLoader}. */
  interface Provider {
    /** Whether this JVM and processor can run it. */
    boolean works();

    FloatKernels create();
  }

  /** Looked for once. */
  final class Found {
    private static final Provider PROVIDER = find();

    private Found() {}

    private static Provider find() {
      for (Provider p : ServiceLoader.load(Provider.class)) {
        if (p.works()) {
          return p;
        }
      }
      return null;
    }
  }
}
