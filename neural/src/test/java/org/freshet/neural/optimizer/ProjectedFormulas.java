package org.freshet.neural.optimizer;

/** AdamP and its variant with SGD (Heo et al. 2021), with a rate of 0.1. */
final class ProjectedFormulas {
  private ProjectedFormulas() {}

  static Formula adamp(double delta) {
    AdamFormulas.Means k = new AdamFormulas.Means(0.9);
    return (m, g) -> {
      k.mean(g);
      k.square(g);
      double[] u = new double[Line.ALL];
      for (int i = 0; i < Line.ALL; i++) {
        u[i] = k.corrected(i) / (k.root(k.v[i]) + 0.01);
      }
      projected(m, g, u, 0.5, delta);
    };
  }

  static Formula sgdp(double delta) {
    double[] v = new double[Line.ALL];
    return (m, g) -> {
      for (int i = 0; i < Line.ALL; i++) {
        v[i] = 0.8 * v[i] + g[i];
      }
      projected(m, g, v.clone(), 0.5 / (1 - 0.8), delta);
    };
  }

  private static void projected(Line.Exact m, double[] g, double[] u, double decay, double delta) {
    boolean free = project(m.w, g, u, delta);
    for (int i = 0; i < Line.ALL; i++) {
      double d = i < Line.WEIGHTS && free ? 0.1 * decay : decay;
      m.w[i] = m.w[i] * (1 - 0.1 * d) - 0.1 * u[i];
    }
  }

  /** The matrix is weights 0 to 5, whose units are the even and the odd ones; the bias is as is. */
  private static boolean project(double[] w, double[] g, double[] u, double delta) {
    double cosine = Math.max(cosine(w, g, 0, 2), cosine(w, g, 1, 2));
    if (cosine < delta / Math.sqrt(3)) {
      without(w, u, 0, 2);
      without(w, u, 1, 2);
      return true;
    }
    if (cosine(w, g, 0, 1) < delta / Math.sqrt(6)) {
      without(w, u, 0, 1);
      return true;
    }
    return false;
  }

  private static double cosine(double[] a, double[] b, int from, int by) {
    return Math.abs(dot(a, b, from, by)) / Math.sqrt(dot(a, a, from, by) * dot(b, b, from, by));
  }

  private static double dot(double[] a, double[] b, int from, int by) {
    double sum = 0;
    for (int i = from; i < Line.WEIGHTS; i += by) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void without(double[] w, double[] u, int from, int by) {
    double share = dot(w, u, from, by) / dot(w, w, from, by);
    for (int i = from; i < Line.WEIGHTS; i += by) {
      u[i] -= share * w[i];
    }
  }
}
