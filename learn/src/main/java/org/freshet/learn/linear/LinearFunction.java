package org.freshet.learn.linear;

import org.freshet.core.Features;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** w·x + b, learnt by gradient steps: w by an optimizer, b by plain steps at a rate of its own. */
final class LinearFunction {
  private final Weights weights;
  private final double interceptRate;
  private final double clip;
  private final int limit;
  private double intercept;

  /**
   * @param clip bound on the gradient by the margin, times the weight of the event
   * @param limit the most columns it may have
   */
  LinearFunction(Weights weights, double interceptRate, double clip, int limit) {
    this.weights = weights;
    this.interceptRate = interceptRate;
    this.clip = clip;
    this.limit = limit;
  }

  /** The margin of a usable row. */
  double at(Features x) {
    double margin = weights.dot(x) + intercept;
    return Double.isNaN(margin) ? 0 : margin; // the difference of two infinite sums
  }

  /** One step; columns the row has and the weights have not are opened. */
  void step(Features x, double gradient) {
    int columns = UsableRow.columns(x);
    if (columns > weights.columns()) {
      weights.grow((int) Math.max(columns, Math.min(2L * weights.columns(), limit)));
    }
    double g = Math.max(-clip, Math.min(clip, gradient));
    weights.step(x, g);
    intercept -= interceptRate * g;
  }

  /**
   * By how much the next step moves the margin for each unit of the gradient, see {@link
   * Weights#reach}.
   */
  double reach(double squaredNorm) {
    return weights.reach(squaredNorm) + interceptRate;
  }

  /** Goes along, by a share of the way, with one that moved from one place to another. */
  void add(LinearFunction newer, LinearFunction older, double share) {
    weights.add(newer.weights, older.weights, share);
    intercept += share * (newer.intercept - older.intercept);
  }

  double intercept() {
    return intercept;
  }

  Weights weights() {
    return weights;
  }

  void save(StateWriter out) {
    out.put("intercept", intercept);
    weights.save(out);
  }

  void load(StateReader in) {
    intercept = in.doubleValue("intercept");
    weights.load(in, limit);
  }

  long memoryBytes() {
    return 48 + weights.memoryBytes();
  }
}
