package org.freshet.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * A pipeline from Kafka to Kafka under load, with the broker on the same machine: 30 numeric
 * features, scaler and logistic regression, labels 1,000 events late on a topic of their own,
 * snapshots every 10 s. Prints events a second, by answers in committed transactions, and the
 * processor time of each process:
 *
 * <ul>
 *   <li>generator, broker and a consumer that does nothing, alone;
 *   <li>Freshet while the generator goes on;
 *   <li>Freshet and the broker alone, with events and labels in the topics before, which Freshet
 *       was told to let wait ({@code pause}).
 * </ul>
 *
 * <p>Then how late labels were when they came to Freshet, and whether each answer is that of a
 * replay of the journal.
 *
 * <p>{@code LiveKafka [ROUNDS [SECONDS]]}
 */
public final class LiveKafka {
  private static final int FEATURES = 30;
  private static final int LATE = 1000;
  static final int PARTITIONS = 2;

  /** Events sent and not answered: the topic is never empty, and never long. */
  private static final long AHEAD = 100_000;

  /** Events of a second that are laid ready, about what is taken in it. */
  private static final long READY = 60_000;

  private static final long WARM = 30_000_000_000L;

  private LiveKafka() {}

  public static void main(String[] args) throws Exception {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 3;
    int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
    Path folder = Files.createTempDirectory("live-kafka");
    try (KafkaBroker broker = new KafkaBroker(folder)) {
      for (String name : List.of("alone", "load")) {
        broker.topic(name + "-events", PARTITIONS);
        broker.topic(name + "-labels", 1);
        broker.topic(name + "-answers", PARTITIONS);
      }
      System.out.println(
          "| | events/s, median (worst) | CPU an event: broker | generator | Freshet |");
      System.out.println("|---|---|---|---|---|");
      alone(broker, rounds, seconds);
      freshet(broker, folder, rounds, seconds);
    }
  }

  /** Produce and consume, as Freshet would, and nothing else. */
  private static void alone(KafkaBroker broker, int rounds, int seconds) throws Exception {
    AtomicLong consumed = new AtomicLong();
    Thread reader =
        new Thread(
            () -> {
              try (KafkaConsumer<byte[], byte[]> c = KafkaAnswers.consumer(broker.bootstrap())) {
                c.assign(KafkaAnswers.partitions(c, "alone-events", "alone-labels"));
                while (!Thread.currentThread().isInterrupted()) {
                  c.poll(Duration.ofMillis(100))
                      .forEach(r -> consumed.addAndGet(r.topic().endsWith("events") ? 1 : 0));
                }
              } catch (org.apache.kafka.common.errors.InterruptException stopped) {
                Thread.currentThread().interrupt();
              }
            });
    reader.start();
    Row row = new Row("generator, broker and a consumer, alone", broker, null, consumed::get);
    try (KafkaLoad load =
        new KafkaLoad(broker.bootstrap(), "alone-events", "alone-labels", FEATURES, LATE)) {
      load.until(System.nanoTime() + WARM / 3, AHEAD, consumed::get);
      for (int i = 0; i < rounds; i++) {
        row.begin();
        load.until(System.nanoTime() + seconds * 1_000_000_000L, AHEAD, consumed::get);
        row.end();
      }
    }
    row.print();
    reader.interrupt();
    reader.join();
  }

  private static void freshet(KafkaBroker broker, Path folder, int rounds, int seconds)
      throws Exception {
    Path yaml = folder.resolve("load.yaml");
    Files.writeString(yaml, pipeline(broker));
    Process service = start(yaml);
    long sent;
    try {
      sent = load(broker, service, address(service, yaml), rounds, seconds);
    } finally {
      service.destroy();
      service.waitFor();
    }
    KafkaAnswers.check(broker.bootstrap(), "load-answers", folder, sent);
  }

