package org.freshet.connectors.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.core.live.Feed;
import org.freshet.core.live.Sink;
import org.freshet.engine.PipelineFile;
import org.freshet.runtime.Live;
import org.freshet.runtime.LiveListener;

/** Events of forty sites in a topic, a pipeline for them, and what one process answers. */
final class Sites {
  private final Path folder;

  Sites(Path folder) {
    this.folder = folder;
  }

  private static final Pattern ANSWER = Pattern.compile("\"id\":\"([^\"]+)\".*?(\"prediction\".*)");

  private static String event(int i, Random random) {
    int site = random.nextInt(40);
    double x = random.nextGaussian();
    double y = random.nextGaussian();
    boolean label = x * (site % 3 - 1) + 0.3 * y > 0;
    return "{\"id\":\"e%d\",\"x\":%s,\"y\":%s,\"site\":\"s%d\",\"label\":\"%s\"}"
        .formatted(i, x, y, site, label ? "yes" : "no");
  }

  static final String PIPELINE =
      """
      pipeline: [one_hot, standard_scaler, logistic_regression]
      place: { per: site, models: 10 }
      """;

  Path file(Broker broker) throws Exception {
    return Files.writeString(
        folder.resolve("sites.yaml"),
        """
        name: sites
        seed: 1
        source:
          kafka:
            topic: events
            bootstrap: "%1$s"
            numeric: [x, y]
            categorical: [site]
            labels: [no, yes]
        sink: { kafka: { topic: answers, bootstrap: "%1$s" } }
        """
                .formatted(broker.bootstrap())
            + PIPELINE);
  }

  /** Answers of one process to the same topic, by id. */
  Map<String, String> expected(Path path, int events) throws Exception {
    Path one = Files.createDirectories(folder.resolve("one")).resolve("one.yaml");
    Files.writeString(one, Files.readString(path) + "state: { directory: state }\n");
    Path answers = one.resolveSibling("answers.jsonl");
    PipelineFile file = PipelineFile.read(one);
    Feed feed = Components.create(file.source(), Build.of(null), Feed.class);
    Sink sink =
        Components.create(
            Spec.of("jsonl").with("path", answers.toString()), Build.of(null), Sink.class);
    try (Live live = new Live(file, List.of(feed), 1, "test", LiveListener.NONE)) {
      live.start(List.of(sink));
      until(() -> Files.exists(answers) && Files.readAllLines(answers).size() >= events);
    }
    return byId(Files.readAllLines(answers));
  }

  static Map<String, String> byId(List<String> lines) {
    Map<String, String> all = new HashMap<>();
    for (String line : lines) {
      Matcher m = ANSWER.matcher(line);
      assertThat(m.find()).as(line).isTrue();
      assertThat(all.put(m.group(1), m.group(2))).as("answered twice: " + line).isNull();
    }
    return all;
  }

  static List<String> events(int n) {
    Random random = new Random(3);
    List<String> events = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      events.add(event(i, random));
    }
    return events;
  }

  static void send(Broker broker, List<String> events) {
    events.forEach(e -> broker.send("events", 0, null, e));
    broker.flush();
  }

  static void answered(Broker broker, int least) throws Exception {
    until(() -> broker.read("answers").size() >= least);
  }

  interface Condition {
    boolean holds() throws Exception;
  }

  static void until(Condition c) throws Exception {
    long end = System.nanoTime() + 120_000_000_000L;
    while (!c.holds()) {
      assertThat(System.nanoTime()).as("waited two minutes").isLessThan(end);
      Thread.sleep(50);
    }
  }
}
