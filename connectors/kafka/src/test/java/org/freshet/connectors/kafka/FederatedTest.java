package org.freshet.connectors.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.freshet.connectors.kafka.KafkaLiveTest.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.ConfigException;
import org.freshet.core.Kernels;
import org.freshet.core.Learner;
import org.freshet.core.Source;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.core.live.Exchange;
import org.freshet.core.live.Feed;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.Outcomes;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.merge.Delta;
import org.freshet.engine.merge.Merged;
import org.freshet.runtime.Merger;
import org.freshet.runtime.Participant;
import org.freshet.runtime.Replica;
import org.freshet.runtime.journal.Entry;
import org.freshet.runtime.journal.JournalReader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes at the edge that learn apart and meet over a broker in this JVM. */
class FederatedTest {
  private static final String BAYES = "gaussian_nb";
  private static final String LOGISTIC = "standard_scaler | logistic_regression";
  private static final int CHUNK = 300;

  static Broker broker;
  static Batch rows; // of Electricity
  @TempDir Path folder;

  @BeforeAll
  static void start() throws Exception {
    broker = new Broker();
    Spec arff = Spec.parse("arff(path='../../examples/data/electricity.arff.gz')");
    try (Source source = Components.create(arff, Build.of(null), Source.class)) {
      rows = new Batch(source.schema(), 20_000);
      source.read(rows, 20_000);
    }
  }

  @AfterAll
  static void stop() throws Exception {
    broker.close();
  }

  private static String yaml(String topic, String pipeline, String name) {
    return """
        name: %1$s
        source:
          follow:
            path: %3$s.jsonl
            numeric: [period, nswprice, nswdemand, vicprice, vicdemand, transfer]
            labels: ["0", "1"]
            label: class
        pipeline: %2$s
        place: { merged: 3, every: 300, name: %3$s, over: { kafka: { topic: %1$s, bootstrap: "%4$s" } } }
        state: { directory: %3$s, every: 100ms, keep_journal: true }
        """
        .formatted(topic, pipeline, name, broker.bootstrap());
  }

  private Pipe edge(String topic, String pipeline, String name) throws Exception {
    Path events = folder.resolve(name + ".jsonl");
    if (!Files.exists(events)) {
      Files.createFile(events);
    }
    return new Pipe(name + ".yaml", yaml(topic, pipeline, name), folder).start();
  }

  /** One that merges, on a thread of its own. */
  private Merger merger(String topic, String pipeline) throws Exception {
    PipelineFile file = PipelineFile.parse("m", yaml(topic, pipeline, "edge0"), folder, List.of());
    Exchange exchange =
        Components.create(file.live().place().over(), Build.of(null), Exchange.class);
    Merger merger;
    try (Feed feed = Components.create(file.source(), Build.of(null), Feed.class)) {
      merger = new Merger(file, feed.declared(), exchange);
    }
    new Thread(merger::run, "merger").start();
    await("the merger of " + topic, merger::running);
    return merger;
  }

  /** Each edge sees a third of the day, of the even rows; the odd ones are for tests. */
  private static List<List<Integer>> shards() {
    List<List<Integer>> all = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (int r = 0; r < rows.size(); r += 2) {
      all.get(Math.min(2, (int) (rows.row(r).get(0) * 3))).add(r);
    }
    return all;
  }

