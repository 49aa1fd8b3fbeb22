package org.freshet.learn.ensemble;

import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;

/**
 * Predicts classes of a stream whose concept changes, with few examples to learn each: boosting in
 * which the order of the members follows their accuracy. Its members find drifts themselves.
 *
 * <p>How it works. As in online boosting an example passes from member to member and its λ falls
 * where it was right and rises where it was wrong. Here the member with the lowest accuracy learns
 * first; after a right answer the best of those left is next, after a wrong one the worst of those
 * left. So an example that a weak member knows already goes to strong ones with a small λ, and a
 * hard one keeps to those that need it. Members with ε ≤ {@code error_bound} vote, with log((1 − ε)
 * / ε) + {@code weight_shift}.
 *
 * <p>Paper: R. S. M. de Barros, S. G. T. de Carvalho Santos, P. M. Gonçalves Júnior, "A
 * Boosting-like Online Learning Ensemble", IJCNN 2016. The order is that of ADOB: S. G. T. de
 * Carvalho Santos et al., "Speeding Up Recovery from Concept Drifts", ECML PKDD 2014.
 *
 * <p>Where we differ. The paper's weakened requirement to vote is here: members that may not vote
 * are passed over and do not end the vote. When nobody may vote, the one least wrong answers alone.
 * The members' detector is HDDM_A: on the first 3,000 and 20,000 events of Electricity and on
 * Agrawal with drifts right at 93.8, 92.4 and 80.8 %, with DDM 93.6, 91.7 and 77.4 %, with DDM at
 * the levels of MOA, {@code ddm(grace_period=7, warning_level=1.2, drift_level=1.95)}, 92.9, 92.0
 * and 79.1 %.
 *
 * <p>Accepts what its learner accepts. Costs the sum of its members and a sort of them, one after
 * the other on one thread. Memory {@code max_bytes}, an equal share for each member.
 *
 * <pre>
 * Classifier c = Components.classifier("bole(members=10)", schema, 1);
 * c.learn(Features.of(0.2, 1.5), 1, 1.0);
 * </pre>
 */
@Component(
    name = "bole",
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
      Trait.WEIGHTS,
      Trait.BOUNDED_MEMORY,
      Trait.RANDOMIZED
    },
    coupled = "each learns an event with the weight that the members before it leave it")
public final class Bole extends OnlineBoosting {
  private final double errorBound;
  private final double weightShift;

  /** Members by falling accuracy; those before {@code best} and after {@code worst} have learnt. */
  private final int[] order;

  private int best;
  private int worst;

  /** Parameters. */
  public record Parameters(
      @Param(
              value = "members of the chain",
              def = "10",
              range = "[1, 1000]",
              origin = "Barros 2016")
          int members,
      @Param(
              value = "what is boosted; should find drifts itself",
              def = "drift_reset(learner=hoeffding_tree, detector=hddm_a)",
              kind = Kind.CLASSIFIER,
              origin = "Barros et al. 2016 use DDM and Hoeffding trees; detector ours, see above")
          Spec learner,
      @Param(
              value = "highest ε with which a member votes",
              def = "0.5",
              range = "(0, 1]",
              origin = "River default")
          double errorBound,
      @Param(
              value = "added to the weight of each vote",
              def = "0",
              range = "[0, 100]",
              origin = "no shift")
          double weightShift,
      @Param(
              value = "memory limit of all members",
              def = "256MB",
              range = "[1048576, inf)",
              unit = "bytes",
              origin = "ours")
          long maxBytes) {}

  public Bole(Parameters p, Build build) {
    super(p.learner, p.members, false, build, p.maxBytes);
    this.errorBound = p.errorBound;
    this.weightShift = p.weightShift;
    this.order = new int[p.members];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
  }

  @Override
  void begin() {
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    // By insertion: the order hardly changes, and members that are equal keep their numbers' order.
    for (int i = 1; i < order.length; i++) {
      int m = order[i];
      double e = error(m);
      int j = i;
      while (j > 0 && error(order[j - 1]) > e) {
        order[j] = order[j - 1];
        j--;
      }
      order[j] = m;
    }
    best = 0;
    worst = order.length - 1;
  }

  @Override
  int next(int step, boolean hit) {
    return hit ? order[best++] : order[worst--];
  }

  @Override
  double voice(int member) {
    double e = error(member);
    return e <= errorBound ? Math.max(0, Math.log((1 - e) / e) + weightShift) : 0;
  }

  @Override
  public long memoryBytes() {
    return super.memoryBytes() + 40 + 4L * order.length;
  }
}
