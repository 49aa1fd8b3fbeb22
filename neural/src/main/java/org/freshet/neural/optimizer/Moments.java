package org.freshet.neural.optimizer;

import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * What optimizers of the family of Adam have in common.
 *
 * @param learningRate α
 * @param beta1 how slowly the mean gradient fades
 * @param beta2 how slowly the mean squared gradient fades
 * @param epsilon added to the root
 */
public record Moments(
    @Param(
            value = "size of a step where gradients agree",
            def = "0.001",
            range = "(0, inf)",
            origin = "Kingma and Ba 2015")
        double learningRate,
    @Param(
            value = "share of the mean gradient kept at each step",
            def = "0.9",
            range = "[0, 1)",
            origin = "Kingma and Ba 2015")
        double beta1,
    @Param(
            value = "share of the mean squared gradient kept at each step",
            def = "0.999",
            range = "[0, 1)",
            origin = "Kingma and Ba 2015")
        double beta2,
    @Param(
            value = "added to the root so that steps stay finite",
            def = "1e-8",
            range = "(0, inf)",
            origin = "Kingma and Ba 2015")
        double epsilon) {

  /** A rule that counts steps and corrects means for their start at 0. */
  abstract static class MomentRule extends Rule {
    final Moments p;
    final double weightDecay;
    private double power1 = 1;
    private double power2 = 1;

    MomentRule(Moments p, double weightDecay) {
      this.p = p;
      this.weightDecay = weightDecay;
    }

    @Override
    public void begin() {
      power1 *= p.beta1();
      power2 *= p.beta2();
    }

    /** What is left of a weight after its decay. */
    final float keep() {
      return (float) (1 - scaled(p.learningRate()) * weightDecay);
    }

    /** What a mean gradient is multiplied by. */
    final float correct1() {
      return (float) (1 / (1 - power1));
    }

    /** What a mean squared gradient is multiplied by. */
    final float correct2() {
      return (float) (1 / (1 - power2));
    }

    @Override
    public void save(StateWriter out) {
      out.put("power1", power1);
      out.put("power2", power2);
    }

    @Override
    public void load(StateReader in) {
      power1 = power(in, "power1");
      power2 = power(in, "power2");
    }
  }

  static double power(StateReader in, String name) {
    double v = in.doubleValue(name);
    if (!(v >= 0 && v <= 1)) {
      throw in.corrupt(name, "is " + v + ", allowed 0 to 1");
    }
    return v;
  }
}
