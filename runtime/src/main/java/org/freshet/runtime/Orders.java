package org.freshet.runtime;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/**
 * What others ask the owner to do between two of its turns: commands, and questions to the replica.
 * Any thread asks; the owner takes.
 */
final class Orders {
  /** What the owner does with a command. */
  interface Executor {
    /**
     * @return completes when it is done, exceptionally where it is refused and nothing happened
     */
    CompletableFuture<Void> execute(String command) throws InterruptedException;
  }

  /**
   * @param command null for a question
   */
  private record Order(String command, Runnable question, CompletableFuture<Void> done) {}

  private final ConcurrentLinkedQueue<Order> queue = new ConcurrentLinkedQueue<>();
  private final Intake intake;
  private volatile boolean over;

  /**
   * @param intake where the owner waits
   */
  Orders(Intake intake) {
    this.intake = intake;
  }

  CompletableFuture<Void> command(String command) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    add(new Order(command, null, done));
    return done;
  }

  <T> CompletableFuture<T> question(Parts parts, Function<Replica, T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    CompletableFuture<Void> done = new CompletableFuture<>();
    done.whenComplete(
        (v, e) -> {
          if (e != null) {
            answer.completeExceptionally(e);
          }
        });
    add(new Order(null, () -> answer.complete(question.apply(parts.replica())), done));
    return answer;
  }

  private void add(Order o) {
    queue.add(o);
    intake.wake();
    if (over) {
      refuse();
    }
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  /** Does all that waits; by the owner, who cannot go on from what a command throws. */
  void take(Executor executor) throws InterruptedException {
    for (Order o = queue.poll(); o != null; o = queue.poll()) {
      try {
        if (o.question() != null) {
          o.question().run();
          o.done().complete(null);
        } else {
          follow(executor.execute(o.command()), o.done());
        }
      } catch (InterruptedException | RuntimeException | Error e) {
        o.done().completeExceptionally(e);
        if (o.question() == null || e instanceof Error) {
          throw e;
        }
      }
    }
  }

  private static void follow(CompletableFuture<Void> of, CompletableFuture<Void> done) {
    of.whenComplete(
        (v, e) -> {
          if (e == null) {
            done.complete(null);
          } else {
            done.completeExceptionally(e);
          }
        });
  }

  /** Refuses all, now and from now on: there is no owner any more. */
  void refuse() {
    over = true;
    for (Order o = queue.poll(); o != null; o = queue.poll()) {
      o.done().completeExceptionally(new IllegalStateException("the pipeline has stopped"));
    }
  }
}
