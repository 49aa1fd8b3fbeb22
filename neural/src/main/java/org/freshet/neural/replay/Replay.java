package org.freshet.neural.replay;

/** A kind of memory: the settings, without any row. */
public interface Replay {
  /**
   * @param stride floats of a row
   */
  Memory memory(int stride);

  /** Whether it looks at classes, so that rows that teach numbers mean nothing to it. */
  default boolean classesOnly() {
    return false;
  }

  /** Whether it moves the numbers of rows, so that they must be dense. */
  default boolean denseOnly() {
    return false;
  }

  /** How rows are chosen to be learnt again. */
  default Retrieval retrieval() {
    return Retrieval.UNIFORM;
  }

  /** Rows of the memory learnt again with each batch. */
  int batch();

  /** Rows the network must have room for beside those of the batch, so that others can choose. */
  default int room() {
    return 0;
  }
}
