package org.freshet.bench;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.freshet.core.Batch;
import org.freshet.core.Source;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.state.HeapModelStore;
import org.freshet.engine.Engine;
import org.freshet.engine.Outcomes;
import org.freshet.engine.PipelineFile;

/**
 * A model for each of very many keys (scaler and logistic regression, {@code place: per}) in one
 * task manager, or in several, with a small heap, the models in RocksDB but for the last few. Each
 * pass has an event of each key, in another order. Printed are, over time: live bytes of the heap
 * of the first after a full collection, bytes of RocksDB, the last checkpoint, and what an event
 * took of the processors since the look before. At the end the answers of one key of a thousand are
 * compared with those of one engine that has seen these keys alone.
 *
 * <p>{@code FlinkKeys [KEYS [PASSES [HEAP_MB [TASK_MANAGERS [PORT]]]]]}
 */
public final class FlinkKeys {
  private static final int SAMPLED = 1000; // one key of so many is compared
  private static final int IN_MEMORY = 10_000;
  private static final int EVERY = 10; // seconds between two looks

  private final Path folder;
  private final int keys;
  private final int passes;

  private FlinkKeys(Path folder, int keys, int passes) {
    this.folder = folder;
    this.keys = keys;
    this.passes = passes;
  }

  public static void main(String[] args) throws Exception {
    int keys = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
    int passes = args.length > 1 ? Integer.parseInt(args[1]) : 3;
    String heap = args.length > 2 ? args[2] : "512";
    int managers = args.length > 3 ? Integer.parseInt(args[3]) : 1;
    int port = args.length > 4 ? Integer.parseInt(args[4]) : 8081;
    FlinkKeys bench = new FlinkKeys(Files.createTempDirectory("flink-keys"), keys, passes);
    bench.data();
    System.out.printf(
        Locale.ROOT,
        "%,d keys, %d passes, %,d models in memory, %d task managers with a heap of %s MB, a"
            + " checkpoint every 10 s.%n%n",
        keys,
        passes,
        IN_MEMORY,
        managers,
        heap);
    bench.run(heap, managers, port);
    bench.compare();
    bench.clean();
  }

  /** All events, and those of the sampled keys again by themselves. */
  private void data() throws IOException {
    Random random = new Random(1);
    try (BufferedWriter all = arff("events");
        BufferedWriter sample = arff("sample")) {
      for (int pass = 0; pass < passes; pass++) {
        long step = 2L * random.nextInt(1 << 20) + 1_000_003;
        while (!BigInteger.valueOf(step).gcd(BigInteger.valueOf(keys)).equals(BigInteger.ONE)) {
          step++; // so that each key comes once
        }
        for (int i = 0; i < keys; i++) {
          int key = (int) (i * step % keys);
          double sum = 0;
          StringBuilder s = new StringBuilder("p").append(pass).append('k').append(key);
          s.append(",k").append(key);
          for (int k = 0; k < 5; k++) {
            double x = Math.round(random.nextGaussian() * 1000) / 1000.0;
            sum += x * ((key + k) % 3 - 1);
            s.append(',').append(x);
          }
          String line = s.append(sum > 0 ? ",yes\n" : ",no\n").toString();
          all.write(line);
          if (key % SAMPLED == 0) {
            sample.write(line);
          }
        }
      }
    }
  }

  private BufferedWriter arff(String name) throws IOException {
    BufferedWriter out = Files.newBufferedWriter(folder.resolve(name + ".arff"));
    out.write("@relation keys\n@attribute id string\n@attribute card string\n");
    for (int k = 0; k < 5; k++) {
      out.write("@attribute f" + k + " numeric\n");
    }
    out.write("@attribute label {no,yes}\n@data\n");
    return out;
  }

  private Path file(String name) throws IOException {
    return Files.writeString(
        folder.resolve(name + ".yaml"),
        """
        name: %1$s
        source: { arff: { path: "%2$s.arff", label: label, id: id, key: card } }
        pipeline: [standard_scaler, logistic_regression]
        place: { per: key, models: %3$d }
        sink: { jsonl: { path: answers } }
        state: { directory: state, every: 10s }
        """
            .formatted(name, folder.resolve(name), IN_MEMORY));
  }