  private static long load(
      KafkaBroker broker, Process service, URI address, int rounds, int seconds) throws Exception {
    AtomicLong answered = new AtomicLong();
    Thread counter = counter(broker, answered);
    Row both =
        new Row("Kafka to Kafka, generator running", broker, service.toHandle(), answered::get);
    Row ready =
        new Row("Kafka to Kafka, topics filled before", broker, service.toHandle(), answered::get);
    try (KafkaLoad load =
        new KafkaLoad(broker.bootstrap(), "load-events", "load-labels", FEATURES, LATE)) {
      load.until(System.nanoTime() + WARM, AHEAD, answered::get);
      for (int i = 0; i < rounds; i++) {
        both.begin();
        load.until(System.nanoTime() + seconds * 1_000_000_000L, AHEAD, answered::get);
        both.end();
      }
      load.flush();
      await(service, answered, load.sent());
      for (int i = 0; i < rounds; i++) {
        command(address, "pause");
        load.events(seconds * READY);
        load.flush();
        ready.begin();
        command(address, "resume");
        await(service, answered, load.sent());
        ready.end();
      }
      load.end();
      both.print();
      ready.print();
      return load.sent();
    } finally {
      counter.interrupt();
      counter.join();
    }
  }

  /** Notes how many answers are out, ten times more often than it matters. */
  private static Thread counter(KafkaBroker broker, AtomicLong answered) {
    Thread t =
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
    t.setDaemon(true);
    t.start();
    return t;
  }

  private static void await(Process service, AtomicLong answered, long sent) throws Exception {
    long end = System.nanoTime() + 120_000_000_000L;
    while (answered.get() < sent) {
      if (System.nanoTime() > end || !service.isAlive()) {
        throw new IOException("there are " + answered + " answers to " + sent + " events");
      }
      Thread.sleep(5);
    }
  }

  private static void command(URI address, String what) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(address.resolve("/v1/model/" + what))
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
    HttpResponse<String> response =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() / 100 != 2) {
      throw new IOException(what + ": " + response.body());
    }
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
    return new ProcessBuilder(all)
        .redirectError(yaml.resolveSibling("freshet.log").toFile())
        .start();
  }

  private static URI address(Process p, Path yaml) throws IOException {
    BufferedReader out =
        new BufferedReader(new InputStreamReader(p.getInputStream(), StandardCharsets.UTF_8));
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.contains("http://")) {
        return URI.create(line.substring(line.indexOf("http://")).trim());
      }
    }
    throw new IOException(
        "freshet did not start: " + Files.readString(yaml.resolveSibling("freshet.log")));
  }

  /** Rounds of one load: events, time, and processor time of each process. */
  private static final class Row {
    private final String name;
    private final ProcessHandle[] processes;
    private final LongSupplier events;
    private final List<double[]> rounds = new ArrayList<>();
    private double[] cpu;
    private long from;
    private long start;

    Row(String name, KafkaBroker broker, ProcessHandle service, LongSupplier events) {
      this.name = name;
      this.events = events;
      this.processes = new ProcessHandle[] {broker.handle(), ProcessHandle.current(), service};
    }

    void begin() {
      cpu = Arrays.stream(processes).mapToDouble(Row::cpu).toArray();
      from = events.getAsLong();
      start = System.nanoTime();
    }

    void end() {
      double done = events.getAsLong() - from;
      double[] round = new double[4];
      round[0] = done / ((System.nanoTime() - start) / 1e9);
      for (int i = 0; i < processes.length; i++) {
        round[i + 1] = (cpu(processes[i]) - cpu[i]) / done;
      }
      rounds.add(round);
    }

    private static double cpu(ProcessHandle p) {
      return p == null ? 0 : p.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e3;
    }

    private DoubleStream of(int what) {
      return rounds.stream().mapToDouble(r -> r[what]).sorted();
    }

    private double median(int what) {
      return of(what).toArray()[rounds.size() / 2];
    }

    void print() {
      System.out.printf(
          Locale.ROOT,
          "| %s | %,.0f (%,.0f) | %.1f us | %.1f us | %s |%n",
          name,
          median(0),
          of(0).min().orElseThrow(),
          median(1),
          median(2),
          processes[2] == null ? "" : String.format(Locale.ROOT, "%.1f us", median(3)));
    }
  }
}
