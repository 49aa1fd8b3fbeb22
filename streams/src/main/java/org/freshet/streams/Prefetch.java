package org.freshet.streams;

import java.util.ArrayDeque;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.freshet.core.Batch;
import org.freshet.core.Schema;
import org.freshet.core.Source;

/**
 * Reads a source ahead in a thread of its own, so that parsing overlaps learning. Gives exactly
 * what the source gives: the same events in the same order, the position of what was handed out,
 * errors where they belong. At most {@value #AHEAD} batches are in flight.
 *
 * <p>Dictionaries of the schema may hold names of events that are still in flight.
 */
public final class Prefetch implements Source {
  private static final int AHEAD = 3;

  /** A batch that was read, or the error that ended reading, with where the source then stood. */
  private record Item(Batch batch, Throwable error, Position position, long bad) {}

  private final Source source;
  private final BlockingQueue<Item> ready = new ArrayBlockingQueue<>(AHEAD);
  private final BlockingQueue<Batch> free = new ArrayBlockingQueue<>(AHEAD);
  private final ArrayDeque<Batch> batches = new ArrayDeque<>();
  private Thread reader;
  private int size;
  private Item current;
  private int given;
  private boolean ended;
  private Position position;
  private long bad;

  public Prefetch(Source source) {
    this.source = source;
    this.position = source.position();
    this.bad = source.badRecords();
  }

  @Override
  public String name() {
    return source.name();
  }

  @Override
  public Schema schema() {
    return source.schema();
  }

  /**
   * Batches read ahead are as large as the first one asked for; asking for as many each time copies
   * nothing.
   */
  @Override
  public int read(Batch batch, int max) {
    batch.clear();
    if (current == null && !advance(Math.min(max, batch.capacity()))) {
      return 0;
    }
    Batch from = current.batch();
    int left = from.size() - given;
    if (given == 0 && left <= max && from.capacity() == batch.capacity()) {
      batch.exchange(from);
      release(left);
      return left;
    }
    int n = Math.min(left, Math.min(max, batch.capacity()));
    for (int i = 0; i < n; i++) {
      batch.append(from, given + i);
    }
    given += n;
    if (given == from.size()) {
      release(n);
    } else {
      Position end = current.position();
      // A batch never spans a bad record, so each of its rows is one record.
      position = new Position(end.record() - (from.size() - given), end.fingerprint());
      bad = current.bad();
    }
    return n;
  }

  private void release(int rows) {
    position = current.position();
    bad = current.bad();
    Batch empty = current.batch();
    current = null;
    given = 0;
    if (rows > 0) {
      free.add(empty);
    }
  }

  /** Waits for the next batch; false at the end of the stream. */
  private boolean advance(int want) {
    if (ended) {
      return false;
    }
    if (reader == null) {
      start(want);
    }
    Item item;
    try {
      item = ready.take();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(name() + ": reading was interrupted", stop);
    }
    if (item.error() != null) {
      join();
      position = item.position();
      bad = item.bad();
      throw rethrow(item.error());
    }
    if (item.batch().size() == 0) {
      join();
      ended = true;
      position = item.position();
      bad = item.bad();
      return false;
    }
    current = item;
    given = 0;
    return true;
  }

  private static RuntimeException rethrow(Throwable error) {
    if (error instanceof Error e) {
      throw e;
    }
    return (RuntimeException) error;
  }

  private void start(int want) {
    if (size == 0) {
      size = Math.max(1, want);
    }
    free.clear();
    ready.clear();
    while (batches.size() < AHEAD) {
      batches.add(new Batch(schema(), size));
    }
    free.addAll(batches);
    reader = new Thread(this::run, "freshet-read-" + name());
    reader.setDaemon(true);
    reader.start();
  }

  /** The thread: reads until the end, an error, or an interrupt. */
  private void run() {
    try {
      boolean more = true;
      while (more) {
        Batch batch = free.take();
        Item item;
        try {
          more = source.read(batch, size) > 0;
          item = new Item(batch, null, source.position(), source.badRecords());
        } catch (RuntimeException | Error wrong) {
          more = false;
          item = new Item(batch, wrong, source.position(), source.badRecords());
        }
        ready.put(item);
      }
    } catch (InterruptedException closed) {
      // close() asked for it
    }
  }

  private void join() {
    Thread t = reader;
    if (t != null) {
      t.interrupt();
      boolean interrupted = false;
      while (t.isAlive()) {
        try {
          t.join();
        } catch (InterruptedException again) {
          interrupted = true;
        }
      }
      reader = null;
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public Position position() {
    return position;
  }

  @Override
  public void seek(Position to) {
    if (reader != null || current != null || ended) {
      throw new IllegalStateException("seek after read");
    }
    source.seek(to);
    position = source.position();
    bad = source.badRecords();
  }

  @Override
  public long[] driftPositions() {
    return source.driftPositions();
  }

  @Override
  public long badRecords() {
    return bad;
  }

  /**
   * Stops the thread, then closes the source. A read that waits for standard input is not waited
   * for.
   */
  @Override
  public void close() {
    Thread t = reader;
    if (t != null) {
      t.interrupt();
      try {
        t.join(1000);
      } catch (InterruptedException stop) {
        Thread.currentThread().interrupt();
      }
      reader = null;
    }
    ended = true;
    source.close();
  }
}
