package org.freshet.neural.optimizer;

import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.graph.Parameter;

/** Adam (Kingma and Ba, ICLR 2015), with the corrections of the means folded into the rate. */
final class AdamRule extends Rule {
  private final double rate;
  private final float beta1;
  private final float beta2;
  private final float epsilon;
  private double power1 = 1;
  private double power2 = 1;
  private float size;
  private float small;

  AdamRule(double rate, double beta1, double beta2, double epsilon) {
    this.rate = rate;
    this.beta1 = (float) beta1;
    this.beta2 = (float) beta2;
    this.epsilon = (float) epsilon;
  }

  @Override
  public int slots() {
    return 2;
  }

  @Override
  public void begin() {
    power1 *= beta1;
    power2 *= beta2;
    double root = Math.sqrt(1 - power2);
    size = (float) (scaled(rate) * root / (1 - power1));
    small = (float) (epsilon * root);
  }

  @Override
  public void step(Parameter p, float[] w, float[] g, float[][] slots, int n) {
    float[] m = slots[0];
    float[] v = slots[1];
    float b1 = beta1;
    float b2 = beta2;
    float s = size;
    float e = small;
    for (int i = 0; i < n; i++) {
      float d = g[i];
      float mean = b1 * m[i] + (1 - b1) * d + TINY - TINY;
      float square = b2 * v[i] + (1 - b2) * d * d + TINY - TINY;
      m[i] = mean;
      v[i] = square;
      w[i] -= s * mean / ((float) Math.sqrt(square) + e);
    }
  }

  @Override
  public void save(StateWriter out) {
    out.put("power1", power1);
    out.put("power2", power2);
  }

  @Override
  public void load(StateReader in) {
    power1 = in.doubleValue("power1");
    power2 = in.doubleValue("power2");
  }
}
