package org.freshet.core.ask;

import org.freshet.core.Features;

/**
 * A costly source of answers: a large model behind HTTP, a slow rule engine, a person, a column of
 * answers given before. It learns nothing from the stream.
 */
public interface Expert extends AutoCloseable {
  /**
   * Asks, and waits for the answer. Called from several threads at a time.
   *
   * @return the answer; never null
   */
  ExpertAnswer answer(Features x);

  /** What one question costs, as far as that is known before; for choosing. */
  double price();

  @Override
  default void close() {}
}
