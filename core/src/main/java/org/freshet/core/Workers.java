package org.freshet.core;

import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * A few threads that do numbered pieces of work together with the caller. Which thread does which
 * piece is left open, so pieces must not depend on each other; the caller combines results in fixed
 * order. With one thread the caller does everything.
 */
public final class Workers implements AutoCloseable {
  private final int threads;
  private final Phaser phaser;
  private final AtomicInteger next = new AtomicInteger();
  private volatile IntConsumer work;
  private volatile int pieces;
  private volatile Throwable failure;
  private volatile boolean closed;

  /**
   * @param threads threads that work, the caller among them, 1 … 256
   */
  public Workers(int threads) {
    if (threads < 1 || threads > 256) {
      throw new IllegalArgumentException("threads is " + threads + ", allowed 1 to 256");
    }
    this.threads = threads;
    this.phaser = new Phaser(threads);
    for (int i = 1; i < threads; i++) {
      Thread t = new Thread(this::help, "freshet-worker-" + i);
      t.setDaemon(true);
      t.start();
    }
  }

  public int threads() {
    return threads;
  }

  /** Does pieces 0 … pieces-1 and returns when all are done; the first failure is thrown. */
  public void run(int count, IntConsumer piece) {
    if (threads == 1 || count == 1) {
      for (int i = 0; i < count; i++) {
        piece.accept(i);
      }
      return;
    }
    work = piece;
    pieces = count;
    failure = null;
    next.set(0);
    phaser.arriveAndAwaitAdvance();
    drain();
    phaser.arriveAndAwaitAdvance();
    work = null;
    Throwable f = failure;
    if (f instanceof RuntimeException e) {
      throw e;
    }
    if (f instanceof Error e) {
      throw e;
    }
  }

  private void drain() {
    IntConsumer piece = work;
    int count = pieces;
    try {
      for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
        piece.accept(i);
      }
    } catch (RuntimeException | Error e) {
      failure = e;
      next.set(count);
    }
  }

  private void help() {
    while (true) {
      phaser.arriveAndAwaitAdvance();
      if (closed) {
        return;
      }
      drain();
      phaser.arriveAndAwaitAdvance();
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      if (threads > 1) {
        phaser.arriveAndDeregister();
      }
    }
  }
}
