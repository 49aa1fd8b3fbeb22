package org.freshet.core.state;

/**
 * Where the states of models lie that are not in memory, each under the 128 bits of its key's hash.
 *
 * <p>Whoever puts them counts its puts, from 1 up: the version. A state is never overwritten, so
 * that a snapshot, which holds only the version it was made at, still finds what was newest then,
 * however much was put after. A second user that goes the same way behind the first, such as one
 * that replays a journal, puts the same bytes under the same versions and sees only what it would
 * have put itself.
 */
public interface ModelStore {
  /** A store of its own for another user; the name is letters and digits. */
  ModelStore space(String name);

  /**
   * Keeps a state.
   *
   * @param first half of the hash of its key
   * @param second the other half
   * @param version one more than at the last put
   */
  void put(long first, long second, long version, byte[] state);

  /**
   * The newest state of a key among the versions {@code after} + 1 … {@code upTo}, or null. Older
   * ones may have been thrown away once {@code after} has passed them.
   */
  byte[] get(long first, long second, long after, long upTo);

  /**
   * Its user goes on from a snapshot that was made at a version: what was put later, before a crash
   * or on another way, is void.
   */
  void resume(long version);

  /** Writes what belongs into a snapshot: nothing, where the store itself lasts. */
  default void save(StateWriter out) {}

  /** Reads what {@link #save} wrote. */
  default void load(StateReader in) {}
}
