package org.freshet.connectors.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.freshet.core.ConfigException;
import org.freshet.runtime.Replica;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kafka to Kafka with a broker in this JVM. */
class KafkaLiveTest {
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

  static void await(String what, BooleanSupplier done) throws InterruptedException {
    long end = System.nanoTime() + 60_000_000_000L;
    while (!done.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited a minute for %s", what).isLessThan(end);
      Thread.sleep(20);
    }
  }

  private String yaml(String name, String more) {
    return """
        name: %1$s
        source:
          kafka:
            topic: %1$s-events
            bootstrap: %2$s
            numeric: [x0, x1, x2]
            labels: [no, yes]
        labels: { source: { kafka: { topic: %1$s-labels, bootstrap: %2$s } } }
        pipeline: [standard_scaler, logistic_regression]
        sink: { kafka: { topic: %1$s-answers, bootstrap: %2$s, every: 10ms } }
        state: { directory: %1$s, every: 200ms }
        %3$s
        """
        .formatted(name, broker.bootstrap(), more);
  }

  private void topics(String name, int partitions) throws Exception {
    broker
        .topic(name + "-events", partitions)
        .topic(name + "-labels", 1)
        .topic(name + "-answers", 2);
  }

  private static void send(String name, int partitions, int from, int to) {
    for (int i = from; i < to; i++) {
      broker.send(name + "-events", i % partitions, "k" + i % 7, Broker.event(i, ""));
      if (i >= 50) {
        broker.send(name + "-labels", 0, null, label(i - 50));
      }
    }
    broker.flush();
  }

  private static String label(int i) {
    return "{\"id\":\"e" + i + "\",\"label\":\"" + (i % 3 == 0 ? "yes" : "no") + "\"}";
  }

  /** Numbers 0 to n-1 and each event's id once. */
  private static List<ConsumerRecord<String, String>> answers(String name, int n)
      throws InterruptedException {
    await(n + " answers of " + name, () -> broker.read(name + "-answers").size() >= n);
    List<ConsumerRecord<String, String>> all = broker.read(name + "-answers");
    Set<Long> numbers = new HashSet<>();
    Set<String> ids = new HashSet<>();
    for (ConsumerRecord<String, String> r : all) {
      assertThat(numbers.add(AnswerCount.number(Broker.utf8(r.value())))).as(r.value()).isTrue();
      assertThat(ids.add(r.value().replaceAll(".*\"id\":\"(\\w+)\".*", "$1")))
          .as(r.value())
          .isTrue();
    }
    assertThat(all).hasSize(n);
    assertThat(numbers).allMatch(i -> i >= 0 && i < n);
    return all;
  }

  @Test
  void answersEachEventOnceAndGoesOnAfterAStop() throws Exception {
    topics("plain", 3);
    send("plain", 3, 0, 700);
    try (Pipe p = new Pipe("plain", yaml("plain", ""), folder).start()) {
      ConsumerRecord<String, String> one = answers("plain", 700).get(0);
      assertThat(one.key()).matches("k\\d");
      assertThat(one.value())
          .matches(
              "\\{\"n\":\\d+,\"id\":\"e\\d+\",\"prediction\":\"(no|yes)\",\"scores\":"
                  + "\\{\"no\":[0-9.E-]+,\"yes\":[0-9.E-]+\\},\"model\":\"[\\w-]+\"\\}");
      assertThat(p.feeds.get(0).trouble()).isNull();
      await("no lag", () -> p.feeds.get(0).lag() == 0);
    }
    send("plain", 3, 700, 1000);
    try (Pipe p = new Pipe("plain", yaml("plain", ""), folder).start()) {
      answers("plain", 1000);
      assertThat(p.live.trouble()).isNull();
    }
  }

  /** Its answers would be taken for those that are there, and never come. */
  @Test
  void aStateFolderThatIsGoneIsNotTakenForANewRun() throws Exception {
    topics("gone", 1);
    send("gone", 1, 0, 100);
    try (Pipe p = new Pipe("gone", yaml("gone", ""), folder).start()) {
      answers("gone", 100);
    }
    try (Pipe p = new Pipe("gone", yaml("gone", ""), folder.resolve("another"))) {
      assertThatThrownBy(p::start)
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("kafka:gone-answers has 100 answers already")
          .hasMessageContaining("the state folder is empty")
          .hasMessageNotContaining("\n");
    }
    send("gone", 1, 100, 120);
    try (Pipe p = new Pipe("gone", yaml("gone", ""), folder).start()) {
      answers("gone", 120);
    }
  }

  /** The answers before are gone with the journal; those from then on are there once. */
  @Test
  void aSinkThatIsAddedLaterBeginsWithTheAnswersOfThen() throws Exception {
    topics("added", 1);
    String with = yaml("added", "").replace("every: 200ms", "every: 1h, keep: 1");
    String without = with.replaceAll("sink:.*\n", "");
    send("added", 1, 0, 300);
    try (Pipe p = new Pipe("added", without, folder).start()) {
      await("300 answers", () -> p.live.read(Replica::answers).join() == 300);
      p.live.ask("snapshot").get(60, TimeUnit.SECONDS);
    }
    for (int to : new int[] {350, 400}) {
      send("added", 1, to - 50, to);
      try (Pipe p = new Pipe("added", with, folder).start()) {
        await("answers", () -> p.live.sinks().get(0).written() == to);
      }
    }
    List<Long> numbers = new ArrayList<>();
    for (ConsumerRecord<String, String> r : broker.read("added-answers")) {
      numbers.add(AnswerCount.number(Broker.utf8(r.value())));
    }
    Collections.sort(numbers);
    assertThat(numbers).isEqualTo(LongStream.range(300, 400).boxed().toList());
  }
}
