package org.freshet.neural.consolidation;

/** When to take stock of what has been learnt: the settings, without any state. */
public interface Consolidation {
  Trigger trigger();
}
