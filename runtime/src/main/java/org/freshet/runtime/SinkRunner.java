package org.freshet.runtime;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.freshet.core.live.AnswerBlock;
import org.freshet.core.live.Sink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A sink on a thread of its own. A sink that cannot write is tried again with growing pauses until
 * it can; meanwhile answers wait, and when the queue is full the pipeline waits: nothing is
 * dropped. Blocks that wait are written together.
 */
final class SinkRunner implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SinkRunner.class);
  private static final int QUEUE = 1024;

  private static final int TOGETHER = 8192;
  private static final long LONGEST_PAUSE = 10_000;

  private final Sink sink;
  private final BlockingQueue<AnswerBlock> queue = new ArrayBlockingQueue<>(QUEUE);
  private final Thread thread;
  private volatile long written;
  private volatile String trouble;
  private volatile Throwable failure;
  private volatile boolean closing;
  private boolean cut; // answers were left to the next start, so are all later ones
  private boolean closed;

  /**
   * @param written number of the first answer that is not out
   */
  SinkRunner(Sink sink, long written) {
    this.sink = sink;
    this.written = written;
    this.thread = new Thread(this::run, "sink-" + sink.name());
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Hands over answers; waits while the queue is full. Those that are out already are left out.
   *
   * @param enough asked while it waits; true leaves these answers and all later ones to the next
   *     start, which makes them again from the journal
   * @throws IllegalStateException when the sink met something it cannot go on from
   */
  void put(AnswerBlock answers, BooleanSupplier enough) throws InterruptedException {
    if (cut || answers.first() + answers.size() <= written) {
      return;
    }
    while (!queue.offer(answers, 50, TimeUnit.MILLISECONDS)) {
      if (failure != null) {
        throw broken();
      }
      if (enough.getAsBoolean()) {
        cut = true;
        return;
      }
    }
    if (failure != null) {
      throw broken();
    }
  }

  private IllegalStateException broken() {
    return new IllegalStateException("sink " + sink.name() + ": " + reason(failure), failure);
  }

  private void run() {
    List<AnswerBlock> blocks = new ArrayList<>();
    try {
      while (!closing || !queue.isEmpty()) {
        AnswerBlock block = queue.poll(100, TimeUnit.MILLISECONDS);
        if (block != null) {
          blocks.clear();
          blocks.add(block);
          write(Answering.join(more(blocks)));
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      failure = e; // the owner stops at the next answers
      trouble = reason(e);
      LOG.error("sink {} failed: {}", sink.name(), trouble, e);
    }
  }

  private static String reason(Throwable e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  /** What waits behind the first block and can be written with it. */
  private List<AnswerBlock> more(List<AnswerBlock> blocks) {
    int size = blocks.get(0).size();
    for (AnswerBlock next = queue.peek();
        next != null
            && next.model().equals(blocks.get(0).model())
            && next.last() == blocks.get(0).last()
            && size + next.size() <= TOGETHER;
        next = queue.peek()) {
      blocks.add(queue.poll());
      size += next.size();
    }
    return blocks;
  }

  private void write(AnswerBlock block) throws InterruptedException {
    long end = block.first() + block.size();
    if (end <= written) {
      return;
    }
    AnswerBlock rest = Answering.from(block, (int) Math.max(0, written - block.first()));
    for (long pause = 100; ; pause = Math.min(LONGEST_PAUSE, 2 * pause)) {
      try {
        sink.write(rest);
        written = end;
        if (trouble != null) {
          LOG.debug("sink {} writes again", sink.name());
          trouble = null;
        }
        return;
      } catch (UncheckedIOException e) {
        if (trouble == null) {
          LOG.debug("sink {} cannot write, trying again: {}", sink.name(), e.getMessage());
        }
        trouble = e.getMessage();
        Thread.sleep(pause);
      }
    }
  }

  String name() {
    return sink.name();
  }

  /** Number of the first answer that is not out. */
  long written() {
    return written;
  }

  int waiting() {
    return queue.size();
  }

  /** In words why it cannot write now; null when it can. */
  String trouble() {
    return trouble;
  }

  /** Writes what waits, for at most this long. */
  void drain(long millis) throws InterruptedException {
    closing = true;
    thread.join(Math.max(1, millis));
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    closing = true;
    thread.interrupt();
    try {
      thread.join(1000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    sink.close();
  }
}
