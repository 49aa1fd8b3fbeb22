package org.freshet.neural.strategy;

import org.freshet.core.component.Build;

/** A way to learn a batch: the settings, without any state. */
public interface Method {
  /** A new strategy; draws from the seed of {@code build} where it draws. */
  Strategy strategy(Build build);
}