  private void append(String name, List<Integer> some) throws Exception {
    StringBuilder s = new StringBuilder();
    for (int r : some) {
      s.append("{\"id\":\"e").append(r).append("\"");
      for (int c = 0; c < 6; c++) {
        String column = rows.schema().column(c).name();
        s.append(",\"").append(column).append("\":").append(rows.row(r).get(c));
      }
      s.append(",\"class\":\"").append(rows.labelCode(r)).append("\"}\n");
    }
    Files.writeString(
        folder.resolve(name + ".jsonl"), s, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static <T> T ask(Pipe edge, Function<Replica, T> question) {
    try {
      return edge.live.read(question).get(60, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static long of(Pipe edge, Function<Participant, Number> what) {
    return ask(edge, r -> what.apply(r.participant()).longValue());
  }

  private static byte[] state(Replica r) {
    StateWriter out = new StateWriter();
    r.save(out);
    return out.toBytes();
  }

  private static List<ConsumerRecord<byte[], byte[]>> all(String topic) {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", broker.bootstrap(), "isolation.level", "read_committed");
    List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> c =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> one = List.of(new TopicPartition(topic, 0));
      c.assign(one);
      c.seekToBeginning(one);
      long end = c.endOffsets(one).get(one.get(0));
      while (c.position(one.get(0)) < end) {
        c.poll(Duration.ofMillis(100)).forEach(all::add);
      }
    }
    return all;
  }

  private static Merged newest(String topic) {
    List<ConsumerRecord<byte[], byte[]>> all = all(topic + "-merged");
    return Merged.of("test", all.get(all.size() - 1).value());
  }

  private static Classifier model(String pipeline) {
    return Components.classifier(pipeline, rows.schema(), 1);
  }

  private static Classifier model(String pipeline, Merged merged) {
    Classifier c = model(pipeline);
    StateReader.open("test", merged.state()).load("it", c);
    return c;
  }

  /** One that learnt the given rows. */
  private static Classifier alone(String pipeline, List<Integer> of) {
    Classifier c = model(pipeline);
    of.forEach(r -> c.learn(rows.row(r), rows.labelCode(r), 1));
    return c;
  }

  private static double accuracy(Classifier c) {
    double[] scores = new double[2];
    int right = 0;
    for (int r = 1; r < rows.size(); r += 2) {
      c.scores(rows.row(r), scores);
      right += Kernels.argmax(scores, 2) == rows.labelCode(r) ? 1 : 0;
    }
    return 100.0 * right / (rows.size() / 2);
  }

  /**
   * Two edges begin while nobody merges and their topic is not even there; a third joins late. What
   * travels is deltas that are as large for many events as for few.
   */
  @Test
  void apartTheyLearnAlmostWhatOneProcessLearns() throws Exception {
    List<List<Integer>> shards = shards();
    int n = 8 * CHUNK;
    for (int k = 0; k < 2; k++) {
      append("edge" + k, shards.get(k).subList(0, 6 * CHUNK));
    }
    try (Pipe a = edge("apart", LOGISTIC, "edge0");
        Pipe b = edge("apart", LOGISTIC, "edge1")) {
      await("both learn alone", () -> answers(a) + answers(b) == 12 * CHUNK);
      assertThat(a.live.trouble()).contains("there is no topic 'apart-merged' yet");
      assertThat(of(a, Participant::open)).isBetween(1L, 4L);
      try (Merger merger = merger("apart", LOGISTIC)) {
        await(
            "what waited is sent", () -> of(a, Participant::open) + of(b, Participant::open) == 0);
        assertThat(a.live.trouble()).isNull();
        long before = newest("apart").version();
        try (Pipe c = edge("apart", LOGISTIC, "edge2")) {
          assertThat(of(c, Participant::version)).isGreaterThanOrEqualTo(before).isPositive();
          append("edge2", shards.get(2).subList(0, n));
          await("the third learns", () -> answers(c) == n);
          append("edge0", shards.get(0).subList(6 * CHUNK, n));
          append("edge1", shards.get(1).subList(6 * CHUNK, n));
          await("all learn", () -> answers(a) + answers(b) == 2 * n);
        }
        await("merges", () -> newest("apart").taken().size() == 3);
        assertThat(merger.refused() + merger.again()).isZero();
      }
    }
    List<Integer> every = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      for (List<Integer> shard : shards) {
        every.add(shard.get(i));
      }
    }
    double one = accuracy(alone(LOGISTIC, every));
    double merged = accuracy(model(LOGISTIC, newest("apart")));
    for (List<Integer> shard : shards) {
      assertThat(merged).isGreaterThan(accuracy(alone(LOGISTIC, shard.subList(0, n))));
    }
    assertThat(merged).isGreaterThan(one - 1);
    onlyDeltas("apart");
  }

  private static long answers(Pipe edge) {
    return ask(edge, Replica::answers);
  }

  /** Number of the last delta an edge has sent. */
  private static long last(String name) {
    return all("killed").stream()
        .map(r -> Delta.of("test", r.value()))
        .filter(d -> d.copy().equals(name))
        .mapToLong(Delta::number)
        .max()
        .orElse(0);
  }

  /** No id of an event, and nothing that grows with their number. */
  private static void onlyDeltas(String topic) {
    int[] sizes =
        all(topic).stream()
            .mapToInt(
                r -> {
                  Delta d = Delta.of("test", r.value());
                  assertThat(d.copy()).isEqualTo(new String(r.key(), StandardCharsets.UTF_8));
                  assertThat(StateReader.open("test", d.state()).paths())
                      .allMatch(path -> path.startsWith("it/"));
                  assertThat(new String(r.value(), StandardCharsets.ISO_8859_1))
                      .doesNotContainPattern("\"?e\\d{3,}");
                  return r.value().length;
                })
            .toArray();
    assertThat(sizes).hasSizeGreaterThan(10);
    assertThat(java.util.Arrays.stream(sizes).max().getAsInt())
        .isLessThan(java.util.Arrays.stream(sizes).min().getAsInt() + 32);
  }

  /** An edge is killed as {@code kill -9} does, the merger is another one in between. */
  @Test
  void nothingIsLostAndNothingIsLearntTwice() throws Exception {
    List<List<Integer>> shards = shards();
    append("edge0", shards.get(0).subList(0, 2400));
    Merger first = merger("killed", BAYES);
    Process killed = process("killed", "edge0");
    await("it learns", () -> all("killed").size() >= 2);
    killed.destroyForcibly().waitFor();
    first.close();
    append("edge0", shards.get(0).subList(2400, 3000));
    try (Merger second = merger("killed", BAYES);
        Pipe a = edge("killed", BAYES, "edge0");
        Pipe b = edge("killed", BAYES, "edge1")) {
      append("edge1", shards.get(1).subList(0, 500));
      await("both learn", () -> answers(a) == 3000 && answers(b) == 500);
      await("answers", () -> of(a, Participant::open) + of(b, Participant::open) == 0);
      replayed(a, "edge0");
      a.close();
      b.close();
      await(
          "the last deltas",
          () ->
              newest("killed")
                  .taken()
                  .equals(Map.of("edge0", last("edge0"), "edge1", last("edge1"))));
      assertThat(second.refused()).isZero();
    }
    List<Integer> every = new ArrayList<>(shards.get(0).subList(0, 3000));
    every.addAll(shards.get(1).subList(0, 500));
    Classifier whole = alone(BAYES, every);
    Classifier merged = model(BAYES, newest("killed"));
    double[] expected = new double[2];
    double[] found = new double[2];
    for (int r = 1; r < 2000; r += 2) {
      whole.scores(rows.row(r), expected);
      merged.scores(rows.row(r), found);
      assertThat(found[1]).isEqualTo(expected[1], within(1e-6));
    }
  }

  private Process process(String topic, String name) throws Exception {
    Path file = folder.resolve("killed.yaml");
    Files.writeString(file, yaml(topic, BAYES, name));
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx384m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            KilledEdge.class.getName(),
            file.toString());
    return new ProcessBuilder(command)
        .redirectError(folder.resolve("err").toFile())
        .redirectOutput(folder.resolve("out").toFile())
        .start();
  }

  /** The state is that of one replay of the journal, bit for bit. */
  private void replayed(Pipe edge, String name) throws Exception {
    byte[] state = ask(edge, FederatedTest::state);
    long until = ask(edge, Replica::entry);
    try (JournalReader reader = new JournalReader(folder.resolve(name + "/journal"), null, 0);
        Replica replica = new Replica(edge.file, reader.schema(), 1)) {
      Batch batch = new Batch(reader.schema(), 4096);
      Outcomes out = new Outcomes();
      while (reader.entry() < until) {
        Entry e = reader.next(batch);
        replica.apply(e, batch, out);
      }
      assertThat(replica.participant().version()).isPositive();
      assertThat(state(replica)).isEqualTo(state);
    }
  }

  @Test
  void whatDoesNotBelongIsPassedOver() throws Exception {
    List<List<Integer>> shards = shards();
    try (Merger merger = merger("foreign", BAYES)) {
      broker.sendBytes("foreign", "no delta".getBytes(StandardCharsets.UTF_8));
      append("edge0", shards.get(0).subList(0, 2 * CHUNK));
      try (Pipe a = edge("foreign", BAYES, "edge0")) {
        await("answers", () -> of(a, Participant::version) > 0 && of(a, Participant::open) == 0);
        byte[] good = all("foreign").get(1).value();
        broker.sendBytes("foreign", good); // came before
        Delta d = Delta.of("test", good);
        Learner empty = model(BAYES);
        StateWriter none = new StateWriter();
        none.put("it", empty);
        byte[] state = none.toBytes();
        for (Delta wrong :
            List.of(
                new Delta("edge0", d.number() + 99, 0, 1, d.model(), d.state()), // one is missing
                new Delta("edge1", 1, 0, 1, "hoeffding_tree()", state),
                new Delta("edge1", 1, 99, 1, d.model(), state), // of a version that never was
                new Delta("edge1", 1, 0, 1, d.model(), new byte[] {1, 2, 3}))) {
          broker.sendBytes("foreign", wrong.toBytes());
        }
        await("all are passed over", () -> merger.refused() == 5 && merger.again() == 1);
        long before = of(a, Participant::sent);
        append("edge0", shards.get(0).subList(2 * CHUNK, 3 * CHUNK));
        await(
            "it goes on", () -> of(a, Participant::sent) > before && of(a, Participant::open) == 0);
        assertThat(newest("foreign").taken()).containsOnlyKeys("edge0");
      }
    }
  }

  /** Else both would send under one name, and each would lose what the other's number hides. */
  @Test
  void ofTwoWithOneNameTheFirstSaysSo() throws Exception {
    List<List<Integer>> shards = shards();
    try (Merger merger = merger("twice", BAYES)) {
      append("edge0", shards.get(0).subList(0, CHUNK));
      try (Pipe a = edge("twice", BAYES, "edge0")) {
        await("it sends", () -> of(a, Participant::version) == 1);
        String other =
            yaml("twice", BAYES, "edge0").replace("directory: edge0", "directory: other");
        try (Pipe b = new Pipe("b", other, folder).start()) {
          await("the other sends", () -> merger.version() == 2);
          append("edge0", shards.get(0).subList(CHUNK, 2 * CHUNK));
          await("the first says so", () -> a.live.trouble() != null);
          assertThat(a.live.trouble()).contains("another process began under the same name");
          assertThat(b.live.trouble()).isNull();
        }
      }
    }
  }

  @Test
  void whatCannotTakePartIsSaidInALine() {
    String good = yaml("no", BAYES, "edge0");
    refused(
        good.replace("labels: [\"0\", \"1\"]", ""),
        "declares no classes, and each of the processes that meet by 'place.over'");
    refused(
        good.replace("transfer]", "]\n    categorical: [transfer]"),
        "declares no names for the category 'transfer'");
    refused(good.replace("name: edge0, ", ""), "needs a name among those that meet");
    refused(good.replace("name: edge0, ", "name: 'edge 0', "), "'name' is 'edge 0', expected");
    refused(good.replace("merged: 3, ", "per: key, "), "'over' is of the copies of 'merged'");
    refused(
        good + "challengers: [{ name: other, pipeline: majority }]\n",
        "'challengers' cannot be beside a model that is merged over 'place.over'");
    refused(good.replace("gaussian_nb", "hoeffding_tree"), "has no copies that could be merged");
  }

  private void refused(String yaml, String why) {
    assertThatThrownBy(
            () -> {
              try (Pipe p = new Pipe("x.yaml", yaml, folder.resolve("none"))) {
                p.start();
              }
            })
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(why)
        .hasMessageNotContaining("\n");
  }
}
