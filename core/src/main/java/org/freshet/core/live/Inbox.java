package org.freshet.core.live;

import java.util.concurrent.TimeUnit;

/** Where feeds put records; bounded, any number of threads. */
public interface Inbox {
  /**
   * Hands over records, waiting for room as long as it takes.
   *
   * @throws InterruptedException when the pipeline stops meanwhile
   */
  void put(Records records) throws InterruptedException;

  /**
   * Hands over records if there is room within the time; false means they were shed and counted.
   */
  boolean offer(Records records, long time, TimeUnit unit) throws InterruptedException;

  /**
   * The feed met something it cannot go on from: the pipeline takes what waits, then stops with
   * this error. A feed whose thread ends otherwise would be waited for without end, so it hands
   * over whatever it met.
   */
  void fail(Feed feed, Throwable error);
}
