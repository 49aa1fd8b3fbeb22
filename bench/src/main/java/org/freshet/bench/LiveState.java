package org.freshet.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Schema;
import org.freshet.core.live.Feed;
import org.freshet.core.live.Inbox;
import org.freshet.core.live.Records;
import org.freshet.engine.Outcomes;
import org.freshet.engine.PipelineFile;
import org.freshet.runtime.Live;
import org.freshet.runtime.LiveListener;
import org.freshet.runtime.Replica;

/**
 * A live pipeline with a large state: the longest gap between two turns with and without a snapshot
 * being made, and the time to recover after a crash. The state is events that wait for their
 * labels, 30 numbers each.
 *
 * <pre>{@code LiveState MEGABYTES EVENTS_PER_SECOND}</pre>
 */
public final class LiveState {
  private static final int WIDTH = 30;
  private static final int BLOCK = 20;

  private LiveState() {}

  public static void main(String[] args) throws Exception {
    long megabytes = Long.parseLong(args[0]);
    int rate = Integer.parseInt(args[1]);
    Path folder = Files.createTempDirectory("live-state");
    try {
      run(folder, megabytes << 20, rate);
    } finally {
      delete(folder);
    }
  }

  private static PipelineFile file(Path folder) {
    return PipelineFile.parse(
        "large.yaml",
        """
        name: large
        source: { sea: {} }
        pipeline: [standard_scaler, logistic_regression]
        labels: { timeout: 7d, on_timeout: drop, pending: 10000000 }
        state: { directory: s, every: 1h }
        """,
        folder,
        List.of());
  }

  private static void run(Path folder, long bytes, int rate) throws Exception {
    Turns turns = new Turns();
    Source source = new Source();
    Live live = new Live(file(folder), List.of(source), 1, "bench", turns);
    live.start(List.of());
    while (live.read(Replica::memoryBytes).get() < bytes) {
      for (int i = 0; i < 100; i++) {
        source.send();
      }
    }
    live.ask("snapshot").get();
    System.out.printf(
        Locale.ROOT,
        "state %d MB, %d events wait, %d events/s, heap at most %d MB%n",
        live.read(Replica::memoryBytes).get() >> 20,
        live.read(r -> r.engine().events()).get(),
        rate,
        Runtime.getRuntime().maxMemory() >> 20);
    gap("without a snapshot", turns, source, rate, null, 5);
    for (int i = 0; i < 3; i++) {
      gap("with a snapshot", turns, source, rate, live.ask("snapshot"), 1);
    }
    for (int i = 0; i < 20 * rate / BLOCK; i++) { // 20 s of journal behind the newest snapshot
      source.send();
    }
    while (live.waiting() > 0) {
      Thread.sleep(1);
    }
    Path crashed = folder.resolve("crashed");
    copy(folder.resolve("s"), crashed.resolve("s")); // as a crash would leave it
    live.close();
    for (int i = 0; i < 2; i++) {
      Live again = new Live(file(crashed), List.of(new Source()), 1, "bench", LiveListener.NONE);
      long start = System.nanoTime();
      again.start(List.of());
      System.out.printf(
          Locale.ROOT,
          "recovered in %.2f s: %d events%n",
          (System.nanoTime() - start) / 1e9,
          again.read(r -> r.engine().events()).get());
      again.close();
    }
  }

  private static void gap(
      String what, Turns turns, Source source, int rate, CompletableFuture<Void> until, int seconds)
      throws Exception {
    long start = System.nanoTime();
    long end = start + TimeUnit.SECONDS.toNanos(seconds);
    turns.begin();
    long next = start;
    while (System.nanoTime() < end || (until != null && !until.isDone())) {
      source.send();
      next += 1_000_000_000L * BLOCK / rate;
      long wait = next - System.nanoTime();
      if (wait > 0) {
        TimeUnit.NANOSECONDS.sleep(wait);
      }
    }
    if (until != null) {
      until.get();
    }
    System.out.printf(
        Locale.ROOT,
        "%s: longest gap between turns %.1f ms, %d gaps over 20 ms, in %.1f s%n",
        what,
        turns.longest / 1e6,
        turns.over,
        (System.nanoTime() - start) / 1e9);
  }

  /** Times of turns. */
  private static final class Turns implements LiveListener {
    volatile long last;
    volatile long longest;
    volatile int over;

    void begin() {
      last = System.nanoTime();
      longest = 0;
      over = 0;
    }

    @Override
    public void applied(Replica replica, Batch rows, Outcomes out, long now) {
      long nanos = System.nanoTime();
      longest = Math.max(longest, nanos - last);
      over += nanos - last > 20_000_000 ? 1 : 0;
      last = nanos;
    }
  }

  private static final class Source implements Feed {
    private Schema schema;
    private Inbox inbox;
    private long next;

    @Override
    public String name() {
      return "memory";
    }

    @Override
    public Schema schema() {
      List<Column> columns = new ArrayList<>();
      for (int c = 0; c < WIDTH; c++) {
        columns.add(Column.numeric("x" + c));
      }
      return Schema.classification(columns, "y", "no", "yes");
    }

    @Override
    public void start(Schema of, Map<String, Long> from, Inbox to) {
      schema = of;
      inbox = to;
      next = from.getOrDefault("", 0L);
    }

    void send() throws InterruptedException {
      Records r = new Records(schema, BLOCK);
      for (int i = 0; i < BLOCK; i++, next++) {
        r.begin(Batch.Kind.EVENT, "event-" + next, 1_700_000_000_000L + next);
        for (int c = 0; c < WIDTH; c++) {
          r.set(c, (next * (c + 3) % 1001) / 1000.0);
        }
        r.end();
      }
      inbox.put(r.from(this, "", next));
    }

    @Override
    public boolean canSeek() {
      return false;
    }

    @Override
    public void close() {}
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path p : all.toList()) {
        Path target = to.resolve(from.relativize(p).toString());
        if (Files.isDirectory(p)) {
          Files.createDirectories(target);
        } else {
          Files.copy(p, target);
        }
      }
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path p : all.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(p);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
