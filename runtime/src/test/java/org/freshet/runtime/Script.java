package org.freshet.runtime;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Schema;
import org.freshet.core.live.Feed;
import org.freshet.core.live.Inbox;
import org.freshet.core.live.Records;

/**
 * A stream that is the same at every start, as two feeds that can seek: events in partitions, and
 * their labels out of order, some before their event, some twice, some of no event.
 */
final class Script {
  static final long START = 1_700_000_000_000L;

  private final long events;
  private final int partitions;
  private final int pauseMillis;
  private final AtomicLong sent = new AtomicLong();

  /**
   * @param pauseMillis between two blocks of 20 events
   */
  Script(long events, int partitions, int pauseMillis) {
    this.events = events;
    this.partitions = partitions;
    this.pauseMillis = pauseMillis;
  }

  static Schema schema() {
    return Schema.classification(
        List.of(Column.numeric("a"), Column.numeric("b"), Column.category("kind")), "good");
  }

  private static double value(long e, int salt) {
    long h = (e * 31 + salt) * 0x9E3779B97F4A7C15L;
    h = (h ^ (h >>> 29)) * 0xBF58476D1CE4E5B9L;
    return ((h ^ (h >>> 32)) >>> 11) * 0x1p-53;
  }

  static String truth(long e) {
    return value(e, 1) + value(e, 2) > 1 ? "yes" : "no";
  }

  Feed eventFeed() {
    return new Paced("events", partitions) {
      @Override
      public Schema schema() {
        return Script.schema();
      }

      @Override
      long count(int partition) {
        return (events - partition + partitions - 1) / partitions;
      }

      @Override
      void add(Records r, long i, int partition) {
        long e = i * partitions + partition;
        r.begin(Batch.Kind.EVENT, "e" + e, START + 1000 * e);
        r.set(0, value(e, 1));
        r.set(1, value(e, 2));
        r.name(2, "kind-" + (long) (value(e, 3) * value(e, 4) * Math.min(60, 2 + e / 50)));
        r.end();
        sent.accumulateAndGet(e, Math::max);
      }
    };
  }

  Feed labelFeed() {
    return new Paced("labels", 1) {
      @Override
      public Schema schema() {
        return null;
      }

      @Override
      long count(int partition) {
        return events;
      }

      @Override
      void add(Records r, long j, int partition) throws InterruptedException {
        // A permutation within each 256; the last ones, which may be fewer, come in order.
        long e = j < (events & ~255L) ? (j & ~255L) | ((j * 77 + 13) & 255) : j;
        while (e > sent.get() + 100 && j % 16 == 0 && sent.get() < events - 200) {
          Thread.sleep(1); // not too far before its event
        }
        label(r, "e" + e, e);
        if (j % 50 == 0) {
          label(r, "e" + e, e);
        }
        if (j % 100 == 0) {
          label(r, "nobody" + j, e);
        }
      }

      private void label(Records r, String id, long e) {
        r.begin(Batch.Kind.LABEL, id, START + 1000 * e + 500);
        r.label(truth(e));
        r.end();
      }
    };
  }

  /** Whether these are the positions behind everything. */
  boolean through(Map<String, Long> positions) {
    for (int p = 0; p < partitions; p++) {
      if (positions.getOrDefault("0/" + p, 0L) < (events - p + partitions - 1) / partitions) {
        return false;
      }
    }
    return positions.getOrDefault("1/0", 0L) >= events;
  }

  private abstract class Paced implements Feed {
    private final String name;
    private final Thread[] threads;
    private final AtomicBoolean closed = new AtomicBoolean();

    Paced(String name, int partitions) {
      this.name = name;
      this.threads = new Thread[partitions];
    }

    abstract long count(int partition);

    abstract void add(Records r, long i, int partition) throws InterruptedException;

    @Override
    public String name() {
      return name;
    }

    @Override
    public void start(Schema schema, Map<String, Long> from, Inbox inbox) {
      for (int p = 0; p < threads.length; p++) {
        int partition = p;
        long first = from.getOrDefault("" + p, 0L);
        threads[p] = new Thread(() -> run(schema, partition, first, inbox), name + p);
        threads[p].setDaemon(true);
        threads[p].start();
      }
    }

    private void run(Schema schema, int p, long first, Inbox inbox) {
      try {
        long count = count(p);
        for (long i = first; i < count && !closed.get(); ) {
          int n = (int) Math.min(20, count - i);
          Records r = new Records(schema, 3 * n);
          for (int k = 0; k < n; k++) {
            add(r, i + k, p);
          }
          i += n;
          inbox.put(r.from(this, "" + p, i));
          if (pauseMillis > 0) {
            Thread.sleep(pauseMillis);
          }
        }
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public boolean canSeek() {
      return true;
    }

    @Override
    public void close() {
      closed.set(true);
      for (Thread t : threads) {
        if (t != null) {
          t.interrupt();
        }
      }
    }
  }
}
