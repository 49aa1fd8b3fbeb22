package org.freshet.learn.explain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import org.freshet.core.Composite;
import org.freshet.core.Learner;
import org.freshet.core.Pipeline;
import org.freshet.core.Schema;
import org.freshet.learn.linear.LinearRegression;
import org.freshet.learn.linear.LogisticRegression;
import org.freshet.learn.linear.SoftmaxRegression;

/**
 * How much each column counts for a learner as it stands, whatever it is: the share in the gain of
 * the splits of its trees ({@link SplitGain}); of linear models the share in the sum of the
 * absolute weights, which is fair to columns only where they were scaled.
 */
public final class ColumnShares {
  private ColumnShares() {}

  /**
   * By the names of the columns it sees; empty where the learner does not tell.
   *
   * @param seen the rows the learner sees
   */
  public static Map<String, Double> of(Learner learner, Schema seen) {
    List<TreesInside.Found> trees = TreesInside.of(learner, seen);
    if (!trees.isEmpty()) {
      return SplitGain.of(trees, seen);
    }
    List<Map<String, Double>> linear = new ArrayList<>();
    gather(learner, seen, linear);
    Map<String, Double> mean = new HashMap<>();
    for (Map<String, Double> one : linear) {
      one.forEach((column, share) -> mean.merge(column, share / linear.size(), Double::sum));
    }
    return mean;
  }

  private static void gather(Learner learner, Schema seen, List<Map<String, Double>> all) {
    if (learner instanceof LogisticRegression l) {
      all.add(shares(seen, i -> Math.abs(l.weight(i))));
    } else if (learner instanceof LinearRegression l) {
      all.add(shares(seen, i -> Math.abs(l.weight(i))));
    } else if (learner instanceof SoftmaxRegression l) {
      all.add(
          shares(
              seen,
              i -> {
                double sum = 0;
                for (int k = 0; k < l.labels(); k++) {
                  sum += Math.abs(l.weight(k, i));
                }
                return sum;
              }));
    } else if (learner instanceof Pipeline p) {
      gather(p.learner(), p.learnerSchema(), all);
    } else if (learner instanceof Composite c) {
      for (Composite.Inner i : c.inside()) {
        gather(i.learner(), i.schema() == null ? seen : i.schema(), all);
      }
    }
  }

  private static Map<String, Double> shares(Schema seen, IntToDoubleFunction weight) {
    Map<String, Double> shares = new HashMap<>();
    double sum = 0;
    for (int i = 0; i < seen.width(); i++) {
      sum += weight.applyAsDouble(i);
    }
    for (int i = 0; i < seen.width(); i++) {
      shares.put(seen.column(i).name(), sum > 0 ? weight.applyAsDouble(i) / sum : 0);
    }
    return shares;
  }
}
