package org.freshet.bench;

/** A network of {@link NeuralSpeed}: ours or the peer's. */
interface NeuralSide extends AutoCloseable {
  /** Learns the rows {@code from} to {@code from+n-1}, in steps of the batch it was made for. */
  void learn(int from, int n);

  /** Writes the probabilities of a row. */
  void predict(int row, double[] scores);

  @Override
  default void close() {}
}
