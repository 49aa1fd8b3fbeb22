package org.freshet.connectors.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.api.common.JobID;
import org.apache.flink.client.program.ProgramParametrizationException;
import org.freshet.core.ConfigException;
import org.freshet.engine.JobPage;
import org.freshet.engine.JobVitals;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of a job that runs is what it did. */
class WatchTest {
  private static final Pattern TRUTH =
      Pattern.compile("\"id\":\"([^\"]+)\".*\"label\":\"([^\"]+)\"");

  @TempDir Path folder;

  private static void until(JobWatch watch, java.util.function.Predicate<JobVitals> so)
      throws Exception {
    long end = System.nanoTime() + 120_000_000_000L;
    while (!so.test(watch.look())) {
      assertThat(System.nanoTime()).as("waited two minutes").isLessThan(end);
      Thread.sleep(300);
    }
  }

  private static Map<String, String> truths(List<String> events) {
    Map<String, String> all = new HashMap<>();
    for (String e : events) {
      Matcher m = TRUTH.matcher(e);
      if (m.find()) {
        all.put(m.group(1), m.group(2));
      }
    }
    return all;
  }

  @Test
  void theNumbersOfAJobAreThoseOfItsAnswers() throws Exception {
    List<String> events = Sites.events(1100);
    List<String> given = new ArrayList<>(events.subList(0, 1000));
    List<String> late = new ArrayList<>();
    for (int i = 1000; i < 1100; i++) {
      given.add(events.get(i).replaceAll(",\"label\":\"\\w+\"", ""));
    }
    for (String e : events.subList(1000, 1060)) {
      late.add(e.replaceAll(",\"x\".*\"label\"", ",\"label\""));
    }
    try (Broker broker = new Broker(Map.of("events", 1, "answers", 2));
        Cluster cluster = new Cluster(folder, 3)) {
      Path file = new Sites(folder).file(broker);
      cluster.submit(file, 2, 7, null);
      Path forest = folder.resolve("forest.yaml");
      Files.writeString(
          forest,
          Files.readString(file)
              .replace("name: sites", "name: forest")
              .replace("kafka: { topic: answers, bootstrap", "jsonl: { path: forest }\n#")
              .replace("sink: { jsonl: { path: forest }", "sink: { jsonl: { path: forest } }")
              .replaceAll("(?s)pipeline:.*", "pipeline: [adaptive_random_forest: { members: 4 }]\n")
              .concat("place: { by_member: 2 }\n"));
      cluster.submit(forest, 1, 7, null);
      Sites.send(broker, given);
      Sites.send(broker, late);

      JobWatch watch = new JobWatch(new Rest(cluster.rest()), "sites", null, false);
      until(watch, v -> v.labels().learnt() >= 1060 && v.checkpoints().completed() > 0);
      JobVitals now = watch.look();
      assertThat(now.state()).isEqualTo("running");
      assertThat(now.running()).isEqualTo(now.tasks()).isPositive();
      assertThat(now.trouble()).isNull();
      JobVitals.Counts counts = now.counts();
      assertThat(counts.task()).isEqualTo("classification");
      assertThat(counts.events()).isEqualTo(1100);
      assertThat(counts.scored()).isEqualTo(1060);
      assertThat(now.labels().learnt()).isEqualTo(1060);
      assertThat(now.labels().pending()).isEqualTo(40);
      assertThat(counts.keys())
          .isEqualTo(2 * 7); // two steps by keys, one model of each in each part's memory
      assertThat(counts.modelBytes()).isPositive().isLessThan(counts.memoryBytes());
      assertThat(counts.seconds()).isPositive();
      Sites.answered(broker, events.size());
      Map<String, String> truths = truths(events.subList(0, 1060));
      long wrong =
          Sites.byId(broker.read("answers")).entrySet().stream()
              .filter(e -> truths.containsKey(e.getKey()))
              .filter(
                  e ->
                      !e.getValue().startsWith("\"prediction\":\"" + truths.get(e.getKey()) + "\""))
              .count();
      assertThat(counts.loss()).isEqualTo(wrong).isPositive();

      JobWatch members = new JobWatch(new Rest(cluster.rest()), "forest", null, false);
      until(members, v -> v.labels().learnt() >= 1060 && v.counts().scored() >= 1060);
      assertThat(members.look().counts().events()).isEqualTo(1100); // each once, not by each part
      assertThat(members.look().labels().pending()).isEqualTo(40);
      assertThat(members.look().counts().loss()).isBetween(1.0, 900.0);

      for (int i = 0; i < 2; i++) { // it has two of three
        cluster.killTaskManager(i);
      }
      until(watch, v -> v.restarts() > 0 && v.running() == v.tasks() && v.counts().scored() == 0);
      assertThat(watch.look().counts().events()).isEqualTo(1100); // no record came since
      assertThat(watch.look().labels().pending()).isEqualTo(40);

      JobID job = JobID.fromHexString(watch.look().job());
      cluster.cancel(job);
      until(watch, JobVitals::ended);
      assertThat(watch.look().state()).isEqualTo("canceled");
      assertThatThrownBy(() -> new JobWatch(new Rest(cluster.rest()), "other", null, false))
          .isInstanceOf(ConfigException.class)
          .hasMessageContainingAll("has no job 'other'; it has ", "sites (" + job + ")");
      cluster.close();
      until(watch, v -> v.state().equals("unreachable"));
      assertThat(watch.look().trouble()).contains("does not answer");
      assertThat(watch.look().counts().events()).isEqualTo(1100); // the last that is known
    }
  }

