package org.freshet.learn.baseline;

import org.freshet.core.Features;
import org.freshet.core.Learner;
import org.freshet.core.Mergeable;
import org.freshet.core.Regressor;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Predicts the mean of all targets so far, whatever the features are: the regressor that has R² 0,
 * so the floor any other has to clear.
 *
 * <p>How it works: with W the weight learnt so far and w the weight of the event, the mean m moves
 * to m + (w / W)(y − m), which needs no sum that could grow without end. Before anything is learnt
 * the answer is 0.
 *
 * <p>Source: D. H. D. West, "Updating Mean and Variance Estimates: An Improved Method",
 * Communications of the ACM 22(9), 1979. We differ nowhere.
 *
 * <p>Takes any row, since it looks at none. Weights act as copies. A target that is not finite is
 * passed over. Both calls cost O(1); memory is constant.
 *
 * <pre>{@code
 * Regressor floor = Components.regressor("target_mean", schema, 1);
 * floor.learn(x, 3.0, 1.0);
 * floor.learn(x, 5.0, 1.0);
 * floor.predict(y); // 4.0
 * }</pre>
 */
@Component(
    name = "target_mean",
    kinds = Kind.REGRESSOR,
    family = "baseline",
    traits = {
      Trait.NUMERIC,
      Trait.CATEGORICAL,
      Trait.TEXT,
      Trait.SPARSE,
      Trait.MISSING,
      Trait.OPEN_FEATURES,
      Trait.WEIGHTS,
      Trait.MERGEABLE,
      Trait.BOUNDED_MEMORY
    })
public final class TargetMean implements Regressor, Mergeable {
  /** It has no parameters. */
  public record Parameters() {}

  private double weightSum;
  private double mean;

  public TargetMean(Parameters p, Build build) {}

  @Override
  public double predict(Features x) {
    return mean;
  }

  @Override
  public void learn(Features x, double target, double weight) {
    if (!(weight > 0) || !Double.isFinite(target)) {
      return;
    }
    weightSum += weight;
    double share = weight / weightSum;
    // Two products rather than share · (target − mean): the difference of two huge ones overflows.
    mean += share * target - share * mean;
  }

  @Override
  public boolean isExact() {
    return true;
  }

  @Override
  public void add(Learner newer, Learner older, double share) {
    TargetMean a = (TargetMean) newer;
    TargetMean b = (TargetMean) older;
    double more = a.weightSum - b.weightSum;
    if (more > 0) {
      double all = weightSum + more;
      double sum = a.mean * (a.weightSum / all) - b.mean * (b.weightSum / all);
      mean = mean * (weightSum / all) + sum;
      weightSum = all;
    }
  }

  @Override
  public void save(StateWriter out) {
    out.put("weight", weightSum);
    out.put("mean", mean);
  }

  @Override
  public void load(StateReader in) {
    weightSum = in.doubleValue("weight");
    mean = in.doubleValue("mean");
  }

  @Override
  public long memoryBytes() {
    return 32;
  }
}
