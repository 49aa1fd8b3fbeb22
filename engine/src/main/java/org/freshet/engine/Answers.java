package org.freshet.engine;

import org.freshet.core.Divisible;
import org.freshet.core.IntervalRegressor;
import org.freshet.core.Learner;
import org.freshet.core.SetClassifier;

/** What a model answers: how its row among the scores of {@link Outcomes} is laid out. */
public final class Answers {
  /** A class with a score for each label known, or a number. */
  public static final Answers PLAIN = new Answers("one class or number", 1, 0);

  /** Behind the scores, for each label known, 1 where it is in the set and 0 where it is not. */
  public static final Answers SETS = new Answers("sets of classes", 2, 0);

  /** The low and the high end of an interval, in place of scores. */
  public static final Answers INTERVALS = new Answers("intervals", 0, 2);

  /** Of what is kept of the events of a part, whose answers are given elsewhere. */
  private static final Answers NOTHING = new Answers("nothing", 0, 0);

  private final String words;
  private final int perLabel;
  private final int besides;

  private Answers(String words, int perLabel, int besides) {
    this.words = words;
    this.perLabel = perLabel;
    this.besides = besides;
  }

  /**
   * By what the learner is, or the pipeline that ends in it; a part of an ensemble gives the votes
   * of its members, one after another.
   */
  public static Answers of(Learner model) {
    Divisible d = Divisible.in(model);
    if (d != null && d.share().isPart()) {
      int members = d.share().to() - d.share().from();
      int none = d.voteWidth(0);
      return votes(members * (d.voteWidth(1) - none), members * none);
    }
    return ofWhole(model);
  }

  /** Votes, so many numbers for each label and so many besides. */
  static Answers votes(int perLabel, int besides) {
    return new Answers("votes", perLabel, besides);
  }

  /** What the whole answers that a model is, or is a part of. */
  static Answers ofWhole(Learner model) {
    if (model instanceof SetClassifier) {
      return SETS;
    }
    return model instanceof IntervalRegressor ? INTERVALS : PLAIN;
  }

  /** Whether these are votes, no answers. */
  public boolean areVotes() {
    return this != PLAIN && this != SETS && this != INTERVALS;
  }

  /** What is kept of them with the events that are still known. */
  Answers kept() {
    return areVotes() ? NOTHING : this;
  }

  int perLabel() {
    return perLabel;
  }

  int besides() {
    return besides;
  }

  /** Length of a row with a number of labels known. */
  public int width(int known) {
    return perLabel * known + besides;
  }

  /** In words, behind "answers". */
  @Override
  public String toString() {
    return words;
  }
}
