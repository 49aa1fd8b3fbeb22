package org.freshet.neural.optimizer;

import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;

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

  /** What is left of the start, as a snapshot has it. */
  static double power(StateReader in, String name) {
    double v = in.doubleValue(name);
    if (!(v >= 0 && v <= 1)) {
      throw in.corrupt(name, "is " + v + ", allowed 0 to 1");
    }
    return v;
  }
}
