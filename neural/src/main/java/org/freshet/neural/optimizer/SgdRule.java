package org.freshet.neural.optimizer;

import org.freshet.neural.graph.Parameter;

/** w ← w − η (g + λ w). */
final class SgdRule extends Rule {
  private final float rate;
  private final float decay;

  SgdRule(double rate, double decay) {
    this.rate = (float) rate;
    this.decay = (float) decay;
  }

  @Override
  public float plainRate() {
    return decay == 0 ? rate : 0;
  }

  @Override
  public void step(Parameter p, float[] w, float[] g, float[][] slots, int n) {
    float keep = 1 - rate * decay;
    for (int i = 0; i < n; i++) {
      w[i] = keep * w[i] - rate * g[i];
    }
  }
}
