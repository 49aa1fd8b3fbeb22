package org.freshet.connectors.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From topic to topic: each event is answered once, and learnt once, whatever dies. */
class KafkaJobTest {
  @TempDir Path folder;
  private Sites sites;

  @BeforeEach
  void make() {
    sites = new Sites(folder);
  }

  @Test
  void survivesTheDeathOfTaskManagers() throws Exception {
    List<String> events = Sites.events(4000);
    try (Broker broker = new Broker(Map.of("events", 1, "answers", 2));
        Cluster cluster = new Cluster(folder, 2)) {
      JobID job = cluster.submit(sites.file(broker), 2, 7, null);
      for (int death = 0; death < 3; death++) {
        Sites.send(broker, events.subList(1000 * death, 1000 * death + 1000));
        Sites.answered(broker, 1000 * death + 1);
        cluster.killTaskManager(death);
      }
      Sites.send(broker, events.subList(3000, 4000));
      Sites.answered(broker, events.size());
      cluster.cancel(job);
      assertThat(Sites.byId(broker.read("answers")))
          .isEqualTo(sites.expected(sites.file(broker), events.size()));
    }
  }

  @Test
  void keepsEveryModelFromTwoTasksToThreeToOne() throws Exception {
    List<String> events = Sites.events(3000);
    int[] tasks = {2, 3, 1};
    try (Broker broker = new Broker(Map.of("events", 1, "answers", 2));
        Cluster cluster = new Cluster(folder, 3)) {
      String savepoint = null;
      for (int i = 0; i < tasks.length; i++) {
        JobID job = cluster.submit(sites.file(broker), tasks[i], 7, savepoint);
        Sites.send(broker, events.subList(1000 * i, 1000 * i + 500));
        Sites.answered(broker, 1000 * i + 1);
        Sites.send(broker, events.subList(1000 * i + 500, 1000 * i + 1000));
        savepoint = cluster.stop(job, folder.resolve("savepoint" + i));
      }
      JobID last = cluster.submit(sites.file(broker), 2, 7, savepoint);
      Sites.answered(broker, events.size());
      cluster.cancel(last);
      assertThat(Sites.byId(broker.read("answers")))
          .isEqualTo(sites.expected(sites.file(broker), events.size()));
    }
  }
}
