package org.freshet.engine;

import java.util.Arrays;

/**
 * The labels that arrived in a call, each with the answer given at its event, and what was learnt.
 */
abstract class ArrivedLabels extends GivenAnswers {
  int labels;
  long[] labelEvent = new long[64];
  double[] label = new double[64];
  double[] weight = new double[64];
  long[] time = new long[64];
  long[] before = new long[64];
  double[] truths = new double[0]; // labels × outputs, where an event has several

  /** Row of the prediction among those of this call, or ~row among the earlier ones below. */
  int[] at = new int[64];

  /** Times the learner learnt, each with the events before. */
  int learns;

  long[] learnBefore = new long[64];
  boolean[] withheld = new boolean[64]; // of the labels
  double[] taught = new double[64]; // of the labels that were asked for
  double[] share = new double[64]; // NaN for the others

  /** Whether the i-th label was in the set given at its event. */
  public boolean labelInSet(int i) {
    return inSet(labelScores(i), labelScoresAt(i), labelKnown(i), (int) label[i]);
  }

  /** Size of the set given at the i-th label's event. */
  public int labelSetSize(int i) {
    int n = labelKnown(i);
    double[] a = labelScores(i);
    int size = 0;
    for (int k = labelScoresAt(i) + n; k < labelScoresAt(i) + 2 * n; k++) {
      size += a[k] != 0 ? 1 : 0;
    }
    return size;
  }

  /** Low end of the interval given at the i-th label's event. */
  public double labelLow(int i) {
    return labelScores(i)[labelScoresAt(i)];
  }

  /** High end of the interval given at the i-th label's event. */
  public double labelHigh(int i) {
    return labelScores(i)[labelScoresAt(i) + 1];
  }

  /** Number of labels that arrived. */
  public int labels() {
    return labels;
  }

  /** Number of the event the i-th label belongs to. */
  public long labelEvent(int i) {
    return labelEvent[i];
  }

  /** Class code or value. */
  public double label(int i) {
    return label[i];
  }

  /** Truth k of the i-th label, where an event has several outputs; NaN where unknown. */
  public double truth(int i, int k) {
    return truths[i * labelKnown(i) + k];
  }

  public double weight(int i) {
    return weight[i];
  }

  /**
   * Time of the event, not of the label; {@link org.freshet.core.Features#NO_TIME} when it has
   * none.
   */
  public long time(int i) {
    return time[i];
  }

  /** Number of events predicted before the i-th label arrived, its own among them. */
  public long eventsBefore(int i) {
    return before[i];
  }

  /** What was predicted at the label's event. */
  public double labelPredicted(int i) {
    return at[i] >= 0 ? predicted[at[i]] : earlierPredicted[~at[i]];
  }

  /** Whether the i-th label is only for the metrics: it was not asked for, and is not learnt. */
  public boolean withheld(int i) {
    return asking && withheld[i];
  }

  /** Number of labels known at the label's event. */
  public int labelKnown(int i) {
    return at[i] >= 0 ? known[at[i]] : earlierKnown[~at[i]];
  }

  /** The array with the scores given at the label's event; they start at {@link #labelScoresAt}. */
  public double[] labelScores(int i) {
    return at[i] >= 0 ? scores : earlierScores;
  }

  public int labelScoresAt(int i) {
    return at[i] >= 0 ? at[i] * stride : ~at[i] * earlierStride;
  }

  /** A label for prediction {@code row} of this call, which is learnt. */
  void arrive(long event, double value, double w, long when, int row, long eventsBefore) {
    learn(eventsBefore);
    note(event, value, w, when, row, eventsBefore, false);
  }

  /** A label for prediction {@code row} of this call, which is not learnt. */
  void withhold(long event, double value, double w, long when, int row, long eventsBefore) {
    note(event, value, w, when, row, eventsBefore, true);
  }

  /** A label for prediction {@code row} of this call, or ~row of the earlier ones. */
  void note(
      long event, double value, double w, long when, int row, long eventsBefore, boolean apart) {
    int i = labels++;
    if (i == labelEvent.length) {
      growLabels();
    }
    labelEvent[i] = event;
    label[i] = value;
    weight[i] = w;
    time[i] = when;
    before[i] = eventsBefore;
    at[i] = row;
    withheld[i] = apart;
    share[i] = Double.NaN;
  }

  /**
   * What was learnt of the label that arrived last, which was asked for.
   *
   * @param value NaN where nothing was
   * @param weight beside a certain label
   */
  void taught(double value, double weight) {
    taught[labels - 1] = value;
    share[labels - 1] = weight;
  }

  /** Which label from the i-th on is the answer to what was asked about an event; -1 for none. */
  int answerTo(long event, int i) {
    for (int k = i; k < labels; k++) {
      if (labelEvent[k] == event && !Double.isNaN(share[k])) {
        return k;
      }
    }
    return -1;
  }

  double taught(int i) {
    return taught[i];
  }

  double share(int i) {
    return share[i];
  }

  /** The truths of the label that arrived last; null where an event has one label. */
  void truths(double[] of) {
    if (of == null) {
      return;
    }
    int n = of.length;
    if (truths.length < labels * n) {
      truths = Arrays.copyOf(truths, Math.max(labels * n, 2 * truths.length));
    }
    System.arraycopy(of, 0, truths, (labels - 1) * n, n);
  }

  private void growLabels() {
    int more = 2 * labelEvent.length;
    labelEvent = Arrays.copyOf(labelEvent, more);
    label = Arrays.copyOf(label, more);
    weight = Arrays.copyOf(weight, more);
    time = Arrays.copyOf(time, more);
    before = Arrays.copyOf(before, more);
    at = Arrays.copyOf(at, more);
    withheld = Arrays.copyOf(withheld, more);
    taught = Arrays.copyOf(taught, more);
    share = Arrays.copyOf(share, more);
  }

  /** The learner learns a label, after so many events. */
  void learn(long eventsBefore) {
    if (learns == learnBefore.length) {
      learnBefore = Arrays.copyOf(learnBefore, 2 * learns);
    }
    learnBefore[learns++] = eventsBefore;
  }

  /** Number of times the learner learnt in this call. */
  long learnt() {
    return learns;
  }

  /** Events predicted before the learner learnt for the n-th time in this call, from 0. */
  long beforeLearnt(long nth) {
    return learnBefore[(int) nth];
  }
}
