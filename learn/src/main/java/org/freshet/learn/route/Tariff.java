package org.freshet.learn.route;

import java.util.Arrays;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * The price λ of a unit of cost, in units of quality, at which choosing the largest quality − λ ·
 * cost for every event spends what may be spent. Found anew every {@value #EVERY} events by
 * bisection over the estimates of the last events, so that it follows the stream and needs no step
 * size; what was spent too much or too little so far is made up for over the next window.
 */
final class Tariff {
  private static final int EVERY = 20;
  private static final int HALVINGS = 30;

  /** Events before the first λ, while the estimates mean nothing. */
  static final int FIRST = 50;

  private final int experts;
  private final int window;
  private final double budget;

  // Of the last events, expert by expert; NaN where one could not be asked.
  private final double[] quality;
  private final double[] cost;
  private int count;
  private int next;

  private long events;
  private double spent;
  private double lambda;

  /**
   * @param budget mean cost of an event; infinite is no limit
   */
  Tariff(int experts, int window, double budget) {
    this.experts = experts;
    this.window = window;
    this.budget = budget;
    this.quality = new double[experts * window];
    this.cost = new double[experts * window];
  }

  double lambda() {
    return lambda;
  }

  long events() {
    return events;
  }

  /** What may be spent on the next event so that the budget is kept to one answer. */
  double left(double largest) {
    return budget * (events + 1) + largest - spent;
  }

  /** Takes in the estimates of an event before its expert is chosen. */
  void see(double[] estimated, double[] price) {
    System.arraycopy(estimated, 0, quality, next * experts, experts);
    System.arraycopy(price, 0, cost, next * experts, experts);
    next = next + 1 == window ? 0 : next + 1;
    count = Math.min(window, count + 1);
    if (events >= FIRST && events % EVERY == 0 && Double.isFinite(budget)) {
      double rate = (budget * (events + window) - spent) / window;
      lambda = find(Math.max(0.5 * budget, Math.min(1.5 * budget, rate)));
    }
  }

  /** An event went to an expert at this cost. */
  void pay(double c) {
    events++;
    spent += c;
  }

  /** Looks for the smallest λ that spends no more than so much an event. */
  private double find(double rate) {
    if (mean(0) <= rate) {
      return 0;
    }
    double high = 1;
    while (mean(high) > rate && high < 1e12) {
      high *= 4;
    }
    double low = 0;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      if (mean(middle) > rate) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }

  /** Mean cost of the last events had λ been this. */
  private double mean(double l) {
    double sum = 0;
    for (int e = 0; e < count; e++) {
      int best = best(quality, cost, e * experts, experts, l);
      sum += best < 0 ? 0 : cost[e * experts + best];
    }
    return sum / count;
  }

  /** The expert with the largest quality − λ · cost, the first on a tie; -1 where all are NaN. */
  static int best(double[] quality, double[] cost, int at, int n, double l) {
    int best = -1;
    double top = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < n; k++) {
      double v = quality[at + k] - l * cost[at + k];
      if (v > top) {
        top = v;
        best = k;
      }
    }
    return best;
  }

  void save(StateWriter out) {
    out.put("events", events);
    out.put("spent", spent);
    out.put("lambda", lambda);
    out.put("next", next);
    out.put("quality", Arrays.copyOf(quality, count * experts));
    out.put("cost", Arrays.copyOf(cost, count * experts));
  }

  void load(StateReader in) {
    events = in.longValue("events", 0, Long.MAX_VALUE);
    spent = in.doubleValue("spent");
    lambda = in.doubleValue("lambda");
    double[] q = in.doubles("quality");
    double[] c = in.doubles("cost");
    if (q.length > quality.length || q.length % experts != 0 || c.length != q.length) {
      throw in.corrupt("quality", "has " + q.length + " values of " + experts + " experts");
    }
    count = q.length / experts;
    next = in.intValue("next", count < window ? count : 0, count < window ? count : window - 1);
    System.arraycopy(q, 0, quality, 0, q.length);
    System.arraycopy(c, 0, cost, 0, c.length);
  }

  long memoryBytes() {
    return 96 + 2 * (16 + 8L * experts * window);
  }
}
