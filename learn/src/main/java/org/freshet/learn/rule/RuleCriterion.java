package org.freshet.learn.rule;

import org.freshet.learn.tree.SplitCriterion;

/** What makes a condition of a decision rule good. */
public enum RuleCriterion {
  /** Reduction of the entropy of all classes, in bits. */
  INFO_GAIN(SplitCriterion.INFO_GAIN),
  /** Reduction of the Gini index of all classes. */
  GINI(SplitCriterion.GINI),
  /** Hellinger distance of the classes. */
  HELLINGER(SplitCriterion.HELLINGER),
  /** FOIL's gain: a rule is for one class, whose examples it tells from all others. */
  FOIL_GAIN(SplitCriterion.INFO_GAIN);

  final SplitCriterion split;

  RuleCriterion(SplitCriterion split) {
    this.split = split;
  }
}
