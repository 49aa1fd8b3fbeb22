package org.freshet.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Schema;
import org.freshet.core.live.Feed;
import org.freshet.core.live.Inbox;
import org.freshet.core.live.Records;
import org.freshet.engine.PipelineFile;
import org.freshet.runtime.Live;
import org.freshet.runtime.LiveListener;

/**
 * Memory and disk of a live pipeline over many events of many keys: windowed features by key, a
 * scaler, logistic regression, labels 1,000 events late by rows of their own, journal and snapshots
 * as the file says. Each line tells what is kept after a full collection, what the process holds,
 * and the files.
 *
 * <p>{@code LiveMemory [EVENTS [KEYS [EVENTS_PER_SECOND [DISK [FOLDER]]]]]}; 0 events a second: as
 * fast as it goes. The names of the keys and the records that wait belong to the generator.
 */
public final class LiveMemory {
  private static final int WIDTH = 5;
  private static final int BLOCK = 50;
  private static final int LATE = 1000;
  private static final int LINES = 40;

  private final long events;
  private final int rate;
  private final String[] names;
  private final double[] labels = new double[LATE];
  private final SplittableRandom random = new SplittableRandom(1);
  private final double[] center = new double[1024];

  private final AtomicLong most = new AtomicLong(); // bytes of the files since the last line

  private LiveMemory(long events, int keys, int rate) {
    this.events = events;
    this.rate = rate;
    this.names = new String[keys];
    for (int k = 0; k < keys; k++) {
      names[k] = "device-" + k;
    }
    for (int k = 0; k < center.length; k++) {
      center[k] = random.nextDouble();
    }
  }

  public static void main(String[] args) throws Exception {
    long events = args.length > 0 ? Long.parseLong(args[0]) : 100_000_000;
    int keys = args.length > 1 ? Integer.parseInt(args[1]) : 1_000_000;
    int rate = args.length > 2 ? Integer.parseInt(args[2]) : 0;
    String disk = args.length > 3 ? args[3] : "6GB";
    Path given = args.length > 4 ? Files.createDirectories(Path.of(args[4])) : null;
    Path folder =
        given == null
            ? Files.createTempDirectory("live-memory")
            : Files.createTempDirectory(given, "live-memory");
    try {
      new LiveMemory(events, keys, rate).run(folder, disk);
    } finally {
      delete(folder);
    }
  }

  private void run(Path folder, String disk) throws Exception {
    PipelineFile file =
        PipelineFile.parse(
            "memory.yaml",
            """
            name: memory
            source: { sea: {} }
            pipeline:
              - windowed: { of: [amount], compute: [mean, count], over: [5 events, 1h], ttl: 7d, keys: 1000000, max_bytes: 512MB }
              - standard_scaler: {}
              - logistic_regression: {}
            labels: { timeout: 1d, on_timeout: drop, pending: 100000 }
            state: { directory: s, every: 30s }
            limits: { disk: %s }
            """
                .formatted(disk),
            folder,
            List.of());
    Source source = new Source();
    System.out.printf(
        Locale.ROOT,
        "%,d events of %,d keys, %s; heap at most %d MB, limits.disk %s%n"
            + "million events  events/s  heap kept MB  state MB  process MB  files MB, most  waiting"
            + "  snapshot%n",
        events,
        names.length,
        rate == 0 ? "as fast as it goes" : rate + " events/s",
        Runtime.getRuntime().maxMemory() >> 20,
        disk);
    ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    clock.scheduleAtFixedRate(() -> most(folder), 100, 100, TimeUnit.MILLISECONDS);
    try (Live live = new Live(file, List.of(source), 1, "bench", LiveListener.NONE)) {
      live.start(List.of());
      long before = System.nanoTime();
      long step = Math.max(1, events / LINES / BLOCK * BLOCK);
      for (long sent = 0; sent < events; ) {
        source.send(sent);
        sent += BLOCK;
        if (rate > 0) {
          source.pace();
        }
        if (sent % step == 0) {
          line(live, folder, sent, step * 1e9 / (System.nanoTime() - before));
          before = System.nanoTime();
          source.restart();
        }
      }
    } finally {
      clock.shutdownNow();
      clock.awaitTermination(1, TimeUnit.MINUTES);
    }
  }

