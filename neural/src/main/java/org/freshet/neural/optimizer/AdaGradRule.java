package org.freshet.neural.optimizer;

import org.freshet.neural.graph.Parameter;

/** G ← G + g²; w ← w − η g / (√G + ε) (Duchi, Hazan and Singer, JMLR 2011). */
final class AdaGradRule extends Rule {
  private final double rate;
  private final float epsilon;

  AdaGradRule(double rate, double epsilon) {
    this.rate = rate;
    this.epsilon = (float) epsilon;
  }

  @Override
  public int slots() {
    return 1;
  }

  @Override
  public void step(Parameter p, float[] w, float[] g, float[][] slots, int n) {
    float[] sum = slots[0];
    float r = (float) scaled(rate);
    float e = epsilon;
    for (int i = 0; i < n; i++) {
      float d = g[i];
      float squares = sum[i] + d * d + TINY - TINY;
      sum[i] = squares;
      w[i] -= r * d / ((float) Math.sqrt(squares) + e);
    }
  }
}
