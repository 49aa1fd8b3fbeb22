package org.freshet.learn.multiclass;

import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;

/**
 * Predicts one of many classes by a learner for each pair of them, which has to tell only these two
 * apart. For few classes with pairwise boundaries simpler than those against all others.
 *
 * <p>How it works: with K classes, member (i, j) learns only examples of i, as 0, and of j, as 1,
 * and says r_ij, the probability of i among the two. From all r_ij the probability of class i is
 * p_i = 1 / (Σ_j 1/r_ij − (K − 2)), divided by the sum over the classes: exact where the r_ij are
 * consistent, that is r_ij = p_i / (p_i + p_j). A class that appears late gets its pairs then;
 * their odds count the examples of the older class that came before.
 *
 * <p>Paper: D. Price, S. Knerr, L. Personnaz, G. Dreyfus, "Pairwise Neural Network Classifiers with
 * Probabilistic Outputs", NIPS 1994, section 3.
 *
 * <p>Where we differ: r_ij is kept at 1e-9 or more. Classes are open, and the correction of late
 * ones is ours. MOA votes pairwise, which gives no probabilities.
 *
 * <p>Takes what its learner takes. Members run on any number of threads with the same result bit
 * for bit. Costs K (K − 1) / 2 predictions and K − 1 learning steps an example; memory at most
 * {@code max_bytes}, half of it for pairs of declared classes and half for later ones, each an
 * equal share: at the limit members that know {@code max_bytes} stay smaller. Classes from {@code
 * max_classes} on have probability 0.
 *
 * <pre>{@code
 * Classifier c = Components.classifier("one_vs_one(learner=hoeffding_tree)", schema, 1);
 * c.learn(x, 2, 1.0);
 * }</pre>
 */
@Component(
    name = "one_vs_one",
    kinds = Kind.CLASSIFIER,
    family = "multiclass",
    traits = {
      Trait.MISSING,
      Trait.CATEGORICAL,
      Trait.NUMERIC,
      Trait.SPARSE,
      Trait.TEXT,
      Trait.OPEN_LABELS,
      Trait.OPEN_FEATURES,
      Trait.BOUNDED_MEMORY,
      Trait.RANDOMIZED,
      Trait.PARALLEL
    },
    coupled = "they are made as classes appear")
public final class OneVsOne extends Reduction {
  private static final double LEAST = 1e-9;

  /** Parameters. */
  public record Parameters(
      @Param(
              value = "classifier of two classes; may be a pipeline",
              def = "logistic_regression",
              kind = Kind.CLASSIFIER,
              origin = "ours: it knows two classes only")
          Spec learner,
      @Param(
              value = "classes that get members; later ones have probability 0",
              def = "30",
              range = "[2, 1000]",
              unit = "classes",
              origin = "ours: bounds the memory of an open number of classes")
          int maxClasses,
      @Param(
              value = "memory limit of all members",
              def = "256MB",
              range = "[1048576, inf)",
              unit = "bytes",
              origin = "ours")
          long maxBytes) {}

  private final int maxClasses;

  public OneVsOne(Parameters p, Build build) {
    super(p.learner, build, p.maxBytes);
    maxClasses = p.maxClasses;
    start(p.maxClasses);
  }

  /** The pairs in the order of their later class, so that a new class appends its own. */
  @Override
  int members(int classes) {
    return classes * (classes - 1) / 2;
  }

  private static int pair(int i, int j) {
    return j * (j - 1) / 2 + i;
  }

  /** The later class of a pair. */
  private static int later(int member) {
    int j = (int) ((1 + Math.sqrt(1 + 8.0 * member)) / 2);
    return pair(0, j) > member ? j - 1 : j; // the root may be rounded up
  }

  @Override
  int side(int member, int label) {
    int j = later(member);
    return label == j ? 1 : label == member - pair(0, j) ? 0 : SKIP;
  }

  @Override
  double missed(int member, int whichSide, double[] weightOf, int classes) {
    int j = later(member);
    return weightOf[whichSide == 1 ? j : member - pair(0, j)];
  }

  @Override
  void combine(double[] p1, int at, int count, double[] scores, int n) {
    int k = Math.min(n, maxClasses);
    for (int i = 0; i < k; i++) {
      double sum = 0;
      for (int j = 0; j < k; j++) {
        if (j != i) {
          double r = i < j ? 1 - p1[at + pair(i, j)] : p1[at + pair(j, i)];
          sum += 1 / Math.max(r, LEAST);
        }
      }
      scores[i] = 1 / (sum - (k - 2));
    }
  }
}
