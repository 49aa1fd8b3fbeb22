package org.freshet.engine;

import org.freshet.core.IntervalRegressor;
import org.freshet.core.Learner;
import org.freshet.core.SetClassifier;

/** What a model answers: how its row among the scores of {@link Outcomes} is laid out. */
public enum Answers {
  /** A class with a score for each label known, or a number. */
  PLAIN,
  /** Behind the scores, for each label known, 1 where it is in the set and 0 where it is not. */
  SETS,
  /** The low and the high end of an interval, in place of scores. */
  INTERVALS;

  /** By what the learner is, or the pipeline that ends in it. */
  public static Answers of(Learner model) {
    if (model instanceof SetClassifier) {
      return SETS;
    }
    return model instanceof IntervalRegressor ? INTERVALS : PLAIN;
  }

  /** Length of a row with a number of labels known. */
  public int width(int known) {
    return switch (this) {
      case PLAIN -> known;
      case SETS -> 2 * known;
      case INTERVALS -> 2;
    };
  }
}
