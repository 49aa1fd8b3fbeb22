package org.freshet.engine;

import java.util.Arrays;
import org.freshet.core.Features;
import org.freshet.core.RowStore;
import org.freshet.core.Schema;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Events that were predicted and wait for their labels, each with its row, prediction and scores.
 * Those <em>scheduled</em> have a label with a due time; those <em>waiting</em> have an id that a
 * later record may name. Both are kept in two lists in the order of events; where due times need
 * not rise with events, a heap over the scheduled ones gives the next.
 *
 * <p>Bounded: at the limit the oldest event of both is dropped and counted. Ids already joined are
 * remembered up to {@link JoinedIds#LIMIT}.
 */
final class Pending {
  private final int limit;
  private final boolean byClock;
  private final Answers answers;
  private final RowStore rows;
  private long[] event = new long[16];
  private long[] due = new long[16];
  private double[] label = new double[16];
  private double[] weight = new double[16];
  private double[] predicted = new double[16];
  private double[][] scores = new double[16][];
  private int[] known = new int[16];
  private double[][] truths; // null where an event has one label
  private final int outputs;
  private int last; // slot kept last
  private boolean[] scheduled = new boolean[16];
  private final AgeList scheduledOnes = new AgeList();
  private final AgeList waitingOnes = new AgeList();
  private final DueHeap heap = new DueHeap();
  private final IdMap ids = new IdMap();
  private final JoinedIds joined = new JoinedIds();
  private long scoreBytes;
  private long dropped;

  Pending(Schema schema, LabelPlan plan, Answers answers) {
    this.answers = answers;
    this.limit = plan.pending();
    this.byClock = plan.timed();
    this.rows = new RowStore(schema, limit);
    this.outputs = schema.hasTruths() ? schema.outputs().size() : 0;
    this.truths = outputs > 0 ? new double[16][] : null;
  }

  int size() {
    return rows.size();
  }

  long dropped() {
    return dropped;
  }

  /** Whether no record can be the label or a repetition of an earlier one. */
  boolean noJoins() {
    return ids.size() == 0 && joined.isEmpty();
  }

  /** Keeps the event last predicted into {@code out} until its label is due. */
  void schedule(Features row, long number, long dueAt, double truth, double w, Outcomes out) {
    int slot = keep(row, number, w, out);
    scheduled[slot] = true;
    due[slot] = dueAt;
    label[slot] = truth;
    linkScheduled(slot);
  }

  private void linkScheduled(int slot) {
    scheduledOnes.add(slot);
    if (byClock) {
      heap.add(slot, due, event);
    }
  }

  /** Keeps the event last predicted into {@code out} until a record of its id brings the label. */
  void await(Features row, long number, double w, Outcomes out) {
    int slot = keep(row, number, w, out);
    scheduled[slot] = false;
    label[slot] = Double.NaN;
    waitingOnes.add(slot);
    ids.put(row.id(), slot);
  }

  private int keep(Features row, long number, double w, Outcomes out) {
    if (rows.size() == limit) {
      remove(oldest());
      dropped++;
    }
    int slot = rows.add(row);
    if (slot >= event.length) {
      grow((int) Math.min(limit, 2L * slot));
    }
    int answer = out.predictions() - 1;
    event[slot] = number;
    weight[slot] = w;
    predicted[slot] = out.predicted(answer);
    known[slot] = out.known(answer);
    keepScores(slot, out.scores(), out.scoresAt(answer));
    last = slot;
    return slot;
  }

  private void keepScores(int slot, double[] from, int at) {
    int n = answers.width(known[slot]);
    if (scores[slot] == null || scores[slot].length < n) {
      scoreBytes += 16 + 8L * n;
      scores[slot] = new double[n];
    }
    System.arraycopy(from, at, scores[slot], 0, n);
  }

  private void grow(int more) {
    event = Arrays.copyOf(event, more);
    due = Arrays.copyOf(due, more);
    label = Arrays.copyOf(label, more);
    weight = Arrays.copyOf(weight, more);
    predicted = Arrays.copyOf(predicted, more);
    scores = Arrays.copyOf(scores, more);
    known = Arrays.copyOf(known, more);
    truths = truths == null ? null : Arrays.copyOf(truths, more);
    scheduled = Arrays.copyOf(scheduled, more);
  }

  private int oldest() {
    int a = scheduledOnes.first();
    int b = waitingOnes.first();
    return b < 0 || a >= 0 && event[a] < event[b] ? a : b;
  }

  /**
   * The scheduled event whose label is due by {@code now} and comes next; -1 when there is none.
   */
  int due(long now) {
    int slot = byClock ? heap.first() : scheduledOnes.first();
    return slot >= 0 && due[slot] <= now ? slot : -1;
  }

  /** The waiting event of an id, or -1. */
  int find(String id) {
    return ids.get(id);
  }

  Features row(int slot) {
    return rows.get(slot);
  }

  double label(int slot) {
    return label[slot];
  }

  /** Gives the event kept last its truths; null where an event has one label. */
  void setTruths(double[] of) {
    setTruths(last, of);
  }

  void setTruths(int slot, double[] of) {
    if (of != null) {
      truths[slot] = truths[slot] == null ? new double[outputs] : truths[slot];
      System.arraycopy(of, 0, truths[slot], 0, outputs);
    }
  }

  /** Null where an event has one label. */
  double[] truths(int slot) {
    return truths == null ? null : truths[slot];
  }

  double weight(int slot) {
    return weight[slot];
  }

  /** Notes the arrival of a label with the prediction given at its event. */
  void report(int slot, double truth, long eventsBefore, Outcomes out) {
    int row = out.earlier(predicted[slot], known[slot], scores[slot], 0);
    out.arrive(event[slot], truth, weight[slot], rows.get(slot).time(), row, eventsBefore);
    out.truths(truths(slot));
  }

  void remove(int slot) {
    if (scheduled[slot]) {
      scheduledOnes.remove(slot);
      if (byClock) {
        heap.remove(slot, due, event);
      }
    } else {
      waitingOnes.remove(slot);
      ids.remove(rows.get(slot).id());
    }
    rows.remove(slot);
  }

  /** Remembers that a record brought the label of this id. */
  void joined(String id, double truth) {
    joined.add(id, truth);
  }

  /** The label a record brought for this id, NaN when none is remembered. */
  double joinedLabel(String id) {
    return joined.label(id);
  }

  long memoryBytes() {
    return 200
        + rows.memoryBytes()
        + 57L * event.length
        + (truths == null ? 0 : (24L + 8L * outputs) * event.length)
        + scoreBytes
        + ids.memoryBytes()
        + joined.memoryBytes()
        + scheduledOnes.memoryBytes()
        + waitingOnes.memoryBytes()
        + heap.memoryBytes();
  }

  void save(StateWriter out) {
    int n = rows.size();
    int[] order = new int[n];
    int at = scheduledOnes.toArray(order, 0);
    out.put("scheduled", at);
    waitingOnes.toArray(order, at);
    double[][] numbers = new double[3][n];
    long[][] times = new long[2][n];
    int[] counts = new int[n];
    int total = 0;
    for (int i = 0; i < n; i++) {
      int s = order[i];
      numbers[0][i] = label[s];
      numbers[1][i] = weight[s];
      numbers[2][i] = predicted[s];
      times[0][i] = event[s];
      times[1][i] = due[s];
      counts[i] = known[s];
      total = Math.addExact(total, answers.width(counts[i]));
    }
    double[] all = new double[total];
    for (int i = 0, p = 0; i < n; p += answers.width(counts[i++])) {
      System.arraycopy(scores[order[i]], 0, all, p, answers.width(counts[i]));
    }
    if (truths != null) {
      double[] flat = new double[n * outputs];
      for (int i = 0; i < at; i++) {
        System.arraycopy(truths[order[i]], 0, flat, i * outputs, outputs);
      }
      out.put("truths", flat);
    }
    out.put("label", numbers[0]);
    out.put("weight", numbers[1]);
    out.put("predicted", numbers[2]);
    out.put("event", times[0]);
    out.put("due", times[1]);
    out.put("known", counts);
    out.put("scores", all);
    out.put("dropped", dropped);
    rows.save(out.child("rows"), order, n);
    joined.save(out.child("joined"));
  }

  void load(StateReader in) {
    int n = rows.load(in.child("rows"));
    if (n > event.length) {
      grow(n);
    }
    double[] flat = truths == null ? null : in.doubles("truths", n * outputs);
    double[] all = in.doubles("scores");
    int[] counts = in.ints("known", n);
    System.arraycopy(in.doubles("label", n), 0, label, 0, n);
    System.arraycopy(in.doubles("weight", n), 0, weight, 0, n);
    System.arraycopy(in.doubles("predicted", n), 0, predicted, 0, n);
    System.arraycopy(in.longs("event", n), 0, event, 0, n);
    System.arraycopy(in.longs("due", n), 0, due, 0, n);
    int first = in.intValue("scheduled", 0, n);
    for (int i = 0, p = 0; i < n; p += answers.width(counts[i++])) {
      if (counts[i] < 0 || counts[i] > all.length || answers.width(counts[i]) > all.length - p) {
        throw in.corrupt("known", "does not fit the scores");
      }
      known[i] = counts[i];
      keepScores(i, all, p);
      if (flat != null) {
        setTruths(i, Arrays.copyOfRange(flat, i * outputs, (i + 1) * outputs));
      }
      scheduled[i] = i < first;
      relink(i, in);
    }
    dropped = in.longValue("dropped", 0, Long.MAX_VALUE);
    joined.load(in.child("joined"));
  }

  private void relink(int slot, StateReader in) {
    if (scheduled[slot]) {
      if (!Double.isFinite(label[slot])) {
        throw in.corrupt("label", "is " + label[slot] + " where a label is due");
      }
      linkScheduled(slot);
      return;
    }
    String id = rows.get(slot).id();
    if (id == null || ids.get(id) >= 0) {
      throw in.corrupt("rows", "has a waiting event without an id of its own");
    }
    waitingOnes.add(slot);
    ids.put(id, slot);
  }
}
