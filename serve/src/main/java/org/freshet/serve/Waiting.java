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
  private AnswerBlock answers;
  private RuntimeException failure;
  private volatile boolean done;

  @Override
  public void done(Records records, AnswerBlock given) {
    answers = given;
    done = true;
    LockSupport.unpark(thread);
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
