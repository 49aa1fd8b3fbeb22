package org.freshet.neural.optimizer;

/** The family of Adam, with a rate of 0.1, β1 of 0.8 and ε of 0.01. */
final class AdamFormulas {
  private AdamFormulas() {}

  /** What the family of Adam shares: moments with β 0.8 and {@code beta2}, corrected. */
  static final class Means {
    final double[] m = new double[Line.ALL];
    final double[] v = new double[Line.ALL];
    final double beta2;
    int t;

    Means(double beta2) {
      this.beta2 = beta2;
    }

    void mean(double[] g) {
      t++;
      for (int i = 0; i < Line.ALL; i++) {
        m[i] = 0.8 * m[i] + 0.2 * g[i];
      }
    }

    void square(double[] g) {
      for (int i = 0; i < Line.ALL; i++) {
        v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
      }
    }

    double corrected(int i) {
      return m[i] / (1 - Math.pow(0.8, t));
    }

    double root(double of) {
      return Math.sqrt(of / (1 - Math.pow(beta2, t)));
    }
  }

  static Formula adam(double decay) {
    Means k = new Means(0.9);
    return (m, g) -> {
      k.mean(g);
      k.square(g);
      double[] u = new double[Line.ALL];
      for (int i = 0; i < Line.ALL; i++) {
        u[i] = k.corrected(i) / (k.root(k.v[i]) + 0.01);
      }
      Formula.decayed(m, 0.1, decay, u);
    };
  }

  static Formula amsgrad() {
    Means k = new Means(0.3);
    double[] most = new double[Line.ALL];
    return (m, g) -> {
      k.mean(g);
      k.square(g);
      double[] u = new double[Line.ALL];
      for (int i = 0; i < Line.ALL; i++) {
        most[i] = Math.max(most[i], k.v[i]);
        u[i] = k.corrected(i) / (k.root(most[i]) + 0.01);
      }
      Formula.decayed(m, 0.1, 0.5, u);
    };
  }

  static Formula adabelief() {
    Means k = new Means(0.9);
    return (m, g) -> {
      k.mean(g);
      double[] off = new double[Line.ALL];
      for (int i = 0; i < Line.ALL; i++) {
        off[i] = g[i] - k.m[i];
      }
      k.square(off);
      for (int i = 0; i < Line.ALL; i++) {
        k.v[i] += 0.01;
        m.w[i] -= 0.1 * k.corrected(i) / (k.root(k.v[i]) + 0.01);
      }
    };
  }

  static Formula diffgrad() {
    Means k = new Means(0.9);
    double[] last = new double[Line.ALL];
    return (m, g) -> {
      k.mean(g);
      k.square(g);
      for (int i = 0; i < Line.ALL; i++) {
        double friction = 1 / (1 + Math.exp(-Math.abs(last[i] - g[i])));
        last[i] = g[i];
        m.w[i] -= 0.1 * friction * k.corrected(i) / (k.root(k.v[i]) + 0.01);
      }
    };
  }

  static Formula adan() {
    double[] mean = new double[Line.ALL];
    double[] change = new double[Line.ALL];
    double[] square = new double[Line.ALL];
    double[][] last = {null};
    int[] t = {0};
    return (m, g) -> {
      t[0]++;
      for (int i = 0; i < Line.ALL; i++) {
        double d = last[0] == null ? 0 : g[i] - last[0][i];
        mean[i] = 0.9 * mean[i] + 0.1 * g[i];
        change[i] = 0.8 * change[i] + 0.2 * d;
        square[i] = 0.7 * square[i] + 0.3 * Math.pow(g[i] + 0.8 * d, 2);
        double root = Math.sqrt(square[i] / (1 - Math.pow(0.7, t[0]))) + 0.01;
        double u =
            mean[i] / (1 - Math.pow(0.9, t[0])) + 0.8 * change[i] / (1 - Math.pow(0.8, t[0]));
        m.w[i] = (m.w[i] - 0.1 * u / root) / (1 + 0.1 * 0.5);
      }
      last[0] = g;
    };
  }

  /** The Hessian is diagonal, so z ∘ (H z) is its diagonal for every z. */
  static Formula adahessian(double power) {
    Means k = new Means(0.9);
    return (m, g) -> {
      k.mean(g);
      k.square(Line.CURVATURE);
      for (int i = 0; i < Line.ALL; i++) {
        m.w[i] -= 0.1 * k.corrected(i) / (Math.pow(k.root(k.v[i]), power) + 1e-4);
      }
    };
  }
}
