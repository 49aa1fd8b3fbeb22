package org.freshet.serve.meter;

import java.util.Arrays;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.Rolling;

/**
 * What one would answer without a model: the last label that came (no change), and the most
 * frequent class or the mean. Each answers at the event, from the labels that had come by then, as
 * a model does, and not before the first of them; its answers to the last {@value #EVENTS} events
 * are kept until their labels come.
 */
final class Baselines {
  /** Events whose answers are kept; a label that is later still is not counted for baselines. */
  private static final int EVENTS = 1 << 17;

  private final boolean classes;
  private final Rolling noChange;
  private final Rolling usual;
  private final double[] lastAt = new double[EVENTS];
  private final double[] usualAt = new double[EVENTS];
  private long first = -1;
  private long next;
  private double last = Double.NaN;
  private double most = Double.NaN; // the most frequent class, or the mean
  private long[] counts = new long[16];
  private long labels;

  Baselines(boolean classes, Rolling noChange, Rolling usual) {
    this.classes = classes;
    this.noChange = noChange;
    this.usual = usual;
  }

  /** All events below {@code end} have come: they are answered. */
  void events(long end) {
    if (first < 0) {
      first = end;
      next = end;
    }
    for (; next < end; next++) {
      lastAt[(int) (next % EVENTS)] = last;
      usualAt[(int) (next % EVENTS)] = most;
    }
  }

  void label(long event, double truth) {
    if (event >= first && event < next && event >= next - EVENTS) {
      noChange.add(truth, lastAt[(int) (event % EVENTS)]);
      usual.add(truth, usualAt[(int) (event % EVENTS)]);
    }
    last = truth;
    if (classes) {
      count((int) truth);
    } else {
      labels++;
      most = Double.isNaN(most) ? truth : most + (truth - most) / labels;
    }
  }

  /** What they would answer next; answers that wait for their labels are not kept. */
  void save(StateWriter out) {
    out.put("last", last);
    out.put("usual", most);
    out.put("counts", counts);
    out.put("labels", labels);
  }

  void load(StateReader in) {
    last = in.doubleValue("last");
    most = in.doubleValue("usual");
    counts = in.longs("counts");
    labels = in.longValue("labels", 0, Long.MAX_VALUE);
    if (counts.length == 0 || classes && most >= counts.length) {
      throw in.corrupt("counts", "are too few");
    }
  }

  private void count(int code) {
    if (code >= counts.length) {
      counts = Arrays.copyOf(counts, Math.max(code + 1, 2 * counts.length));
    }
    counts[code]++;
    if (Double.isNaN(most) || counts[code] > counts[(int) most]) {
      most = code;
    }
  }
}
