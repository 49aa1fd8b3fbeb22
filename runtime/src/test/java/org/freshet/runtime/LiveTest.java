package org.freshet.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Source;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.engine.Engine;
import org.freshet.engine.Outcomes;
import org.freshet.engine.PipelineFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveTest {
  @TempDir Path folder;

  private PipelineFile file(int events) {
    return PipelineFile.parse(
        "live.yaml",
        """
        name: t
        source: { sea: { events: %d, seed: 3 } }
        pipeline:
          - standard_scaler
          - hoeffding_tree: { grace_period: 50 }
        state: { directory: s, every: 100ms, keep: 2 }
        """
            .formatted(events),
        folder,
        List.of());
  }

  private static Source open(PipelineFile f) {
    return Components.create(f.source(), Build.of(null).withSeed(f.seed()), Source.class);
  }

  /** What the engine predicts over the whole stream without any of the live parts. */
  private static List<Double> replay(PipelineFile f) {
    List<Double> all = new ArrayList<>();
    try (Source s = open(f);
        Engine engine = new Engine(s.schema(), f.pipeline(), f.labels(), f.seed(), 1)) {
      Batch b = new Batch(s.schema(), 1000);
      Outcomes out = new Outcomes();
      while (s.read(b, 1000) > 0) {
        engine.process(b, 0, b.size(), out);
        for (int i = 0; i < out.predictions(); i++) {
          all.add(out.predicted(i));
        }
      }
    }
    return all;
  }

  @Test
  void theJournalIsAStreamWithTheSamePredictions() throws Exception {
    PipelineFile f =
        PipelineFile.parse(
            "live.yaml",
            """
            name: t
            source: { sea: { events: 3000, seed: 3 } }
            pipeline: [standard_scaler, hoeffding_tree]
            state: { directory: s, keep_journal: true, every: 100ms }
            """,
            folder,
            List.of());
    ListSink sink = new ListSink();
    run(f, sink, 3000);
    PipelineFile again =
        PipelineFile.parse(
            "again.yaml",
            """
            source: { journal: { path: s/journal } }
            pipeline: [standard_scaler, hoeffding_tree]
            """,
            folder,
            List.of());
    assertThat(replay(again)).isEqualTo(sink.answers).hasSize(3000);
  }

  private static void run(PipelineFile f, ListSink sink, int events) throws Exception {
    SourceFeed feed = new SourceFeed(open(f));
    try (Live live = new Live(f, List.of(feed), 1, "test", LiveListener.NONE)) {
      live.start(List.of(sink));
      while (sink.size() < events && !live.ended().isDone()) {
        Thread.sleep(5);
      }
      live.drainAndClose();
      live.ended().get();
    }
  }

  @Test
  void predictsWhatTheEngineAlonePredicts() throws Exception {
    PipelineFile f = file(5000);
    ListSink sink = new ListSink();
    run(f, sink, 5000);
    assertThat(sink.answers).isEqualTo(replay(f));
  }

  @Test
  void goesOnWhereItStopped() throws Exception {
    ListSink sink = new ListSink();
    run(file(3000), sink, 3000);
    run(file(5000), sink, 5000);
    assertThat(sink.answers).isEqualTo(replay(file(5000)));
  }
}
