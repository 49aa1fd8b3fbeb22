package org.freshet.bench;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Pushes events over connections that are kept, and each event's label so many events later over
 * one of its own, all from one thread, so that it takes little of the processor it shares with the
 * service.
 *
 * <p>With a rate, requests are due at fixed moments whatever the service does, and a latency counts
 * from when its request was due, not from when a connection was free for it. Without, each
 * connection sends as soon as it is answered.
 */
final class HttpLoad {
  private static final int LABELS = 100;

  private final int port;
  private final int features;
  private final int late;
  private final int connections;
  private final int batch;
  private int runs;

  /**
   * @param late events after which an event's label is sent
   * @param batch events of a request; 1 sends single objects
   */
  HttpLoad(int port, int features, int late, int connections, int batch) {
    this.port = port;
    this.features = features;
    this.late = late;
    this.connections = connections;
    this.batch = batch;
  }

  /**
   * What was answered.
   *
   * @param nanos latencies in order
   */
  record Result(long events, double perSecond, long[] nanos) {
    double millis(double share) {
      return nanos[(int) Math.min(nanos.length - 1, (long) (share * nanos.length))] / 1e6;
    }
  }

  /**
   * @param rate requests a second; 0 for as many as are answered
   */
  Result run(String name, double seconds, double rate) throws IOException {
    try (Selector selector = Selector.open()) {
      return new Run(name + runs++, selector, seconds, rate).run();
    }
  }

  private final class Run {
    private final Selector selector;
    private final List<HttpConnection> free = new ArrayList<>();
    private final List<HttpConnection> all = new ArrayList<>();
    private final HttpMessage[] events;
    private final HttpMessage labels;
    private final HttpConnection labelling;
    private final double every; // nanoseconds between two requests; 0 for none
    private final long begin;
    private final long end;
    private long[] nanos = new long[1 << 16];
    private int answered; // requests of events
    private long sent; // events
    private long labelled;

    Run(String prefix, Selector selector, double seconds, double rate) throws IOException {
      this.selector = selector;
      events = new HttpMessage[connections]; // a buffer is in use while its request is written
      for (int c = 0; c < connections; c++) {
        events[c] = HttpMessage.events(batch, prefix, features, c);
        all.add(new HttpConnection(port, selector));
      }
      free.addAll(all);
      labels = HttpMessage.labels(LABELS, prefix);
      labelling = new HttpConnection(port, selector);
      every = rate > 0 ? 1e9 / rate : 0;
      begin = System.nanoTime();
      end = begin + (long) (seconds * 1e9);
    }

    Result run() throws IOException {
      long requests = 0;
      while (true) {
        long now = System.nanoTime();
        long due = every > 0 ? begin + (long) (requests * every) : now;
        boolean over = due >= end;
        if (over && free.size() == connections && !labelling.busy()) {
          break;
        }
        if (!over && due <= now && !free.isEmpty() && !behind()) {
          send(free.remove(free.size() - 1), due);
          requests++;
          continue;
        }
        label();
        if (selector.selectNow() == 0) {
          long idle = over || free.isEmpty() || every == 0 ? Long.MAX_VALUE : due - now;
          await(idle);
        }
        take();
      }
      double took = (System.nanoTime() - begin) / 1e9;
      for (HttpConnection c : all) {
        c.close();
      }
      labelling.close();
      long[] sorted = Arrays.copyOf(nanos, answered);
      Arrays.sort(sorted);
      return new Result(sent, sent / took, sorted);
    }

    /** Until something can be read, but not beyond the moment when the next request is due. */
    private void await(long idle) throws IOException {
      if (idle == Long.MAX_VALUE) {
        selector.select(1000);
      } else if (idle > 2_000_000) {
        selector.select(idle / 1_000_000 - 1);
      } else if (Boolean.getBoolean("poll")) {
        Thread.yield();
      } else if (idle > 0) {
        LockSupport.parkNanos(idle);
        selector.selectNow();
      }
    }

    private void send(HttpConnection c, long due) throws IOException {
      c.send(events[all.indexOf(c)], sent, due);
      sent += batch;
    }

    /**
     * Without a rate events wait for their labels, so that these are never much later than said.
     */
    private boolean behind() {
      return every == 0 && sent - labelled > 2L * late + 2L * LABELS + (long) connections * batch;
    }

    private void label() throws IOException {
      long oldest = sent;
      for (HttpConnection c : all) {
        oldest = c.busy() ? Math.min(oldest, c.first()) : oldest;
      }
      long last = labelled + LABELS;
      if (!labelling.busy() && last <= oldest && sent - last >= late) {
        labelling.send(labels, labelled, 0);
        labelled = last;
      }
    }

    private void take() throws IOException {
      Iterator<SelectionKey> ready = selector.selectedKeys().iterator();
      while (ready.hasNext()) {
        HttpConnection c = (HttpConnection) ready.next().attachment();
        ready.remove();
        if (c.ready() && c != labelling) {
          if (answered == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * answered);
          }
          nanos[answered++] = System.nanoTime() - c.since();
          free.add(c);
        }
      }
    }
  }
}
