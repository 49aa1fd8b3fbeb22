package org.freshet.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.freshet.evaluate.Evaluation.Drift;
import org.freshet.evaluate.Progress;

/**
 * The demo while it runs: a table that redraws itself on a terminal, a line now and then elsewhere.
 */
final class DemoScreen implements AutoCloseable {
  private static final int REDRAW_MILLIS = 100;
  private static final int LINE_EVENTS = 5_000;
  private static final int DRIFTS_SHOWN = 4;
  private static final String END_OF_LINE = "\u001b[K";

  private final Console console;
  private final long events;
  private final ProgressBar bar;
  private final List<Drift> latest = new ArrayList<>();
  private volatile String rendered = "";
  private long nextDraw = System.nanoTime();
  private long nextLine = LINE_EVENTS;
  private long driftsTold;
  private int lines;

  DemoScreen(Console console, long events) {
    this.console = console;
    this.events = events;
    this.bar =
        !console.live()
            ? null
            : new ProgressBarBuilder()
                .setTaskName("half-hours")
                .setInitialMax(events)
                .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                .setUpdateIntervalMillis(REDRAW_MILLIS)
                .setConsumer(
                    new DelegatingProgressBarConsumer(
                        s -> rendered = s, Math.min(console.width(), 100) - 1))
                .build();
  }

  void show(Progress p) {
    latest.addAll(p.newDrifts());
    while (latest.size() > DRIFTS_SHOWN) {
      latest.remove(0);
    }
    if (bar == null) {
      if (p.events() >= nextLine || p.events() == events) {
        nextLine = p.events() - p.events() % LINE_EVENTS + LINE_EVENTS;
        line(p);
      }
      return;
    }
    bar.stepTo(Math.min(p.events(), events));
    long now = System.nanoTime();
    if (now - nextDraw >= 0 || p.events() >= events) {
      nextDraw = now + REDRAW_MILLIS * 1_000_000L;
      if (p.events() >= events) {
        bar.refresh();
      }
      draw(p);
    }
  }

  private void line(Progress p) {
    console
        .err()
        .println(
            String.format(
                Locale.ROOT,
                "%,7d half-hours; last 1,000: learning %s, frozen %s, no change %s; %d drifts since%s",
                p.events(),
                percent(p.rolling()),
                percent(p.frozen()),
                percent(p.noChange()),
                p.drifts() - driftsTold,
                latest.isEmpty() ? "" : ", the last: " + drifts()));
    driftsTold = p.drifts();
    console.err().flush();
  }

  private void draw(Progress p) {
    List<String> rows = new ArrayList<>();
    rows.add(rendered.stripTrailing());
    rows.add("");
    rows.add("right in the last 1,000");
    rows.add(row("keeps learning", p.rolling()));
    rows.add(row("frozen after 10 %", p.frozen()));
    rows.add(row("no change", p.noChange()));
    rows.add("");
    rows.add(
        String.format(
            Locale.ROOT,
            "drifts found in trees: %,d%s",
            p.drifts(),
            latest.isEmpty() ? "" : "   the last: " + drifts()));
    StringBuilder s = new StringBuilder();
    s.append(lines > 0 ? "\u001b[" + lines + "A" : "");
    for (String r : rows) {
      s.append(r.length() < console.width() ? r : r.substring(0, console.width() - 1))
          .append(END_OF_LINE)
          .append('\n');
    }
    lines = rows.size();
    console.err().print(s);
    console.err().flush();
  }

  private String row(String name, double share) {
    int width = Math.max(10, Math.min(50, console.width() - 32));
    int full = Double.isNaN(share) ? 0 : (int) Math.round(share * width);
    return String.format(
        Locale.ROOT,
        "  %-18s %8s  %s",
        name,
        percent(share),
        "█".repeat(full) + "░".repeat(width - full));
  }

  private String drifts() {
    List<String> words = new ArrayList<>();
    for (Drift d : latest) {
      words.add(String.format(Locale.ROOT, "%s at %,d", d.source(), d.event()));
    }
    return String.join(", ", words);
  }

  private static String percent(double share) {
    return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
