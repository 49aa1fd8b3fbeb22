package org.freshet.connectors.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.freshet.core.Batch;
import org.freshet.core.Features;
import org.freshet.core.live.Records;
import org.freshet.engine.LabelCounts;
import org.freshet.runtime.SinkState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker of events, labels and answers goes down for half a minute, and comes back. */
class KafkaDownTest {
  private static final long DOWN = TimeUnit.SECONDS.toNanos(30);
  private static final int LATE = 50;

  @TempDir Path folder;

  private static void send(Broker broker, int from, int to) {
    for (int i = from; i < to; i++) {
      broker.send("events", i % 2, null, Broker.event(i, ""));
      if (i >= LATE) {
        String label = (i - LATE) % 3 == 0 ? "yes" : "no";
        broker.send(
            "labels", 0, null, "{\"id\":\"e" + (i - LATE) + "\",\"label\":\"" + label + "\"}");
      }
    }
  }

  /** Events that come from elsewhere while the broker is down: their answers cannot be written. */
  private static void events(Pipe p, int n) throws InterruptedException {
    Records r = new Records(p.live.schema(), n);
    for (int i = 0; i < n; i++) {
      r.begin(Batch.Kind.EVENT, "direct" + i, Features.NO_TIME);
      r.set(0, i);
      r.end();
    }
    p.live.inbox().put(r);
  }

  private static LabelCounts counts(Pipe p) {
    try {
      return p.live.read(r -> r.engine().counts()).get(60, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static String trouble(SinkState s) {
    return s.trouble() == null ? "" : s.trouble();
  }

  @Test
  void everythingGoesOnWithoutARestart() throws Exception {
    try (Broker broker = new Broker()) {
      broker.topic("events", 2).topic("labels", 1).topic("answers", 2);
      String yaml =
          """
          name: down
          source:
            kafka: { topic: events, bootstrap: %1$s, numeric: [x0, x1, x2], labels: [no, yes] }
          labels: { source: { kafka: { topic: labels, bootstrap: %1$s } } }
          pipeline: [standard_scaler, logistic_regression]
          sink: { kafka: { topic: answers, bootstrap: %1$s, every: 10ms } }
          state: { directory: s, every: 200ms }
          """
              .formatted(broker.bootstrap());
      try (Pipe p = new Pipe("down.yaml", yaml, folder).start()) {
        send(broker, 0, 300);
        KafkaLiveTest.await("labels before", () -> counts(p).labels() == 250);
        long since = System.nanoTime();
        broker.stop();
        events(p, 10);
        send(broker, 300, 400); // waits in the producer
        KafkaLiveTest.await(
            "both feeds and the sink to say so",
            () ->
                p.feeds.stream().allMatch(f -> ("" + f.trouble()).contains("no answer"))
                    && trouble(p.live.sinks().get(0)).contains("cannot write"));
        KafkaLiveTest.await("half a minute", () -> System.nanoTime() - since > DOWN);
        assertThat(p.live.sinks().get(0).written()).isLessThanOrEqualTo(300);
        broker.startAgain();
        send(broker, 400, 600);
        KafkaLiveTest.await("labels after", () -> counts(p).labels() == 550);
        KafkaLiveTest.await("answers", () -> p.live.sinks().get(0).written() == 610);
        KafkaLiveTest.await("no trouble", () -> p.live.trouble() == null);
        assertThat(p.live.running()).isTrue();
      }
      Map<String, Long> answers = new HashMap<>();
      for (ConsumerRecord<String, String> r : broker.read("answers")) {
        String id = r.value().replaceAll(".*\"id\":\"(\\w+)\".*", "$1");
        assertThat(answers.put(id, AnswerCount.number(Broker.utf8(r.value())))).as(id).isNull();
      }
      assertThat(answers).hasSize(610);
      assertThat(answers.values()).doesNotHaveDuplicates().allMatch(n -> n >= 0 && n < 610);
    }
  }
}
