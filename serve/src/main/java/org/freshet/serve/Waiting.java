package org.freshet.serve;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.freshet.core.live.AnswerBlock;
import org.freshet.core.live.Records;
import org.freshet.core.live.Reply;

/** A request's thread that waits for what becomes of its records. */
final class Waiting implements Reply {
  private final Thread thread = Thread.currentThread();
  private final Finals finals = new Finals();
  private final long wait; // nanoseconds for final answers
  private AnswerBlock answers;
  private RuntimeException failure;
  private volatile boolean done;
  private volatile boolean all; // answers are final

  /** For whom the first answers do. */
  Waiting() {
    this(0);
  }

  /**
   * @param wait nanoseconds that final answers are waited for
   */
  Waiting(long wait) {
    this.wait = wait;
  }

  @Override
  public boolean waits() {
    return wait > 0 && !all;
  }

  @Override
  public void done(Records records, AnswerBlock given) {
    answers = given;
    all = finals.take(given);
    done = true;
    LockSupport.unpark(thread);
  }

  @Override
  public void last(int i, AnswerBlock answer) {
    if (finals.take(i, answer)) {
      all = true;
      LockSupport.unpark(thread);
    }
  }

  /** The answers, final where they came in time. */
  Finals finals() {
    long until = System.nanoTime() + wait;
    for (long left = wait; !all && left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(this, left);
    }
    all = true; // who comes later comes too late
    return finals;
  }

  @Override
  public void failed(Records records, RuntimeException why) {
    failure = why;
    done = true;
    LockSupport.unpark(thread);
  }

  /**
   * @param tooLong thrown where it takes longer
   * @throws Refused when the records were not consumed, or not in time
   */
  AnswerBlock await(long seconds, Supplier<Refused> tooLong) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (!done) {
      long left = until - System.nanoTime();
      if (left <= 0) {
        throw tooLong.get();
      }
      LockSupport.parkNanos(this, left);
    }
    if (failure != null) {
      throw new Refused(503, failure.getMessage(), 1);
    }
    return answers;
  }
}
