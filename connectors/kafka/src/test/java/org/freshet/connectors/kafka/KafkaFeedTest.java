package org.freshet.connectors.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.core.live.Feed;
import org.freshet.core.live.Inbox;
import org.freshet.core.live.Records;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The feed by itself, against a broker in this JVM. */
class KafkaFeedTest {
  static Broker broker;
  @TempDir Path folder;

  @BeforeAll
  static void start() throws Exception {
    broker = new Broker();
  }

  @AfterAll
  static void stop() throws Exception {
    broker.close();
  }

  /** Keeps what it gets, and has it in its journal at once. */
  private static final class Taken implements Inbox {
    final List<String> ids = new ArrayList<>();
    final Map<String, Long> positions = new HashMap<>();
    Throwable failure;

    @Override
    public synchronized void put(Records r) {
      for (int i = 0; i < r.size(); i++) {
        ids.add(r.id(i));
      }
      positions.put(r.partition(), r.next());
      r.feed().consumed(Map.copyOf(positions));
    }

    @Override
    public boolean offer(Records r, long time, TimeUnit unit) {
      put(r);
      return true;
    }

    @Override
    public synchronized void fail(Feed feed, Throwable error) {
      failure = error;
    }

    synchronized int size() {
      return ids.size();
    }

    synchronized Throwable failure() {
      return failure;
    }
  }

  private static Feed feed(String parameters) {
    return Components.create(
        Spec.parse("kafka(bootstrap='" + broker.bootstrap() + "', " + parameters + ")"),
        Build.of(null),
        Feed.class);
  }

  private static Taken run(Feed feed, Map<String, Long> from) throws Exception {
    Taken taken = new Taken();
    Schema schema = feed.schema();
    feed.start(schema, from, taken);
    return taken;
  }

  private static void send(String topic, int partitions, int from, int to) {
    for (int i = from; i < to; i++) {
      broker.send(topic, i % partitions, "k" + i % 5, Broker.event(i, ""));
    }
    broker.flush();
  }

  @Test
  void oneInAHundredIsBadAndGoesToTheDeadLetters() throws Exception {
    broker.topic("bad", 1).topic("dead", 1);
    for (int i = 0; i < 1000; i++) {
      broker.send(
          "bad", 0, null, i % 100 == 7 ? "{\"id\":\"e" + i + "\",\"x0\":" : Broker.event(i, ""));
    }
    broker.flush();
    try (Feed f = feed("topic=bad, on_error=dead_letter, dead_letter=dead")) {
      Taken taken = run(f, Map.of());
      KafkaLiveTest.await("the good ones", () -> taken.size() == 990);
      assertThat(f.badRecords()).isEqualTo(10);
      assertThat(taken.positions).containsEntry("bad-0", 1000L);
      assertThat(broker.read("dead"))
          .hasSize(10)
          .allMatch(
              r -> new String(r.headers().lastHeader("freshet.error").value()).contains("JSON"))
          .first()
          .matches(r -> new String(r.headers().lastHeader("freshet.offset").value()).equals("7"));
    }
    try (Feed f = feed("topic=bad, on_error=fail")) {
      Taken taken = run(f, Map.of());
      KafkaLiveTest.await("the failure", () -> taken.failure() != null);
      assertThat(taken.failure()).hasMessageContaining("partition 0, offset 7");
    }
  }

  @Test
  void goesOnAtTheJournalsPositions() throws Exception {
    broker.topic("seek", 2);
    send("seek", 2, 0, 100);
    try (Feed f = feed("topic=seek, from=latest")) {
      Taken taken = run(f, Map.of("seek-0", 40L)); // seek-1 was added since
      KafkaLiveTest.await("the rest", () -> taken.size() == 10 + 50);
      assertThat(taken.ids).contains("e80", "e1").doesNotContain("e78");
    }
    try (Feed f = feed("topic=seek")) {
      Taken taken = run(f, Map.of("seek-0", 4000L));
      KafkaLiveTest.await("the failure", () -> taken.failure() != null);
      assertThat(taken.failure())
          .hasMessageContaining("seek-0 are gone")
          .hasMessageContaining("on_gap");
    }
  }

  @Test
  void aPartitionThatMovesIsHandedOverExactly() throws Exception {
    broker.topic("moves", 4);
    send("moves", 4, 0, 400);
    try (Feed a = feed("topic=moves, group=moves")) {
      Taken first = run(a, Map.of());
      KafkaLiveTest.await("all at the first", () -> first.size() == 400);
      try (Feed b = feed("topic=moves, group=moves")) {
        Taken second = run(b, Map.of());
        KafkaLiveTest.await(
            "partitions at the second", () -> b.trouble() == null && second.positions.size() > 1);
        send("moves", 4, 400, 800);
        KafkaLiveTest.await("all", () -> first.size() + second.size() >= 800);
        assertThat(second.size()).isGreaterThan(0);
        List<String> all = new ArrayList<>(first.ids);
        all.addAll(second.ids);
        assertThat(all).doesNotHaveDuplicates().hasSize(800);
      }
    }
  }

  @Test
  void avroWithoutARegistry() throws Exception {
    org.apache.avro.Schema avro =
        new org.apache.avro.Schema.Parser()
            .parse(
                """
                {"type":"record","name":"P","fields":[
                  {"name":"id","type":"string"},
                  {"name":"time","type":{"type":"long","logicalType":"timestamp-millis"}},
                  {"name":"amount","type":["null","double"]},
                  {"name":"country","type":"string"},
                  {"name":"label","type":["null","string"]}]}
                """);
    Path file = Files.writeString(folder.resolve("p.avsc"), avro.toString());
    broker.topic("avro", 1);
    GenericRecord r = new GenericData.Record(avro);
    r.put("id", "a1");
    r.put("time", 1700000000000L);
    r.put("amount", 12.5);
    r.put("country", "PT");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0xC3);
    out.write(1);
    ByteBuffer print = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    out.write(print.putLong(SchemaNormalization.parsingFingerprint64(avro)).array());
    BinaryEncoder e = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(avro).write(r, e);
    e.flush();
    broker.sendBytes("avro", out.toByteArray());
    byte[] other = out.toByteArray();
    other[5] ^= 1;
    broker.sendBytes("avro", other);
    try (Feed f = feed("topic=avro, format=avro, schema_file='" + file + "'")) {
      assertThat(f.schema().column(0).name()).isEqualTo("amount");
      assertThat(f.schema().column(1).isCategory()).isTrue();
      Taken taken = run(f, Map.of());
      KafkaLiveTest.await("the bad one", () -> f.badRecords() == 1);
      assertThat(taken.ids).containsExactly("a1");
    }
  }
}
