package org.freshet.neural.network;

import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.graph.Losses;
import org.freshet.neural.graph.Node;
import org.freshet.neural.strategy.Lesson;
import org.freshet.neural.strategy.Objective;

/**
 * Learns a number in units of its deviation so far, so that one rate serves targets of any scale.
 * Rows kept in a memory have their targets as they came.
 */
final class Numbers implements Objective {
  private static final double LARGEST = 1e18; // its square is a float

  private final ErrorCost cost;
  private final Moments moments = new Moments(1);
  private float[] scaled = {};

  Numbers(ErrorCost cost) {
    this.cost = cost;
  }

  @Override
  public boolean classes() {
    return false;
  }

  /** Counts a target in; held in ±1e18. */
  float seen(double y) {
    double held = Math.max(-LARGEST, Math.min(LARGEST, y));
    moments.add(0, held);
    return (float) held;
  }

  /** From what the network gives to a target. */
  double unscaled(double z) {
    return moments.mean(0) + z * moments.deviation(0);
  }

  @Override
  public double loss(Lesson l, int from, int to) {
    Node z = l.network().head();
    if (scaled.length < l.targets().length) {
      scaled = new float[l.targets().length];
    }
    for (int r = from; r < to; r++) {
      scaled[r] = (float) ((l.targets()[r] - moments.mean(0)) / moments.deviation(0));
    }
    return switch (cost) {
      case SQUARED -> Losses.squared(z, scaled, 1, l.weights(), from, to);
      case HUBER -> Losses.huber(z, scaled, 1, 1, l.weights(), from, to);
      case ABSOLUTE -> 2 * Losses.quantile(z, scaled, 1, 0.5, l.weights(), from, to);
    };
  }

  void save(StateWriter out) {
    moments.save(out);
  }

  void load(StateReader in) {
    moments.load(in);
  }

  long memoryBytes() {
    return 40 + moments.memoryBytes() + 4L * scaled.length;
  }
}
