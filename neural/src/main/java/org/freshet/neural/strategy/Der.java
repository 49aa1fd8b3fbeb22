package org.freshet.neural.strategy;

import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;

/**
 * Dark experience replay without labels: the memory keeps what the network answered when it saw a
 * row, and the network is held to these answers.
 *
 * <p>How it works: {@code der_pp} with {@code beta} 0: to the cross-entropy of the rows of the
 * stream comes {@code alpha} times the mean squared difference between logits now and then on a
 * batch of the memory.
 *
 * <p>Paper: P. Buzzega, M. Boschini, A. Porrello, D. Abati, S. Calderara, "Dark Experience for
 * General Continual Learning: a Strong, Simple Baseline", NeurIPS 2020.
 *
 * <p>Where we differ: as {@code der_pp}.
 *
 * <p>Costs as {@code experience_replay}; the memory keeps a float a class and row, and two more.
 *
 * <pre>{@code
 * mlp(hidden=[100], strategy=der(alpha=1), replay=reservoir(size=200))
 * }</pre>
 */
@Component(name = "der", kinds = Kind.PART, family = "strategy")
public final class Der implements Method {
  /**
   * @param alpha weight of the difference to the answers kept
   */
  public record Parameters(
      @Param(
              value = "weight of the squared difference to the logits kept",
              def = "1.0",
              range = "[0, inf)",
              origin = "the authors' code, split MNIST with 500 rows")
          double alpha) {}

  private final Parameters p;

  public Der(Parameters p, Build build) {
    this.p = p;
  }

  @Override
  public Strategy strategy(Build build) {
    return new DerPp.Dark(new DerPp.Parameters(p.alpha(), 0));
  }
}
