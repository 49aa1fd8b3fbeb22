package org.freshet.cli;

import org.freshet.streams.live.JsonBytes;

/** Where a {@link Feeder} sends events and labels, and where their answers come from. */
interface Destination extends AutoCloseable {
  /** Hears of answers, on the thread that calls {@link #answers}. */
  interface Answers {
    /**
     * @param prediction null where there was none
     * @param nanos from when the event was sent
     */
    void answered(String id, String prediction, long nanos);
  }

  /** Takes an event, to be sent with those before it. */
  void event(String id, JsonBytes json);

  /** Takes a label, to be sent with those before it. */
  void label(JsonBytes json);

  /** Sends what was taken; trying again while that is of use. */
  void send() throws InterruptedException;

  /** Tells the answers that came since the last call. */
  void answers(Answers to) throws InterruptedException;

  @Override
  void close();
}
