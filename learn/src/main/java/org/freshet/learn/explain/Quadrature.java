package org.freshet.learn.explain;

/** Points and weights of Gauss-Legendre quadrature over 0 … 1. */
record Quadrature(double[] point, double[] weight) {
  /** Without error for a polynomial of degree columns − 1; by Newton's method. */
  static Quadrature exactFor(int columns) {
    int n = (columns + 1) / 2;
    double[] point = new double[n];
    double[] weight = new double[n];
    for (int i = 0; i < n; i++) {
      double x = Math.cos(Math.PI * (i + 0.75) / (n + 0.5));
      double slope = 1;
      for (int step = 0; step < 100; step++) {
        double p = 1;
        double before = 0;
        for (int k = 1; k <= n; k++) {
          double next = ((2 * k - 1) * x * p - (k - 1) * before) / k;
          before = p;
          p = next;
        }
        slope = n * (x * p - before) / (x * x - 1);
        double dx = p / slope;
        x -= dx;
        if (Math.abs(dx) < 1e-16) {
          break;
        }
      }
      point[i] = (1 + x) / 2;
      weight[i] = 1 / ((1 - x * x) * slope * slope);
    }
    return new Quadrature(point, weight);
  }
}
