package org.freshet.learn.ensemble;

import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Learner;
import org.freshet.core.Regressor;
import org.freshet.core.Schema;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Predicts a class or a number for events that belong to several groups at once, such as one by sex
 * and one by region, so that no group is served worse than by a learner of its own: small regret on
 * every group at the same time, not only on average.
 *
 * <p>How it works. There is one expert for all events and one for every value of each of the {@code
 * groups}; an expert sleeps at events outside its group. An event's answer is the mean of the
 * answers of the experts awake with the weights of AdaNormalHedge: with the regret R_g to expert g
 * and C_g, the sum of its absolute steps,
 *
 * <pre>w_g ∝ Φ(R_g + 1, C_g + 1) − Φ(R_g − 1, C_g + 1),  Φ(R, C) = exp(max(R, 0)² / 3C).</pre>
 *
 * <p>At its label each expert awake has the loss ℓ_g, R_g grows by r = Σ w ℓ − ℓ_g and C_g by |r|,
 * and it learns the event. The loss of probabilities p is ½ Σ (p_c − [c = y])²; that of a number is
 * the squared error over the squared range of the targets seen, to which answers are moved.
 *
 * <p>A young group would be served by its own expert, which knows nothing yet, as soon as the
 * expert for all has lost to others elsewhere. So the expert for all takes part once more for each
 * group, with a regret R and C of that group's events alone: on every group the regret to it, too,
 * is bounded by the square root of the events of that group.
 *
 * <p>Source: K. Acharya, E. R. Arunachaleswaran, S. Kannan, A. Roth, J. Ziani, "Oracle Efficient
 * Algorithms for Groupwise Regret", ICLR 2024, algorithm 1; the weights: H. Luo, R. E. Schapire,
 * "Achieving All with No Parameters: AdaNormalHedge", COLT 2015, section 5 (sleeping experts).
 *
 * <p>Where we differ. That second part of the expert for all is ours: without it small groups are
 * served much worse than by a learner for all, with it no group of Adult has a regret to that of
 * more than half the loss of one event ({@code bench/groups.sh}); a group of a few dozen events may
 * still be a little worse. Experts of a group are made when its first event is learnt, which the
 * expert learns without regret. The range of a target is taken as far as it has been seen.
 *
 * <p>A group is a category column, or several joined by {@code *}, such as {@code sex*region}: one
 * expert for each combination. A missing value is a group of its own. Accepts what its learner
 * accepts. One thread. An event costs as many learners as there are groups, and one; at most {@code
 * members} experts, which share {@code max_bytes} evenly: values that appear later have none and
 * are served by the others; memory beside the learners is 56 bytes an expert.
 *
 * <pre>
 * Classifier c = Components.classifier(
 *     "sleeping_experts(groups=[sex, 'sex*region'], learner=hoeffding_tree)", schema, 1);
 * </pre>
 */
@Component(
    name = "sleeping_experts",
    kinds = {Kind.CLASSIFIER, Kind.REGRESSOR},
    family = "ensemble",
    traits = {
      Trait.NUMERIC,
      Trait.CATEGORICAL,
      Trait.MISSING,
      Trait.TEXT,
      Trait.OPEN_LABELS,
      Trait.BOUNDED_MEMORY,
      Trait.RANDOMIZED
    },
    coupled = "they are made as groups appear, and weighed by each other's answers")
public final class SleepingExperts {

  /** Parameters. */
  public record Parameters(
      @Param(
              value =
                  "category columns by name, or several joined by '*'; none for every category"
                      + " column",
              def = "none")
          List<String> groups,
      @Param(
              value =
                  "an expert, a classifier or a regressor as the label asks; may be a pipeline; none takes hoeffding_tree, or fimt_dd where a number is predicted",
              def = "none",
              kind = Kind.CLASSIFIER,
              origin = "ours; Acharya et al. 2024 use linear learners")
          Spec learner,
      @Param(
              value = "the most experts, the one for all events among them",
              def = "256",
              range = "[1, 100000]",
              origin = "ours")
          int members,
      @Param(
              value = "memory limit of all experts",
              def = "256MB",
              range = "[1048576, inf)",
              unit = "bytes",
              origin = "ours")
          long maxBytes) {}

  private SleepingExperts() {}

