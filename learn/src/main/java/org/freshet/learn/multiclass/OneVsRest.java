package org.freshet.learn.multiclass;

import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;

/**
 * Predicts one of many classes by a learner of two classes for each of them: this class or any
 * other. For learners that know two classes only, and where classes are best told apart from the
 * rest one by one.
 *
 * <p>How it works: with K classes, member c learns every example, as 1 where the class is c and as
 * 0 otherwise. The score of class c is the probability that member c gives to 1; the scores are
 * divided by their sum. A class that appears late gets a member then. All it has missed are
 * examples of the rest, so its odds are multiplied by the share of the rest that it has seen,
 * otherwise a new class would at once look more likely than the old ones.
 *
 * <p>Paper: R. Rifkin, A. Klautau, "In Defense of One-Vs-All Classification", Journal of Machine
 * Learning Research 5, 2004, section 2.
 *
 * <p>Where we differ: the paper takes the class of the largest answer; ours are probabilities,
 * which gives the same class. Classes are open, and the correction of late ones is ours.
 *
 * <p>Takes what its learner takes. Members run on any number of threads with the same result bit
 * for bit. Costs K members' predicting and learning an example; memory at most {@code max_bytes},
 * half of it for members of declared classes and half for later ones, each an equal share: at the
 * limit members that know {@code max_bytes} stay smaller. Classes from {@code max_classes} on have
 * probability 0.
 *
 * <pre>{@code
 * Classifier c = Components.classifier("one_vs_rest(learner=hoeffding_tree)", schema, 1);
 * c.learn(x, 2, 1.0);
 * }</pre>
 */
@Component(
    name = "one_vs_rest",
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
public final class OneVsRest extends Reduction {

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
              def = "100",
              range = "[2, 10000]",
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

  public OneVsRest(Parameters p, Build build) {
    super(p.learner, build, p.maxBytes);
    start(p.maxClasses);
  }

  @Override
  int members(int classes) {
    return classes;
  }

  @Override
  int side(int member, int label) {
    return member == label ? 1 : 0;
  }

  @Override
  double missed(int member, int whichSide, double[] weightOf, int classes) {
    double rest = 0;
    for (int c = 0; c < classes && whichSide == 0; c++) {
      rest += c == member ? 0 : weightOf[c];
    }
    return rest;
  }

  @Override
  void combine(double[] p1, int at, int count, double[] scores, int n) {
    System.arraycopy(p1, at, scores, 0, Math.min(n, count));
  }
}
