package org.freshet.core.live;

import java.util.List;
import java.util.Map;

/**
 * Where processes meet whose models are copies of one: each {@link Member} sends what it has learnt
 * and gets the merged model back, the one {@link Centre} takes what is sent and gives the merged
 * model to all. It carries bytes and knows nothing of models.
 *
 * <p>Nobody waits for another: a member that cannot reach the exchange learns on and sends later, a
 * delta may come twice, and of merged models only the newest counts.
 */
public interface Exchange {
  /** Name for messages and metrics, such as {@code kafka:models}. */
  String name();

  /**
   * Takes part; returns at once, whether the exchange can be reached or not.
   *
   * @param pipeline name of the pipeline, the same for all members
   * @param name of the member, its own
   */
  Member member(String pipeline, String name);

  /**
   * Becomes the centre, in the place of any before.
   *
   * @throws java.io.UncheckedIOException when the exchange cannot be reached now
   */
  Centre centre(String pipeline);

  /** A process that learns. Its methods do not block. */
  interface Member extends AutoCloseable {
    /**
     * Sends a delta as soon as it can. Where too many wait already it is left out: who sends it
     * does so again when no answer comes.
     */
    void send(byte[] delta);

    /** The newest merged model that was not given before; null where there is none. */
    byte[] merged();

    /** Whether what was there at the beginning was read. */
    boolean ready();

    /** In words what is wrong now; null when all is well. */
    String trouble();

    /** Sends what waits, for a few seconds at most, and leaves. */
    @Override
    void close();
  }

  /**
   * A delta as it was sent.
   *
   * @param partition where it lay
   * @param next position behind it
   */
  record Sent(String partition, long next, byte[] delta) {}

  /**
   * The process that merges. All its methods throw {@link java.io.UncheckedIOException} when the
   * exchange cannot be reached; then it is closed, and {@link Exchange#centre} begins anew with
   * what was given last.
   */
  interface Centre extends AutoCloseable {
    /** What was given last by this centre or one before; null where nothing was. */
    byte[] newest();

    /**
     * Begins to read deltas.
     *
     * @param positions from which on, by partition; one not in it is read from its beginning
     */
    void read(Map<String, Long> positions);

    /** Deltas that have come, after waiting so many milliseconds at most for the first. */
    List<Sent> take(long millis);

    /**
     * Gives the merged model to all; it is out when this returns.
     *
     * @throws org.freshet.core.ConfigException when another process has become the centre
     */
    void give(byte[] merged);

    @Override
    void close();
  }
}
