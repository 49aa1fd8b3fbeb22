package org.freshet.engine;

import java.nio.ByteBuffer;
import java.util.Set;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Where the rows of events go that wait for their labels longer than memory should hold them. What
 * is kept is the same with it or without; an engine that was saved refers to records here and finds
 * them again after a crash, as they were at that moment.
 */
public interface Spill extends AutoCloseable {
  /**
   * Keeps the remaining bytes of a buffer.
   *
   * @return where they are, 0 or more
   * @throws java.io.UncheckedIOException when they cannot be kept; nothing has changed then
   */
  long put(ByteBuffer record);

  /**
   * The record at a place, valid until the next call.
   *
   * @throws java.io.UncheckedIOException when it cannot be read, or is damaged
   */
  ByteBuffer get(long at);

  /** The record is not needed by who kept it; one that was saved can still be loaded. */
  void remove(long at);

  /** A part so empty that its records should be put anew and removed; -1 when there is none. */
  int worn();

  /** The part a place lies in. */
  int part(long at);

  /** Whether a record may be at a place. */
  boolean holds(long at);

  /** Names of the files that are referred to. */
  Set<String> files();

  /** Bytes it takes. */
  long bytes();

  /** Writes what is needed to find the records again; they are safely on the disk then. */
  void save(StateWriter out);

  /** Finds the records of {@link #save} again, in a new spill of the same folder. */
  void load(StateReader in);

  @Override
  void close();
}
