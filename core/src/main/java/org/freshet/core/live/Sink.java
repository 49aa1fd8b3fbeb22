package org.freshet.core.live;

import org.freshet.core.Schema;

/**
 * Where answers go. Answers are numbered from 0 without gaps; after a crash the pipeline makes
 * those again that were not out, so a sink that keeps its own count neither loses nor doubles one.
 * One thread calls it.
 */
public interface Sink extends AutoCloseable {
  /** Name for messages and metrics. */
  String name();

  /**
   * Opens it. Called once, before the first write.
   *
   * @param pipeline name of the pipeline, which sinks that others share keep apart by
   * @param schema of the events; its dictionaries only grow
   * @return number of the first answer that is not out yet
   */
  long open(String pipeline, Schema schema);

  /**
   * Writes answers in order; all are out when it returns.
   *
   * @throws java.io.UncheckedIOException when it cannot; the runtime tries again with the same
   *     answers, after which all must be out once
   */
  void write(AnswerBlock answers);

  /**
   * A feed of the answers that come from now on, with the category {@code prediction}; null where
   * they cannot be read back. The sink itself need not be open.
   */
  default Feed answers() {
    return null;
  }

  @Override
  void close();
}
