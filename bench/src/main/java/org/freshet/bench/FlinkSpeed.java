package org.freshet.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.freshet.core.KeyTable;

/**
 * Events a second of the same pipeline from Kafka to Kafka: in the live engine on one core, and on
 * a Flink cluster of separate processes with one task slot on core 0, and with two, on cores 0 and
 * 1. The broker and the job manager have what is left of both cores. Events with labels lie in a
 * topic of two partitions; the time is that from the fourth tenth of the answers to the last, so
 * that the start of processes and compilers is left out, which a stream has once. The answers are
 * compared.
 *
 * <p>{@code FlinkSpeed [EVENTS [CHECKPOINT_EVERY [PORT [linear | forest]]]]}
 */
public final class FlinkSpeed {
  private static final int CARDS = 1000;
  private static final int PARTITIONS = 2;
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final KafkaBroker broker;
  private final Path folder;
  private final int port;
  private final int events;
  private final String every;

  private FlinkSpeed(KafkaBroker broker, Path folder, int port, int events, String every) {
    this.broker = broker;
    this.folder = folder;
    this.port = port;
    this.events = events;
    this.every = every;
  }

  public static void main(String[] args) throws Exception {
    int events = args.length > 0 ? Integer.parseInt(args[0]) : 4_000_000;
    String every = args.length > 1 ? args[1] : "10s";
    int port = args.length > 2 ? Integer.parseInt(args[2]) : 8081;
    Path folder = Files.createTempDirectory("flink-speed");
    try (KafkaBroker broker = new KafkaBroker(folder)) {
      Runtime.getRuntime().addShutdownHook(new Thread(broker.handle()::destroy));
      FlinkSpeed speed = new FlinkSpeed(broker, folder, port, events, every);
      speed.load();
      System.out.printf(
          Locale.ROOT,
          "%,d events, %,d cards, five numbers each; a checkpoint every %s.%n%n",
          events,
          CARDS,
          every);
      System.out.println(
          "| pipeline | live, one core | one slot | of live | two slots | two by one | answers |");
      System.out.println("| --- | --- | --- | --- | --- | --- | --- |");
      String only = args.length > 3 ? args[3] : "";
      if (!only.equals("forest")) {
        speed.row("linear", "standard_scaler, logistic_regression");
      }
      if (!only.equals("linear")) {
        speed.row("forest", "{ adaptive_random_forest: { members: 5 } }");
      }
    }
  }

