package org.freshet.core;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * A few threads that do numbered pieces of work together with the caller. Which thread does which
 * piece is left open, so pieces must not depend on each other; the caller combines results in fixed
 * order. With one thread the caller does everything. Each thread begins at a place of its own, the
 * same in every run, so that a piece mostly stays in one cache, and goes on to what others have
 * left.
 *
 * <p>Runs follow each other within microseconds, so a helper looks for the next one for a while
 * before it sleeps.
 */
public final class Workers implements AutoCloseable {
  /** Looks at the counter before a helper sleeps: some 50 microseconds. */
  private static final int PATIENCE = 10_000;

  private final Thread[] helpers;
  private AtomicIntegerArray taken = new AtomicIntegerArray(16); // round in which a piece was taken
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
      int number = i + 1;
      helpers[i] = new Thread(() -> help(number), "freshet-worker-" + number);
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
    if (taken.length() < count) {
      taken = new AtomicIntegerArray(2 * count);
    }
    busy.set(helpers.length);
    round = round + 1; // only the caller writes it
    for (Thread t : helpers) {
      LockSupport.unpark(t);
    }
    drain(0);
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

  private void drain(int thread) {
    IntConsumer piece = work;
    int count = pieces;
    int now = round;
    AtomicIntegerArray by = taken;
    int first = (int) ((long) thread * count / threads());
    try {
      for (int k = 0; k < count && failure == null; k++) {
        int i = first + k < count ? first + k : first + k - count;
        if (by.getAndSet(i, now) != now) {
          piece.accept(i);
        }
      }
    } catch (RuntimeException | Error e) {
      failure = e;
    }
  }

  private void help(int thread) {
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
      drain(thread);
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
