package org.freshet.core.live;

/**
 * Puts records where a feed reads them, as any other program might: for load generators. One thread
 * uses it.
 */
public interface Outlet extends AutoCloseable {
  /** Sends one record, an event or a label as JSON; it may wait a moment for others. */
  void send(byte[] json);

  /**
   * Everything sent is there when it returns.
   *
   * @throws java.io.UncheckedIOException when it could not be written
   */
  void flush();

  @Override
  void close();
}
