package org.freshet.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
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
 * A live pipeline with a large state: events that wait for their labels, 30 numbers each, as many
 * of them all the time. Prints the longest gap between two turns in stretches with and without a
 * snapshot being made, one after the other in one process, how long the collector stopped it in
 * each, and the time a new process needs after a crash until it takes events.
 *
 * <pre>{@code LiveState MEGABYTES EVENTS_PER_SECOND [PAIRS]}</pre>
 */
public final class LiveState {
  private static final int WIDTH = 30;
  private static final int BLOCK = 20;

  private LiveState() {}

  public static void main(String[] args) throws Exception {
    if (args[0].equals("recover")) {
      recover(Path.of(args[1]));
      return;
    }
    long megabytes = Long.parseLong(args[0]);
    int rate = Integer.parseInt(args[1]);
    int pairs = args.length > 2 ? Integer.parseInt(args[2]) : 8;
    Path folder = Files.createTempDirectory("live-state");
    try {
      run(folder, megabytes << 20, rate, pairs);
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
        labels: { timeout: 7d, on_timeout: drop, pending: 1000000 }
        limits: { memory: 2GB }
        state: { directory: s, every: 1h }
        """,
        folder,
        List.of());
  }

  private static void run(Path folder, long bytes, int rate, int pairs) throws Exception {
    Turns turns = new Turns();
    Source source = new Source();
    Live live = new Live(file(folder), List.of(source), 1, "bench", turns);
    live.start(List.of());
    while (live.read(Replica::memoryBytes).get() < bytes) {
      for (int i = 0; i < 100; i++) {
        source.send();
      }
    }
    source.labels = true; // from now on as many wait all the time
    live.ask("snapshot").get();
    System.out.printf(
        Locale.ROOT,
        "state %d MB, %d events wait, %d events/s and as many labels, heap at most %d MB, %s%n",
        live.read(Replica::memoryBytes).get() >> 20,
        live.read(r -> r.engine().pending()).get(),
        rate,
        Runtime.getRuntime().maxMemory() >> 20,
        ManagementFactory.getGarbageCollectorMXBeans().stream()
            .map(GarbageCollectorMXBean::getName)
            .toList());
    gap("warm-up", turns, source, rate, null, 3);
    long[] longest = new long[2];
    for (int i = 0; i < pairs; i++) {
      longest[0] = Math.max(longest[0], gap("without", turns, source, rate, null, 2));
      longest[1] = Math.max(longest[1], gap("with", turns, source, rate, live.ask("snapshot"), 2));
    }
    System.out.printf(
        Locale.ROOT,
        "longest gap without a snapshot %.1f ms, with one %.1f ms%n",
        longest[0] / 1e6,
        longest[1] / 1e6);
    for (int i = 0; i < 10 * rate / BLOCK; i++) { // 10 s of journal behind the newest snapshot
      source.send();
    }
    while (live.waiting() > 0) {
      Thread.sleep(1);
    }
    live.ask("pause").get();
    Path crashed = folder.resolve("crashed");
    copy(folder.resolve("s"), crashed.resolve("s")); // as a crash would leave it
    live.close();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            LiveState.class.getName(),
            "recover",
            crashed.toString()));
    command.removeIf(a -> a.startsWith("-Xlog"));
    new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  private static void recover(Path crashed) throws Exception {
    long start = System.nanoTime();
    Live live = new Live(file(crashed), List.of(new Source()), 1, "bench", LiveListener.NONE);
    live.start(List.of());
    System.out.printf(
        Locale.ROOT,
        "recovered in %.2f s, %.2f s after the start of the process: %d events, state %d MB%n",
        (System.nanoTime() - start) / 1e9,
        (System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime()) / 1e3,
        live.read(r -> r.engine().events()).get(),
        live.read(Replica::memoryBytes).get() >> 20);
    live.close();
  }

  private static long gap(
      String what, Turns turns, Source source, int rate, CompletableFuture<Void> until, int seconds)
      throws Exception {
    long start = System.nanoTime();
    long end = start + TimeUnit.SECONDS.toNanos(seconds);
    long collected = collected();
    turns.begin();
    long next = start;
    long made = 0;
    while (System.nanoTime() < end || (until != null && !until.isDone())) {
      source.send();
      next += 1_000_000_000L * BLOCK / rate;
      long wait = next - System.nanoTime();
      if (wait > 0) {
        TimeUnit.NANOSECONDS.sleep(wait);
      }
      if (made == 0 && until != null && until.isDone()) {
        made = System.nanoTime();
      }
    }
    if (until != null) {
      until.get();
    }
    System.out.printf(
        Locale.ROOT,
        "%-8s longest gap %5.1f ms, %d over 20 ms, collector %d ms in all%s%n",
        what,
        turns.longest / 1e6,
        turns.over,
        collected() - collected,
        until == null ? "" : ", made in %.2f s".formatted((made - start) / 1e9));
    return turns.longest;
  }

  /** Milliseconds the collectors took; of one that works beside the program, that work too. */
  private static long collected() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionTime)
        .sum();
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
    private long labelled;
    boolean labels; // of the oldest events, as many as events

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
      Records r = new Records(schema, 2 * BLOCK);
      long now = System.currentTimeMillis();
      for (int i = 0; i < BLOCK; i++, next++) {
        r.begin(Batch.Kind.EVENT, "event-" + next, now);
        for (int c = 0; c < WIDTH; c++) {
          r.set(c, (next * (c + 3) % 1001) / 1000.0);
        }
        r.end();
        if (labels) {
          r.begin(Batch.Kind.LABEL, "event-" + labelled, now);
          r.label(labelled++ * 3 % 1001 > 500 ? "yes" : "no");
          r.end();
        }
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
