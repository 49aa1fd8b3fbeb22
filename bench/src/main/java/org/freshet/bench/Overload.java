package org.freshet.bench;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/**
 * Single events with their labels at a rate, over many connections from one thread, whatever the
 * service says to them: what is refused is not sent again. An event is due at a fixed moment and
 * its latency counts from then; one that finds no free connection waits for it.
 */
final class Overload {
  private final String name;
  private final int port;
  private final int features;
  private final int connections;
  private final BitSet accepted = new BitSet();
  private final long[][] nanos = {new long[1024], new long[1024]}; // of answers, of refusals
  private final int[] counts = new int[2];
  private long next;
  private long silent;
  private long others;
  private double seconds;
  private double rate;
  private long sent;

  Overload(String name, int port, int features, int connections) {
    this.name = name;
    this.port = port;
    this.features = features;
    this.connections = connections;
  }

  /**
   * @param perSecond events due a second; 0 for as many as are answered
   * @param first number of the first event
   */
  void run(double duration, double perSecond, long first) throws IOException {
    rate = perSecond;
    next = first;
    try (Selector selector = Selector.open()) {
      List<HttpConnection> all = new ArrayList<>();
      HttpMessage[] messages = new HttpMessage[connections];
      for (int c = 0; c < connections; c++) {
        all.add(new HttpConnection(port, selector).takesRefusals());
        messages[c] = HttpMessage.labelled("e", features, c);
      }
      List<HttpConnection> free = new ArrayList<>(all);
      long begin = System.nanoTime();
      long end = begin + (long) (duration * 1e9);
      while (true) {
        long now = System.nanoTime();
        long due = rate > 0 ? begin + (long) (sent * 1e9 / rate) : now;
        boolean over = due >= end || now >= end;
        if (over && free.size() == connections) {
          break;
        }
        if (!over && due <= now && !free.isEmpty()) {
          HttpConnection c = free.remove(0);
          c.send(messages[all.indexOf(c)], next++, due);
          sent++;
          continue;
        }
        boolean waits = over || free.isEmpty() || rate == 0;
        selector.select(waits ? 1000 : Math.max(1, (due - now) / 1_000_000));
        take(selector, free);
      }
      seconds = (System.nanoTime() - begin) / 1e9;
      for (HttpConnection c : all) {
        c.close();
      }
    }
  }

  private void take(Selector selector, List<HttpConnection> free) throws IOException {
    Iterator<SelectionKey> ready = selector.selectedKeys().iterator();
    while (ready.hasNext()) {
      HttpConnection c = (HttpConnection) ready.next().attachment();
      ready.remove();
      if (!c.ready()) {
        continue;
      }
      int kind = c.status() == 200 ? 0 : 1;
      if (kind == 0) {
        accepted.set((int) c.first());
      } else if (c.status() != 429 && c.status() != 503) {
        others++;
      } else if (!c.comeAgain()) {
        silent++;
      }
      if (counts[kind] == nanos[kind].length) {
        nanos[kind] = Arrays.copyOf(nanos[kind], 2 * counts[kind]);
      }
      nanos[kind][counts[kind]++] = System.nanoTime() - c.since();
      free.add(c);
    }
  }

  /** Numbers of the events that were answered. */
  BitSet accepted() {
    return accepted;
  }

  /** Number behind the last event. */
  long next() {
    return next;
  }

  long refused() {
    return counts[1] - others;
  }

  /** Refusals that did not say when to come again. */
  long silent() {
    return silent;
  }

  /** Answers that are neither 200 nor a refusal for want of room. */
  long others() {
    return others;
  }

  double seconds() {
    return seconds;
  }

  private double millis(int kind, double share) {
    if (counts[kind] == 0) {
      return 0;
    }
    long[] sorted = Arrays.copyOf(nanos[kind], counts[kind]);
    Arrays.sort(sorted);
    return sorted[(int) Math.min(sorted.length - 1, (long) (share * sorted.length))] / 1e6;
  }

  /** A row of the table, without its end. */
  String line() {
    return String.format(
        Locale.ROOT,
        "| %s | %,.0f | %,.0f | %,.0f | %,.0f | %.0f, %.0f, %.0f | %.0f |",
        name,
        rate,
        sent / seconds,
        counts[0] / seconds,
        counts[1] / seconds,
        millis(0, 0.5),
        millis(0, 0.99),
        millis(0, 1),
        millis(1, 0.99));
  }
}
