package org.freshet.learn.ensemble;

import org.freshet.core.DriftLog;
import org.freshet.core.DriftReporter;
import org.freshet.core.Features;
import org.freshet.core.Regressor;
import org.freshet.core.Rng;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Predicts a number for a stream whose relation changes: gradient boosting in which each step is a
 * small bag of regression trees that keep learning and replace what has drifted by themselves.
 *
 * <p>How it works. The answer F is a sum over S steps, each η times the mean of its trees. An
 * example passes through the steps: at each of them the target is y − F, the negative gradient of
 * the squared loss; every tree of the bag learns it with weight k, k ~ Poisson(1), and the step's
 * answer is added to F. A step sees a random subset of the columns. Boosting lowers the bias of the
 * trees, the bags their variance. With {@code bag = 1} the one tree learns every example once.
 *
 * <p>Paper: N. Gunasekara, B. Pfahringer, H. M. Gomes, A. Bifet, "Gradient boosted trees for
 * evolving data streams", Machine Learning 113, 2024 (SGBT); for regression, SGB(Oza), by the same
 * authors, 2025. Bags: N. C. Oza, S. Russell, "Online Bagging and Boosting", AISTATS 2001.
 *
 * <p>Where we differ. A tree answers before it learns the example, so one walk does both. The trees
 * are by default those of {@code streaming_gradient_boosted_trees} with linear models in the leaves
 * where they err less than the mean.
 *
 * <p>Accepts what its learner accepts: with the default numeric and categorical columns and missing
 * values. Costs S · bag walks an example, coupled through F: one thread. Memory {@code max_bytes},
 * an equal share for each tree; with less than 16 KB for each there are fewer trees in the bags,
 * then fewer steps.
 *
 * <pre>
 * Regressor r = Components.regressor("streaming_gradient_boosted_regressor(members=10)", schema, 1);
 * double answer = r.testThenLearn(Features.of(0.2, 1.5), 3.7, 1.0);
 * </pre>
 */
@Component(
    name = "streaming_gradient_boosted_regressor",
    kinds = Kind.REGRESSOR,
    family = "ensemble",
    traits = {
      Trait.NUMERIC,
      Trait.CATEGORICAL,
      Trait.MISSING,
      Trait.WEIGHTS,
      Trait.BOUNDED_MEMORY,
      Trait.RANDOMIZED
    })
public final class StreamingGradientBoostedRegressor implements Regressor, DriftReporter {
  private final double rate;
  private final BoostingSteps steps;
  private final Regressor[][] bags; // by number in the bag, then step
  private final Rng rng;
  private final DriftLog log = new DriftLog();

  /** Parameters. */
  public record Parameters(
      @Param(
              value = "S, boosting steps",
              def = "10",
              range = "[1, 1000]",
              origin = "CapyMOA default")
          int members,
      @Param(
              value = "trees in the bag of a step; 1 for no bag",
              def = "10",
              range = "[1, 100]",
              origin = "SGB(Oza); MOA's default size of a bag")
          int bag,
      @Param(
              value = "the regressor of each step",
              def = "fimt_dd(grace_period=25, split_confidence=0.05, split_points=16)",
              kind = Kind.REGRESSOR,
              origin = "Gunasekara et al. 2024")
          Spec learner,
      @Param(
              value = "η, what a step's answer is scaled by",
              def = "0.3",
              range = "(0, 1]",
              origin = "ours: tried on 1,000 rows of Fried")
          double learningRate,
      @Param(
              value = "share of the columns each step sees; at least one",
              def = "75%",
              range = "(0, 1]",
              origin = "Gunasekara et al. 2024; MOA default")
          double subspace,
      @Param(
              value = "memory limit of all trees",
              def = "256MB",
              range = "[1048576, inf)",
              unit = "bytes",
              origin = "ours")
          long maxBytes) {}

  public StreamingGradientBoostedRegressor(Parameters p, Build build) {
    long limit = build.limit(p.maxBytes);
    long fit = Math.max(1, limit / StreamingGradientBoostedTrees.SMALLEST);
    int size = (int) Math.min(p.members, fit);
    this.rate = p.learningRate;
    this.rng = build.rng();
    this.steps = new BoostingSteps(p.learner, size, p.subspace, build);
    this.bags = new Regressor[(int) Math.max(1, Math.min(p.bag, fit / size))][];
    for (int b = 0; b < bags.length; b++) {
      bags[b] = steps.chain(b, limit / size / bags.length);
    }
  }

  @Override
  public double predict(Features x) {
    double f = 0;
    for (int m = 0; m < steps.size(); m++) {
      Features view = steps.view(m, x);
      double sum = 0;
      for (Regressor[] bag : bags) {
        sum += bag[m].predict(view);
      }
      f += rate * sum / bags.length;
    }
    return f;
  }

  @Override
  public void learn(Features x, double target, double weight) {
    testThenLearn(x, target, weight);
  }

  @Override
  public double testThenLearn(Features x, double target, double weight) {
    if (!(weight > 0) || Double.isNaN(target)) {
      return predict(x);
    }
    log.tick();
    double f = 0;
    for (int m = 0; m < steps.size(); m++) {
      Features view = steps.view(m, x);
      double residual = target - f;
      double sum = 0;
      for (Regressor[] bag : bags) {
        int k = bags.length > 1 ? rng.nextPoisson(1) : 1;
        sum += bag[m].testThenLearn(view, residual, k * weight);
        BoostingSteps.report(m, bag[m], log);
      }
      f += rate * sum / bags.length;
    }
    return f;
  }

  @Override
  public DriftLog drifts() {
    return log;
  }

  @Override
  public void save(StateWriter out) {
    rng.save(out, "rng");
    for (int b = 0; b < bags.length; b++) {
      BoostingSteps.save(bags[b], out.child("bag-" + b));
    }
  }

  @Override
  public void load(StateReader in) {
    rng.load(in, "rng");
    for (int b = 0; b < bags.length; b++) {
      BoostingSteps.load(bags[b], in.child("bag-" + b));
    }
  }

  @Override
  public long memoryBytes() {
    long bytes = 350 + steps.memoryBytes();
    for (Regressor[] bag : bags) {
      bytes += BoostingSteps.memoryBytes(bag);
    }
    return bytes;
  }
}
