package org.freshet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.ConfigException;
import org.freshet.core.Source;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.engine.Engine;
import org.freshet.engine.Outcomes;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.Replay;
import org.freshet.engine.ReplayScorer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What engines elsewhere gave out is told as 'freshet evaluate' tells it. */
class ClusterScoresTest {
  @TempDir Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private ClusterScores scores() {
    return new ClusterScores(
        Console.plain(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8)));
  }

  private PipelineFile file(String... lines) {
    return PipelineFile.read(Cli.write(folder.resolve("p.yaml"), lines));
  }

  /** One engine, a record at a time, through the bytes that travel. */
  private void replay(PipelineFile file, ReplayScorer.Report report) throws Exception {
    Replay replay = new Replay(1, file.labels());
    Outcomes given = new Outcomes();
    Outcomes read = new Outcomes();
    try (Source source =
            Components.create(file.source(), Build.of(null).withSeed(file.seed()), Source.class);
        Engine engine =
            new Engine(source.schema(), file.pipeline(), file.labels(), file.seed(), 1);
        ReplayScorer.Board board = scores().begin(file, source.schema(), report)) {
      Batch row = new Batch(source.schema(), 1);
      for (boolean more = true; more; ) {
        more = source.read(row, 1) > 0;
        if (more) {
          engine.process(row, 0, 1, given);
        } else {
          engine.finish(given);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Replay.write(given, new DataOutputStream(bytes));
        replay.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())), 0, read);
        board.take(read);
      }
      board.end(1, engine.modelBytes());
    }
  }

  /** Lines of a result but those of time and size. */
  private static List<String> told(String json) {
    return json.lines()
        .filter(l -> !l.matches(" *\"(seconds|pass_seconds|events_per_second|ram_hours)\".*"))
        .toList();
  }

  @Test
  void tellsWhatEvaluateTells() throws Exception {
    PipelineFile file =
        file(
            "name: late",
            "source: { payments: { events: 2000, change: 1000 events } }",
            "pipeline: [{ drift_reset: { learner: gaussian_nb } }]",
            "labels: { delay: 30 events }");
    replay(file, new ReplayScorer.Report(Path.of("-"), null, 500));
    Cli here =
        Cli.run("evaluate", folder.resolve("p.yaml").toString(), "--json", "-", "--window", "500");
    assertThat(told(out.toString(StandardCharsets.UTF_8))).isEqualTo(told(here.out()));
    assertThat(here.out()).contains("\"labels\" : 2000", "\"no_change\"", "\"size\" : 500");
  }

  @Test
  void intervalsTravelToo() throws Exception {
    PipelineFile file =
        file(
            "name: intervals",
            "source: { friedman: { events: 1500 } }",
            "pipeline: [standard_scaler, { conformal: { learner: linear_regression } }]");
    replay(file, new ReplayScorer.Report(Path.of("-"), null, null));
    Cli here = Cli.run("evaluate", folder.resolve("p.yaml").toString(), "--json", "-");
    assertThat(told(out.toString(StandardCharsets.UTF_8))).isEqualTo(told(here.out()));
    assertThat(here.out()).contains("\"mean_interval_width\"");
  }

  @Test
  void refusesWhatHasNoEndAndWhatOneProcessTells() {
    assertThatThrownBy(() -> replay(file("source: sea", "pipeline: gaussian_nb"), report()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("has no end; give 'events' to sea");
    assertThatThrownBy(
            () ->
                replay(
                    file(
                        "source: { sea: { events: 10 } }",
                        "pipeline: gaussian_nb",
                        "labels: { budget: 10% }"),
                    report()))
        .hasMessageContaining("labels.budget: is spent by one process");
  }

  private static ReplayScorer.Report report() {
    return new ReplayScorer.Report(null, null, null);
  }
}
