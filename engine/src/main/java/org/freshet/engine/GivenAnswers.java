package org.freshet.engine;

import java.util.Arrays;

/** What was answered: to the events of a call, and before to those of which it tells more. */
abstract class GivenAnswers {
  long firstEvent;
  int predictions;
  double[] predicted = new double[64];
  int[] known = new int[64];
  double[] scores = new double[0];
  int stride;
  Answers answers = Answers.PLAIN;

  // Answers to events of earlier calls.
  int earlier;
  double[] earlierPredicted = new double[0];
  int[] earlierKnown = new int[0];
  long[] earlierEvent = new long[0];
  double[] earlierScores = new double[0];
  int earlierStride;

  boolean asking;
  boolean[] asked = new boolean[64]; // of the predictions
  boolean[] kept = new boolean[64]; // of the predictions

  /** Number of events predicted. */
  public int predictions() {
    return predictions;
  }

  /** Number of the first event predicted, counted from 0 over the stream. */
  public long firstEvent() {
    return firstEvent;
  }

  /** Class code or value; -1 or NaN when there was no answer. */
  public double predicted(int i) {
    return predicted[i];
  }

  /** Whether the label of the event of prediction i is asked for. */
  public boolean asked(int i) {
    return asking && asked[i];
  }

  /**
   * Number of labels known when prediction i was made: its scores are that many; 0 in regression.
   */
  public int known(int i) {
    return known[i];
  }

  /**
   * The array that holds the scores of predictions; those of prediction i start at {@link
   * #scoresAt}.
   */
  public double[] scores() {
    return scores;
  }

  public int scoresAt(int i) {
    return i * stride;
  }

  /** What the model answers besides a class with scores, or a number. */
  public Answers answers() {
    return answers;
  }

  /** Whether a label was in the set of prediction i; only with {@link Answers#SETS}. */
  public boolean inSet(int i, int code) {
    return inSet(scores, scoresAt(i), known[i], code);
  }

  /** Low end of the interval of prediction i; only with {@link Answers#INTERVALS}. */
  public double low(int i) {
    return scores[scoresAt(i)];
  }

  /** High end of the interval of prediction i. */
  public double high(int i) {
    return scores[scoresAt(i) + 1];
  }

  static boolean inSet(double[] a, int at, int n, int code) {
    return code >= 0 && code < n && a[at + n + code] != 0;
  }

  void copyPrediction(GivenAnswers o, int i) {
    if (o.firstEvent != firstEvent || i >= o.predictions) {
      throw new IllegalStateException("the engines were given other rows");
    }
    int width = answers.width(o.known[i]);
    reserveRow(0, width);
    predicted[i] = o.predicted[i];
    known[i] = o.known[i];
    System.arraycopy(o.scores, o.scoresAt(i), scores, scoresAt(i), width);
  }

  void copyEarlier(GivenAnswers o, int from, int i) {
    int width = answers.width(o.earlierKnown[from]);
    widen(width, earlier);
    earlierPredicted[i] = o.earlierPredicted[from];
    earlierKnown[i] = o.earlierKnown[from];
    System.arraycopy(
        o.earlierScores, from * o.earlierStride, earlierScores, i * earlierStride, width);
  }

  /** Room for n more predictions with scores over {@code labelsKnown} labels; gives the stride. */
  int reserve(int n, int labelsKnown) {
    return reserveRow(n, answers.width(labelsKnown));
  }

  private int reserveRow(int n, int width) {
    int need = predictions + n;
    if (need > predicted.length) {
      int more = Math.max(need, 2 * predicted.length);
      predicted = Arrays.copyOf(predicted, more);
      known = Arrays.copyOf(known, more);
      asked = Arrays.copyOf(asked, more);
      kept = Arrays.copyOf(kept, more);
    }
    if (width > stride) {
      int wider = Math.max(width, width > 8 ? stride + (stride >> 1) : 0);
      scores = restride(scores, predictions, stride, wider, predicted.length);
      stride = wider;
    } else if ((long) predicted.length * stride > scores.length) {
      scores = Arrays.copyOf(scores, Math.multiplyExact(predicted.length, stride));
    }
    return stride;
  }

