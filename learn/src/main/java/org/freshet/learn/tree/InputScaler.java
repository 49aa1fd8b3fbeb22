package org.freshet.learn.tree;

import org.freshet.core.Schema;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Mean and deviation of each numeric column over all rows, for linear models in leaves. Deviations
 * are computed anew each time the weight has grown by a sixteenth: they move little, and roots are
 * dear.
 */
final class InputScaler {
  private final int[] columns;
  private double weight;
  private double fresh; // weight at which deviations are computed next
  private final double[] means;
  private final double[] squares;
  private final double[] inverse;

  InputScaler(Schema schema) {
    columns = FeatureSet.all(schema).numeric;
    means = new double[columns.length];
    squares = new double[columns.length];
    inverse = new double[columns.length];
  }

  int size() {
    return columns.length;
  }

  /** Writes scaled values, 0 where missing; the answer is 1 + the sum of their squares. */
  double scale(double[] xs, double[] z) {
    double norm = 1;
    for (int i = 0; i < columns.length; i++) {
      double v = (xs[columns[i]] - means[i]) * inverse[i];
      v = v >= -LIMIT ? Math.min(v, LIMIT) : v < 0 ? -LIMIT : 0;
      z[i] = v;
      norm += v * v;
    }
    return norm;
  }

  /** Squared distance of two rows in deviations, leaving out what is missing. */
  double distance(double[] xs, double[] centre) {
    double sum = 0;
    for (int i = 0; i < columns.length; i++) {
      double d = (xs[columns[i]] - centre[columns[i]]) * inverse[i];
      sum += !Double.isNaN(d) ? d * d : 0;
    }
    return sum;
  }

  /** Deviations beyond which a value pulls no harder. */
  private static final double LIMIT = 5;

  void learn(double[] xs, double w) {
    weight += w;
    double share = w / weight;
    for (int i = 0; i < columns.length; i++) {
      double v = xs[columns[i]];
      double d = v - means[i];
      if (!Double.isNaN(d)) {
        means[i] += share * d;
        squares[i] += w * d * (v - means[i]);
      }
    }
    if (weight >= fresh) {
      fresh = 1.0625 * weight;
      for (int i = 0; i < columns.length; i++) {
        inverse[i] = squares[i] > 0 ? Math.sqrt(weight / squares[i]) : 0;
      }
    }
  }

  void save(StateWriter out) {
    out.put("weight", weight);
    out.put("fresh", fresh);
    out.put("means", means);
    out.put("squares", squares);
    out.put("inverse", inverse);
  }

  void load(StateReader in) {
    weight = in.doubleValue("weight");
    fresh = in.doubleValue("fresh");
    System.arraycopy(in.doubles("means", means.length), 0, means, 0, means.length);
    System.arraycopy(in.doubles("squares", means.length), 0, squares, 0, means.length);
    System.arraycopy(in.doubles("inverse", means.length), 0, inverse, 0, means.length);
  }

  long bytes() {
    return 120 + 28L * columns.length;
  }
}
