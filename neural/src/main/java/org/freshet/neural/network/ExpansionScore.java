package org.freshet.neural.network;

import org.freshet.neural.matrix.Symmetric;

/**
 * The natural expansion score of a layer of weights, η = gᵀ F⁻¹ g, and what one more input would
 * add to it. With the Fisher matrix F as the Kronecker product of A = E[h hᵀ] and S = E[δ δᵀ], of
 * inputs h and gradients δ at the sums, it is tr(S⁻¹ Gᵀ A⁻¹ G) with G = E[h δᵀ]: the sum of the
 * squared canonical correlations of h and δ.
 */
final class ExpansionScore {
  private static final double DAMPING = 1e-3; // share by which each of diagonal A is raised
  private static final double FLOOR = 1e-2; // of the mean of diagonal S, added to each

  private final double[][] inputs;
  private final double[][] gradients;
  private final int rows;
  private final int width;
  private final int sums;
  private final double[][] choleskyA;
  private final double[][] choleskyS;
  private final double[][] explained; // L_A⁻¹ G, class by class
  private final double score;

  /**
   * @param inputs rows of h
   * @param width of h; there may be room behind it
   * @param gradients rows of δ
   * @param sums width of δ
   */
  ExpansionScore(double[][] inputs, int width, double[][] gradients, int sums) {
    this.inputs = inputs;
    this.gradients = gradients;
    this.width = width;
    this.sums = sums;
    rows = inputs.length;
    choleskyA = factor(inputs, width, DAMPING, 0);
    choleskyS = factor(gradients, sums, 0, FLOOR); // else sums that hardly err would count as much
    explained = new double[sums][width];
    for (int c = 0; c < sums; c++) {
      for (int r = 0; r < rows; r++) {
        Symmetric.add(explained[c], inputs[r], gradients[r][c] / rows, 0, width);
      }
      Symmetric.forward(choleskyA, width, explained[c]);
    }
    double[] one = new double[sums];
    double sum = 0;
    for (int j = 0; j < width; j++) {
      for (int c = 0; c < sums; c++) {
        one[c] = explained[c][j];
      }
      Symmetric.forward(choleskyS, sums, one);
      sum += Symmetric.dot(one, one, 0, sums);
    }
    score = sum;
  }

  private static double[][] factor(double[][] x, int n, double share, double floor) {
    double[][] a = Symmetric.lower(n);
    Symmetric.addOuter(a, n, x, x.length, 1.0 / x.length);
    double trace = 0;
    for (int i = 0; i < n; i++) {
      trace += a[i][i];
    }
    for (int i = 0; i < n; i++) {
      a[i][i] = (1 + share) * a[i][i] + floor * trace / n;
    }
    Symmetric.cholesky(a, n);
    return a;
  }

  double score() {
    return score;
  }

  /**
   * What one more input would add to the score: what it explains of the gradients that the others
   * do not, by what of it the others do not give.
   *
   * @param more its value for each row
   */
  double gain(double[] more) {
    double[] shared = new double[width];
    double[] left = new double[sums];
    double square = 0;
    for (int r = 0; r < rows; r++) {
      double v = more[r] / rows;
      Symmetric.add(shared, inputs[r], v, 0, width);
      Symmetric.add(left, gradients[r], v, 0, sums);
      square += v * more[r];
    }
    square *= 1 + DAMPING;
    Symmetric.forward(choleskyA, width, shared);
    double own = square - Symmetric.dot(shared, shared, 0, width);
    if (!(own > 0)) {
      return 0;
    }
    for (int c = 0; c < sums; c++) {
      left[c] -= Symmetric.dot(shared, explained[c], 0, width);
    }
    Symmetric.forward(choleskyS, sums, left);
    return Symmetric.dot(left, left, 0, sums) / own;
  }
}
