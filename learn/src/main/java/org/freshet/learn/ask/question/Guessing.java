package org.freshet.learn.ask.question;

import org.freshet.core.ask.Question;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Asks whether it is one of the {@code step} likeliest classes and which, and so on with the next
 * ones until it is; or once only, and then takes the likeliest of the others if it is likely.
 */
abstract class Guessing implements Question {
  private final int step;
  private final boolean further;
  private final int least;
  private long answers;
  private int learnt = -1;
  private double certainty = 1;

  /** Probability from which on the likeliest of the others is learnt. */
  private static final double LIKELY = 0.5;

  /**
   * @param least answers before which it asks on, whatever {@code further} says
   */
  Guessing(int step, boolean further, int least) {
    this.step = step;
    this.further = further;
    this.least = least;
  }

  @Override
  public final void ask(long event, double[] scores, int at, int labels) {}

  @Override
  public final double answer(long event, int label, double[] scores, int at, int labels) {
    int classes = Math.max(2, Math.max(labels, label + 1));
    int rank = label < labels ? rank(label, scores, at, labels) : label;
    learnt = label;
    certainty = 1;
    boolean whole = further || answers < least;
    answers++;
    double bits = 0;
    int passed = 0;
    while (classes - passed > 1) {
      int rest = classes - passed - step; // that are left if it is none of these
      bits += Question.bits(rest > 0 ? step + 1 : classes - passed);
      passed += step;
      if (rank < passed) {
        return bits;
      }
      if (!whole) {
        guess(passed, scores, at, labels);
        return bits;
      }
    }
    return bits;
  }

  @Override
  public final boolean offers(long event, int code, double[] scores, int at, int labels) {
    return rank(code, scores, at, labels) < step;
  }

  /** Which place a class has by its probability; ties go to the lower code. */
  static int rank(int label, double[] scores, int at, int labels) {
    int rank = 0;
    double own = scores[at + label];
    for (int k = 0; k < labels; k++) {
      double other = scores[at + k];
      rank += other > own || other == own && k < label ? 1 : 0;
    }
    return rank;
  }

  /**
   * It is none of the first {@code passed} classes: takes the next one, by its share of the rest.
   */
  private void guess(int passed, double[] scores, int at, int labels) {
    learnt = -1;
    double rest = 0;
    double top = 0;
    for (int k = 0; k < labels; k++) {
      int rank = rank(k, scores, at, labels);
      rest += rank >= passed ? scores[at + k] : 0;
      if (rank == passed) {
        learnt = k;
        top = scores[at + k];
      }
    }
    certainty = rest > 0 ? top / rest : 0;
    learnt = certainty >= LIKELY ? learnt : -1;
  }

  @Override
  public final int learnt() {
    return learnt;
  }

  @Override
  public final double certainty() {
    return certainty;
  }

  @Override
  public final void drop(long event) {}

  @Override
  public final void save(StateWriter out) {
    out.put("answers", answers);
  }

  @Override
  public final void load(StateReader in) {
    answers = in.longValue("answers", 0, Long.MAX_VALUE - 1);
  }

  @Override
  public final long memoryBytes() {
    return 40;
  }
}
