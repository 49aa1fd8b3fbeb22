package org.freshet.learn.ensemble;

import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Predicts classes of a stream whose concept changes, abruptly or slowly, by experts of different
 * age: whoever errs loses weight, whoever lost too much goes, and a new expert comes where all
 * together were wrong.
 *
 * <p>How it works. Every expert j learns every example and votes for one class with its weight w_j.
 * At every p-th example ({@code period}) the weight of each expert that was wrong is multiplied by
 * β, the weights are scaled so that the largest is 1, experts with a weight below θ are removed,
 * and if the vote of all was wrong a new expert with weight 1 is made, which learns the example
 * too.
 *
 * <p>Source: J. Z. Kolter, M. A. Maloof, "Dynamic Weighted Majority: An Ensemble Method for
 * Drifting Concepts", Journal of Machine Learning Research 8, 2007, figure 1 (DWM).
 *
 * <p>Where we differ. The figure adds up weights that were already lowered by the label of the
 * example; here the vote is taken before its label is seen, as a prediction has to be. Experts are
 * at most {@code members}: with all places taken, a new expert takes that of the one with the least
 * weight, the oldest of them on a tie (MOA's default sets no limit). The scores are the shares of
 * the votes.
 *
 * <p>Accepts what its learner accepts. Experts depend on each other at each p-th example, so they
 * run on one thread. Each example goes once through each expert: O(members) times the learner's
 * cost; memory is bounded by {@code max_bytes}, of which each expert may take an even share: at the
 * limit it does what its own page says.
 *
 * <pre>
 * Classifier c = Components.classifier(
 *     "dynamic_weighted_majority(learner=hoeffding_tree, period=50)", schema, 1);
 * c.learn(Features.of(0.2, 1.5), 1, 1.0);
 * </pre>
 */
@Component(
    name = "dynamic_weighted_majority",
    kinds = Kind.CLASSIFIER,
    family = "ensemble",
    traits = {
      Trait.NUMERIC,
      Trait.CATEGORICAL,
      Trait.MISSING,
      Trait.SPARSE,
      Trait.TEXT,
      Trait.OPEN_LABELS,
      Trait.OPEN_FEATURES,
      Trait.BOUNDED_MEMORY,
      Trait.RANDOMIZED
    },
    coupled = "they are weighed, made and dropped by how they compare with each other")
public final class DynamicWeightedMajority extends EventEnsemble {
  private final double beta;
  private final double theta;
  private final int period;
  private final Pool pool;
  private final double[] weights;
  private final boolean[] wrong; // at the event being learnt
  private long seen;

  /** Parameters. */
  public record Parameters(
      @Param(
              value = "the most experts",
              def = "25",
              range = "[1, 1000]",
              origin = "ours; Kolter & Maloof 2007 and MOA set no limit")
          int members,
      @Param(
              value = "an expert; may be a pipeline",
              def = "gaussian_nb",
              kind = Kind.CLASSIFIER,
              origin = "Kolter & Maloof 2007 (DWM-NB); MOA default")
          Spec learner,
      @Param(
              value = "p, examples between two updates of weights and experts",
              def = "50",
              range = "[1, 1000000000]",
              unit = "events",
              origin = "Kolter & Maloof 2007; MOA default")
          int period,
      @Param(
              value = "β, what a mistake multiplies a weight by",
              def = "0.5",
              range = "[0, 1)",
              origin = "Kolter & Maloof 2007; MOA default")
          double beta,
      @Param(
              value = "θ, the weight below which an expert is removed",
              def = "0.01",
              range = "[0, 1)",
              origin = "Kolter & Maloof 2007; MOA default")
          double theta,
      @Param(
              value = "memory limit of all experts",
              def = "256MB",
              range = "[1048576, inf)",
              unit = "bytes",
              origin = "ours")
          long maxBytes) {}

  public DynamicWeightedMajority(Parameters p, Build build) {
    super(build.schema());
    this.beta = p.beta;
    this.theta = p.theta;
    this.period = p.period;
    this.pool = new Pool(p.learner, p.members, build, build.limit(p.maxBytes), 1);
    this.weights = pool.column(0);
    this.wrong = new boolean[p.members];
    expert();
  }

  private void expert() {
    if (pool.isFull()) {
      pool.remove(Pool.least(weights, pool.size()));
    }
    pool.add();
    weights[pool.size() - 1] = 1;
  }

  /** Number of experts. */
  public int members() {
    return pool.size();
  }

  /** Weight of an expert, the oldest first. */
  public double weight(int member) {
    return weights[member];
  }

  @Override
  void vote(Features x, double[] sum) {
    for (int j = 0; j < pool.size(); j++) {
      voteForOne(weights[j], scores(pool.get(j), x), sum);
    }
  }

  @Override
  void step(Features x, int label, double weight, double[] sum) {
    for (int j = 0; j < pool.size(); j++) {
      double[] s = testThenLearn(pool.get(j), x, label, weight);
      wrong[j] = voteForOne(weights[j], s, sum) != label;
    }
    if (++seen % period == 0) {
      weaken();
      if (pool.size() == 0 || Kernels.argmax(sum, labels()) != label) {
        expert();
        pool.get(pool.size() - 1).learn(x, label, weight);
      }
    }
  }

  /** Lowers the weights of those that were wrong, scales the largest to 1, removes the weakest. */
  private void weaken() {
    double most = 0;
    for (int j = 0; j < pool.size(); j++) {
      weights[j] *= wrong[j] ? beta : 1;
      most = Math.max(most, weights[j]);
    }
    int kept = pool.size();
    for (int j = kept - 1; j >= 0; j--) {
      weights[j] = most > 0 ? weights[j] / most : 0;
      if (weights[j] < theta || most == 0) {
        pool.remove(j);
      }
    }
  }

  @Override
  public void save(StateWriter out) {
    super.save(out);
    out.put("seen", seen);
    pool.save(out.child("pool"));
  }

  @Override
  public void load(StateReader in) {
    super.load(in);
    seen = in.longValue("seen", 0, Long.MAX_VALUE - 1);
    pool.load(in.child("pool"));
    if (pool.size() == 0) {
      throw in.corrupt("pool", "has no member");
    }
  }

  @Override
  public long memoryBytes() {
    return super.memoryBytes() + 80 + wrong.length + pool.memoryBytes();
  }
}
