package org.freshet.core.live;

import java.util.Map;
import org.freshet.core.Schema;

/**
 * A source of events, of labels, or of both that goes on without end: a topic, a path of the HTTP
 * server, a file that grows. It reads on threads of its own and hands {@link Records} to the {@link
 * Inbox}, which makes it wait when the pipeline cannot follow.
 *
 * <p>Order of calls: {@link #schema} once unless the feed brings labels only, {@link #start},
 * {@link #close}.
 */
public interface Feed extends AutoCloseable {
  /** Name for messages and metrics, such as {@code kafka:payments}. */
  String name();

  /**
   * The columns of its events. A feed whose columns are not declared looks at the first events and
   * waits for them as long as it takes, without consuming them.
   *
   * @return null from a feed that brings labels only
   * @throws InterruptedException when the pipeline is stopped meanwhile
   */
  Schema schema() throws InterruptedException;

  /** The columns its parameters declare, asked of before it is started; null when they do not. */
  default Schema declared() {
    return null;
  }

  /**
   * Begins to hand over records.
   *
   * @param schema of the pipeline's events, whose dictionaries the feed does not touch
   * @param from for each of its partitions the position behind what was consumed before; a
   *     partition not in it starts where the feed's parameters say
   */
  void start(Schema schema, Map<String, Long> from, Inbox inbox);

  /** Whether it can go back to an earlier position; one that cannot relies on the journal. */
  boolean canSeek();

  /**
   * Everything up to these positions is safely in the journal, for feeds that tell someone: a
   * consumer group. Called now and then by the thread that owns the pipeline; must not block.
   */
  default void consumed(Map<String, Long> positions) {}

  /** Records known to wait at the source and not yet handed over; -1 when unknown. */
  default long lag() {
    return -1;
  }

  /** Records refused so far because they could not be read. */
  default long badRecords() {
    return 0;
  }

  /** Whether its last record was handed over, and no more will come. */
  default boolean ended() {
    return false;
  }

  /** Whether it gives what was recorded, whose times have nothing to do with the clock of now. */
  default boolean recording() {
    return false;
  }

  /** In words what is wrong now, such as a broker that does not answer; null when all is well. */
  default String trouble() {
    return null;
  }

  /** A way to put JSON records where it reads them; null where there is none but its own. */
  default Outlet outlet() {
    return null;
  }

  /** Stops its threads. What was handed over stays handed over. */
  @Override
  void close();
}
