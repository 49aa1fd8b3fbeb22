package org.freshet.streams.live;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.freshet.core.ConfigException;
import org.freshet.core.DataException;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.live.Feed;
import org.freshet.core.live.Inbox;
import org.freshet.core.live.Records;

/**
 * Reads standard input: events, labels, or both, one record a line, as JSON lines or as CSV with
 * names in the first line.
 *
 * <p>It cannot be read again, so what was read but is not in the journal when the process is killed
 * is lost (at most 256 records and what fits the queue); a sender that must not lose any sends ids,
 * begins again from where it is sure, and events answered before are not learnt twice. Where no
 * column is declared, the first record tells which there are. When the input ends, the pipeline
 * goes on with its other feeds.
 *
 * <pre>{@code
 * source: { stdin: { numeric: [amount], categorical: [country], on_error: fail } }
 * }</pre>
 */
@Component(name = "stdin", kinds = Kind.FEED, family = "feed")
public final class Stdin implements Feed {
  private static final int BLOCK = 256;

  public record Parameters(LineForm lines) {}

  private final InputStream in;
  private final LineForm form;
  private final EventLines lines;
  private final LineBuffer buffer;
  private final List<byte[]> seen = new ArrayList<>(); // while looking for the columns
  private Thread thread;
  private boolean headed;
  private boolean ended;
  private volatile boolean closed;
  private volatile boolean over;

  public Stdin(Parameters parameters, Build build) {
    this(parameters, System.in);
  }

  Stdin(Parameters parameters, InputStream in) {
    this.in = in;
    this.form = parameters.lines();
    this.lines = new EventLines(name(), form);
    this.buffer = new LineBuffer(parameters.lines().maxRecord());
  }

  @Override
  public String name() {
    return "stdin";
  }

  @Override
  public Schema declared() {
    return form.columns().declared() ? form.columns().schema() : null;
  }

  @Override
  public Schema schema() {
    Schema found = declared();
    while (found == null) {
      if (!line()) {
        throw new DataException(
            name(), 0, null, "ended before its first record; declare its columns, or send one");
      }
      if (!buffer.tooLong()) {
        seen.add(buffer.copy());
        found = lines.find(seen);
      }
    }
    return found;
  }

  /** Waits for the next line; false at the end of the input. */
  private boolean line() {
    try {
      while (!buffer.next()) {
        if (ended || buffer.fill(in::read) < 0) {
          boolean rest = !ended && buffer.last();
          ended = true;
          return rest;
        }
      }
      return true;
    } catch (IOException e) {
      throw new DataException(name(), 0, null, "cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public void start(Schema schema, Map<String, Long> from, Inbox inbox) {
    lines.start(schema);
    thread =
        new Thread(
            () -> {
              try {
                read(schema, inbox);
                over = true;
              } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
              } catch (RuntimeException | Error e) {
                inbox.fail(this, e);
              }
            },
            name());
    thread.setDaemon(true);
    thread.start();
  }

  private void read(Schema schema, Inbox inbox) throws InterruptedException {
    LineBuffer again = new LineBuffer(form.maxRecord());
    for (byte[] line : seen) { // what was looked at is taken first
      takeAgain(line, again, schema, inbox);
    }
    seen.clear();
    while (!closed && line()) {
      Records block = new Records(schema, 1 + buffer.waiting(BLOCK - 1));
      try {
        do {
          if (headed || !head(buffer.copy())) {
            lines.add(buffer, block);
          }
        } while (block.size() < block.capacity() && buffer.next());
      } finally {
        if (block.size() > 0) {
          inbox.put(block.from(this, "", buffer.position()));
        }
      }
    }
  }

  private void takeAgain(byte[] line, LineBuffer again, Schema schema, Inbox inbox)
      throws InterruptedException {
    if (!headed && head(line)) {
      return;
    }
    try {
      again.reset(0);
      int[] given = {0};
      again.fill(
          (into, at, most) -> {
            int n = Math.min(most, line.length - given[0]);
            System.arraycopy(line, given[0], into, at, n);
            given[0] += n;
            return n;
          });
    } catch (IOException never) {
      throw new ConfigException("", never.getMessage());
    }
    again.last();
    Records one = new Records(schema, 1);
    if (lines.add(again, one)) {
      inbox.put(one.from(this, "", buffer.position()));
    }
  }

  private boolean head(byte[] line) {
    headed = true;
    return lines.first(line);
  }

  @Override
  public boolean ended() {
    return over;
  }

  @Override
  public boolean canSeek() {
    return false;
  }

  @Override
  public long badRecords() {
    return lines.bad();
  }

  @Override
  public String trouble() {
    return lines.trouble();
  }

  /** A thread that waits for input cannot be woken; it is a daemon and ends with the process. */
  @Override
  public void close() {
    closed = true;
    if (thread != null) {
      thread.interrupt();
    }
  }
}
