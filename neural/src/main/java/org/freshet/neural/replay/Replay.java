package org.freshet.neural.replay;

/** A kind of memory: the settings, without any row. */
public interface Replay {
  /**
   * @param stride floats of a row
   */
  Memory memory(int stride);

  /** Rows of the memory learnt again with each batch. */
  int batch();
}
