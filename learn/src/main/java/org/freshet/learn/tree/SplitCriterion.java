package org.freshet.learn.tree;

/** What makes a split good. */
public enum SplitCriterion {
  /** Reduction of the entropy of the class, in bits (Quinlan, 1986). */
  INFO_GAIN,
  /** Reduction of the Gini index (Breiman et al., 1984). */
  GINI;

  /** Range R of the merit in the Hoeffding bound, for a number of classes. */
  double range(int classes) {
    return this == GINI ? 1 : Math.log(Math.max(2, classes)) * Normal.INV_LN2;
  }

  /** Impurity of a distribution a[at], a[at+step] … of n weights that sum to total. */
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
        sum -= a[i] * Math.log(a[i]);
      }
    }
    return (sum / total + Math.log(total)) * Normal.INV_LN2;
  }
}
