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
public final class Outcomes {
  private long firstEvent;
  private int predictions;
  private double[] predicted = new double[64];
  private int[] known = new int[64];
  private double[] scores = new double[0];
  private int stride;
  private Answers answers = Answers.PLAIN;

  private int labels;
  private long[] labelEvent = new long[64];
  private double[] label = new double[64];
  private double[] weight = new double[64];
  private long[] time = new long[64];
  private long[] before = new long[64];

  private double[] truths = new double[0]; // labels × outputs, where an event has several

  /** Row of the prediction among those of this call, or ~row among the earlier ones below. */
  private int[] at = new int[64];

  private int earlier;
  private double[] earlierPredicted = new double[0];
  private int[] earlierKnown = new int[0];
  private long[] earlierEvent = new long[0];
  private double[] earlierScores = new double[0];
  private int earlierStride;

  /** Times the learner learnt, each with the events before. */
  private int learns;

  private long[] learnBefore = new long[64];

  private boolean asking;
  private boolean[] asked = new boolean[64]; // of the predictions
  private boolean[] withheld = new boolean[64]; // of the labels
  private double[] taught = new double[64]; // of the labels that were asked for
  private double[] share = new double[64]; // NaN for the others

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
  private boolean[] kept = new boolean[64]; // of the predictions
  private long[] forgotten = new long[0];
  private int forgottenNow;
  final LearntVotes learntVotes = new LearntVotes();

  private int drifts;
  private long[] driftEvent = new long[8];
  private long[] driftLearnt = new long[8]; // labels the learner had learnt in this call
  private String[] driftSource = new String[8];

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

  /** Whether the event of a row was predicted in this call, and its label is asked for. */
  public boolean rowAsked(int row) {
    int a = answerAt[of(row)];
    return a >= 0 && asked(a);
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

  private static boolean inSet(double[] a, int at, int n, int code) {
    return code >= 0 && code < n && a[at + n + code] != 0;
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

  private void copyPrediction(Outcomes o, int i) {
    if (o.firstEvent != firstEvent || i >= o.predictions) {
      throw new IllegalStateException("the engines were given other rows");
    }
    int width = answers.width(o.known[i]);
    reserveRow(0, width);
    predicted[i] = o.predicted[i];
    known[i] = o.known[i];
    System.arraycopy(o.scores, o.scoresAt(i), scores, scoresAt(i), width);
  }

  private void copyEarlier(Outcomes o, int from, int i) {
    int width = answers.width(o.earlierKnown[from]);
    widen(width, earlier);
    earlierPredicted[i] = o.earlierPredicted[from];
    earlierKnown[i] = o.earlierKnown[from];
    System.arraycopy(
        o.earlierScores, from * o.earlierStride, earlierScores, i * earlierStride, width);
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

  /** The event of a row is left to an expert; null for none. */
  void defer(int row, String expert) {
    deferred[row - firstRow] = expert;
    anyDeferred |= expert != null;
  }

  /** The final answer to an event before. */
  void last(FinalAnswer answer) {
    last.add(answer);
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

  /** Puts what was answered in the place of the i-th answer to an earlier event. */
  void giveEarlier(int i, double answer, int labelsKnown, double[] from, int offset) {
    int width = answers.width(labelsKnown);
    widen(width, earlier);
    earlierPredicted[i] = answer;
    earlierKnown[i] = labelsKnown;
    System.arraycopy(from, offset, earlierScores, i * earlierStride, width);
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

  /** Whether the event of prediction i is kept. */
  boolean isKept(int i) {
    return kept[i];
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

  private void widen(int width, int rows) {
    if (width > earlierStride) {
      earlierScores = restride(earlierScores, rows, earlierStride, width, earlierPredicted.length);
      earlierStride = width;
    }
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

  /** The event of prediction i is kept: its answer may be asked for again. */
  void keep(int i) {
    kept[i] = true;
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
