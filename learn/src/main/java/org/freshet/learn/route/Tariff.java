package org.freshet.learn.route;

import java.util.Arrays;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * The price λ of a unit of cost, in units of quality, at which choosing the largest quality − λ ·
 * cost for every event spends what may be spent, and no more than a mean quality that is enough
 * needs: the larger of the smallest λ that keeps to the budget and the largest that is good enough.
 * Found anew every {@value #EVERY} events by bisection over the estimates of the last events, so
 * that it follows the stream and needs no step size; what was spent too much or too little so far,
 * and how much better or worse the answers were than enough, is made up for over the next window.
 */
final class Tariff {
  private static final int EVERY = 20;
  private static final int HALVINGS = 30;
  private static final double LARGEST = 1e12;

  /** How far the mean quality sought may be from the target, to make up for what was. */
  private static final double MAKE_UP = 0.1;

  /** Events before the first λ, while the estimates mean nothing. */
  static final int FIRST = 50;

  private final int experts;
  private final int window;
  private final double budget;
  private final double target;

  // Of the last events, expert by expert; NaN where one could not be asked.
  private final double[] quality;
  private final double[] cost;
  private int count;
  private int next;

  private long events;
  private double spent;
  private long graded;
  private double good;
  private double lambda;

  /**
   * @param budget mean cost of an event; infinite is no limit
   * @param target mean quality that is enough; 0 for as much as the budget buys
   */
  Tariff(int experts, int window, double budget, double target) {
    this.experts = experts;
    this.window = window;
    this.budget = budget;
    this.target = target;
    this.quality = new double[experts * window];
    this.cost = new double[experts * window];
  }

  double lambda() {
    return lambda;
  }

  long events() {
    return events;
  }

  /**
   * What may be spent on the next event, besides what is due, so that the budget is kept to one
   * answer.
   */
  double left(double largest, double due) {
    return budget * (events + 1) + largest - spent - due;
  }

  /**
   * Takes in the estimates of an event before its expert is chosen.
   *
   * @param due what answers will cost that were asked for and have not come
   */
  void see(double[] estimated, double[] price, double due) {
    System.arraycopy(estimated, 0, quality, next * experts, experts);
    System.arraycopy(price, 0, cost, next * experts, experts);
    next = next + 1 == window ? 0 : next + 1;
    count = Math.min(window, count + 1);
    if (events >= FIRST && events % EVERY == 0) {
      lambda = Math.max(affordable(due), enough());
    }
  }

  /** An event went to an expert. */
  void ask() {
    events++;
  }

  /** An answer cost so much. */
  void pay(double c) {
    spent += c;
  }

  /** An answer that was paid for was so good. */
  void grade(double how) {
    graded++;
    good += how;
  }

  /** The smallest λ that spends no more than may be spent. */
  private double affordable(double due) {
    if (!Double.isFinite(budget)) {
      return 0;
    }
    double made = (budget * (events + window) - spent - due) / window;
    double rate = Math.max(0.5 * budget, Math.min(1.5 * budget, made));
    return mean(cost, 0) <= rate ? 0 : crossing(cost, rate, true);
  }

  /** The largest λ whose answers are good enough; 0 where none is. */
  private double enough() {
    if (target == 0) {
      return 0;
    }
    double made = (target * (graded + window) - good) / window;
    double rate = Math.max(target - MAKE_UP, Math.min(target + MAKE_UP, made));
    return mean(quality, 0) <= rate ? 0 : crossing(quality, rate, false);
  }

  /**
   * Where the mean cost or quality, which falls as λ grows, comes down to a rate: the smallest λ
   * found at which it is not above, or the largest at which it is.
   */
  private double crossing(double[] of, double rate, boolean beyond) {
    double high = 1;
    while (mean(of, high) > rate && high < LARGEST) {
      high *= 4;
    }
    double low = 0;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      if (mean(of, middle) > rate) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return beyond ? high : low;
  }

  /** Mean cost or quality of the choices of the last events had λ been this. */
  private double mean(double[] of, double l) {
    double sum = 0;
    for (int e = 0; e < count; e++) {
      int best = best(quality, cost, e * experts, experts, l);
      sum += best < 0 ? 0 : of[e * experts + best];
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
    out.put("graded", graded);
    out.put("good", good);
    out.put("lambda", lambda);
    out.put("next", next);
    out.put("quality", Arrays.copyOf(quality, count * experts));
    out.put("cost", Arrays.copyOf(cost, count * experts));
  }

  /**
   * @param place where each of the experts was among those that were saved; -1 where it was not
   * @param were how many were saved
   */
  void load(StateReader in, int[] place, int were) {
    events = in.longValue("events", 0, Long.MAX_VALUE);
    spent = in.doubleValue("spent");
    graded = in.longValue("graded", 0, Long.MAX_VALUE);
    good = in.doubleValue("good");
    lambda = in.doubleValue("lambda");
    double[] q = in.doubles("quality");
    double[] c = in.doubles("cost");
    if (q.length % were != 0 || q.length / were > window || c.length != q.length) {
      throw in.corrupt("quality", "has " + q.length + " values of " + were + " experts");
    }
    count = q.length / were;
    next = in.intValue("next", count < window ? count : 0, count < window ? count : window - 1);
    for (int e = 0; e < count; e++) {
      for (int k = 0; k < experts; k++) {
        boolean was = place[k] >= 0;
        quality[e * experts + k] = was ? q[e * were + place[k]] : Double.NaN;
        cost[e * experts + k] = was ? c[e * were + place[k]] : Double.NaN;
      }
    }
  }

  long memoryBytes() {
    return 136 + 2 * (16 + 8L * experts * window);
  }
}
