package org.freshet.learn.route;

import org.freshet.core.Features;
import org.freshet.core.Regressor;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * What an answer of an expert to a row will cost, or how long it will take: a line over the number
 * of values in the row, which is how long a text is, and a regressor for what is left of it, as a
 * part of the mean. Never outside of what was seen; where all answers cost the same, just that.
 */
final class Amount {
  /** Steps of the bound on late answers, and how many answers may be beyond it. */
  private static final double STEP = 0.05;

  private static final double LATE = 0.1;

  private final Regressor rest; // null: the mean is all
  private final int window;
  private double mean;
  private double least = Double.POSITIVE_INFINITY;
  private double most = Double.NEGATIVE_INFINITY;
  private long known;

  // Of the number of values in a row: mean, variance, covariance with the amount.
  private double size;
  private double spread;
  private double slope;

  private double margin = 1;

  /**
   * @param listed what is expected before anything is known
   * @param window answers that the means are of, about
   */
  Amount(double listed, Regressor rest, int window) {
    this.mean = listed;
    this.rest = rest;
    this.window = window;
  }

  /** The mean so far, or what was listed. */
  double mean() {
    return mean;
  }

  /** The largest seen, or what was listed. */
  double most() {
    return known == 0 ? mean : most;
  }

  private boolean varies() {
    return known > 1 && least < most;
  }

  /** Mean expected for a row. */
  double predict(Features x) {
    if (!varies() || rest == null) {
      return mean;
    }
    return within(line(x) + mean * rest.predict(x));
  }

  /** What is exceeded by one answer in ten. */
  double bound(Features x) {
    return margin * predict(x);
  }

  private double line(Features x) {
    return spread > 0 ? mean + slope / spread * (x.count() - size) : mean;
  }

  private double within(double v) {
    return Math.max(least, Math.min(most, v));
  }

  /** Takes in what an answer cost or took; what is no amount is passed over. */
  void learn(Features x, double amount) {
    if (!(amount >= 0 && amount <= 1e100)) {
      return;
    }
    known++;
    double expected = predict(x);
    least = Math.min(least, amount);
    most = Math.max(most, amount);
    double share = 1.0 / Math.min(known, window);
    double dx = x.count() - size;
    double dy = amount - mean;
    size += share * dx;
    mean = known == 1 ? amount : dy == 0 ? mean : mean + share * dy;
    spread = (1 - share) * (spread + share * dx * dx);
    slope = (1 - share) * (slope + share * dx * dy);
    if (varies()) {
      margin *= Math.exp(STEP * ((amount > margin * expected ? 1 : 0) - LATE));
      if (rest != null && mean > 0) {
        rest.learn(x, (amount - line(x)) / mean, 1);
      }
    }
  }

  void save(StateWriter out) {
    out.put("known", known);
    out.put("line", new double[] {mean, least, most, size, spread, slope, margin});
    if (rest != null) {
      out.put("rest", rest);
    }
  }

  void load(StateReader in) {
    known = in.longValue("known", 0, Long.MAX_VALUE);
    double[] line = in.doubles("line", 7);
    mean = line[0];
    least = line[1];
    most = line[2];
    size = line[3];
    spread = line[4];
    slope = line[5];
    margin = line[6];
    boolean seen = known == 0 || least >= 0 && least <= most && most <= 1e100;
    if (!seen || !(mean >= 0 && size >= 0 && spread >= 0 && margin > 0 && Double.isFinite(slope))) {
      throw in.corrupt("line", "has a mean of " + mean + " from " + least + " to " + most);
    }
    if (rest != null) {
      in.load("rest", rest);
    }
  }

  long memoryBytes() {
    return 96 + (rest == null ? 0 : rest.memoryBytes());
  }
}
