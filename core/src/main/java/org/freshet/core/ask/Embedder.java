package org.freshet.core.ask;

import org.freshet.core.Features;

/** A learner that can tell what it makes of a row before its last linear layer. */
public interface Embedder {
  /** Number of values; does not change. */
  int embeddingWidth();

  /**
   * Writes them; pure.
   *
   * @param into at least {@link #embeddingWidth()} long
   */
  void embedding(Features x, double[] into);
}
