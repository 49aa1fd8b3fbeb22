package org.freshet.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A job from Kafka to Kafka on a cluster of separate processes, two task managers and a job manager
 * that recovers, under load: a task manager and the job manager are killed in turn, as {@code kill
 * -9} does, and started again. Then:
 *
 * <ul>
 *   <li>every event has one answer, as consumers with {@code read_committed} see it;
 *   <li>the model of each card (scaler and logistic regression, {@code place: per}) answers a last
 *       event of the card as the same job does that nobody interrupted, and as {@code freshet run}
 *       does, digit for digit. A label lost, or learnt twice, would change it.
 * </ul>
 *
 * <p>{@code FlinkKill [KILLS [EVENTS_PER_SECOND [PORT]]]}
 */
public final class FlinkKill {
  private static final int AHEAD = 500_000; // events sent and not answered
  private static final int NEAR = 20_000; // the same where one process keeps up
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final KafkaBroker broker;
  private final FlinkCluster cluster;
  private final Path folder;
  private final List<Double> pauses = new ArrayList<>();
  private volatile boolean sending = true;
  private volatile Exception wrong;

  FlinkKill(KafkaBroker broker, FlinkCluster cluster, Path folder) {
    this.broker = broker;
    this.cluster = cluster;
    this.folder = folder;
  }

