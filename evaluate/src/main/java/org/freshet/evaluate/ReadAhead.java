package org.freshet.evaluate;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.freshet.core.Batch;
import org.freshet.core.Source;

/**
 * Reads and parses on a thread of its own while the caller learns, a few batches ahead. Nothing is
 * read beyond the limit, so when all batches were taken the source stands right behind them.
 */
final class ReadAhead implements AutoCloseable {
  private static final int DEPTH = 4;

  private record Filled(Batch batch, Throwable failure) {}

  private final BlockingQueue<Batch> free = new ArrayBlockingQueue<>(DEPTH);
  private final BlockingQueue<Filled> ready = new ArrayBlockingQueue<>(DEPTH + 1);
  private final Thread reader;
  private Batch taken;
  private boolean ended;

  /**
   * @param limit the most records read; 0 is all
   */
  ReadAhead(Source source, int capacity, long limit) {
    for (int i = 0; i < DEPTH; i++) {
      free.add(new Batch(source.schema(), capacity));
    }
    reader =
        new Thread(
            () -> read(source, capacity, limit == 0 ? Long.MAX_VALUE : limit), "freshet-reader");
    reader.setDaemon(true);
    reader.start();
  }

  private void read(Source source, int capacity, long limit) {
    long left = limit;
    try {
      while (true) {
        Batch batch = free.take();
        int n = left == 0 ? 0 : source.read(batch, (int) Math.min(capacity, left));
        left -= n;
        ready.put(new Filled(n == 0 ? null : batch, null));
        if (n == 0) {
          return;
        }
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      // The queue has one place more than there are batches: this never waits.
      ready.add(new Filled(null, e));
    }
  }

  /**
   * The next batch, valid until the next call; null at the end. What the source throws is thrown
   * here.
   */
  Batch next() {
    if (ended) {
      return null;
    }
    if (taken != null) {
      free.add(taken);
      taken = null;
    }
    try {
      Filled f = ready.take();
      if (f.failure != null) {
        ended = true;
        if (f.failure instanceof Error e) {
          throw e;
        }
        throw (RuntimeException) f.failure;
      }
      taken = f.batch;
      ended = taken == null;
      return taken;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reading", e);
    }
  }

  /**
   * Stops the reader. One that hangs in a read of a terminal or pipe is left behind, as a daemon.
   */
  @Override
  public void close() {
    reader.interrupt();
    try {
      reader.join(1000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
