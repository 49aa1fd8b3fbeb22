package org.freshet.engine;

import java.util.Arrays;
import org.freshet.core.Features;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Writes the events still known, and reads them into a new engine: also as they once were written.
 */
final class PendingState {
  /** Added to the code of a state whose event was asked about. */
  private static final int ASKED = 16;

  private final Pending p;
  private final KeptAnswers answers;

  PendingState(Pending pending) {
    this.p = pending;
    this.answers = pending.answers;
  }

  void save(StateWriter out) {
    int[] sizes = new int[Pending.LISTS];
    int n = 0;
    for (int list = 0; list < Pending.LISTS; list++) {
      sizes[list] = p.lists.size(list);
      n += sizes[list];
    }
    int[] order = new int[n];
    int at = 0;
    for (int list = 0; list < Pending.LISTS; list++) {
      at = p.lists.toArray(list, order, at);
    }
    int spilled = p.spilled.size();
    if (spilled > 0) {
      saveSpilled(out.child("spilled"), order, sizes[Pending.SCHEDULED], spilled);
      int from = sizes[Pending.SCHEDULED] + spilled;
      System.arraycopy(order, from, order, sizes[Pending.SCHEDULED], n - from);
      sizes[Pending.WAITING] -= spilled;
      n -= spilled;
    }
    out.put("sizes", sizes);
    saveSlots(out, order, n);
    int[] answerOf = new int[n];
    for (int i = 0; i < n; i++) {
      answerOf[i] = p.answer[order[i]];
    }
    answers.save(out, answerOf, n);
    int withRow = n - sizes[Pending.DONE];
    int[] rows = new int[withRow];
    for (int i = 0; i < withRow; i++) {
      rows[i] = p.row[order[i]];
    }
    p.rows.save(out.child("rows"), rows, withRow);
    out.put("dropped", p.dropped);
  }

  /** Those spilled are the first of those waiting. */
  private void saveSpilled(StateWriter out, int[] order, int from, int n) {
    long[][] of = new long[4][n];
    int[] asked = new int[n];
    for (int i = 0; i < n; i++) {
      int slot = order[from + i];
      of[0][i] = p.event[slot];
      of[1][i] = p.due[slot];
      of[2][i] = p.hash(slot);
      of[3][i] = p.spilled.place(slot);
      asked[i] = p.asked(slot) ? 1 : 0;
    }
    if (p.asking) {
      out.put("asked", asked);
    }
    out.put("event", of[0]);
    out.put("since", of[1]);
    out.put("hash", of[2]);
    out.put("place", of[3]);
  }

  private void loadSpilled(StateReader in, int room) {
    long[] event = in.longs("event");
    int n = event.length;
    long[] since = in.longs("since", n);
    long[] hash = in.longs("hash", n);
    long[] place = in.longs("place", n);
    int[] asked = in.has("asked") ? in.ints("asked", n) : new int[n];
    if (n > room) {
      throw in.corrupt("event", "has " + n + " events, the limit is " + room);
    }
    for (int i = 0; i < n; i++) {
      if (!p.spilled.holds(place[i]) || hash[i] == 0) {
        throw in.corrupt("place", "has " + place[i] + ", where no record is");
      }
      int slot = p.open(event[i], hash[i]);
      p.asked(slot, asked[i] != 0);
      p.answer[slot] = SpilledRows.SPILLED;
      p.spilled.place(slot, place[i]);
      p.link(slot, Pending.State.WAITING, since[i]);
    }
  }

  private void saveSlots(StateWriter out, int[] order, int n) {
    StateWriter.Values values = out.longs("event", n);
    values.put(p.event, order, n);
    values.end();
    values = out.longs("due", n);
    for (int i = 0; i < n; i++) {
      values.put(p.state(order[i]).open() ? p.due[order[i]] : 0L);
    }
    values.end();
    values = out.ints("state", n);
    for (int i = 0; i < n; i++) {
      values.put(p.state(order[i]).ordinal() + (p.asked(order[i]) ? ASKED : 0));
    }
    values.end();
  }

