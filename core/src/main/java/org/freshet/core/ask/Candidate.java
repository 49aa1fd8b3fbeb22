package org.freshet.core.ask;

import org.freshet.core.Features;
import org.freshet.core.Learner;

/**
 * An event whose label may be asked for: the row as the learner sees it, what the model answered,
 * and how many labels may be asked for. Valid only during a call.
 */
public interface Candidate {
  /** The row as the learner sees it. */
  Features x();

  /** Number of the event, counted from 0 over the stream. */
  long event();

  /** Number of classes known when the model answered; 0 in regression. */
  int labels();

  /** Probability of a class, code in 0 … {@link #labels()}-1. */
  double score(int code);

  /** Class code or value answered; -1 or NaN where there was no answer. */
  double predicted();

  /**
   * The share of events whose labels may be asked for, in 0 … 1: of a budget in counts or money,
   * what may be spent over a window, by the events in one. What was left unspent is added over the
   * next window.
   */
  double rate();

  /** Whether the budget has room for this question. */
  boolean allowed();

  /**
   * A score by what the label is expected to cost, where the budget says that prices count; of a
   * score below 0 the product. Only the order of the results means anything.
   */
  default double perPrice(double score) {
    return score;
  }

  /** The learner that answered, to be looked at, never to be taught. */
  Learner learner();

  /** The largest probability; 0 with no class known. */
  default double confidence() {
    double top = 0;
    for (int k = 0; k < labels(); k++) {
      top = Math.max(top, score(k));
    }
    return top;
  }

  /** The largest probability less the second largest, in 0 … 1; 1 with one class, 0 with none. */
  default double margin() {
    if (labels() == 0) {
      return 0;
    }
    double first = 0;
    double second = 0;
    for (int k = 0; k < labels(); k++) {
      double s = score(k);
      if (s > first) {
        second = first;
        first = s;
      } else if (s > second) {
        second = s;
      }
    }
    return first - second;
  }

  /** Entropy of the probabilities as a share of the largest one possible, in 0 … 1. */
  default double entropy() {
    int n = labels();
    if (n < 2) {
      return n == 0 ? 1 : 0;
    }
    double sum = 0;
    for (int k = 0; k < n; k++) {
      double s = score(k);
      sum -= s > 0 ? s * Math.log(s) : 0;
    }
    return sum / Math.log(n);
  }
}