  /** A classifier or a regressor, as the label asks. */
  public static Learner create(Parameters p, Build build) {
    return build.schema().target() == Schema.Target.NUMBER
        ? new OfRegressor(p, build)
        : new OfClassifier(p, build);
  }

  /** Mixes probabilities. */
  static final class OfClassifier extends EventEnsemble {
    private final GroupExperts<Classifier> experts;

    private OfClassifier(Parameters p, Build build) {
      super(build.schema());
      experts = new GroupExperts<>(p, build, Classifier.class);
    }

    @Override
    void vote(Features x, double[] sum) {
      int awake = experts.wake(x);
      for (int k = 0; k < awake; k++) {
        Kernels.axpy(experts.share(k), scores(experts.awake(k), x), 0, sum, 0, labels());
      }
    }

    @Override
    void step(Features x, int label, double weight, double[] sum) {
      int n = labels();
      int awake = experts.wake(x);
      for (int k = 0; k < awake; k++) {
        double[] s = testThenLearn(experts.awake(k), x, label, weight);
        Kernels.axpy(experts.share(k), s, 0, sum, 0, n);
        experts.loss(k, brier(s, label, n));
      }
      experts.regret();
      while (experts.open()) {
        experts.newest().learn(x, label, weight);
      }
    }

    private static double brier(double[] p, int label, int n) {
      double loss = 0;
      for (int c = 0; c < n; c++) {
        double d = c == label ? 1 - p[c] : p[c];
        loss += d * d;
      }
      return loss / 2;
    }

    /** Number of experts. */
    public int members() {
      return experts.size();
    }

    @Override
    public void save(StateWriter out) {
      super.save(out);
      experts.save(out.child("experts"));
    }

    @Override
    public void load(StateReader in) {
      super.load(in);
      experts.load(in.child("experts"));
      for (int g = 0; g < experts.size(); g++) {
        int known = experts.get(g).labels();
        if (known > labels() || g == 0 && known != labels()) {
          throw in.corrupt("labels", "is not the number of labels its experts know");
        }
      }
    }

    @Override
    public long memoryBytes() {
      return super.memoryBytes() + 40 + experts.memoryBytes();
    }
  }

  /** Mixes numbers. */
  static final class OfRegressor implements Regressor {
    private final GroupExperts<Regressor> experts;
    private double low = Double.POSITIVE_INFINITY;
    private double high = Double.NEGATIVE_INFINITY;

    private OfRegressor(Parameters p, Build build) {
      experts = new GroupExperts<>(p, build, Regressor.class);
    }

    @Override
    public double predict(Features x) {
      int awake = experts.wake(x);
      double sum = 0;
      for (int k = 0; k < awake; k++) {
        sum += experts.share(k) * inside(experts.awake(k).predict(x));
      }
      return sum;
    }

    /** Moved to the targets seen, where there are any: an error counts 1 at most. */
    private double inside(double y) {
      return low <= high ? Math.max(low, Math.min(high, y)) : y;
    }

    @Override
    public void learn(Features x, double target, double weight) {
      testThenLearn(x, target, weight);
    }

    @Override
    public double testThenLearn(Features x, double target, double weight) {
      if (Double.isNaN(target) || !(weight > 0)) {
        return predict(x);
      }
      double range = Math.max(high, target) - Math.min(low, target);
      int awake = experts.wake(x);
      double sum = 0;
      for (int k = 0; k < awake; k++) {
        double y = inside(experts.awake(k).testThenLearn(x, target, weight));
        sum += experts.share(k) * y;
        double error = range > 0 ? (y - target) / range : 0;
        experts.loss(k, Math.min(1, error * error));
      }
      low = Math.min(low, target);
      high = Math.max(high, target);
      experts.regret();
      while (experts.open()) {
        experts.newest().learn(x, target, weight);
      }
      return sum;
    }

    @Override
    public void save(StateWriter out) {
      out.put("low", low);
      out.put("high", high);
      experts.save(out.child("experts"));
    }

    @Override
    public void load(StateReader in) {
      low = in.doubleValue("low");
      high = in.doubleValue("high");
      experts.load(in.child("experts"));
    }

    @Override
    public long memoryBytes() {
      return 48 + experts.memoryBytes();
    }
  }
}