  void load(StateReader in) {
    int[] sizes = in.ints("sizes", Pending.LISTS);
    long n = 0;
    for (int size : sizes) {
      if (size < 0) {
        throw in.corrupt("sizes", "has " + size);
      }
      n += size;
    }
    if ((long) sizes[0] + sizes[1] > p.limit()
        || (long) sizes[2] + sizes[3] > Pending.REMEMBERED
        || sizes[2] > p.doneRows()) {
      throw in.corrupt("sizes", "exceeds what may be kept");
    }
    int all = (int) n;
    int withRow = all - sizes[Pending.DONE];
    int rows = p.rows.load(in.child("rows"));
    if (rows != withRow) {
      throw in.corrupt("rows", "has " + rows + " rows, expected " + withRow);
    }
    long[] event = in.longs("event", all);
    long[] due = in.longs("due", all);
    int[] state = in.ints("state", all);
    String[] ids = in.strings("ids");
    if (ids.length != all) {
      throw in.corrupt("ids", "has " + ids.length + " ids, expected " + all);
    }
    Kept kept = new Kept(in, all, event);
    for (int i = 0; i < all; i++) {
      if (i == sizes[Pending.SCHEDULED] && in.has("spilled")) {
        loadSpilled(in.child("spilled"), p.limit() - sizes[0] - sizes[1]);
      }
      int list = list(sizes, i);
      Pending.State as = state(in, state[i] & ~ASKED, list);
      int slot = open(in, event[i], ids[i], as);
      p.asked(slot, (state[i] & ASKED) != 0);
      p.answer[slot] = kept.add(ids[i], as);
      if (i < withRow) {
        p.row[slot] = i;
      }
      link(slot, as, due[i]);
    }
    if (all == sizes[Pending.SCHEDULED] && in.has("spilled")) {
      loadSpilled(in.child("spilled"), p.limit() - all);
    }
    p.dropped = in.longValue("dropped", 0, Long.MAX_VALUE);
  }

  private static int list(int[] sizes, int i) {
    int list = 0;
    int end = sizes[0];
    while (i >= end) {
      end += sizes[++list];
    }
    return list;
  }

  private static Pending.State state(StateReader in, int code, int list) {
    Pending.State[] all = Pending.State.values();
    Pending.State as = code >= 0 && code < all.length ? all[code] : null;
    boolean fits =
        as != null
            && switch (list) {
              case Pending.SCHEDULED -> as.open() && as != Pending.State.WAITING;
              case Pending.WAITING -> as == Pending.State.WAITING;
              default -> !as.open();
            };
    if (!fits) {
      throw in.corrupt("state", "has " + code + " in list " + list);
    }
    return as;
  }

  private int open(StateReader in, long event, String id, Pending.State as) {
    if (id == null && (!as.open() || as == Pending.State.WAITING)) {
      throw in.corrupt("ids", "has none where an event waits or is remembered");
    }
    long hash = id == null ? 0 : SlotIndex.hash(id);
    if (id != null && p.find(id, hash) >= 0) {
      throw in.corrupt("ids", "has an id twice");
    }
    return p.open(event, hash);
  }

  private void link(int slot, Pending.State as, long due) {
    if (as.open()) {
      p.link(slot, as, due);
    } else {
      p.linkDone(slot, as);
    }
  }

  /** The answers of a snapshot, taken in order. */
  private final class Kept {
    private final StateReader in;
    private final double[] label;
    private final double[] weight;
    private final double[] predicted;
    private final long[] time;
    private final int[] known;
    private final double[] scores;
    private final int[] from; // of the scores of an answer
    private final double[] truths;
    private final long[] event;
    private final JointAnswers joint; // where parts of an ensemble wrote the rest; else null
    private int next;

    Kept(StateReader in, int n, long[] event) {
      this.in = in;
      this.event = event;
      label = in.doubles("label", n);
      weight = in.doubles("weight", n);
      predicted = in.doubles("predicted", n);
      time = in.longs("time", n);
      known = in.ints("known", n);
      scores = in.doubles("scores");
      truths = in.doubles("truths", n * p.outputs);
      joint = in.has("joint") && !p.kind.areVotes() ? new JointAnswers(p.kind) : null;
      if (joint != null) {
        joint.load(in.child("joint"));
      }
      from = joint != null ? null : JointAnswers.offsets(in, p.kind.kept(), known, scores.length);
    }

