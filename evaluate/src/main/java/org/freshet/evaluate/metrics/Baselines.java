package org.freshet.evaluate.metrics;

import java.util.Arrays;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * What every model has to beat: "same label as the last one known", and the majority (of classes)
 * or the mean (of numbers) of those known. They answer at the event, from the labels that had
 * arrived by then, and their answers wait for the label as the model's do.
 *
 * <p>Memory: 24 bytes an event that waits, for the {@value #LIMIT} latest events at most; for a
 * label that comes later than that the baselines have no answer.
 */
public final class Baselines {
  /** The most events whose answers wait. */
  static final int LIMIT = 1 << 20;

  private static final long FREE = -1;
  private final boolean classes;
  private final double before;
  private double last;
  private double[] counts = new double[4];
  private int majority;
  private double weight;
  private double mean;
  private long[] event = new long[2048];
  private double[] lastAnswer = new double[2048];
  private double[] otherAnswer = new double[2048];

  private Baselines(boolean classes, double before) {
    this.classes = classes;
    this.before = before;
    this.last = before;
    Arrays.fill(event, FREE);
  }

  /**
   * @param declared classes known before any label: with some the first is answered, with none
   *     nothing
   */
  public static Baselines ofClasses(int declared) {
    return new Baselines(true, declared > 0 ? 0 : -1);
  }

  /** Both answer 0 before the first target. */
  public static Baselines ofNumbers() {
    return new Baselines(false, 0);
  }

  /** Answers for an event; events come in order. */
  public void predict(long e) {
    int i = (int) (e & (event.length - 1));
    while (event[i] != FREE && event.length < LIMIT) {
      grow();
      i = (int) (e & (event.length - 1));
    }
    event[i] = e;
    lastAnswer[i] = last;
    otherAnswer[i] = weight > 0 ? (classes ? majority : mean) : before;
  }

  private void grow() {
    long[] oldEvent = event;
    double[] oldLast = lastAnswer;
    double[] oldOther = otherAnswer;
    int room = 2 * oldEvent.length;
    event = new long[room];
    lastAnswer = new double[room];
    otherAnswer = new double[room];
    Arrays.fill(event, FREE);
    for (int k = 0; k < oldEvent.length; k++) {
      if (oldEvent[k] != FREE) {
        int i = (int) (oldEvent[k] & (room - 1));
        event[i] = oldEvent[k];
        lastAnswer[i] = oldLast[k];
        otherAnswer[i] = oldOther[k];
      }
    }
  }

  private int slot(long e) {
    int i = (int) (e & (event.length - 1));
    return event[i] == e ? i : -1;
  }

  /**
   * The last label known at an event that waits; what there is before any label when it waits no
   * more.
   */
  public double noChange(long e) {
    int i = slot(e);
    return i < 0 ? before : lastAnswer[i];
  }

  /** Majority or mean known at an event that waits. */
  public double other(long e) {
    int i = slot(e);
    return i < 0 ? before : otherAnswer[i];
  }

  /** The event waits no more. */
  public void forget(long e) {
    int i = slot(e);
    if (i >= 0) {
      event[i] = FREE;
    }
  }

  /** Takes in a label that arrived. */
  public void learn(double label, double w) {
    if (!(w > 0)) {
      return;
    }
    last = label;
    weight += w;
    if (classes) {
      count((int) label, w);
    } else {
      mean += (label - mean) * w / weight;
    }
  }

  private void count(int k, double w) {
    if (k >= counts.length) {
      counts = Arrays.copyOf(counts, Math.max(k + 1, 2 * counts.length));
    }
    counts[k] += w;
    boolean more = counts[k] > counts[majority] || counts[k] == counts[majority] && k < majority;
    majority = more ? k : majority;
  }

  public void save(StateWriter out) {
    int n = 0;
    long[] e = new long[event.length];
    double[] a = new double[event.length];
    double[] b = new double[event.length];
    for (int i = 0; i < event.length; i++) {
      if (event[i] != FREE) {
        e[n] = event[i];
        a[n] = lastAnswer[i];
        b[n++] = otherAnswer[i];
      }
    }
    out.put("room", event.length);
    out.put("events", e, n);
    out.put("last-answers", a, n);
    out.put("other-answers", b, n);
    out.put("last", last);
    out.put("weight", weight);
    out.put("mean", mean);
    out.put("majority", majority);
    out.put("counts", counts);
  }

  public void load(StateReader in) {
    int room = in.intValue("room", 2048, LIMIT);
    long[] e = in.longs("events");
    if (Integer.bitCount(room) != 1 || e.length > room) {
      throw in.corrupt("room", "is " + room + " for " + e.length + " events");
    }
    double[] a = in.doubles("last-answers", e.length);
    double[] b = in.doubles("other-answers", e.length);
    event = new long[room];
    Arrays.fill(event, FREE);
    lastAnswer = new double[room];
    otherAnswer = new double[room];
    for (int k = 0; k < e.length; k++) {
      int i = (int) (e[k] & (room - 1));
      event[i] = e[k];
      lastAnswer[i] = a[k];
      otherAnswer[i] = b[k];
    }
    last = in.doubleValue("last");
    weight = in.doubleValue("weight");
    mean = in.doubleValue("mean");
    counts = in.doubles("counts");
    majority = in.intValue("majority", 0, Math.max(0, counts.length - 1));
  }

  public long memoryBytes() {
    return 120 + 24L * event.length + 8L * counts.length;
  }
}
