package org.freshet.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.freshet.core.Batch;
import org.freshet.engine.Outcomes;
import org.freshet.engine.PipelineFile;
import org.freshet.runtime.Replica;
import org.freshet.runtime.journal.Entry;
import org.freshet.runtime.journal.JournalReader;

/**
 * A pipeline from Kafka to Kafka under load, with the broker on the same machine: 30 numeric
 * features, scaler and logistic regression, labels 1,000 events late on a topic of their own,
 * snapshots every 10 s. Prints answers a second that a {@code read_committed} consumer could see,
 * what generator and broker do alone, and whether each answer is that of a replay of the journal.
 *
 * <p>{@code LiveKafka [SECONDS]}
 */
public final class LiveKafka {
  private static final int FEATURES = 30;
  private static final int LATE = 1000;
  private static final int PARTITIONS = 2;

  /** Events sent and not answered: the topic is never empty, and never long. */
  private static final long AHEAD = 100_000;

  private LiveKafka() {}

  public static void main(String[] args) throws Exception {
    int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 20;
    Path folder = Files.createTempDirectory("live-kafka");
    try (KafkaBroker broker = new KafkaBroker(folder)) {
      for (String name : List.of("alone", "load")) {
        broker.topic(name + "-events", PARTITIONS);
        broker.topic(name + "-labels", 1);
        broker.topic(name + "-answers", PARTITIONS);
      }
      System.out.printf(
          Locale.ROOT,
          "%-44s %12s   CPU an event in us: %8s %10s %8s%n",
          "",
          "events/s",
          "broker",
          "generator",
          "freshet");
      alone(broker, seconds);
      freshet(broker, folder, seconds);
    }
  }

  /** Produce and consume, as Freshet would, and nothing else. */
  private static void alone(KafkaBroker broker, int seconds) throws Exception {
    AtomicLong consumed = new AtomicLong();
    Thread reader =
        new Thread(
            () -> {
              try (KafkaConsumer<byte[], byte[]> c = consumer(broker)) {
                c.assign(partitions("alone-events", "alone-labels"));
                while (!Thread.currentThread().isInterrupted()) {
                  c.poll(Duration.ofMillis(100))
                      .forEach(r -> consumed.addAndGet(r.topic().endsWith("events") ? 1 : 0));
                }
              } catch (org.apache.kafka.common.errors.InterruptException stopped) {
                Thread.currentThread().interrupt();
              }
            });
    reader.start();
    try (KafkaLoad load =
        new KafkaLoad(broker.bootstrap(), "alone-events", "alone-labels", FEATURES, LATE)) {
      load.until(System.nanoTime() + seconds * 500_000_000L, AHEAD, consumed::get);
      Clock clock = new Clock(broker, null, consumed.get());
      load.until(System.nanoTime() + seconds * 1_000_000_000L, AHEAD, consumed::get);
      clock.line("generator and broker alone", consumed.get());
    }
    reader.interrupt();
    reader.join();
  }

