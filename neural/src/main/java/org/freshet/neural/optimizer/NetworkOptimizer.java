package org.freshet.neural.optimizer;

import org.freshet.core.component.Build;

/** An optimizer of networks: the settings, without any state. */
public interface NetworkOptimizer {
  /** A new rule; draws from the seed of {@code build} where it draws. */
  Rule rule(Build build);
}
