package org.freshet.cli;

import java.util.Locale;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * How far long work is: a bar that redraws itself on a terminal, a plain line every few seconds
 * elsewhere. Work that is over within a moment shows nothing.
 */
final class Progress implements AutoCloseable {
  private static final long FIRST_LINE = 2_000_000_000L;
  private static final long NEXT_LINE = 5_000_000_000L;
  private static final int REDRAW_MILLIS = 200;
  private static final String ERASE = "\r\u001b[K";

  private final Console console;
  private final String task;
  private final long total;
  private final long start = System.nanoTime();
  private long next = start + FIRST_LINE;
  private final ProgressBar bar;
  private boolean drawn;

  /**
   * @param total how many events there will be, 0 or less when nobody knows
   */
  Progress(Console console, String task, long total) {
    this.console = console;
    this.task = task;
    this.total = total;
    this.bar =
        !console.live()
            ? null
            : new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(total > 0 ? total : -1)
                .setStyle(ProgressBarStyle.COLORFUL_UNICODE_BLOCK)
                .setUpdateIntervalMillis(REDRAW_MILLIS)
                .setUnit("", 1)
                .setConsumer(new DelegatingProgressBarConsumer(this::draw, console.width() - 1))
                .build();
  }

  private synchronized void draw(String bar) {
    drawn = true;
    console.err().print(ERASE + bar.stripTrailing());
    console.err().flush();
  }

  /**
   * Tells how far the work is; cheap, to be called after each block of events.
   *
   * @param message what to say beside it, such as the accuracy; may be empty
   */
  void at(long done, String message) {
    if (bar != null) {
      bar.stepTo(total > 0 ? Math.min(done, total) : done);
      bar.setExtraMessage(message);
      return;
    }
    long now = System.nanoTime();
    if (now - next < 0) {
      return;
    }
    next = now + NEXT_LINE;
    String of = total > 0 ? String.format(Locale.ROOT, " of %,d", total) : "";
    String more = message.isEmpty() ? "" : ", " + message;
    line(
        String.format(
            Locale.ROOT, "%s: %,d%s events, %.0f s%s", task, done, of, (now - start) / 1e9, more));
  }

  /** Prints a line of its own, above the bar. */
  synchronized void line(String text) {
    console.err().println((drawn ? ERASE : "") + text);
    console.err().flush();
  }

  /** Wipes the bar. */
  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      synchronized (this) {
        console.err().print(ERASE);
        console.err().flush();
      }
    }
  }
}
