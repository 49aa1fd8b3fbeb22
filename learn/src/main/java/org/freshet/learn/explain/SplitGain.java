package org.freshet.learn.explain;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.freshet.core.Column;
import org.freshet.core.Schema;
import org.freshet.learn.tree.FlatTree;

/**
 * How much the tests on each column tell, in the trees as they stand: the mean decrease in impurity
 * of L. Breiman, J. Friedman, R. Olshen, C. Stone, "Classification and Regression Trees", 1984,
 * section 5.3.4. The gain of a test is the entropy of the classes, or the variance of the means,
 * that its branches take away, times the weight seen there. Gains are summed by column, those of a
 * tree divided by their sum, and trees averaged by their weights.
 *
 * <p>Counts are those that the leaves have now, not those at the time of the split: a test that
 * tells nothing any more, since the world has changed, gains nothing.
 */
public final class SplitGain {
  private SplitGain() {}

  /** Share of each column of a model, in the order of its columns; all 0 without a split. */
  public static Map<String, Double> of(List<TreesInside.Found> trees, Schema schema) {
    Map<String, Double> sums = new LinkedHashMap<>();
    for (Column c : schema.columns()) {
      sums.put(c.name(), 0.0);
    }
    double all = 0;
    for (TreesInside.Found f : trees) {
      double[] gains = gains(f.tree(), labels(f.schema()));
      double sum = 0;
      for (double g : gains) {
        sum += g;
      }
      for (int i = 0; sum > 0 && i < gains.length; i++) {
        if (gains[i] > 0) {
          String column = i < f.schema().width() ? f.schema().column(i).name() : "#" + i;
          sums.merge(column, f.weight() * gains[i] / sum, Double::sum);
        }
      }
      all += sum > 0 ? f.weight() : 0;
    }
    double whole = all;
    sums.replaceAll((column, s) -> whole > 0 ? s / whole : 0);
    return sums;
  }

  private static int labels(Schema schema) {
    return schema.target() == Schema.Target.CLASS ? schema.labels().size() : 0;
  }

  /** Gains by column; {@code labels} is 0 for a number. */
  private static double[] gains(FlatTree tree, int labels) {
    int n = tree.size();
    int outputs = Math.max(1, labels);
    double[][] sums = new double[n][outputs]; // classes, or the sum of the values
    double[] within = new double[n]; // impurity of the parts of a node, times their weights
    int widest = 0;
    for (int i = n - 1; i >= 0; i--) {
      if (tree.isLeaf(i)) {
        for (int k = 0; k < outputs; k++) {
          sums[i][k] = tree.cover(i) * tree.value(i, k);
        }
      } else {
        widest = Math.max(widest, tree.feature(i) + 1);
      }
      if (i > 0) {
        within[tree.parent(i)] += impurity(sums[i], tree.cover(i), labels > 0);
        for (int k = 0; k < outputs; k++) {
          sums[tree.parent(i)][k] += sums[i][k];
        }
      }
    }
    double[] gains = new double[widest];
    for (int i = 0; i < n; i++) {
      if (!tree.isLeaf(i)) {
        double gain = impurity(sums[i], tree.cover(i), labels > 0) - within[i];
        gains[tree.feature(i)] += Math.max(0, gain);
      }
    }
    return gains;
  }

  /**
   * Entropy times weight; of numbers minus the squared sum over the weight, which differs from the
   * squared error by what all splits have in common.
   */
  private static double impurity(double[] sums, double weight, boolean classes) {
    if (!(weight > 0)) {
      return 0;
    }
    if (!classes) {
      return -sums[0] * sums[0] / weight;
    }
    double entropy = 0;
    for (double s : sums) {
      entropy -= s > 0 ? s * Math.log(s / weight) : 0;
    }
    return entropy;
  }
}
