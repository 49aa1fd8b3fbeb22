package org.freshet.connectors.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.freshet.core.ConfigException;
import org.freshet.core.FreshetException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong around a job: it goes on by itself, or ends with a line on what to do. */
class FaultsTest {
  @TempDir Path folder;
  private Sites sites;

  @BeforeEach
  void make() {
    sites = new Sites(folder);
  }

  @Test
  void goesOnWhenTheBrokerComesBack() throws Exception {
    List<String> events = Sites.events(2000);
    try (Broker broker = new Broker(Map.of("events", 1, "answers", 2));
        Cluster cluster = new Cluster(folder, 2)) {
      JobID job = cluster.submit(sites.file(broker), 2, 7, null);
      Sites.send(broker, events.subList(0, 700));
      Sites.answered(broker, 1);
      Sites.send(broker, events.subList(700, 1000)); // some of them are in open transactions
      broker.stop();
      // A checkpoint that began without the broker, for the sink waits for it.
      Sites.until(() -> cluster.counts(job)[3] > 0);
      broker.startAgain();
      Sites.send(broker, events.subList(1000, 2000));
      Sites.answered(broker, events.size());
      cluster.cancel(job);
      assertThat(Sites.byId(broker.read("answers")))
          .isEqualTo(sites.expected(sites.file(broker), events.size()));
    }
  }

  @Test
  void waitsForRoomInTheStoreOfCheckpoints() throws Exception {
    List<String> events = Sites.events(2000);
    try (Broker broker = new Broker(Map.of("events", 1, "answers", 2));
        Cluster cluster = new Cluster(folder, 2)) {
      JobID job = cluster.submit(sites.file(broker), 2, 7, null);
      Sites.send(broker, events.subList(0, 1000));
      Sites.answered(broker, 1000);
      // Where checkpoints go there is a file: nothing can be written, whoever tries.
      Path away = folder.resolve("away");
      Path store = cluster.checkpoints();
      Sites.until(() -> moved(store, away));
      long failed = cluster.counts(job)[2];
      Sites.send(broker, events.subList(1000, 2000));
      Sites.until(() -> cluster.counts(job)[2] > failed);
      assertThat(broker.read("answers").size()).isLessThan(events.size()); // they wait
      Files.delete(store);
      Files.move(away, store);
      Sites.answered(broker, events.size());
      cluster.cancel(job);
      assertThat(Sites.byId(broker.read("answers")))
          .isEqualTo(sites.expected(sites.file(broker), events.size()));
    }
  }

  /** Puts a file where a folder was; in between somebody may make the folder again. */
  private static boolean moved(Path store, Path away) throws Exception {
    if (!Files.exists(away)) {
      Files.move(store, away);
    }
    try {
      Files.createFile(store);
      return true;
    } catch (java.nio.file.FileAlreadyExistsException e) {
      return Files.isRegularFile(store);
    }
  }

  private static final List<String> POISON =
      List.of(
          "{\"id\":\"p1\",\"x\":",
          "{\"id\":\"p2\",\"x\":\"much\",\"y\":1,\"site\":\"s1\"}",
          "{\"id\":\"p3\",\"x\":1,\"y\":1,\"site\":{\"of\":1}}",
          "{\"id\":\"p4\",\"x\":NaN,\"y\":1,\"site\":\"s1\"}");

  @Test
  void passesOverWhatCannotBeRead() throws Exception {
    List<String> events = Sites.events(500);
    try (Broker broker = new Broker(Map.of("events", 1, "answers", 2));
        Cluster cluster = new Cluster(folder, 1)) {
      JobID job = cluster.submit(sites.file(broker), 1, 7, null);
      Sites.send(broker, events.subList(0, 250));
      Sites.send(broker, POISON);
      Sites.send(broker, events.subList(250, 500));
      Sites.answered(broker, events.size());
      cluster.cancel(job);
      Map<String, String> found = Sites.byId(broker.read("answers"));
      assertThat(found).isEqualTo(sites.expected(sites.file(broker), found.size()));
      assertThat(found).doesNotContainKeys("p1", "p2", "p3", "p4");
    }
  }

  @Test
  void endsAtWhatCannotBeReadWhenToldTo() throws Exception {
    try (Broker broker = new Broker(Map.of("events", 1, "answers", 2));
        Cluster cluster = new Cluster(folder, 1)) {
      Path file = sites.file(broker);
      Files.writeString(
          file,
          Files.readString(file).replace("topic: events\n", "topic: events\n    on_error: fail\n"));
      JobID job = cluster.submit(file, 1, 7, null);
      Sites.send(broker, Sites.events(3));
      Sites.send(broker, POISON.subList(1, 2));
      assertThatThrownBy(() -> await(cluster, job))
          .isInstanceOf(FreshetException.class)
          .hasMessageMatching("events/0:3: .*'x'.*much.*; set 'on_error: skip' on the source .*");
      assertThat(cluster.counts(job)[0]).isZero(); // not once restarted
    }
  }

