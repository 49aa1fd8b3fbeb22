package org.freshet.runtime;

import org.freshet.core.Batch;
import org.freshet.core.live.Records;
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

  /**
   * Who asked about these records has been answered.
   *
   * @param nanos since they entered the pipeline
   */
  default void answered(Records records, long nanos) {}

  /**
   * A snapshot was written; called on the thread that makes snapshots.
   *
   * @param nanos that it took in the background
   */
  default void snapshot(long entry, long bytes, long nanos) {}

  /**
   * Everything was consumed and the pipeline ends; the state folder is its own for this moment
   * still.
   */
  default void ending(Replica replica) {}

  /**
   * Something a person may want to read about, in a line that is in the log already; called on any
   * thread.
   */
  default void happened(Happening kind, String text) {}

  /**
   * A watch measured.
   *
   * @param watch such as {@code psi}
   * @param of what it looks at, such as a feature's name
   * @param limit beyond which it raises an alarm; NaN when it has none
   */
  default void measured(String watch, String of, double value, double limit) {}
}
