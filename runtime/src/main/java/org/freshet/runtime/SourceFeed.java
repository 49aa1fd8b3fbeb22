package org.freshet.runtime;

import java.util.Map;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.SchemaException;
import org.freshet.core.Source;
import org.freshet.core.StateException;
import org.freshet.core.StateException.Verdict;
import org.freshet.core.live.Feed;
import org.freshet.core.live.Inbox;
import org.freshet.core.live.Records;
import org.freshet.engine.SavedSchema;

/** A source that is read to its end, such as a file or a generator, as a feed. */
public final class SourceFeed implements Feed {
  private static final int BLOCK = 64;

  /** Milliseconds to wait for a source that is being read. */
  private static final long PATIENCE = 2000;

  private final Source source;
  private Thread thread;
  private volatile boolean ended;

  public SourceFeed(Source source) {
    this.source = source;
    if (source.schema().isSparse()) {
      throw new SchemaException(
          "the stream '"
              + source.name()
              + "' has sparse rows, which cannot run live yet; use evaluate");
    }
    if (source.schema().hasTruths()) {
      throw new SchemaException(
          "the stream '"
              + source.name()
              + "' has several labels an event, which cannot run live yet; use evaluate");
    }
  }

  @Override
  public String name() {
    return source.name();
  }

  @Override
  public Schema schema() {
    return source.schema();
  }

  @Override
  public void start(Schema schema, Map<String, Long> from, Inbox inbox) {
    Schema own = source.schema();
    if (own.fingerprint() != schema.fingerprint()) {
      SavedSchema.restoreInto(schema, own, "the state folder");
    }
    thread = new Thread(() -> read(schema, from.getOrDefault("", 0L), inbox), "feed-" + name());
    thread.setDaemon(true);
    thread.start();
  }

  private void read(Schema schema, long skip, Inbox inbox) {
    try {
      Batch batch = new Batch(source.schema(), BLOCK);
      long at = 0;
      for (int n = source.read(batch, BLOCK); n > 0; n = source.read(batch, BLOCK)) {
        if (at + n > skip) {
          Records records = new Records(schema, n);
          for (int r = (int) Math.max(0, skip - at); r < n; r++) {
            copy(batch, r, records);
          }
          inbox.put(records.from(this, "", at + n));
        }
        at += n;
      }
      if (at < skip) {
        throw new StateException(
            Verdict.OTHER_SCHEMA,
            name() + ": has " + at + " records, " + skip + " were consumed before; is it another?");
      }
      ended = true;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      inbox.fail(this, e);
    }
  }

  private void copy(Batch batch, int r, Records into) {
    Schema own = source.schema();
    into.begin(Batch.Kind.EVENT, batch.id(r), batch.time(r));
    for (int c = 0; c < own.width(); c++) {
      Column column = own.column(c);
      if (column.kind() == Column.Kind.TEXT) {
        Object text = batch.row(r).attachment(own.attachmentOf(c));
        into.name(c, text == null ? null : text.toString());
      } else {
        double v = batch.block()[r * own.width() + c];
        if (column.isCategory() && !Double.isNaN(v)) {
          into.name(c, column.dictionary().name((int) v));
        } else {
          into.set(c, v);
        }
      }
    }
    if (own.target() == Schema.Target.CLASS) {
      into.label(batch.labelCode(r) < 0 ? null : own.labels().name(batch.labelCode(r)));
    } else {
      into.label(batch.label(r));
    }
    if (batch.key(r) != null) {
      into.key(batch.key(r));
    }
    into.weight(batch.weight(r));
    if (batch.labelTime(r) != Features.NO_TIME) {
      into.labelTime(batch.labelTime(r));
    }
    into.end();
  }

  @Override
  public boolean ended() {
    return ended;
  }

  @Override
  public boolean recording() {
    return true;
  }

  @Override
  public boolean canSeek() {
    return true;
  }

  @Override
  public long badRecords() {
    return source.badRecords();
  }

  @Override
  public synchronized void close() {
    if (thread != null) {
      thread.interrupt();
      try {
        thread.join(PATIENCE); // reading a pipe cannot be interrupted
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    source.close();
  }
}