  private static double[] restride(double[] a, int rows, int stride, int wider, int room) {
    double[] b = new double[Math.multiplyExact(room, wider)];
    for (int r = 0; r < rows; r++) {
      System.arraycopy(a, r * stride, b, r * wider, stride);
    }
    return b;
  }

  /** Appends a prediction whose scores, if any, were written to {@code scores()} by the caller. */
  void predict(double answer, int labelsKnown) {
    predicted[predictions] = answer;
    asked[predictions] = false;
    kept[predictions] = false;
    known[predictions++] = labelsKnown;
  }

  /** Whether anything is asked in this stream; called once it has begun. */
  void asks(boolean any) {
    asking = any;
  }

  /** The label of the event predicted last is asked for. */
  void ask() {
    asked[predictions - 1] = true;
  }

  /**
   * Puts another answer in the place of the last prediction.
   *
   * @param sure its probability; the scores there were share the rest
   */
  void answer(int label, double sure) {
    int before = known[predictions - 1];
    int n = Math.max(before, label + 1);
    reserve(0, n);
    int at = scoresAt(--predictions);
    Arrays.fill(scores, at + before, at + n, 0);
    for (int k = at; k < at + before; k++) {
      scores[k] *= 1 - sure;
    }
    scores[at + label] += before == 0 ? 1 : sure;
    predict(label, n);
  }

  /** Scores as {@link #answer} makes them of others. */
  static double[] sure(double[] scores, int label, double sure) {
    double[] made = Arrays.copyOf(scores, Math.max(scores.length, label + 1));
    for (int k = 0; k < scores.length; k++) {
      made[k] *= 1 - sure;
    }
    made[label] += scores.length == 0 ? 1 : sure;
    return made;
  }

  /** Keeps a prediction of an earlier event; the result is its {@code row} for {@link #arrive}. */
  int earlier(long event, double answer, int labelsKnown, double[] from, int offset) {
    int r = earlier++;
    if (r == earlierPredicted.length) {
      int more = Math.max(64, 2 * r);
      earlierPredicted = Arrays.copyOf(earlierPredicted, more);
      earlierKnown = Arrays.copyOf(earlierKnown, more);
      earlierEvent = Arrays.copyOf(earlierEvent, more);
      earlierScores = Arrays.copyOf(earlierScores, Math.multiplyExact(more, earlierStride));
    }
    int width = answers.kept().width(labelsKnown);
    widen(width, r);
    earlierEvent[r] = event;
    earlierPredicted[r] = answer;
    earlierKnown[r] = labelsKnown;
    System.arraycopy(from, offset, earlierScores, r * earlierStride, width);
    return ~r;
  }

  /** The number of answers to events of earlier calls. */
  int earlierAnswers() {
    return earlier;
  }

  long earlierEvent(int i) {
    return earlierEvent[i];
  }

  /** Puts what was answered in the place of the i-th answer to an earlier event. */
  void giveEarlier(int i, double answer, int labelsKnown, double[] from, int offset) {
    int width = answers.width(labelsKnown);
    widen(width, earlier);
    earlierPredicted[i] = answer;
    earlierKnown[i] = labelsKnown;
    System.arraycopy(from, offset, earlierScores, i * earlierStride, width);
  }

  /** Whether the event of prediction i is kept. */
  boolean isKept(int i) {
    return kept[i];
  }

  void widen(int width, int rows) {
    if (width > earlierStride) {
      earlierScores = restride(earlierScores, rows, earlierStride, width, earlierPredicted.length);
      earlierStride = width;
    }
  }

  /** The event of prediction i is kept: its answer may be asked for again. */
  void keep(int i) {
    kept[i] = true;
  }
}
