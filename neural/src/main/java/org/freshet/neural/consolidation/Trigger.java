package org.freshet.neural.consolidation;

import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** Says when to take stock, from the losses of the stream. One for each network. */
public abstract class Trigger {
  /**
   * Told of a batch of the stream after it was learnt.
   *
   * @param loss mean loss of its rows before they were learnt
   * @return whether now is a time to take stock
   */
  public abstract boolean after(double loss, int rows);

  public abstract void save(StateWriter out);

  public abstract void load(StateReader in);

  public abstract long memoryBytes();
}
