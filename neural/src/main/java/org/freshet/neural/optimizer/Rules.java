package org.freshet.neural.optimizer;

import org.freshet.core.ConfigException;
import org.freshet.core.component.Build;
import org.freshet.core.component.Spec;
import org.freshet.learn.linear.AdaGrad;
import org.freshet.learn.linear.Adam;
import org.freshet.learn.linear.Sgd;

/** From the name of an optimizer to its rule for networks. */
public final class Rules {
  private Rules() {}

  /**
   * @throws ConfigException for one that moves linear models only
   */
  public static Rule rule(Spec spec, Build build) {
    Object o = build.create(spec, Object.class);
    if (o instanceof NetworkOptimizer n) {
      return n.rule(build);
    }
    if (o instanceof Sgd s && s.parameters().schedule() != Sgd.Schedule.OPTIMAL) {
      Sgd.Parameters p = s.parameters();
      return new SgdRule(p.learningRate(), p.schedule() == Sgd.Schedule.CONSTANT ? 0 : p.power());
    }
    if (o instanceof Sgd) {
      throw new ConfigException(
          spec.where().toString(),
          "sgd(schedule=optimal) falls with the penalty l2, which a network has none of; use"
              + " schedule=inverse_scaling or the optimizer scheduled");
    }
    if (o instanceof AdaGrad a) {
      return new AdaGradRule(a.parameters().learningRate(), a.parameters().epsilon());
    }
    if (o instanceof Adam a) {
      Adam.Parameters p = a.parameters();
      return new AdamRule(p.learningRate(), p.beta1(), p.beta2(), p.epsilon());
    }
    throw new ConfigException(
        spec.where().toString(),
        spec.name()
            + " does not move the weights of a network; 'freshet list optimizer' shows those that do");
  }
}
