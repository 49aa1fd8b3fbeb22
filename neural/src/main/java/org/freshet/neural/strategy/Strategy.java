package org.freshet.neural.strategy;

import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** How a network learns a batch: which rows, which losses, which weights. One for each network. */
public abstract class Strategy {
  /**
   * Learns the batch of the stream in the first {@link Lesson#streamed()} rows, once; the caller
   * offers the rows to the memory after that.
   */
  public abstract void learn(Lesson lesson);

  /** Told where a row of the stream was kept, after the step. */
  public void kept(Lesson lesson, int row, int place) {}

  /**
   * Turns features and logits of row 0, just computed, into scores to be put through a softmax.
   *
   * @param scores the logits, to be changed
   */
  public void scores(Lesson lesson, double[] scores, int outputs) {}

  /** The classes have become more. */
  public void grown(Lesson lesson, int outputs) {}

  public void save(StateWriter out) {}

  public void load(StateReader in, int mostOutputs) {}

  public long memoryBytes() {
    return 16;
  }
}