  public static void main(String[] args) throws Exception {
    int kills = args.length > 0 ? Integer.parseInt(args[0]) : 20;
    int rate = args.length > 1 ? Integer.parseInt(args[1]) : 1000;
    int port = args.length > 2 ? Integer.parseInt(args[2]) : 8081;
    Path folder = Files.createTempDirectory("flink-kill");
    try (KafkaBroker broker = new KafkaBroker(folder);
        FlinkCluster cluster =
            new FlinkCluster(folder.resolve("flink"), port, "--ha", "--heap", "512")) {
      // Whoever ends this process must not leave those of the cluster behind.
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(broker, cluster)));
      new FlinkKill(broker, cluster, folder).all(kills, rate);
    }
  }

  private static void stop(KafkaBroker broker, FlinkCluster cluster) {
    broker.handle().destroy();
    try {
      cluster.close();
    } catch (Exception e) {
      System.err.println(e.getMessage());
    }
  }

  private void all(int kills, int rate) throws Exception {
    int sent = killed(kills, rate);
    Map<String, String> answers = answers("killed", sent);
    long again = written("killed") - answers.size();
    Collections.sort(pauses);
    System.out.printf(
        Locale.ROOT,
        "%d kills, a task manager and the job manager in turn, at up to %,d events/s.%n"
            + "%,d events sent, %,d answers to %,d of them; %,d more answers were taken back.%n",
        kills,
        rate,
        sent,
        answers.size() - FlinkLoad.CARDS,
        answers.keySet().stream().filter(id -> id.startsWith("e")).count(),
        again);
    if (kills > 0) {
      System.out.printf(
          Locale.ROOT,
          "From a kill to the next answers: %.1f s (median), %.1f s (worst).%n",
          pauses.get(pauses.size() / 2),
          pauses.get(pauses.size() - 1));
    }
    uninterrupted("plain", sent);
    compare(answers, answers("plain", sent), "of the same job, uninterrupted");
    single("single", sent);
    compare(answers, answers("single", sent), "of 'freshet run'");
  }

  private Path topics(String name) throws Exception {
    broker.topic(name + "-events", FlinkLoad.PARTITIONS);
    broker.topic(name + "-labels", FlinkLoad.PARTITIONS);
    broker.topic(name + "-answers", FlinkLoad.PARTITIONS);
    Path file = folder.resolve(name + ".yaml");
    Files.writeString(
        file,
        """
        name: %1$s
        source:
          kafka:
            topic: %1$s-events
            bootstrap: "%2$s"
            group: %1$s
            numeric: [f0, f1, f2, f3, f4]
            categorical: [card]
            labels: [no, yes]
        labels: { source: { kafka: { topic: %1$s-labels, bootstrap: "%2$s", group: %1$s } } }
        place: { per: card }
        pipeline: [{ select: { drop: [card] } }, standard_scaler, logistic_regression]
        sink: { kafka: { topic: %1$s-answers, bootstrap: "%2$s" } }
        state: { directory: %1$s-state, every: 1s }
        """
            .formatted(name, broker.bootstrap()));
    return file;
  }

  private FlinkLoad load(String name) {
    return new FlinkLoad(broker.bootstrap(), name + "-events", name + "-labels");
  }

  /** Load and kills; how many events there were. */
  private int killed(int kills, int rate) throws Exception {
    String job = cluster.submit(topics("killed"), 2);
    try (FlinkLoad load = load("killed")) {
      Thread sender = new Thread(() -> send(load, rate), "sender");
      sender.start();
      try {
        kill(job, kills);
      } finally {
        sending = false;
        sender.join();
      }
      if (wrong != null) {
        throw wrong;
      }
      finish(job, "killed", load);
      return load.sent();
    }
  }

  /** So many events a second, unless the answers are far behind. */
  private void send(FlinkLoad load, int rate) {
    try {
      long start = System.nanoTime();
      long skipped = 0;
      while (sending) {
        long due = (System.nanoTime() - start) / 1_000_000 * rate / 1000 - skipped;
        if (load.sent() >= due) {
          Thread.sleep(5);
          continue;
        }
        load.next();
        boolean waited = false;
        while (load.sent() % 500 == 0
            && sending
            && broker.behind("killed", "killed-events") > AHEAD) {
          Thread.sleep(100);
          waited = true;
        }
        if (waited) {
          skipped = (System.nanoTime() - start) / 1_000_000 * rate / 1000 - load.sent();
        }
      }
    } catch (Exception e) {
      wrong = e;
    }
  }

  /** Each kill while there are answers, tasks run and a checkpoint of theirs is complete. */
  private void kill(String job, int kills) throws Exception {
    Random random = new Random(5);
    long before = 0;
    long answered = 0;
    long since = 0;
    for (int life = 0; life <= kills; life++) {
      long from = answered;
      await(job, "answers", () -> broker.committed("killed-answers") > from);
      if (life > 0) {
        pauses.add((System.nanoTime() - since) / 1e9);
      }
      long last = before;
      await(job, "a checkpoint", () -> cluster.checkpoint(job) > last);
      if (life < kills) {
        Thread.sleep(random.nextInt(2000));
        before = cluster.checkpoint(job);
        since = System.nanoTime();
        if (life % 2 == 0) {
          cluster.killAndStart("taskmanager", "" + (life / 2 % 2 + 1));
        } else {
          cluster.killAndStart("jobmanager");
        }
        answered = broker.committed("killed-answers");
        System.out.printf(
            Locale.ROOT,
            "kill %d: %s%n",
            life + 1,
            life % 2 == 0 ? "task manager " + (life / 2 % 2 + 1) : "job manager");
      }
    }
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private void await(String job, String what, Condition condition) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.holds()) {
      String failure = job == null ? "" : cluster.failure(job);
      if (System.nanoTime() > end || !failure.isEmpty()) {
        throw new IOException("no " + what + " in " + PATIENCE + "; " + failure);
      }
      Thread.sleep(50);
    }
  }

  /** Labels to the end; when all are learnt, a last event of each card. */
  private void finish(String job, String name, FlinkLoad load) throws Exception {
    load.end();
    await(
        job,
        "end",
        () -> broker.behind(name, name + "-events") + broker.behind(name, name + "-labels") == 0);
    load.probes();
    await(job, "last answers", () -> broker.behind(name, name + "-events") == 0);
    Thread.sleep(3000); // answers of the last checkpoint are out, and whatever should not be
    cluster.cancel(job);
  }

  void uninterrupted(String name, int events) throws Exception {
    String job = cluster.submit(topics(name), 2);
    try (FlinkLoad load = load(name)) {
      send(load, name, events);
      finish(job, name, load);
    }
  }

  /** Not far ahead of the answers: how many labels may wait for their events is limited. */
  private void send(FlinkLoad load, String name, int events) throws Exception {
    while (load.sent() < events) {
      load.next();
      if (load.sent() % 1000 == 0) {
        await(null, "answers", () -> load.sent() - broker.committed(name + "-answers") < NEAR);
      }
    }
  }

  /** The same in one process. */
  void single(String name, int events) throws Exception {
    Path yaml = topics(name);
    Path log = folder.resolve(name + ".log");
    Process p =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                "org.freshet.cli.Main",
                "run",
                yaml.toString(),
                "--port",
                "0")
            .redirectError(log.toFile())
            .start();
    try (FlinkLoad load = load(name)) {
      URI metrics = address(p, log).resolve("/metrics");
      send(load, name, events);
      load.end();
      await(null, "labels", () -> metric(metrics, "freshet_labels_total") >= events);
      load.probes();
      int all = events + FlinkLoad.CARDS;
      await(null, "last answers", () -> metric(metrics, "freshet_events_total") >= all);
      Thread.sleep(1000);
    } finally {
      p.destroy();
      p.waitFor();
    }
  }

  private static URI address(Process p, Path log) throws IOException {
    BufferedReader out =
        new BufferedReader(new InputStreamReader(p.getInputStream(), StandardCharsets.UTF_8));
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.contains("http://")) {
        return URI.create(line.substring(line.indexOf("http://")).trim());
      }
    }
    throw new IOException("freshet did not start: " + Files.readString(log));
  }

  private static double metric(URI metrics, String name) throws IOException {
    String all = new String(metrics.toURL().openStream().readAllBytes(), StandardCharsets.UTF_8);
    return all.lines()
        .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  /** Scores by id of the event, of each event one. */
  Map<String, String> answers(String name, int sent) {
    Map<String, String> scores = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> r : read(name, "read_committed")) {
      String s = new String(r.value(), StandardCharsets.US_ASCII);
      int id = s.indexOf("\"id\":\"") + 6;
      String before =
          scores.put(s.substring(id, s.indexOf('"', id)), s.substring(s.indexOf("\"scores\":")));
      if (before != null) {
        throw new IllegalStateException("answered twice: " + s);
      }
    }
    if (scores.size() != sent + FlinkLoad.CARDS) {
      throw new IllegalStateException(
          scores.size() + " answers to " + sent + " events and " + FlinkLoad.CARDS + " at the end");
    }
    return scores;
  }

  /** All that were ever written, also those that were taken back. */
  private long written(String name) {
    return read(name, "read_uncommitted").size();
  }

  private List<ConsumerRecord<byte[], byte[]>> read(String name, String isolation) {
    List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", broker.bootstrap());
    settings.put("isolation.level", isolation);
    settings.put("auto.offset.reset", "earliest");
    ByteArrayDeserializer bytes = new ByteArrayDeserializer();
    try (KafkaConsumer<byte[], byte[]> c = new KafkaConsumer<>(settings, bytes, bytes)) {
      List<TopicPartition> partitions = KafkaAnswers.partitions(c, name + "-answers");
      c.assign(partitions);
      Map<TopicPartition, Long> end = c.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> c.position(p) < end.get(p))) {
        c.poll(Duration.ofMillis(100)).forEach(all::add);
      }
    }
    return all;
  }

  static void compare(Map<String, String> ours, Map<String, String> theirs, String whose) {
    int equal = 0;
    int during = 0;
    for (Map.Entry<String, String> e : theirs.entrySet()) {
      boolean same = e.getValue().equals(ours.get(e.getKey()));
      equal += same && e.getKey().startsWith("p") ? 1 : 0;
      during += same && e.getKey().startsWith("e") ? 1 : 0;
    }
    System.out.printf(
        Locale.ROOT,
        "Last answers equal to those %s: %d of %d cards. (Of the others, which depend on when labels"
            + " came, %,d of %,d.)%n",
        whose,
        equal,
        FlinkLoad.CARDS,
        during,
        theirs.size() - FlinkLoad.CARDS);
    if (equal != FlinkLoad.CARDS) {
      throw new IllegalStateException("the models differ");
    }
  }
}
