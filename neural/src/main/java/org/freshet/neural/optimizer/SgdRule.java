package org.freshet.neural.optimizer;

import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.graph.Parameter;

/** w ← w − η g / t^power (Robbins and Monro 1951). */
final class SgdRule extends Rule {
  private final double rate;
  private final double power;
  private long steps;
  private float now;

  /**
   * @param power 0 for a constant rate
   */
  SgdRule(double rate, double power) {
    this.rate = rate;
    this.power = power;
  }

  @Override
  public void begin() {
    steps++;
    now = (float) (scaled(rate) / (power == 0 ? 1 : Math.pow(steps, power)));
  }

  @Override
  public float plainRate() {
    return now;
  }

  @Override
  public void step(Parameter p, float[] w, float[] g, float[][] slots, int n) {
    float r = now;
    for (int i = 0; i < n; i++) {
      w[i] -= r * g[i];
    }
  }

  @Override
  public void save(StateWriter out) {
    out.put("steps", steps);
  }

  @Override
  public void load(StateReader in) {
    steps = in.longValue("steps", 0, Long.MAX_VALUE);
  }
}