  private static HttpServer answering(String body) throws IOException {
    return answering(uri -> body);
  }

  private static HttpServer answering(UnaryOperator<String> to) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String body = to.apply(exchange.getRequestURI().toString());
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(body.isEmpty() ? 500 : 200, 0);
          try (var out = exchange.getResponseBody()) {
            out.write(bytes);
          }
        });
    server.start();
    return server;
  }

  private static String whatIsSaidOf(String body) throws Exception {
    HttpServer server = answering(body);
    try {
      String at = "127.0.0.1:" + server.getAddress().getPort();
      new JobWatch(new Rest(at), "sites", null, false);
      return "taken";
    } catch (IOException | ConfigException e) {
      return e.getMessage();
    } finally {
      server.stop(0);
    }
  }

  @Test
  void whatIsNoClusterIsSaidInALine() throws Exception {
    assertThat(whatIsSaidOf("")).contains("does not answer: it answers 500 to /jobs/overview");
    assertThat(whatIsSaidOf("<html>")).contains("it answers no JSON to");
    assertThat(whatIsSaidOf("7")).contains("it answers no JSON object to");
    assertThat(whatIsSaidOf("{\"jobs\":7}")).contains("has no job 'sites', and no other");
    assertThat(whatIsSaidOf("{\"jobs\":[{\"jid\":\"../x\",\"name\":\"sites\"}]}"))
        .contains("has no job 'sites', and no other");
    assertThat(whatIsSaidOf("[".repeat(5_000_000))).contains("too long");
    assertThat(whatIsSaidOf("[".repeat(1_000_000))).contains("it answers no JSON to");
  }

  @Test
  void strangeAnswersAreRead() throws Exception {
    String id = "0123456789abcdef0123456789abcdef";
    HttpServer server =
        answering(
            """
            {"jobs":[{"jid":"%s","name":"sites","start-time":-5}],"state":"RUNNING\\u001b[31m",
             "vertices":[{"id":"x/../.."},{"id":"%s","parallelism":"many","tasks":[]}],
             "counts":7,"latest":null}
            """
                .formatted(id, id));
    try {
      String at = "127.0.0.1:" + server.getAddress().getPort();
      JobVitals v = new JobWatch(new Rest(at), "sites", id, false).look();
      assertThat(v.state()).isEqualTo("running [31m");
      assertThat(v.tasks()).isZero();
      assertThat(v.begun()).isZero();
      assertThat(v.counts().events()).isZero();
    } finally {
      server.stop(0);
    }
  }

  @Test
  void mergesAreThoseOfTheJobManager() throws Exception {
    String id = "0123456789abcdef0123456789abcdef";
    String merges = "engines_->_jsonl__Writer.coordinator.freshet.merges";
    HttpServer server =
        answering(
            uri -> {
              if (uri.endsWith("/overview")) {
                return "{\"jobs\":[{\"jid\":\"" + id + "\",\"name\":\"sites\"}]}";
              } else if (uri.endsWith("/subtasks/metrics")) {
                return "[{\"id\":\"engines.freshet.events\"},{\"id\":\"engines.numRecordsIn\"}]";
              } else if (uri.endsWith("?agg=sum&get=engines.freshet.events")) {
                return "[{\"id\":\"engines.freshet.events\",\"sum\":7.0}]";
              } else if (uri.endsWith("/jm-operator-metrics")) {
                return "[{\"id\":\"" + merges + "\"}]";
              } else if (uri.endsWith("/jm-operator-metrics?get=" + merges.replace(">", "%3E"))) {
                return "[{\"id\":\"" + merges + "\",\"value\":\"35\"}]";
              }
              return "{\"state\":\"RUNNING\",\"vertices\":[{\"id\":\"" + id + "\"}]}";
            });
    try {
      String at = "127.0.0.1:" + server.getAddress().getPort();
      JobVitals.Counts told = new JobWatch(new Rest(at), "sites", null, true).look().counts();
      assertThat(told.merges()).isEqualTo(35);
      assertThat(told.events()).isEqualTo(7);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void flinksClientGetsALineForAUsersMistake() {
    assertThatThrownBy(() -> FlinkRunner.main(new String[] {"none.yaml"}))
        .isInstanceOf(ProgramParametrizationException.class)
        .hasMessage("none.yaml: there is no such file")
        .hasNoCause();
    assertThatThrownBy(() -> FlinkRunner.main(new String[] {"none.yaml", "--watch"}))
        .isInstanceOf(ProgramParametrizationException.class)
        .hasMessageStartingWith("--watch: needs the command 'freshet flink'");
  }

  private static void refused(String words, String... args) {
    assertThatThrownBy(
            () -> new FlinkRunner().run(args, new PrintWriter(new StringWriter()), null, NO_PAGE))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(words);
  }

  private static final JobPage NO_PAGE =
      (file, announce) -> {
        throw new AssertionError("nothing is served");
      };

  @Test
  void whatDoesNotGoTogetherIsRefused() {
    refused("--job: belongs to --watch", "p.yaml", "--local", "--job", "x");
    refused("--port: belongs to --watch", "p.yaml", "--local", "--port", "1");
    refused("--watch: needs --cluster HOST:PORT, or --local", "p.yaml", "--watch");
    refused("--watch: cannot be given beside --export", "p.yaml", "--watch", "--export", "x");
    refused("--job: is a job of a cluster", "p.yaml", "--watch", "--local", "--job", "x");
    refused("--detached: leaves a job to its cluster", "p.yaml", "--local", "--detached");
  }

  @Test
  void checkpointsOfALocalJobAreGoneWithIt() throws Exception {
    Path kept;
    try (Scratch scratch = new Scratch()) {
      kept = scratch.folder();
      Files.writeString(Files.createDirectories(kept.resolve("chk-1/shared")).resolve("a"), "a");
    }
    assertThat(kept).doesNotExist();
  }

  @Test
  void thePageOfTheDocumentationHasAllMetrics() throws Exception {
    assertThat(Files.readString(Path.of("../../docs/how-to/flink.md"))).contains(JobMetric.table());
  }
}
