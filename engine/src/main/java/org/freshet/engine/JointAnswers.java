package org.freshet.engine;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * The answers to events that the engines around the parts of an ensemble still keep, by the number
 * of the event. As many as those keep: they tell when one is forgotten.
 */
final class JointAnswers {
  private final Answers kind;
  private KeptAnswers answers;
  private long[] events = new long[16]; // rising
  private int[] slots = new int[16]; // -1 where the event was forgotten
  private int size;
  private int dead;

  JointAnswers(Answers kind) {
    this.kind = kind;
    this.answers = new KeptAnswers(kind, 0);
  }

  int size() {
    return size - dead;
  }

  /** Keeps prediction i of a call, the latest event so far. */
  void add(int i, Outcomes out) {
    add(out.firstEvent() + i, out.predicted(i), out.known(i), out.scores(), out.scoresAt(i));
  }

  private void add(long event, double answer, int known, double[] scores, int at) {
    if (size == events.length) {
      events = Arrays.copyOf(events, 2 * size);
      slots = Arrays.copyOf(slots, 2 * size);
    }
    events[size] = event;
    slots[size++] = answers.add(null, answer, known, scores, at, 1, 0);
  }

  private int find(long event) {
    int i = Arrays.binarySearch(events, 0, size, event);
    return i >= 0 && slots[i] >= 0 ? i : -1;
  }

  /** Gives the answer to an event to a slot of others; false where it is not known. */
  boolean give(long event, int to, KeptAnswers others) {
    int at = find(event);
    if (at >= 0) {
      int s = slots[at];
      others.answer(
          to, answers.predicted(s), answers.known(s), answers.scores(s), answers.scoresAt(s));
    }
    return at >= 0;
  }

  /** Gives the answer to an event as the i-th earlier one of a call. */
  void give(long event, int i, Outcomes out) {
    if (event < 0) { // of a version that kept none
      out.giveEarlier(i, Double.NaN, 0, new double[kind.width(0)], 0);
      return;
    }
    int at = find(event);
    if (at < 0) {
      throw new IllegalStateException(
          "event " + event + " is kept by the parts, and its answer is not");
    }
    int slot = slots[at];
    out.giveEarlier(
        i,
        answers.predicted(slot),
        answers.known(slot),
        answers.scores(slot),
        answers.scoresAt(slot));
  }

  void forget(long event) {
    int at = find(event);
    if (at >= 0) {
      answers.remove(slots[at]);
      slots[at] = -1;
      dead++;
    }
    if (dead > 64 && dead > size / 2) {
      int n = 0;
      for (int i = 0; i < size; i++) {
        if (slots[i] >= 0) {
          events[n] = events[i];
          slots[n++] = slots[i];
        }
      }
      size = n;
      dead = 0;
    }
  }

  long memoryBytes() {
    return 100 + 12L * events.length + answers.memoryBytes();
  }

  void save(StateWriter out) {
    int n = 0;
    long[] of = new long[size()];
    int[] at = new int[size()];
    for (int i = 0; i < size; i++) {
      if (slots[i] >= 0) {
        of[n] = events[i];
        at[n++] = slots[i];
      }
    }
    out.put("event", of);
    answers.saveAnswers(out, at, n);
  }

  /** Reads what this writes, and what the engine of the whole writes of the events it knows. */
  void load(StateReader in) {
    long[] event = in.longs("event");
    int n = event.length;
    double[] predicted = in.doubles("predicted", n);
    int[] known = in.ints("known", n);
    double[] scores = in.doubles("scores");
    int[] from = offsets(in, kind, known, scores.length);
    answers = new KeptAnswers(kind, 0);
    size = 0;
    dead = 0;
    int[] order =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparingLong(i -> event[i]))
            .mapToInt(i -> i)
            .toArray();
    for (int i : order) {
      if (event[i] < 0) {
        continue; // of a version that kept none
      }
      if (size > 0 && events[size - 1] == event[i]) {
        throw in.corrupt("event", "has " + event[i] + " twice");
      }
      add(event[i], predicted[i], known[i], scores, from[i]);
    }
  }

  /** Where the rows of answers begin that are written one after another. */
  static int[] offsets(StateReader in, Answers kind, int[] known, int length) {
    int[] from = new int[known.length];
    int at = 0;
    for (int i = 0; i < known.length; i++) {
      from[i] = at;
      boolean fits =
          known[i] >= 0
              && (known[i] <= length || kind.width(1) == 0)
              && kind.width(known[i]) <= length - at;
      if (!fits) {
        throw in.corrupt("known", "does not fit the scores");
      }
      at += kind.width(known[i]);
    }
    return from;
  }
}
