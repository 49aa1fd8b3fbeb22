package org.freshet.connectors.kafka;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.freshet.core.ConfigException;
import org.freshet.core.live.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A process that learns, with a thread that sends and reads for it. */
final class KafkaMember implements Exchange.Member, Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaMember.class);

  /** Deltas that wait to be sent: more than there can be without an answer. */
  private static final int WAITING = 16;

  private static final Duration POLL = Duration.ofMillis(100);
  private static final long PAUSE = 500;
  private static final long LAST = 5000; // milliseconds to send what waits at the end

  private final SingleWriter writer;
  private final MergedTopic merged;
  private final BlockingQueue<byte[]> deltas = new ArrayBlockingQueue<>(WAITING);
  private final AtomicReference<byte[]> newest = new AtomicReference<>();
  private final Thread thread;
  private volatile boolean ready;
  private volatile boolean closed;
  private volatile String trouble;

  KafkaMember(SingleWriter writer, MergedTopic merged) {
    this.writer = writer;
    this.merged = merged;
    this.thread = new Thread(this, "exchange-" + merged.topic());
    thread.setDaemon(true);
  }

  KafkaMember start() {
    thread.start();
    return this;
  }

  @Override
  public void run() {
    long end = Long.MAX_VALUE;
    while (true) {
      if (closed && end == Long.MAX_VALUE) {
        end = System.nanoTime() + LAST * 1_000_000;
      }
      if (closed && (deltas.isEmpty() || trouble != null || System.nanoTime() - end > 0)) {
        break; // what was not sent is sent at the next start
      }
      try {
        read();
        send();
        works();
      } catch (KafkaException | ConfigException e) {
        merged.close();
        if (SingleWriter.shutOut(e)) {
          said("another process began under the same name; this one sends and takes nothing now");
          break;
        }
        said(words(e));
        pause();
      }
    }
    writer.close();
    merged.close();
  }

  private void read() {
    byte[] found;
    if (merged.isOpen()) {
      found = merged.next(deltas.isEmpty() ? POLL : Duration.ZERO);
    } else {
      found = merged.open();
      ready = true;
    }
    if (found != null) {
      newest.set(found);
    }
  }

  private void send() {
    for (byte[] next = deltas.peek(); next != null; next = deltas.peek()) {
      writer.connect();
      writer.write(next);
      deltas.remove();
    }
  }

  private static String words(Exception e) {
    return e.getCause() instanceof RecordTooLargeException || e instanceof RecordTooLargeException
        ? "a delta is larger than the topic takes; raise 'max.message.bytes' of both topics, and"
            + " 'max.request.size' in 'properties'"
        : String.valueOf(e.getMessage());
  }

  private void said(String now) {
    if (!now.equals(trouble)) {
      LOG.warn("{}: {}", merged.topic(), now);
    }
    trouble = now;
  }

  private void works() {
    if (trouble != null) {
      LOG.info("{}: works again", merged.topic());
      trouble = null;
    }
  }

  private void pause() {
    try {
      Thread.sleep(closed ? 50 : PAUSE);
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  @Override
  public void send(byte[] delta) {
    deltas.offer(delta);
  }

  @Override
  public byte[] merged() {
    return newest.getAndSet(null);
  }

  @Override
  public boolean ready() {
    return ready;
  }

  @Override
  public String trouble() {
    return trouble;
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join(LAST + 1000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
