package org.freshet.runtime;

import org.freshet.core.Batch;
import org.freshet.engine.Outcomes;

/**
 * Told of what a live pipeline does, for metrics, alarms and pages. Called on the owner's thread
 * unless said otherwise: quick, and never changing anything.
 */
public interface LiveListener {
  /** Nobody listens. */
  LiveListener NONE = new LiveListener() {};

  /** The pipeline is about to begin, as it was recovered. */
  default void started(Replica replica) {}

  /** Rows were consumed. */
  default void applied(Replica replica, Batch rows, Outcomes out, long now) {}

  /** A snapshot was written; called on the thread that makes snapshots. */
  default void snapshot(long entry, long bytes) {}
}
