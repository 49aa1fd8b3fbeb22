package org.freshet.connectors.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.api.common.JobID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Labels that carry their event's key: no task sees all records. */
class DirectCodesTest {
  private static final int EVENTS = 2000;
  private static final int LATE = 30;

  @TempDir Path folder;

  private Path file(Broker broker, String place) throws Exception {
    return Files.writeString(
        folder.resolve("keys.yaml"),
        """
        name: keys
        seed: 1
        source: { kafka: { topic: events, bootstrap: "%s", numeric: [x, y], labels: [no, yes] } }
        sink: { kafka: { topic: answers, bootstrap: "%s" } }
        pipeline: [standard_scaler, logistic_regression]
        place: %s
        """
            .formatted(broker.bootstrap(), broker.bootstrap(), place));
  }

  /** Events of forty keys, and the label of each a while later in the same partition. */
  private static void send(Broker broker, int from, int to) {
    for (int i = from; i < to; i++) {
      Random random = new Random(i);
      double x = random.nextGaussian();
      broker.send(
          "events",
          key(i) % 2,
          null,
          "{\"id\":\"e%d\",\"key\":\"k%d\",\"x\":%s,\"y\":%s}"
              .formatted(i, key(i), x, random.nextGaussian()));
      if (i >= LATE) {
        int late = i - LATE;
        boolean yes = new Random(late).nextGaussian() * (key(late) % 3 - 1) > 0;
        broker.send(
            "events",
            key(late) % 2,
            null,
            "{\"id\":\"e%d\",\"key\":\"k%d\",\"label\":\"%s\"}"
                .formatted(late, key(late), yes ? "yes" : "no"));
      }
    }
    broker.flush();
  }

  private static int key(int event) {
    return Math.floorMod(event * 0x9E3779B1, 40);
  }

  @Test
  void goesToItsPartInManyTasks() throws Exception {
    try (Broker broker = new Broker(Map.of("events", 2, "answers", 2));
        Cluster cluster = new Cluster(folder, 2)) {
      Path file = file(broker, "{ per: key, keyed_labels: true }");
      Plan plan = Job.of(file, List.of(), 7, null).plan();
      assertThat(plan.direct()).isTrue();
      JobID job = cluster.submit(file, 2, 7, null);
      send(broker, 0, EVENTS / 2);
      Sites.answered(broker, EVENTS / 4);
      cluster.killTaskManager(0);
      send(broker, EVENTS / 2, EVENTS);
      Sites.answered(broker, EVENTS);
      cluster.cancel(job);
      Map<String, String> answers = Sites.byId(broker.read("answers"));
      assertThat(answers).hasSize(EVENTS);
      assertThat(answers).isEqualTo(new Sites(folder).expected(file, EVENTS));
      long sure = answers.values().stream().filter(a -> !a.contains(":0.5,")).count();
      assertThat(sure).isGreaterThan(EVENTS * 9 / 10); // labels were learnt
      assertThat(plan(broker, "{ per: key }").direct()).isFalse();
      assertThat(plan(broker, "{ merged: 2 }").direct()).isTrue(); // labels go as their ids
    }
  }

  private Plan plan(Broker broker, String place) throws Exception {
    return Job.of(file(broker, place), List.of(), 7, null).plan();
  }
}