  private void most(Path folder) {
    try {
      long now = files(folder);
      most.accumulateAndGet(now, Math::max);
    } catch (IOException | UncheckedIOException deletedMeanwhile) {
      return;
    }
  }

  private void line(Live live, Path folder, long sent, double perSecond) throws Exception {
    long[] state = live.read(r -> new long[] {r.memoryBytes(), r.engine().pending()}).get();
    System.out.printf(
        Locale.ROOT,
        "%14.1f %,9.0f %13d %9d %11d %9d %5d %8d  %s%n",
        sent / 1e6,
        perSecond,
        kept() >> 20,
        state[0] >> 20,
        resident() >> 20,
        files(folder) >> 20,
        most.getAndSet(0) >> 20,
        state[1],
        live.lastSnapshot() == 0
            ? "none yet"
            : "%.0f s ago".formatted((System.currentTimeMillis() - live.lastSnapshot()) / 1e3));
  }

  /** Bytes of the heap after a full collection. */
  private static long kept() {
    System.gc();
    long bytes = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      MemoryUsage after = pool.getCollectionUsage();
      bytes += pool.getType() == MemoryType.HEAP && after != null ? after.getUsed() : 0;
    }
    return bytes;
  }

  /** Bytes of the process in memory; 0 where the system does not say. */
  private static long resident() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(l -> l.startsWith("VmRSS:"))
          .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")) << 10)
          .sum();
    }
  }

  private static long files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.mapToLong(LiveMemory::size).sum();
    }
  }

  private static long size(Path file) {
    try {
      return Files.isRegularFile(file) ? Files.size(file) : 0;
    } catch (NoSuchFileException deleted) {
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path p : all.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(p);
      }
    }
  }

  /** Events of keys drawn uniformly; one a millisecond of their own clock. */
  private final class Source implements Feed {
    private Schema schema;
    private Inbox inbox;
    private long due;

    @Override
    public String name() {
      return "memory";
    }

    @Override
    public Schema schema() {
      List<Column> columns = new ArrayList<>();
      columns.add(Column.numeric("amount"));
      for (int c = 1; c < WIDTH; c++) {
        columns.add(Column.numeric("x" + c));
      }
      return Schema.classification(columns, "y", "no", "yes");
    }

    @Override
    public void start(Schema of, Map<String, Long> from, Inbox to) {
      schema = of;
      inbox = to;
      restart();
    }

    void restart() {
      due = System.nanoTime();
    }

    void pace() throws InterruptedException {
      due += 1_000_000_000L * BLOCK / rate;
      long wait = due - System.nanoTime();
      if (wait > 0) {
        Thread.sleep(wait / 1_000_000, (int) (wait % 1_000_000));
      }
    }

    void send(long from) throws InterruptedException {
      Records r = new Records(schema, 2 * BLOCK);
      for (long e = from; e < from + BLOCK; e++) {
        long time = 1_700_000_000_000L + e;
        int at = (int) (e % LATE);
        if (e >= LATE) {
          r.begin(Batch.Kind.LABEL, "event-" + (e - LATE), time);
          r.label(labels[at] > 0 ? "yes" : "no");
          r.end();
        }
        int key = random.nextInt(names.length);
        double amount = random.nextDouble();
        r.begin(Batch.Kind.EVENT, "event-" + e, time);
        r.key(names[key]);
        r.set(0, amount);
        for (int c = 1; c < WIDTH; c++) {
          r.set(c, random.nextDouble());
        }
        r.end();
        labels[at] = amount > center[key % center.length] ? 1 : 0;
      }
      inbox.put(r.from(this, "", from + BLOCK));
    }

    @Override
    public boolean canSeek() {
      return false;
    }

    @Override
    public void close() {}
  }
}
