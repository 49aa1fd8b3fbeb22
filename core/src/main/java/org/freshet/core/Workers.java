package org.freshet.core;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * A few threads that do numbered pieces of work together with the caller. Which thread does which
 * piece is left open, so pieces must not depend on each other; the caller combines results in fixed
 * order. With one thread the caller does everything.
 *
 * <p>Runs follow each other within microseconds, so a helper looks for the next one for a while
 * before it sleeps.
 */
public final class Workers implements AutoCloseable {
  /** Looks at the counter before a helper sleeps: some 50 microseconds. */
  private static final int PATIENCE = 10_000;

  private final Thread[] helpers;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger busy = new AtomicInteger();
  private IntConsumer work; // published by round
  private int pieces;
  private volatile int round;
  private volatile Throwable failure;
  private volatile boolean closed;

  /**
   * @param threads threads that work, the caller among them, 1 … 256
   */
  public Workers(int threads) {
    if (threads < 1 || threads > 256) {
      throw new IllegalArgumentException("threads is " + threads + ", allowed 1 to 256");
    }
    helpers = new Thread[threads - 1];
    for (int i = 0; i < helpers.length; i++) {
      helpers[i] = new Thread(this::help, "freshet-worker-" + (i + 1));
      helpers[i].setDaemon(true);
      helpers[i].start();
    }
  }

  public int threads() {
    return helpers.length + 1;
  }

  /** Does pieces 0 … count-1 and returns when all are done; the first failure is thrown. */
  public void run(int count, IntConsumer piece) {
    if (helpers.length == 0 || count == 1) {
      for (int i = 0; i < count; i++) {
        piece.accept(i);
      }
      return;
    }
    work = piece;
    pieces = count;
    failure = null;
    next.set(0);
    busy.set(helpers.length);
    round = round + 1; // only the caller writes it
    for (Thread t : helpers) {
      LockSupport.unpark(t);
    }
    drain();
    for (int looks = 0; busy.get() > 0; looks++) {
      if (looks < PATIENCE) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
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
    int done = 0;
    while (true) {
      for (int looks = 0; round == done && !closed; looks++) {
        if (looks < PATIENCE) {
          Thread.onSpinWait();
        } else {
          LockSupport.park(this);
        }
      }
      if (closed) {
        return;
      }
      done = round;
      drain();
      busy.decrementAndGet();
    }
  }

  @Override
  public void close() {
    closed = true;
    for (Thread t : helpers) {
      LockSupport.unpark(t);
    }
  }
}
