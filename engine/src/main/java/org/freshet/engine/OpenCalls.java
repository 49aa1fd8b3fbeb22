package org.freshet.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.freshet.core.Features;
import org.freshet.core.RowStore;
import org.freshet.core.Schema;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Questions to experts whose answers have not come yet, by the number of the event: the event as
 * the source gave it, to ask about, the row as the learner saw it, to learn from, and the answer
 * that was given meanwhile. Bounded by {@link #MOST}; how many may be open is the engine's to say.
 */
final class OpenCalls {
  /** The most that may be open at a time, whatever is set. */
  static final int MOST = 1_000_000;

  /**
   * One question.
   *
   * @param note what the learner wants to know again, see {@link
   *     org.freshet.core.ask.Deferring#note}
   * @param expert number of who is asked; -1 where it is there no more
   * @param name of who is asked
   * @param raw slot of the event
   * @param row slot of the row
   * @param scores the learner's own, over the labels known then
   */
  record Call(
      long event,
      int expert,
      String name,
      long note,
      int raw,
      int row,
      double predicted,
      double[] scores) {}

  private final TreeMap<Long, Call> calls = new TreeMap<>();
  private final Schema events;
  private final Schema seen;
  private RowStore raws;
  private RowStore rows;

  /**
   * @param events of the source
   * @param seen of the learner
   */
  OpenCalls(Schema events, Schema seen) {
    this.events = events;
    this.seen = seen;
    clear();
  }

  private void clear() {
    calls.clear();
    raws = new RowStore(events, MOST);
    rows = new RowStore(seen, MOST);
  }

  int size() {
    return calls.size();
  }

  /** Opens a question about the event last predicted into {@code out}. */
  void add(
      long event, int expert, String name, long note, Features raw, Features row, Outcomes out) {
    int p = out.predictions() - 1;
    double[] scores = new double[out.known(p)];
    System.arraycopy(out.scores(), out.scoresAt(p), scores, 0, scores.length);
    Call c =
        new Call(event, expert, name, note, raws.add(raw), rows.add(row), out.predicted(p), scores);
    calls.put(event, c);
  }

  /** Null where none is open about an event. */
  Call get(long event) {
    return calls.get(event);
  }

  /** The event of a question, as the source gave it; valid until the next call. */
  Features raw(Call c) {
    return raws.get(c.raw);
  }

  /** The row the learner saw; valid until the next call. */
  Features row(Call c) {
    return rows.get(c.row);
  }

  void remove(Call c) {
    calls.remove(c.event);
    raws.remove(c.raw);
    rows.remove(c.row);
  }

  /** Those about events after one, in their order. */
  List<OpenCall> after(long event) {
    List<OpenCall> list = new ArrayList<>();
    for (Call c : calls.tailMap(event, false).values()) {
      list.add(new OpenCall(c.event, c.expert, c.name, raw(c).copy()));
    }
    return list;
  }

  long memoryBytes() {
    long scores = 0;
    for (Map.Entry<Long, Call> e : calls.entrySet()) {
      scores += 160 + 8L * e.getValue().scores.length;
    }
    return 100 + scores + raws.memoryBytes() + rows.memoryBytes();
  }

  void save(StateWriter out) {
    int n = calls.size();
    long[] event = new long[n];
    String[] expert = new String[n];
    long[] note = new long[n];
    double[] predicted = new double[n];
    int[] known = new int[n];
    int[] raw = new int[n];
    int[] row = new int[n];
    int i = 0;
    int total = 0;
    for (Call c : calls.values()) {
      event[i] = c.event;
      expert[i] = c.name;
      note[i] = c.note;
      predicted[i] = c.predicted;
      known[i] = c.scores.length;
      raw[i] = c.raw;
      row[i++] = c.row;
      total = Math.addExact(total, c.scores.length);
    }
    out.put("event", event);
    out.put("expert", expert);
    out.put("note", note);
    out.put("predicted", predicted);
    out.put("known", known);
    StateWriter.Values scores = out.doubles("scores", total);
    for (Call c : calls.values()) {
      scores.put(c.scores, 0, c.scores.length);
    }
    scores.end();
    raws.save(out.child("events"), raw, n);
    rows.save(out.child("rows"), row, n);
  }

  /**
   * @param experts names of those there are; a question to another one gets no answer
   * @param before number of the next event
   */
  void load(StateReader in, List<String> experts, long before) {
    clear();
    long[] event = in.longs("event");
    int n = event.length;
    String[] expert = in.strings("expert");
    long[] note = in.longs("note", n);
    double[] predicted = in.doubles("predicted", n);
    int[] known = in.ints("known", n);
    double[] scores = in.doubles("scores");
    int given = raws.load(in.child("events"));
    int kept = rows.load(in.child("rows"));
    if (given != n || kept != n || expert.length != n) {
      throw in.corrupt(
          "event", "has " + n + " calls of " + given + " events and " + kept + " rows");
    }
    int at = 0;
    for (int i = 0; i < n; i++) {
      boolean order = event[i] >= 0 && event[i] < before && (i == 0 || event[i] > event[i - 1]);
      if (!order || expert[i] == null) {
        throw in.corrupt("event", "has " + event[i] + " left to expert " + expert[i]);
      }
      if (known[i] < 0 || known[i] > scores.length - at) {
        throw in.corrupt("known", "does not fit the scores");
      }
      double[] own = new double[known[i]];
      System.arraycopy(scores, at, own, 0, own.length);
      at += own.length;
      int who = experts.indexOf(expert[i]);
      Call c = new Call(event[i], who, expert[i], note[i], i, i, predicted[i], own);
      calls.put(event[i], c);
    }
  }
}