  /** The learner of two classes refuses a third, in one process and here. */
  @Test
  void endsAtAClassTheLearnerCannotHave() throws Exception {
    try (Broker broker = new Broker(Map.of("events", 1, "answers", 2));
        Cluster cluster = new Cluster(folder, 1)) {
      JobID job = cluster.submit(sites.file(broker), 1, 7, null);
      Sites.send(
          broker, List.of("{\"id\":\"p5\",\"x\":1,\"y\":1,\"site\":\"s1\",\"label\":\"perhaps\"}"));
      assertThatThrownBy(() -> await(cluster, job))
          .isInstanceOf(FreshetException.class)
          .hasMessageStartingWith(
              "sites, 'p5': logistic_regression: label 'label' has a third class");
      assertThat(cluster.counts(job)[0]).isZero();
    }
  }

  private static void await(Cluster cluster, JobID job) throws Exception {
    try {
      cluster.await(job);
    } catch (Exception e) {
      throw Failures.of("the job failed", e);
    }
  }

  private static String go(String... args) throws Exception {
    StringWriter said = new StringWriter();
    new FlinkRunner().run(args, new PrintWriter(said));
    return said.toString();
  }

  private static final String KEYED =
      """
      source: { payments: { events: 150000 } }
      pipeline: [one_hot, standard_scaler, logistic_regression]
      place: { per: country, models: 9 }
      labels: { pending: 1000 }
      """;

  /** What was changed, and what is said of it before anything is submitted. */
  private static final Map<String, String> CHANGES =
      Map.of(
          "logistic_regression]|gaussian_nb]", "saved with model ",
          "seed: 1|seed: 2", "saved with seed '1', given '2'",
          "pending: 1000|pending: 2000", "saved with pending '1000', given '2000'",
          "per: country, models: 9|per: key, models: 9",
              "saved with place 'per: country', given 'per: key'",
          "place: { per: country, models: 9 }|place: { partitioned: country }",
              "saved with place 'per: country', given 'partitioned: country, parts: 4'",
          "place: { per: country, models: 9 }\n|", "given 'one model'");

  @Test
  void refusesASavepointOfAnotherPipeline() throws Exception {
    Both both = new Both(folder);
    Path file = both.write("changes", KEYED);
    try (Cluster cluster = new Cluster(folder, 1)) {
      JobID job = cluster.submit(file, 1, 3, null);
      Path answers = folder.resolve("changes.jsonl");
      Sites.until(() -> Files.isDirectory(answers) && !Both.lines(answers).isEmpty());
      String savepoint = cluster.stop(job, folder.resolve("savepoint"));
      String text = Files.readString(file);
      Path changed = folder.resolve("changed.yaml");
      for (Map.Entry<String, String> change : CHANGES.entrySet()) {
        String[] of = change.getKey().split("\\|", 2);
        Files.writeString(changed, text.replace(of[0], of[1]));
        assertThatThrownBy(
                () -> go(changed.toString(), "--local", "--parts", "3", "--from", savepoint))
            .as(change.getKey())
            .isInstanceOf(FreshetException.class)
            .hasMessageContaining(change.getValue());
      }
      assertThatThrownBy(() -> go(file.toString(), "--local", "--parts", "4", "--from", savepoint))
          .hasMessageContaining("saved with --parts '3', given '4'");
      assertThatThrownBy(() -> go(file.toString(), "--local", "--from", folder + "/nowhere"))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("there is no savepoint at");

      // Where nobody could look before: the job looks when it starts, and is not restarted.
      Files.writeString(changed, text.replace("seed: 1", "seed: 2"));
      assertThatThrownBy(
              () -> {
                try {
                  cluster.await(cluster.submit(changed, 1, 3, savepoint));
                } catch (Exception e) {
                  throw Failures.of("the job failed", e);
                }
              })
          .isInstanceOf(FreshetException.class)
          .hasMessageContaining("saved with seed '1', given '2'");

      // Another sink is no other pipeline.
      Files.writeString(
          changed,
          text.replace("changes.jsonl", "more.jsonl")
              .replace("sink: {", "sink:\n  - {")
              .replace(".jsonl } }\n", ".jsonl } }\n  - { jsonl: { path: second.jsonl } }\n"));
      int before = Both.lines(answers).size();
      assertThat(before).isLessThan(150000);
      go(changed.toString(), "--local", "--parts", "3", "--from", savepoint);
      assertThat(Both.lines(folder.resolve("more.jsonl"))).hasSize(150000 - before);
      assertThat(Both.lines(folder.resolve("second.jsonl"))).hasSize(150000 - before);
    }
  }

  @Test
  void refusesATopicForBadRecords() throws Exception {
    Path file = folder.resolve("letters.yaml");
    Files.writeString(
        file,
        """
        name: letters
        source:
          kafka: { topic: events, numeric: [x], labels: [no, yes], on_error: dead_letter, dead_letter: bad }
        pipeline: [logistic_regression]
        sink: { kafka: { topic: answers } }
        """);
    assertThatThrownBy(() -> Job.of(file, List.of(), 7, null))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("'on_error: dead_letter' writes from one process");
  }
}
