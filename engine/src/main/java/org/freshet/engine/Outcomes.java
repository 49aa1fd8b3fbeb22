package org.freshet.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.ask.ExpertAnswer;
import org.freshet.core.live.Fate;

/**
 * What one call of {@link Engine#process} or {@link Engine#finish} brought: flat buffers,
 * overwritten by the next call.
 *
 * <ul>
 *   <li><b>Predictions</b>, one for each event in order; {@link #firstEvent()} + i is the event's
 *       number, counted from 0 over the whole stream.
 *   <li><b>Labels</b> that arrived, in order of arrival, each with the prediction given at its
 *       event.
 *   <li><b>Calls</b> of experts, in order; where the answer was of use it is the prediction.
 *   <li><b>Final answers</b> to events that were left to experts before.
 *   <li><b>Drifts</b> the learner found, by the event after whose prediction it was found.
 *   <li><b>Fates</b>, one for each row of the call by its number in the batch, and the answer that
 *       belongs to the row: given in this call, or at an event before.
 * </ul>
 *
 * <p>Scores are probabilities over the labels known at the prediction ({@code known}), in a row of
 * a shared array; regression has none. Sets lie behind the scores in that row, intervals in their
 * place; see {@link Answers}.
 */
public final class Outcomes extends ArrivedLabels {
  private static final Fate[] FATES = Fate.values();
  private static final int NONE = Integer.MIN_VALUE;
  private int firstRow;
  private int rows;
  private byte[] fates = new byte[64];
  private int[] answerAt = new int[64]; // as at; NONE where there is none
  private String[] deferred =
      new String[64]; // of the rows; null where there is nothing to wait for
  private boolean anyDeferred;
  private int calls;
  private long[] callEvent = new long[8];
  private long[] callAfter = new long[8];
  private double[] callTruth = new double[8];
  private int[] callExpert = new int[8];
  private int[] callLabel = new int[8];
  private ExpertAnswer[] callAnswer = new ExpertAnswer[8];
  private final List<FinalAnswer> last = new ArrayList<>();
  private long[] forgotten = new long[0];
  private int forgottenNow;
  final LearntVotes learntVotes = new LearntVotes();
  private int drifts;
  private long[] driftEvent = new long[8];
  private long[] driftLearnt = new long[8]; // labels the learner had learnt in this call
  private String[] driftSource = new String[8];

  /** Whether the event of a row was predicted in this call, and its label is asked for. */
  public boolean rowAsked(int row) {
    int a = answerAt[of(row)];
    return a >= 0 && asked(a);
  }

  /** Number of times an expert was asked. */
  public int calls() {
    return calls;
  }

  /** Number of the event call i was about. */
  public long callEvent(int i) {
    return callEvent[i];
  }

  /** Number of the last event when its answer came. */
  long callAfter(int i) {
    return callAfter[i];
  }

  /** Label of the event where it came before the answer; else NaN. */
  public double callTruth(int i) {
    return callTruth[i];
  }

  /** Which expert was asked. */
  public int callExpert(int i) {
    return callExpert[i];
  }

  /** Class code it answered; -1 where the answer was of no use. */
  public int callLabel(int i) {
    return callLabel[i];
  }

  /** The n-th call, from 1, whose answer was of use; -1 if there are fewer. */
  int usefulCall(long n) {
    long left = n;
    for (int i = 0; i < calls; i++) {
      left -= callLabel[i] >= 0 ? 1 : 0;
      if (left == 0) {
        return i;
      }
    }
    return -1;
  }

  public ExpertAnswer callAnswer(int i) {
    return callAnswer[i];
  }

  /** Final answers to events that were left to experts, in the order they came. */
  public List<FinalAnswer> last() {
    return last;
  }

  /** Name of the expert that the event of a row is left to; null where its answer is final. */
  public String rowDeferred(int row) {
    return anyDeferred ? deferred[of(row)] : null;
  }

  /** Number of drifts found. */
  public int drifts() {
    return drifts;
  }

  /** Number of the last event predicted when drift i was found. */
  public long driftEvent(int i) {
    return driftEvent[i];
  }

  /** Where in the learner it was found. */
  public String driftSource(int i) {
    return driftSource[i];
  }

  /** What became of a row of the call, by its number in the batch. */
  public Fate fate(int row) {
    return FATES[fates[of(row)]];
  }

  /** Whether an answer belongs to a row: to its event, or the event its label is of. */
  public boolean answered(int row) {
    return answerAt[of(row)] != NONE;
  }

