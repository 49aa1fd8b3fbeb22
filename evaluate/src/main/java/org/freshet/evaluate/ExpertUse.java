package org.freshet.evaluate;

import java.util.List;

/**
 * What experts were asked in place of small models, what that cost, and how good their answers
 * were.
 *
 * @param events all events, asked about or not
 * @param each expert by its number
 */
public record ExpertUse(long events, List<One> each) {
  /**
   * One expert.
   *
   * @param calls questions put to it
   * @param useless answers that name no class, or did not come
   * @param cost in the unit of its prices
   * @param nanos its answers took in this run
   * @param judged answers known to be true or not, or how good
   * @param right answers among these that were true, or the sum of how good they were; one of no
   *     use is not
   */
  public record One(
      String name,
      long calls,
      long useless,
      double cost,
      long tokens,
      long nanos,
      long judged,
      double right) {
    /** Share of its answers that were true; NaN where none is judged. */
    public double accuracy() {
      return judged == 0 ? Double.NaN : right / judged;
    }
  }

  /** All experts as one. */
  public One all() {
    long calls = 0;
    long useless = 0;
    double cost = 0;
    long tokens = 0;
    long nanos = 0;
    long judged = 0;
    double right = 0;
    for (One e : each) {
      calls += e.calls;
      useless += e.useless;
      cost += e.cost;
      tokens += e.tokens;
      nanos += e.nanos;
      judged += e.judged;
      right += e.right;
    }
    return new One("all", calls, useless, cost, tokens, nanos, judged, right);
  }

  /** Questions a stream asks that asks about every event, over those asked. */
  private double always() {
    long calls = all().calls();
    return calls == 0 ? 0 : (double) events / calls;
  }

  /** Share of events asked about. */
  public double share() {
    return events == 0 ? 0 : (double) all().calls() / events;
  }

  /**
   * What asking about every event would have cost more, at the mean price paid; among several, what
   * asking the dearest about every event would have.
   */
  public double savedCost() {
    if (each.size() > 1) {
      double dearest = 0;
      for (One e : each) {
        dearest = Math.max(dearest, e.calls == 0 ? 0 : e.cost / e.calls);
      }
      return Math.max(0, dearest * events - all().cost());
    }
    return all().cost() * Math.max(0, always() - 1);
  }

  /** What asking about every event would have taken longer, in nanoseconds, at the mean time. */
  public double savedNanos() {
    return all().nanos() * Math.max(0, always() - 1);
  }
}