    int add(String id, Pending.State as) {
      int i = next++;
      boolean labelled = as != Pending.State.WAITING && as != Pending.State.LEFT;
      if (labelled != Double.isFinite(label[i])) {
        throw in.corrupt("label", "is " + label[i] + " of an event that is " + as);
      }
      int slot =
          joint == null
              ? answers.add(id, predicted[i], known[i], scores, from[i], weight[i], time[i])
              : answers.add(id, Double.NaN, 0, p.none, 0, weight[i], time[i]);
      if (joint != null && event[i] >= 0 && !joint.give(event[i], slot, answers)) {
        throw in.corrupt("joint", "lacks the answer to event " + event[i]);
      }
      double[] of =
          p.outputs == 0 || !labelled
              ? null
              : Arrays.copyOfRange(truths, i * p.outputs, (i + 1) * p.outputs);
      answers.label(slot, label[i], of);
      return slot;
    }
  }

  /** Reads what versions before 0.4 wrote: labels joined without the answers to their events. */
  void loadOld(StateReader in) {
    int n = p.rows.load(in.child("rows"));
    String[] ids = in.child("rows").strings("ids");
    int scheduled = in.intValue("scheduled", 0, n);
    double[] label = in.doubles("label", n);
    double[] weight = in.doubles("weight", n);
    double[] predicted = in.doubles("predicted", n);
    long[] event = in.longs("event", n);
    long[] due = in.longs("due", n);
    int[] known = in.ints("known", n);
    double[] scores = in.doubles("scores");
    double[] truths = p.outputs == 0 ? null : in.doubles("truths", n * p.outputs);
    int at = 0;
    for (int i = 0; i < n; i++) {
      if (known[i] < 0 || known[i] > scores.length || p.kind.width(known[i]) > scores.length - at) {
        throw in.corrupt("known", "does not fit the scores");
      }
      Features x = p.rows.get(i);
      // Ids of events with a label of their own were not looked at.
      String id = i < scheduled ? null : ids[i];
      Pending.State as = i < scheduled ? Pending.State.SCHEDULED : Pending.State.WAITING;
      int slot = open(in, event[i], id, as);
      int a = answers.add(id, predicted[i], known[i], scores, at, weight[i], x.time());
      at += p.kind.width(known[i]);
      double[] of =
          p.outputs == 0 || i >= scheduled
              ? null
              : Arrays.copyOfRange(truths, i * p.outputs, (i + 1) * p.outputs);
      answers.label(a, label[i], of);
      p.answer[slot] = a;
      p.row[slot] = i;
      p.link(slot, as, due[i]);
    }
    loadOldJoined(in.child("joined"));
    p.dropped = in.longValue("dropped", 0, Long.MAX_VALUE);
  }

  private void loadOldJoined(StateReader in) {
    String[] ids = in.strings("ids");
    double[] labels = in.doubles("labels", ids.length);
    if (ids.length > Pending.REMEMBERED) {
      throw in.corrupt("ids", "has " + ids.length + ", the limit is " + Pending.REMEMBERED);
    }
    double[] none = new double[p.kind.width(0)];
    for (int i = 0; i < ids.length; i++) {
      // A joined id whose record came again later may wait as well; then the event that waits
      // counts.
      if (ids[i] == null || p.find(ids[i], SlotIndex.hash(ids[i])) >= 0) {
        continue;
      }
      int slot = open(in, -1, ids[i], Pending.State.JOINED);
      p.answer[slot] = answers.add(ids[i], Double.NaN, 0, none, 0, 1, Features.NO_TIME);
      answers.label(p.answer[slot], labels[i], p.outputs == 0 ? null : new double[p.outputs]);
      p.linkDone(slot, Pending.State.JOINED);
    }
  }
}
