package org.freshet.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model of each key, most of them on the disk: as exact as one in memory. */
class PlacedTest {
  @TempDir Path folder;

  private PipelineFile file(int events, int models) {
    return PipelineFile.parse(
        "live.yaml",
        """
        name: placed
        source: { agrawal: { events: %d, seed: 3 } }
        pipeline:
          - standard_scaler
          - gaussian_nb
        place: { per: car, models: %d }
        state: { directory: s, every: 30ms, keep: 2 }
        """
            .formatted(events, models),
        folder,
        List.of());
  }

  @AfterEach
  void unset() {
    System.clearProperty("freshet.snapshot.small");
  }

  private static Source open(PipelineFile f) {
    return Components.create(f.source(), Build.of(null).withSeed(f.seed()), Source.class);
  }

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

  private static void run(PipelineFile f, ListSink sink, int events) throws Exception {
    try (Live live = new Live(f, List.of(new SourceFeed(open(f))), 1, "test", LiveListener.NONE)) {
      live.start(List.of(sink));
      while (sink.size() < events && !live.ended().isDone()) {
        Thread.sleep(5);
      }
      live.drainAndClose();
      live.ended().get();
    }
  }

  @Test
  void fewModelsInMemoryGiveTheAnswersOfManyInReplayAndLive() throws Exception {
    List<Double> expected = replay(file(4000, 1000));
    assertThat(replay(file(4000, 3))).isEqualTo(expected);
    ListSink sink = new ListSink();
    System.setProperty("freshet.snapshot.small", "0"); // snapshots by a follower
    run(file(1500, 3), sink, 1500);
    System.clearProperty("freshet.snapshot.small"); // and by the owner
    run(file(4000, 3), sink, 4000);
    assertThat(sink.answers).isEqualTo(expected).hasSize(4000);
    assertThat(folder.resolve("s/models/models.db")).exists();
    assertThat(Files.size(folder.resolve("s/models/models.db"))).isGreaterThan(4096);
  }
}
