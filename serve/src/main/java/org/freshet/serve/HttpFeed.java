package org.freshet.serve;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.live.Feed;
import org.freshet.core.live.Inbox;
import org.freshet.streams.live.BadEvent;
import org.freshet.streams.live.EventColumns;
import org.freshet.streams.live.EventFields;

/**
 * Events that are pushed to the service's own HTTP server, {@code POST /v1/events}, one or an
 * array:
 *
 * <pre>{@code
 * {"id": "tx-17", "time": "2026-05-31T13:45:00Z", "features": {"amount": 12.5, "country": "PT"}}
 * }</pre>
 *
 * <p>Each is answered with its prediction once it is in the journal, so what was answered survives
 * a crash. An event whose id was answered before gets the same answer again and is not learnt
 * twice: who got no answer sends it again. Columns that are not declared are those of the first
 * event: a number makes a numeric column, text and booleans a category.
 *
 * <p>Labels come by {@code POST /v1/labels}, {@code {"id": "tx-17", "label": "fraud"}}; the server
 * takes them for every pipeline it serves, so {@code labels: {source: {http: {}}}} only says so.
 *
 * <pre>{@code
 * source: { http: { numeric: [amount], categorical: [country], labels: [ok, fraud] } }
 * }</pre>
 */
@Component(name = "http", kinds = Kind.FEED, family = "serve")
public final class HttpFeed implements Feed {
  public record Parameters(EventColumns columns) {}

  private final EventColumns columns;
  private final CompletableFuture<Schema> schema = new CompletableFuture<>();
  private final AtomicLong bad = new AtomicLong();
  private volatile Runnable waiting = () -> {};

  public HttpFeed(Parameters p, Build build) {
    columns = p.columns();
    if (columns.declared()) {
      schema.complete(columns.schema());
    }
  }

  @Override
  public String name() {
    return "http";
  }

  @Override
  public Schema declared() {
    return columns.declared() ? columns.schema() : null;
  }

  @Override
  public Schema schema() throws InterruptedException {
    if (!schema.isDone()) {
      waiting.run();
    }
    try {
      return schema.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Told when the pipeline begins to wait for the first event. */
  void whenWaiting(Runnable told) {
    waiting = told;
  }

  /** Whether the columns wait for the first event. */
  boolean wantsFirst() {
    return !schema.isDone();
  }

  /** Takes the columns of a request's events, if none are known. */
  void first(byte[] json) throws BadEvent {
    if (!schema.isDone()) {
      schema.complete(columns.infer(json, EventFields.API));
    }
  }

  void refused() {
    bad.incrementAndGet();
  }

  /** The server puts records in by itself. */
  @Override
  public void start(Schema events, Map<String, Long> from, Inbox inbox) {}

  @Override
  public boolean canSeek() {
    return false;
  }

  @Override
  public long badRecords() {
    return bad.get();
  }

  @Override
  public void close() {}
}
