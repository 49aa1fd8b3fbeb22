package org.freshet.runtime;

import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.freshet.core.Batch;
import org.freshet.core.Schema;
import org.freshet.core.live.Feed;
import org.freshet.core.live.Inbox;
import org.freshet.core.live.Records;

/** A feed the test pushes by hand. */
final class HandFeed implements Feed {
  final AtomicBoolean closed = new AtomicBoolean();
  private Schema schema;
  Inbox inbox;
  long next;
  boolean ids = true;

  @Override
  public String name() {
    return "hand";
  }

  @Override
  public Schema schema() {
    return Script.schema();
  }

  @Override
  public void start(Schema s, Map<String, Long> from, Inbox to) {
    schema = s;
    inbox = to;
    next = from.getOrDefault("", 0L);
  }

  Records records(int n, long time) {
    Records r = new Records(schema, n);
    for (int i = 0; i < n; i++) {
      r.begin(Batch.Kind.EVENT, ids ? "e" + next : null, time);
      r.set(0, next % 7);
      r.set(1, next % 5);
      r.end();
      next++;
    }
    return r.from(this, "", next);
  }

  void label(String id, String label, long time) throws InterruptedException {
    Records r = new Records(schema, 1);
    r.begin(Batch.Kind.LABEL, id, time);
    r.label(label);
    r.end();
    inbox.put(r.from(this, "", next));
  }

  void events(int n, long time) throws InterruptedException {
    inbox.put(records(n, time));
  }

  @Override
  public boolean canSeek() {
    return false;
  }

  @Override
  public void close() {
    closed.set(true);
  }
}
