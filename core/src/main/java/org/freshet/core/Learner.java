package org.freshet.core;

import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Anything with state that learns from a stream. One thread owns it; it holds no locks. Its state
 * can be written at any point, and a learner restored from it goes on bit for bit as if never
 * stopped.
 */
public interface Learner {
  /** Writes all state that is not implied by the parameters and the schema. */
  void save(StateWriter out);

  /** Replaces the state of a newly made learner with the same parameters and schema. */
  void load(StateReader in);

  /** Bytes of heap it holds, its own O(1) count, within 20 % of a heap walk. */
  long memoryBytes();
}
