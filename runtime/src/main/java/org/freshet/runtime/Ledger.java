package org.freshet.runtime;

import java.util.function.BooleanSupplier;
import org.freshet.core.Batch;
import org.freshet.engine.Outcomes;

/**
 * Keeps something of what comes through the journal in a durable place of its own, such as a queue
 * of open questions. It is given every entry in order, after a crash those behind the snapshot
 * again, and knows itself which it has; a snapshot waits until it has all before it.
 */
public interface Ledger extends AutoCloseable {
  /**
   * Rows were consumed, live or replayed; on the owner's thread. May wait for room.
   *
   * @param enough asked while it waits; true leaves this and all that follows to the next start
   */
  void applied(Replica replica, Batch rows, Outcomes out, BooleanSupplier enough)
      throws InterruptedException;

  /** Everything the journal has was replayed; called once, before anything new. */
  void started(Replica replica);

  /** Entries of the journal that are safely there. */
  long entry();

  /** In words what is wrong now; null when all is well. */
  String trouble();

  /** Takes in what waits, for at most this long. */
  void drain(long millis) throws InterruptedException;

  @Override
  void close();
}