  /**
   * Number among the predictions of this call of the one that belongs to a row; -1 for an answer
   * given before, and where there is none.
   */
  public int prediction(int row) {
    return Math.max(-1, answerAt[of(row)]);
  }

  /** What was predicted for the event of a row that has an answer. */
  public double rowPredicted(int row) {
    int a = answerAt[of(row)];
    return a >= 0 ? predicted[a] : earlierPredicted[~a];
  }

  /** Number of labels known at the answer to a row. */
  public int rowKnown(int row) {
    int a = answerAt[of(row)];
    return a >= 0 ? known[a] : earlierKnown[~a];
  }

  /** The array with the scores of the answer to a row; they start at {@link #rowScoresAt}. */
  public double[] rowScores(int row) {
    return answerAt[of(row)] >= 0 ? scores : earlierScores;
  }

  public int rowScoresAt(int row) {
    int a = answerAt[of(row)];
    return a >= 0 ? a * stride : ~a * earlierStride;
  }

  /** Number of the event the answer to a row belongs to; it must have one. */
  public long rowEvent(int row) {
    int a = answerAt[of(row)];
    return a >= 0 ? firstEvent + a : earlierEvent[~a];
  }

  /** Which of several engines answers an event. */
  public interface Chooser {
    /** Its number among the engines. */
    int of(long event);
  }

  /**
   * Puts in the place of answers of this engine, the number {@code self}, those that others gave to
   * the same events. All were given the same rows, and answer the same kind.
   */
  public void choose(Outcomes[] engines, int self, Chooser chooser) {
    chooseLast(engines, self, chooser);
    for (int i = 0; i < predictions; i++) {
      int k = chooser.of(firstEvent + i);
      if (k != self) {
        copyPrediction(engines[k], i);
      }
    }
    int[] at = new int[engines.length]; // answers of an engine come in the order of ours
    for (int i = 0; i < earlier; i++) {
      int k = chooser.of(earlierEvent[i]);
      Outcomes o = engines[k];
      while (k != self && at[k] < o.earlier && o.earlierEvent[at[k]] != earlierEvent[i]) {
        at[k]++;
      }
      if (k != self && at[k] < o.earlier) {
        copyEarlier(o, at[k]++, i);
      }
    }
  }

  private void chooseLast(Outcomes[] engines, int self, Chooser chooser) {
    List<FinalAnswer> all = new ArrayList<>();
    for (int k = 0; k < engines.length; k++) {
      for (FinalAnswer f : engines[k].last) {
        if (chooser.of(f.event()) == k) {
          all.add(f);
        }
      }
    }
    last.clear();
    last.addAll(all);
    for (int r = firstRow; r < firstRow + rows; r++) {
      int k = answered(r) ? chooser.of(rowEvent(r)) : self;
      if (k != self) {
        defer(r, engines[k].rowDeferred(r));
      }
    }
  }

  private int of(int row) {
    if (row < firstRow || row - firstRow >= rows) {
      throw new IndexOutOfBoundsException("row " + row + " is none of the last call");
    }
    return row - firstRow;
  }

  void begin(long event, Answers kind) {
    begin(event, kind, 0, 0);
  }

  /** Starts over for rows {@code from} to {@code to-1} of a batch. */
  void begin(long event, Answers kind, int from, int to) {
    rows(from, to - from);
    if (anyDeferred) {
      Arrays.fill(deferred, null);
      anyDeferred = false;
    }
    last.clear();
    learns = 0;
    firstEvent = event;
    answers = kind;
    predictions = 0;
    labels = 0;
    earlier = 0;
    drifts = 0;
    calls = 0;
    forgottenNow = 0;
    learntVotes.clear();
  }

  /** The rows of the call are {@code n} from {@code first} on. */
  void rows(int first, int n) {
    firstRow = first;
    rows = n;
    if (n > fates.length) {
      fates = new byte[Math.max(n, 2 * fates.length)];
      answerAt = new int[fates.length];
      deferred = new String[fates.length];
    }
  }

