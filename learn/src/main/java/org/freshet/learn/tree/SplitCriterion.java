package org.freshet.learn.tree;

/** What makes a split good. */
public enum SplitCriterion {
  /** Reduction of the entropy of the class, in bits (Quinlan, 1986). */
  INFO_GAIN,
  /** Reduction of the Gini index (Breiman et al., 1984). */
  GINI,
  /**
   * Hellinger distance of where two classes go, mean over all pairs of classes: their sizes do not
   * count, which suits rare classes (Cieslak and Chawla, ECML PKDD 2008).
   */
  HELLINGER;

  private static final double SQRT_2 = Math.sqrt(2);

  /** Range R of the merit in the Hoeffding bound, for a number of classes. */
  double range(int classes) {
    if (this != INFO_GAIN) {
      return this == GINI ? 1 : SQRT_2;
    }
    return Math.log(Math.max(2, classes)) * Normal.INV_LN2;
  }

  /**
   * Mean Hellinger distance of pairs of classes: sqrt(Σ_branches (sqrt(w_a/n_a) − sqrt(w_b/n_b))²).
   *
   * @param w weight of branch v and class s at [v][s]
   */
  static double hellinger(double[][] w, int branches, int classes) {
    double sum = 0;
    int pairs = 0;
    for (int a = 0; a < classes; a++) {
      double na = total(w, branches, a);
      for (int b = 0; b < a && na > 0; b++) {
        double nb = total(w, branches, b);
        if (nb <= 0) {
          continue;
        }
        double squares = 0;
        for (int v = 0; v < branches; v++) {
          double d = Math.sqrt(Math.max(0, w[v][a]) / na) - Math.sqrt(Math.max(0, w[v][b]) / nb);
          squares += d * d;
        }
        sum += Math.sqrt(squares);
        pairs++;
      }
    }
    return pairs == 0 ? 0 : sum / pairs;
  }

  private static double total(double[][] w, int branches, int s) {
    double sum = 0;
    for (int v = 0; v < branches; v++) {
      sum += Math.max(0, w[v][s]);
    }
    return sum;
  }

  /** Impurity of a distribution of n weights that sum to total; not for HELLINGER. */
  double impurity(double[] a, int n, double total) {
    if (total <= 0) {
      return 0;
    }
    double sum = 0;
    if (this == GINI) {
      for (int i = 0; i < n; i++) {
        double p = a[i] / total;
        sum += p * p;
      }
      return 1 - sum;
    }
    for (int i = 0; i < n; i++) {
      if (a[i] > 0) {
        sum -= a[i] * NominalTable.logOf(a[i]);
      }
    }
    return (sum / total + Math.log(total)) * Normal.INV_LN2;
  }
}
