package org.freshet.learn.explain;

import org.freshet.core.Explainer;
import org.freshet.core.Features;

/**
 * How much each column matters lately: the mean absolute attribution over the rows asked about,
 * with a fading factor, so that a row i steps back counts fading^i.
 *
 * <pre>{@code
 * importance.add(new TreeShap(tree), x, label); // every so many events, before the tree learns on
 * importance.share(3);
 * }</pre>
 */
public final class ImportanceOverTime {
  private final double fading;
  private final double[] sums;
  private final double[] one;
  private double weight;

  /**
   * @param width number of columns
   * @param fading in (0, 1]; 0.99 remembers about 100 rows
   */
  public ImportanceOverTime(int width, double fading) {
    if (!(fading > 0 && fading <= 1)) {
      throw new IllegalArgumentException("fading is " + fading + ", allowed (0, 1]");
    }
    this.fading = fading;
    this.sums = new double[width];
    this.one = new double[width];
  }

  /** Takes in the attributions of one answer. */
  public void add(Explainer explainer, Features x, int label) {
    explainer.attribute(x, label, one);
    weight = fading * weight + 1;
    for (int i = 0; i < sums.length; i++) {
      sums[i] = fading * sums[i] + Math.abs(one[i]);
    }
  }

  /** Mean absolute attribution of a column; 0 before anything was added. */
  public double mean(int column) {
    return weight > 0 ? sums[column] / weight : 0;
  }

  /** Its share in the sum over all columns; 0 where that is 0. */
  public double share(int column) {
    double all = 0;
    for (double s : sums) {
      all += s;
    }
    return all > 0 ? sums[column] / all : 0;
  }
}