  private void run(String heap, int managers, int port) throws Exception {
    Path home = folder.resolve("flink");
    try (FlinkCluster cluster =
        new FlinkCluster(home, port, "--taskmanagers", "" + managers, "--heap", heap)) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(cluster)));
      String job = cluster.submit(file("events"), managers, "10s");
      System.out.println(
          "| seconds | events | heap after collection, MB | RocksDB, MB | checkpoint, MB new of all"
              + " | took, s | µs of processor an event |");
      System.out.println("| --- | --- | --- | --- | --- | --- | --- |");
      long start = System.nanoTime();
      long most = 0;
      long disk = 0;
      long seen = 0;
      long bytes = 0;
      double spent = 0;
      long firstSeen = 0;
      double firstSpent = 0;
      while (true) {
        Thread.sleep(EVERY * 1000L);
        double now = processor(home, managers);
        long[] in = cluster.taken(job);
        long taken = in[0];
        if (cluster.ended(job)) {
          break;
        }
        long live = live(home);
        most = Math.max(most, live);
        disk = rocksDb(home);
        long[] checkpoint = cluster.lastCheckpoint(job);
        System.out.printf(
            Locale.ROOT,
            "| %.0f | %,d | %.0f | %.0f | %.0f of %.0f | %.1f | %.0f |%n",
            (System.nanoTime() - start) / 1e9,
            taken,
            live / 1e6,
            disk / 1e6,
            checkpoint[0] / 1e6,
            checkpoint[1] / 1e6,
            checkpoint[2] / 1e3,
            taken > seen ? (now - spent) * 1e6 / (taken - seen) : 0);
        if (firstSeen == 0 && taken > 0) {
          firstSeen = taken;
          firstSpent = now;
        }
        seen = taken;
        bytes = taken > 0 ? in[1] / taken : 0;
        spent = processor(home, managers); // without the collection asked for
      }
      double seconds = cluster.seconds(job);
      long n = (long) keys * passes - firstSeen;
      System.out.printf(
          Locale.ROOT,
          "%n%,.0f events/s from the start to the end; at most %.0f MB of heap live; %,d bytes of"
              + " RocksDB a key; %d bytes a record between tasks; %.0f µs of"
              + " processor an event from the first look that saw some on, or from the start.%n",
          (double) keys * passes / seconds,
          most / 1e6,
          disk / keys,
          bytes,
          (processor(home, managers) - firstSpent) * 1e6 / n);
    }
  }

  private static void stop(FlinkCluster cluster) {
    try {
      cluster.close();
    } catch (Exception e) {
      System.err.println(e.getMessage());
    }
  }

  /** Seconds that the task managers have had of the processors. */
  private static double processor(Path home, int managers) throws IOException {
    double all = 0;
    for (int m = 1; m <= managers; m++) {
      long id = Long.parseLong(Files.readString(home.resolve("run/taskmanager-" + m)).strip());
      all +=
          ProcessHandle.of(id)
              .flatMap(p -> p.info().totalCpuDuration())
              .map(d -> d.toMillis() / 1e3)
              .orElse(0.0);
    }
    return all;
  }

  /** Bytes that are still there after a full collection; 0 where the process is gone. */
  private static long live(Path home) throws Exception {
    String id = Files.readString(home.resolve("run/taskmanager-1")).strip();
    Process p =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                id,
                "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    String said = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    p.waitFor();
    int at = said.lastIndexOf("Total");
    return at < 0 ? 0 : Long.parseLong(said.substring(at).strip().split("\\s+")[2]);
  }

  private static long rocksDb(Path home) throws IOException {
    try (Stream<Path> files = Files.walk(home.resolve("tmp"))) {
      return files.filter(f -> f.toString().endsWith(".sst")).mapToLong(FlinkKeys::size).sum();
    } catch (UncheckedIOException gone) { // compacted meanwhile
      return 0;
    }
  }

  private static long size(Path f) {
    try {
      return Files.size(f);
    } catch (IOException gone) {
      return 0;
    }
  }

  /** Answers of the sampled keys with those of an engine that saw these keys alone. */
  private void compare() throws IOException {
    Map<String, double[]> found = new HashMap<>();
    long all = 0;
    List<Path> files = new ArrayList<>();
    try (Stream<Path> parts = Files.list(folder.resolve("answers"))) {
      parts.filter(f -> !f.getFileName().toString().startsWith(".")).forEach(files::add);
    }
    for (Path f : files) {
      try (Stream<String> lines = Files.lines(f)) {
        for (String line : (Iterable<String>) lines::iterator) {
          all++;
          int id = line.indexOf("\"id\":\"") + 6;
          String of = line.substring(id, line.indexOf('"', id));
          if (Integer.parseInt(of.substring(of.indexOf('k') + 1)) % SAMPLED == 0) {
            found.put(of, new double[] {score(line, "no"), score(line, "yes")});
          }
        }
      }
    }
    int equal = expected(found);
    System.out.printf(
        Locale.ROOT,
        "%,d answers to %,d events; of %,d sampled keys %,d of %,d answers are those of one engine,"
            + " digit for digit.%n",
        all,
        (long) keys * passes,
        keys / SAMPLED,
        equal,
        keys / SAMPLED * passes);
    if (all != (long) keys * passes || equal != keys / SAMPLED * passes) {
      throw new IllegalStateException("the answers differ; see " + folder);
    }
  }

  private static double score(String line, String label) {
    int at = line.indexOf("\"" + label + "\":", line.indexOf("\"scores\"")) + label.length() + 3;
    int end = at;
    while (",}".indexOf(line.charAt(end)) < 0) {
      end++;
    }
    return Double.parseDouble(line.substring(at, end));
  }

  /** How many are the same. */
  private int expected(Map<String, double[]> found) throws IOException {
    PipelineFile file = PipelineFile.read(file("sample"));
    int equal = 0;
    try (Source source =
            Components.create(file.source(), Build.of(null).withSeed(file.seed()), Source.class);
        Engine engine =
            new Engine(
                file.pipeline(),
                file.labels(),
                Build.of(source.schema()).withSeed(file.seed()).withStore(new HeapModelStore()))) {
      Batch row = new Batch(source.schema(), 1);
      Outcomes out = new Outcomes();
      while (source.read(row, 1) > 0) {
        engine.process(row, 0, 1, out);
        double[] here = found.get(row.id(0));
        int at = out.scoresAt(0);
        boolean same =
            here != null && here[0] == out.scores()[at] && here[1] == out.scores()[at + 1];
        equal += same ? 1 : 0;
      }
    }
    return equal;
  }

  private void clean() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(java.util.Comparator.reverseOrder()).forEach(f -> f.toFile().delete());
    }
  }
}
