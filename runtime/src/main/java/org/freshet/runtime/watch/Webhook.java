package org.freshet.runtime.watch;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.freshet.core.ConfigException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends alarms to an address, each as JSON by POST. Never in the way of the pipeline: a thread of
 * its own sends them in order; what is not taken with a status of 2xx is tried again, {@value
 * #TRIES} times in all, the pause doubling from the first; of more than {@value #ROOM} that wait
 * the newest are dropped and counted.
 */
public final class Webhook implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Webhook.class);
  static final int ROOM = 1000;
  static final int TRIES = 6;

  private final URI address;
  private final String pipeline;
  private final long firstPause;
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final ArrayBlockingQueue<String> queue = new ArrayBlockingQueue<>(ROOM);
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();
  private final Thread thread;
  private volatile boolean closed;

  public Webhook(String address, String pipeline) {
    this(address, pipeline, 1000);
  }

  /**
   * @param firstPause before the second try, milliseconds
   */
  Webhook(String address, String pipeline, long firstPause) {
    this.address = uri(address);
    this.pipeline = pipeline;
    this.firstPause = firstPause;
    this.thread = new Thread(this::run, "webhook");
    thread.setDaemon(true);
    thread.start();
  }

  private static URI uri(String address) {
    try {
      URI u = URI.create(address);
      if (u.getHost() != null && ("http".equals(u.getScheme()) || "https".equals(u.getScheme()))) {
        return u;
      }
    } catch (IllegalArgumentException malformed) {
      // said below
    }
    throw new ConfigException(
        "watch.webhook", "'" + address + "' is no address; expected http://… or https://…");
  }

  /** Puts an alarm on its way; returns at once. */
  public void send(Alarm alarm) {
    if (!queue.offer(json(alarm))) {
      lost.incrementAndGet();
    }
  }

  private String json(Alarm a) {
    return "{\"pipeline\":%s,\"watch\":%s,\"of\":%s,\"value\":%s,\"limit\":%s,\"event\":%d,\"text\":%s}"
        .formatted(
            quoted(pipeline),
            quoted(a.watch()),
            quoted(a.of()),
            number(a.value()),
            number(a.limit()),
            a.event(),
            quoted(a.text()));
  }

  private static String number(double v) {
    return Double.isFinite(v) ? Double.toString(v) : "null";
  }

  private static String quoted(String s) {
    StringBuilder b = new StringBuilder("\"");
    for (char c : s.toCharArray()) {
      if (c == '"' || c == '\\') {
        b.append('\\').append(c);
      } else if (c < 0x20) {
        b.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        b.append(c);
      }
    }
    return b.append('"').toString();
  }

  private void run() {
    try {
      while (!closed || !queue.isEmpty()) {
        String next = queue.poll(100, TimeUnit.MILLISECONDS);
        if (next != null) {
          deliver(next);
        }
      }
    } catch (InterruptedException stopped) {
      lost.addAndGet(queue.size());
    }
  }

  private void deliver(String body) throws InterruptedException {
    String wrong = null;
    long pause = firstPause;
    for (int i = 0; i < TRIES; i++, pause *= 2) {
      if (i > 0) {
        Thread.sleep(pause);
      }
      wrong = post(body);
      if (wrong == null) {
        sent.incrementAndGet();
        return;
      }
    }
    lost.incrementAndGet();
    LOG.warn("the webhook {} did not take an alarm: {}", address, wrong);
  }

  /** What went wrong, or null. */
  private String post(String body) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .timeout(Duration.ofSeconds(10))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      return status / 100 == 2 ? null : "it answered " + status;
    } catch (IOException | RuntimeException e) { // such as of a port there cannot be
      return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
  }

  /** Alarms taken by the address. */
  public long sent() {
    return sent.get();
  }

  /** Alarms given up. */
  public long lost() {
    return lost.get();
  }

  /** Waits a moment for what is on its way. */
  @Override
  public void close() {
    closed = true;
    try {
      thread.join(3000);
      thread.interrupt();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
