package org.freshet.streams.live;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.live.Feed;
import org.freshet.core.live.Inbox;
import org.freshet.core.live.Records;

/** Keeps what it gets as text, as the pipeline would see it. */
final class ListInbox implements Inbox {
  final List<String> records = new ArrayList<>();
  private Long next;
  private Throwable failure;

  @Override
  public synchronized void put(Records r) {
    Batch batch = new Batch(r.schema(), r.size());
    for (int i = 0; i < r.size(); i++) {
      r.appendTo(batch, i, Features.NO_TIME);
      records.add(text(r.schema(), batch, i));
    }
    next = r.next();
    notifyAll();
  }

  private static String text(Schema schema, Batch b, int r) {
    StringBuilder s = new StringBuilder().append(b.kind(r)).append(' ').append(b.id(r));
    if (b.time(r) != Features.NO_TIME) {
      s.append(" @").append(b.time(r));
    }
    for (int c = 0; c < schema.width() && b.kind(r) == Batch.Kind.EVENT; c++) {
      Column column = schema.column(c);
      double v = b.block()[r * schema.width() + c];
      s.append(' ').append(column.name()).append('=');
      s.append(
          !column.isCategory()
              ? "" + v
              : Double.isNaN(v) ? null : column.dictionary().name((int) v));
    }
    if (b.labelCode(r) >= 0) {
      s.append(" label=").append(schema.labels().name(b.labelCode(r)));
    }
    return s.toString();
  }

  @Override
  public boolean offer(Records records, long time, TimeUnit unit) {
    put(records);
    return true;
  }

  @Override
  public synchronized void fail(Feed feed, Throwable error) {
    failure = error;
    notifyAll();
  }

  synchronized Map<String, Long> position() {
    return next == null ? Map.of() : Map.of("", next);
  }

  /** Waits for a number of records, half a minute at most. */
  synchronized List<String> await(int n) throws InterruptedException {
    long end = System.nanoTime() + 30_000_000_000L;
    while (records.size() < n && failure == null && System.nanoTime() < end) {
      wait(100);
    }
    if (failure != null) {
      throw failure instanceof RuntimeException e ? e : new IllegalStateException(failure);
    }
    return List.copyOf(records);
  }

  /** Waits until a feed has handed over all there is. */
  static void idle(Feed feed) {
    while (feed.lag() != 0) {
      Thread.onSpinWait();
    }
  }

  /** Events e0 … e(n-1) with x counted up. */
  static List<String> numbered(int n) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      all.add("EVENT e" + i + " x=" + (double) i + " c=k");
    }
    return all;
  }
}
