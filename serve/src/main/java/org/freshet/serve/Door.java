package org.freshet.serve;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.freshet.core.ConfigException;
import org.freshet.core.live.AnswerBlock;
import org.freshet.core.live.Records;
import org.freshet.runtime.Live;
import org.freshet.runtime.Replica;

/** Takes requests to the pipeline's own thread and waits for its answers. */
final class Door {
  private static final int ROOM_MILLIS = 50;

  private final Live live;
  private final int patience;

  /**
   * @param patience seconds an answer is waited for
   */
  Door(Live live, int patience) {
    this.live = live;
    this.patience = patience;
  }

  int patience() {
    return patience;
  }

  Live live() {
    return live;
  }

  /**
   * @throws Refused when the pipeline takes nothing now
   */
  void open() {
    if (live.stopping()) {
      throw new Refused(503, "the pipeline is stopping", 1);
    }
    if (live.paused()) {
      throw new Refused(503, "the pipeline is paused; POST /v1/model/resume goes on", 1);
    }
    known();
  }

  /** Wants only that the columns are known and what was is recovered. */
  void known() {
    if (live.running() || live.stopping()) {
      return;
    }
    HttpFeed feed = events();
    throw new Refused(
        503,
        feed != null && feed.wantsFirst()
            ? "no event has come yet, which tells the columns"
            : "the pipeline is starting",
        1);
  }

  /** The feed of events, if they come over HTTP. */
  HttpFeed events() {
    return live.feeds().get(0) instanceof HttpFeed f ? f : null;
  }

  /** Waits a little until the pipeline, which just learnt its columns, runs. */
  void begin() {
    for (int i = 0; i < 1000 && !live.running() && !live.stopping(); i++) {
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        throw stopping();
      }
    }
  }

  private static Refused stopping() {
    Thread.currentThread().interrupt();
    return new Refused(503, "the pipeline is stopping", 1);
  }

  /** Hands records over and waits for what becomes of them; sheds them when too many wait. */
  AnswerBlock through(Records records) {
    Waiting waiting = new Waiting();
    put(records.replyTo(waiting), ROOM_MILLIS);
    return waiting.await(patience, this::tooLong);
  }

  /**
   * The same, and waits for the final answers to events that are left to experts.
   *
   * @param wait nanoseconds at most
   */
  Finals through(Records records, long wait) {
    Waiting waiting = new Waiting(wait);
    put(records.replyTo(waiting), ROOM_MILLIS);
    waiting.await(patience, this::tooLong);
    return waiting.finals();
  }

  /** Hands records over, which know who waits; sheds them at once when too many wait. */
  void put(Records records) {
    put(records, 0);
  }

  private void put(Records records, long millis) {
    boolean taken;
    try {
      taken = live.inbox().offer(records, millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new Refused(503, "the pipeline is stopping", 1);
    }
    if (!taken) {
      throw new Refused(
          503, live.waiting() + " records wait already (limits.queue); try again in a second", 1);
    }
  }

  Refused tooLong() {
    return new Refused(
        503,
        "no answer within "
            + patience
            + " seconds; send the same again, with the same ids: nothing is learnt twice",
        1);
  }

  /** Asks the pipeline something that changes nothing. */
  <T> T read(Function<Replica, T> question) {
    known();
    return get(live.read(question));
  }

  /** Gives the pipeline a command and waits until it is carried out. */
  void order(String command) {
    known();
    get(live.ask(command));
  }

  private <T> T get(CompletableFuture<T> answer) {
    try {
      return answer.get(patience, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw stopping();
    } catch (TimeoutException e) {
      throw new Refused(503, "no answer within " + patience + " seconds", 1);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Refused r) {
        throw r;
      }
      if (e.getCause() instanceof ConfigException c) {
        throw new Refused(409, c.faults().get(0).message());
      }
      throw new Refused(503, e.getCause().getMessage(), 1);
    }
  }
}