  private static void freshet(KafkaBroker broker, Path folder, int seconds) throws Exception {
    Path yaml = folder.resolve("load.yaml");
    Files.writeString(yaml, pipeline(broker));
    Process service = start(yaml);
    AtomicLong answered = new AtomicLong();
    Thread counter =
        new Thread(
            () -> {
              try {
                while (true) {
                  answered.set(broker.offset("load-answers"));
                  Thread.sleep(50);
                }
              } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    counter.start();
    long sent;
    try (KafkaLoad load =
        new KafkaLoad(broker.bootstrap(), "load-events", "load-labels", FEATURES, LATE)) {
      load.until(System.nanoTime() + seconds * 500_000_000L, AHEAD, answered::get);
      Clock clock = new Clock(broker, service.toHandle(), answered.get());
      load.until(System.nanoTime() + seconds * 1_000_000_000L, AHEAD, answered::get);
      clock.line("Kafka to Kafka through freshet run", answered.get());
      load.end();
      sent = load.sent();
    }
    long end = System.nanoTime() + 120_000_000_000L;
    while (answered.get() < sent && System.nanoTime() < end && service.isAlive()) {
      Thread.sleep(50);
    }
    counter.interrupt();
    counter.join();
    service.destroy();
    service.waitFor();
    check(broker, folder, sent);
  }

  private static String pipeline(KafkaBroker broker) {
    String names =
        IntStream.range(0, FEATURES).mapToObj(i -> "f" + i).collect(Collectors.joining(", "));
    return """
        name: load
        source:
          kafka: { topic: load-events, bootstrap: "%1$s", numeric: [%2$s], labels: [no, yes] }
        labels: { source: { kafka: { topic: load-labels, bootstrap: "%1$s" } } }
        pipeline: [standard_scaler, logistic_regression]
        sink: { kafka: { topic: load-answers, bootstrap: "%1$s" } }
        state: { directory: state, every: 10s, keep_journal: true }
        """
        .formatted(broker.bootstrap(), names);
  }

  private static Process start(Path yaml) throws IOException {
    List<String> all = new ArrayList<>();
    all.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    all.addAll(List.of("-XX:+UseParallelGC", "-Xmx1g"));
    String more = System.getenv("FRESHET_BENCH_SERVICE_OPTIONS"); // for a profile
    if (more != null) {
      all.addAll(List.of(more.split(" ")));
    }
    all.addAll(List.of("-cp", System.getProperty("java.class.path")));
    all.addAll(List.of("org.freshet.cli.Main", "run", yaml.toString(), "--port", "0"));
    Process p =
        new ProcessBuilder(all).redirectError(yaml.resolveSibling("freshet.log").toFile()).start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(p.getInputStream(), StandardCharsets.UTF_8));
    if (out.readLine() == null) {
      throw new IOException(
          "freshet did not start: " + Files.readString(yaml.resolveSibling("freshet.log")));
    }
    return p;
  }

  private static List<TopicPartition> partitions(String events, String labels) {
    List<TopicPartition> all = new ArrayList<>();
    for (int p = 0; p < PARTITIONS; p++) {
      all.add(new TopicPartition(events, p));
    }
    if (labels != null) {
      all.add(new TopicPartition(labels, 0));
    }
    return all;
  }

  private static KafkaConsumer<byte[], byte[]> consumer(KafkaBroker broker) {
    return new KafkaConsumer<>(
        Map.<String, Object>of(
            "bootstrap.servers",
            broker.bootstrap(),
            "isolation.level",
            "read_committed",
            "auto.offset.reset",
            "earliest",
            "max.poll.records",
            "2000"),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  /** Every event has one answer, and each is that of a replay of what was recorded. */
  private static void check(KafkaBroker broker, Path folder, long sent) throws Exception {
    double[] scores = new double[(int) sent];
    Arrays.fill(scores, Double.NaN);
    long[] ids = new long[(int) sent];
    long count = 0;
    try (KafkaConsumer<byte[], byte[]> c = consumer(broker)) {
      List<TopicPartition> all = partitions("load-answers", null);
      c.assign(all);
      Map<TopicPartition, Long> end = c.endOffsets(all);
      while (all.stream().anyMatch(p -> c.position(p) < end.get(p))) {
        for (ConsumerRecord<byte[], byte[]> r : c.poll(Duration.ofMillis(100))) {
          String s = new String(r.value(), StandardCharsets.US_ASCII);
          int n = Integer.parseInt(s, 5, s.indexOf(','), 10);
          int id = s.indexOf("\"id\":\"") + 6;
          int no = s.indexOf("\"no\":") + 5;
          if (!Double.isNaN(scores[n])) {
            throw new IllegalStateException("answer " + n + " is there twice");
          }
          ids[n] = Long.parseLong(s, id, id + 9, 10);
          scores[n] = Double.parseDouble(s.substring(no, s.indexOf(',', no)));
          count++;
        }
      }
    }
    long equal = replay(folder, scores, ids);
    long distinct = Arrays.stream(ids).distinct().count();
    System.out.printf(
        Locale.ROOT,
        "%,d events sent, %,d answers to %,d of them, %,d equal to those of a replay of the journal%n",
        sent,
        count,
        distinct,
        equal);
    if (count != sent || distinct != sent || equal != sent) {
      throw new IllegalStateException("the answers are wrong");
    }
  }

  private static long replay(Path folder, double[] scores, long[] ids) {
    PipelineFile file = PipelineFile.read(folder.resolve("load.yaml"), List.of());
    long equal = 0;
    try (JournalReader reader = new JournalReader(folder.resolve("state/journal"), null, 0);
        Replica replica = new Replica(file, reader.schema(), 1)) {
      Batch rows = new Batch(reader.schema(), 4096);
      Outcomes out = new Outcomes();
      for (Entry e = reader.next(rows); e != null; e = reader.next(rows)) {
        long first = replica.answers();
        replica.apply(e, rows, out);
        for (int r = 0; r < rows.size(); r++) {
          int at = out.prediction(r);
          if (rows.kind(r) == Batch.Kind.EVENT && at >= 0) {
            int n = (int) (first + at);
            equal +=
                ids[n] == Long.parseLong(rows.id(r)) && scores[n] == out.scores()[out.scoresAt(at)]
                    ? 1
                    : 0;
          }
        }
      }
    }
    return equal;
  }

  /** From here on: time, and processor time of each process. */
  private static final class Clock {
    private final ProcessHandle[] processes;
    private final double[] cpu;
    private final long from;
    private final long start = System.nanoTime();

    Clock(KafkaBroker broker, ProcessHandle service, long from) {
      this.from = from;
      processes = new ProcessHandle[] {broker.handle(), ProcessHandle.current(), service};
      cpu = Arrays.stream(processes).mapToDouble(Clock::cpu).toArray();
    }

    private static double cpu(ProcessHandle p) {
      return p == null ? 0 : p.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e3;
    }

    void line(String what, long to) {
      double events = to - from;
      double[] used = new double[processes.length];
      for (int i = 0; i < used.length; i++) {
        used[i] = (cpu(processes[i]) - cpu[i]) / events;
      }
      System.out.printf(
          Locale.ROOT,
          "%-44s %,12.0f   %27.1f %10.1f %8s%n",
          what,
          events / ((System.nanoTime() - start) / 1e9),
          used[0],
          used[1],
          processes[2] == null ? "" : String.format(Locale.ROOT, "%.1f", used[2]));
    }
  }
}