  /** What belongs to a card is in one partition, so that its order is fixed. */
  private void load() throws Exception {
    broker.topic("events", PARTITIONS);
    Random random = new Random(1);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.<String, Object>of(
                "bootstrap.servers", broker.bootstrap(), "linger.ms", "20", "batch.size", "100000"),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < events; i++) {
        int card = random.nextInt(CARDS);
        double sum = 0;
        StringBuilder s = new StringBuilder("{\"id\":\"e").append(i);
        s.append("\",\"key\":\"c").append(card).append('"');
        for (int k = 0; k < 5; k++) {
          double x = Math.round(random.nextGaussian() * 1000) / 1000.0;
          sum += x * ((card + k) % 3 - 1);
          s.append(",\"f").append(k).append("\":").append(x);
        }
        s.append(",\"label\":\"").append(sum > 0 ? "yes" : "no").append("\"}");
        producer.send(
            new ProducerRecord<>(
                "events",
                card % PARTITIONS,
                null,
                s.toString().getBytes(StandardCharsets.US_ASCII)));
      }
    }
  }

  private Path file(String name, String steps) throws Exception {
    broker.topic(name, PARTITIONS);
    return Files.writeString(
        folder.resolve(name + ".yaml"),
        """
        name: %1$s
        source:
          kafka:
            topic: events
            bootstrap: "%2$s"
            numeric: [f0, f1, f2, f3, f4]
            labels: [no, yes]
        pipeline: [%3$s]
        place: { per: key, keyed_labels: true }
        sink: { kafka: { topic: %1$s, bootstrap: "%2$s" } }
        state: { directory: %1$s-state, every: %4$s }
        """
            .formatted(name, broker.bootstrap(), steps, every));
  }

  private void row(String name, String steps) throws Exception {
    double alone = live(file(name + "-live", steps), name + "-live");
    double one = flink(file(name + "-one", steps), name + "-one", 1, "0");
    double two = flink(file(name + "-two", steps), name + "-two", 2, "0,1");
    long expected = answers(name + "-live");
    boolean same = expected == answers(name + "-one") && expected == answers(name + "-two");
    System.out.printf(
        Locale.ROOT,
        "| %s | %,.0f/s | %,.0f/s | %.2f | %,.0f/s | %.2f | %s |%n",
        name,
        alone,
        one,
        one / alone,
        two,
        two / one,
        same ? "equal" : "DIFFER");
    if (!same) {
      throw new IllegalStateException("the answers differ");
    }
  }

  private double live(Path file, String topic) throws Exception {
    List<String> command =
        new ArrayList<>(List.of("taskset", "-c", "0", "java", "-Xmx2g", "-XX:+UseG1GC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "org.freshet.cli.Main"));
    command.addAll(List.of("run", file.toString(), "--port", "0"));
    Process p =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(topic + ".log").toFile())
            .start();
    try {
      return rate(topic, p::isAlive);
    } finally {
      p.destroy();
      p.waitFor();
    }
  }

  private double flink(Path file, String topic, int slots, String cores) throws Exception {
    try (FlinkCluster cluster =
        new FlinkCluster(
            folder.resolve("flink-" + topic),
            port,
            "--taskmanagers",
            "" + slots,
            "--cores",
            cores)) {
      String job = cluster.submit(file, slots, every);
      double rate = rate(topic, () -> cluster.failure(job).isEmpty());
      cluster.cancel(job);
      return rate;
    }
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  /** Answers a second; all are there, and committed, when it returns. */
  private double rate(String topic, Condition running) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    long from = 0;
    long before = 0;
    long last = 0;
    while (broker.committed(topic) < events) {
      if (System.nanoTime() > end || !running.holds()) {
        throw new IOException("no answers in " + topic + "; see " + folder);
      }
      long n = Math.min(events, broker.written(topic));
      long now = System.nanoTime();
      if (from == 0 && n >= events / 2) {
        from = now;
        before = n;
      }
      if (n < events || last == 0) {
        last = now;
      }
      Thread.sleep(50);
    }
    return (events - before) / ((last - from) / 1e9);
  }

  /** A sum over all answers, of hashes of their ids and scores; of each event there must be one. */
  private long answers(String topic) {
    BitSet answered = new BitSet(events);
    long sum = 0;
    try (KafkaConsumer<byte[], byte[]> c = KafkaAnswers.consumer(broker.bootstrap())) {
      List<TopicPartition> all = KafkaAnswers.partitions(c, topic);
      c.assign(all);
      Map<TopicPartition, Long> end = c.endOffsets(all);
      while (all.stream().anyMatch(p -> c.position(p) < end.get(p))) {
        for (ConsumerRecord<byte[], byte[]> r : c.poll(Duration.ofMillis(100))) {
          String s = new String(r.value(), StandardCharsets.US_ASCII);
          int id = s.indexOf("\"id\":\"e") + 7;
          int n = Integer.parseInt(s, id, s.indexOf('"', id), 10);
          if (answered.get(n)) {
            throw new IllegalStateException("answered twice: " + s);
          }
          answered.set(n);
          sum += KeyTable.hash(n + s.substring(s.indexOf("\"scores\":")));
        }
      }
    }
    if (answered.cardinality() != events) {
      throw new IllegalStateException(answered.cardinality() + " answers to " + events + " events");
    }
    return sum;
  }
}
