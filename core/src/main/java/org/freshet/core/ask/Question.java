package org.freshet.core.ask;

import org.freshet.core.Learner;

/**
 * How a label is asked for: whole, or by smaller questions that cost less. What a question costs is
 * counted in bits: the logarithm of the number of replies it leaves to choose from.
 *
 * <p>It is formed from the probabilities the model gave to the event, which the caller keeps:
 * {@link #ask} when the event is asked about, {@link #answer} when the label has come, which may be
 * later and in any order. Probabilities lie in {@code scores} from {@code at} on.
 */
public interface Question extends Learner {
  /**
   * An event is asked about; events come in order.
   *
   * @param labels classes known, that many probabilities
   */
  void ask(long event, double[] scores, int at, int labels);

  /**
   * The label of an event that was asked about is known.
   *
   * @param label its code
   * @return bits that asking for it cost
   */
  double answer(long event, int label, double[] scores, int at, int labels);

  /**
   * Whether a class is among those the first question about an event is of; pure. All are where the
   * question is about all.
   */
  default boolean offers(long event, int code, double[] scores, int at, int labels) {
    return true;
  }

  /** What the last answer lets learn: the label, or the class that is likeliest by what it told. */
  int learnt();

  /** Probability of {@link #learnt}: 1 where the label is known. */
  double certainty();

  /** An event that was asked about gets no answer. */
  void drop(long event);

  /** Share of the first questions of an event that had its label among them; NaN for none. */
  default double coverage() {
    return Double.NaN;
  }

  /** What that share was to be; NaN where nothing is promised. */
  default double nominalCoverage() {
    return Double.NaN;
  }

  /** Bits that ask for one of so many classes. */
  static double bits(int classes) {
    return Math.log(classes) / Math.log(2);
  }
}
