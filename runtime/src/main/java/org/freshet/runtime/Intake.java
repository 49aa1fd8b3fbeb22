package org.freshet.runtime;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.freshet.core.live.Feed;
import org.freshet.core.live.Inbox;
import org.freshet.core.live.Records;

/**
 * The queue between feeds and the thread that owns the pipeline: bounded by records, so that feeds
 * wait (or shed) when the pipeline cannot follow.
 */
final class Intake implements Inbox {
  /** A feed that waits for another looks so often whether that has anything to bring. */
  private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(2);

  private final int capacity;
  private final int most;
  private final ArrayDeque<Records> queue = new ArrayDeque<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  private final Condition emptied = lock.newCondition();
  private final Pace pace = new Pace();
  private final LongSupplier nanos;
  private int waiting; // records in the queue
  private long shed;
  private Throwable failure;
  private boolean woken;
  private boolean closed;

  /**
   * @param capacity records that may wait; one block of records larger than that may wait alone
   * @param most records a block may have
   */
  Intake(int capacity, int most) {
    this(capacity, most, System::nanoTime);
  }

  /** With a clock of its own. */
  Intake(int capacity, int most, LongSupplier nanos) {
    this.most = most;
    this.capacity = capacity;
    this.nanos = nanos;
  }

  @Override
  public void put(Records records) throws InterruptedException {
    records.entered(System.nanoTime());
    lock.lockInterruptibly();
    try {
      pace.offers(records);
      while (true) {
        if (!fits(records)) {
          emptied.await();
        } else if (pace.ahead(records, nanos.getAsLong())) {
          emptied.awaitNanos(LOOK);
        } else {
          break;
        }
      }
      add(records);
    } finally {
      pace.offered(records, nanos.getAsLong());
      emptied.signalAll(); // another feed may have waited for this one
      lock.unlock();
    }
  }

  @Override
  public boolean offer(Records records, long time, TimeUnit unit) throws InterruptedException {
    long left = unit.toNanos(time);
    records.entered(System.nanoTime());
    lock.lockInterruptibly();
    try {
      while (!fits(records)) {
        if (left <= 0) {
          shed += records.size();
          return false;
        }
        left = emptied.awaitNanos(left);
      }
      add(records);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Hands over what an expert said, which always has room and is taken at the end too. */
  void reply(Records records) {
    records.entered(System.nanoTime());
    lock.lock();
    try {
      add(records);
    } finally {
      lock.unlock();
    }
  }

  private boolean fits(Records records) throws InterruptedException {
    if (closed) {
      throw new InterruptedException("the pipeline is stopping");
    }
    if (records.size() > most) {
      throw new IllegalArgumentException(
          "a block has " + records.size() + " records, allowed " + most);
    }
    return waiting == 0 || waiting + records.size() <= capacity;
  }

  private void add(Records records) {
    queue.add(records);
    waiting += records.size();
    filled.signal();
  }

  @Override
  public void fail(Feed feed, Throwable error) {
    lock.lock();
    try {
      failure = failure == null ? error : failure;
      filled.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Wakes the owner, who has something else to do. */
  void wake() {
    lock.lock();
    try {
      woken = true;
      filled.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes blocks in the order they came, until they hold {@code rows} records or no more are there;
   * waits for the first.
   *
   * @throws RuntimeException that a feed failed with, once the queue is empty
   */
  void take(List<Records> into, int rows, int most, long millis) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      if (queue.isEmpty() && failure == null && !woken) {
        filled.await(millis, TimeUnit.MILLISECONDS);
      }
      woken = false;
      int taken = 0;
      while (!queue.isEmpty() && taken < rows) {
        int next = queue.peek().size();
        if (taken > 0 && taken + next > most) {
          break;
        }
        into.add(queue.poll());
        taken += next;
      }
      if (taken > 0) {
        waiting -= taken;
        emptied.signalAll();
      } else if (failure != null) {
        throw thrown(failure);
      }
    } finally {
      lock.unlock();
    }
  }

  private static RuntimeException thrown(Throwable failure) {
    if (failure instanceof Error e) {
      throw e;
    }
    return failure instanceof RuntimeException r ? r : new IllegalStateException(failure);
  }

  /** Refuses more; what waits stays. */
  void close() {
    lock.lock();
    try {
      closed = true;
      emptied.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Takes all that waits, which nobody will consume. */
  List<Records> rest() {
    lock.lock();
    try {
      List<Records> all = List.copyOf(queue);
      queue.clear();
      waiting = 0;
      return all;
    } finally {
      lock.unlock();
    }
  }

  int waiting() {
    lock.lock();
    try {
      return waiting;
    } finally {
      lock.unlock();
    }
  }

  /** Records refused because there was no room. */
  long shed() {
    lock.lock();
    try {
      return shed;
    } finally {
      lock.unlock();
    }
  }
}
