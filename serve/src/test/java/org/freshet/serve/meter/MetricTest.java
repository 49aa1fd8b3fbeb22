package org.freshet.serve.meter;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.freshet.connectors.jdbc.JdbcQuestions;
import org.freshet.core.Schema;
import org.freshet.core.Source;
import org.freshet.core.ask.QuestionStore.Terms;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.live.AnswerBlock;
import org.freshet.core.live.Feed;
import org.freshet.core.live.Sink;
import org.freshet.engine.PipelineFile;
import org.freshet.runtime.Live;
import org.freshet.runtime.SourceFeed;
import org.freshet.serve.ask.Questions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricTest {
  private static final Path PAGE = Path.of("../docs/how-to/metrics.md");

  @TempDir Path folder;

  /** {@code -Dfreshet.docs.write=true} writes the page instead. */
  @Test
  void thePageOfTheReferenceListsAllMetrics() throws Exception {
    if (Boolean.getBoolean("freshet.docs.write")) {
      Files.writeString(PAGE, Metric.table());
    }
    assertThat(Files.readString(PAGE)).isEqualTo(Metric.table());
  }

  private static final class Nowhere implements Sink {
    @Override
    public String name() {
      return "nowhere";
    }

    @Override
    public long open(String pipeline, Schema schema) {
      return 0;
    }

    @Override
    public void write(AnswerBlock answers) {}

    @Override
    public void close() {}
  }

  private Set<String> shown(String source) throws Exception {
    PipelineFile file =
        PipelineFile.parse(
            "m.yaml",
            """
            name: m
            source: { %s }
            limits: { memory: 64MB, disk: 1GB, latency: 1s }
            state: { directory: %s, every: 100ms }
            """
                .formatted(source, source.substring(0, 3)),
            folder,
            List.of());
    Meters meters = new Meters(file);
    Questions queue = null;
    if (file.live().queue() != null) {
      JdbcQuestions store =
          JdbcQuestions.sqlite(folder.resolve("q.db"), false, new Terms(1000, 1000, 10, 1));
      store.open("m");
      queue = new Questions(store, file.live().queue());
      meters.questions(queue);
    }
    List<Feed> feeds =
        List.of(new SourceFeed(Components.create(file.source(), Build.of(null), Source.class)));
    try (meters;
        Live live = new Live(file, feeds, 1, "test", meters)) {
      if (queue != null) {
        live.keep(queue);
      }
      meters.watch(live);
      live.start(List.of(new Nowhere()));
      live.ended().get();
      meters.measured("psi", "x", 0.1, 0.2);
      Set<String> names = new TreeSet<>();
      Matcher m = Pattern.compile("# HELP (freshet_\\S+) ").matcher(meters.prometheus());
      while (m.find()) {
        names.add(m.group(1));
      }
      return names;
    }
  }

  @Test
  void aRunningPipelineShowsThemAllAndNoOthers() throws Exception {
    Set<String> names =
        shown(
            "sea: { events: 500, seed: 1 } }\nlabels: { queue: {}, budget: 10% }\n"
                + "pipeline: { per_key: { learner: majority }");
    names.addAll(
        shown(
            "led: { events: 500, seed: 1 } }\npipeline: { cascade: { levels: [gaussian_nb], calls: 0%,"
                + " expert: { http_expert: { url: 'http://127.0.0.1:1/' } } }"));
    names.addAll(
        shown(
            "agrawal: { events: 500, seed: 1 } }\nplace: { merged: 2, over: { nobody: {} }, name: me }\n"
                + "pipeline: { majority: {}"));
    names.addAll(shown("friedman: { events: 500, seed: 1 } }\npipeline: { target_mean: {}"));
    List<String> all = new ArrayList<>();
    for (Metric m : Metric.values()) {
      all.add(m.shown());
    }
    assertThat(names).containsExactlyInAnyOrderElementsOf(all);
  }
}