  /**
   * An expert answered.
   *
   * @param after number of the last event
   * @param truth label of the event where it is known already; else NaN
   */
  void call(long event, long after, int expert, int label, ExpertAnswer answer, double truth) {
    if (calls == callEvent.length) {
      callEvent = Arrays.copyOf(callEvent, 2 * calls);
      callAfter = Arrays.copyOf(callAfter, 2 * calls);
      callTruth = Arrays.copyOf(callTruth, 2 * calls);
      callExpert = Arrays.copyOf(callExpert, 2 * calls);
      callLabel = Arrays.copyOf(callLabel, 2 * calls);
      callAnswer = Arrays.copyOf(callAnswer, 2 * calls);
    }
    callEvent[calls] = event;
    callAfter[calls] = after;
    callTruth[calls] = truth;
    callExpert[calls] = expert;
    callLabel[calls] = label;
    callAnswer[calls++] = answer;
  }

  /** The event of a row is left to an expert; null for none. */
  void defer(int row, String expert) {
    deferred[row - firstRow] = expert;
    anyDeferred |= expert != null;
  }

  /** The final answer to an event before. */
  void last(FinalAnswer answer) {
    last.add(answer);
  }

  /** Which answer belongs to the i-th label: a prediction of this call, or ~i of the earlier. */
  int labelAnswer(int i) {
    return at[i];
  }

  /** The same of a row; a number below all others where it has none. */
  int rowAnswer(int row) {
    return answerAt[of(row)];
  }

  int firstRow() {
    return firstRow;
  }

  int rows() {
    return rows;
  }

  /**
   * Starts over for the same rows as the parts of an ensemble did: what became of the rows and
   * labels is the same in all of them. Answers and drifts follow.
   */
  void beginJoint(Outcomes[] parts, Answers kind) {
    Outcomes o = parts[0];
    for (Outcomes p : parts) {
      boolean same =
          p.firstEvent == o.firstEvent
              && p.predictions == o.predictions
              && p.labels == o.labels
              && p.rows == o.rows
              && p.learntVotes.size == o.learntVotes.size;
      if (!same) {
        throw new IllegalStateException("the parts were given other rows");
      }
    }
    begin(o.firstEvent, kind, o.firstRow, o.firstRow + o.rows);
    asks(false);
    System.arraycopy(o.fates, 0, fates, 0, rows);
    System.arraycopy(o.answerAt, 0, answerAt, 0, rows);
    for (int i = 0; i < o.learns; i++) {
      learn(o.learnBefore[i]);
    }
    double[] none = new double[kind.width(0)];
    for (int i = 0; i < o.earlier; i++) {
      earlier(o.earlierEvent[i], Double.NaN, 0, none, 0);
    }
    for (int i = 0; i < o.labels; i++) {
      note(o.labelEvent[i], o.label[i], o.weight[i], o.time[i], o.at[i], o.before[i], false);
    }
  }

  int forgotten() {
    return forgottenNow;
  }

  long forgotten(int i) {
    return forgotten[i];
  }

  /** Labels the learner had learnt in this call when drift i was found. */
  long driftLearnt(int i) {
    return driftLearnt[i];
  }

  /** What became of a row without an answer. */
  void fate(int row, Fate fate) {
    fates[row - firstRow] = (byte) fate.ordinal();
    answerAt[row - firstRow] = NONE;
  }

  /** What became of a row, and its answer: a prediction of this call, or a kept one. */
  void fate(int row, Fate fate, int answer) {
    fates[row - firstRow] = (byte) fate.ordinal();
    answerAt[row - firstRow] = answer;
  }

  /** Rows … to-1 were answered by the last predictions. */
  void answered(int from, int to) {
    int prediction = predictions - (to - from);
    for (int r = from; r < to; r++) {
      fate(r, Fate.ANSWERED, prediction++);
    }
  }

  /** Events that are no longer kept. */
  void forget(long[] events, int n) {
    if (forgotten.length < n) {
      forgotten = new long[Math.max(n, 2 * forgotten.length)];
    }
    System.arraycopy(events, 0, forgotten, 0, n);
    forgottenNow = n;
  }

  /** The part learnt a label; how its members voted on it. */
  void learntVotes(double[] votes, int width, int labelsKnown, double value, double w) {
    learntVotes.add(predictions, votes, width, labelsKnown, value, w);
  }

  void drift(long event, long learnt, String source) {
    if (drifts == driftEvent.length) {
      driftEvent = Arrays.copyOf(driftEvent, 2 * drifts);
      driftLearnt = Arrays.copyOf(driftLearnt, 2 * drifts);
      driftSource = Arrays.copyOf(driftSource, 2 * drifts);
    }
    driftEvent[drifts] = event;
    driftLearnt[drifts] = learnt;
    driftSource[drifts++] = source;
  }
}
