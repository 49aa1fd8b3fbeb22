package org.freshet.connectors.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.flink.api.common.JobID;
import org.freshet.core.Batch;
import org.freshet.core.FreshetException;
import org.freshet.core.Source;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.state.HeapModelStore;
import org.freshet.engine.Engine;
import org.freshet.engine.Outcomes;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.Setup;
import org.freshet.engine.Snapshot;
import org.freshet.engine.Snapshots;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A model out of a savepoint in one process, and one of the single process in a job. */
class ModelMovesTest {
  private static final String KEYED =
      """
      source: { payments: { } }
      pipeline: [one_hot, standard_scaler, logistic_regression]
      place: { per: country, models: 7 }
      """;

  private static final String DIVIDED =
      """
      source: { payments: { } }
      pipeline:
        - select: { drop: [country, channel, merchant] }
        - online_bagging: { members: 7, learner: standard_scaler | logistic_regression }
      place: { by_member: 3 }
      """;

  @TempDir Path folder;

  /** One process, after as many events of the file's stream. */
  private static final class One implements AutoCloseable {
    final PipelineFile file;
    final Source source;
    final Engine engine;
    final Outcomes out = new Outcomes();
    final Batch row;

    One(Path path) {
      file = PipelineFile.read(path);
      source = Components.create(file.source(), Build.of(null).withSeed(file.seed()), Source.class);
      engine = engine(file, source);
      row = new Batch(source.schema(), 1);
    }

    One learn(long events) {
      for (long i = 0; i < events; i++) {
        assertThat(source.read(row, 1)).isEqualTo(1);
        engine.process(row, 0, 1, out);
      }
      return this;
    }

    Path save(Path to) {
      Setup setup =
          new Setup(file.name(), file.source(), file.pipeline(), file.seed(), file.labels());
      Snapshots.write(
          to,
          "test",
          setup,
          source.schema(),
          run -> {
            run.put("name", "main-1");
            engine.save(run.child("engine"));
          });
      return to;
    }

    @Override
    public void close() {
      engine.close();
      source.close();
    }
  }

  private static Engine engine(PipelineFile file, Source source) {
    Build build = Build.of(source.schema()).withSeed(file.seed()).withStore(new HeapModelStore());
    return new Engine(file.pipeline(), file.labels(), build);
  }

  private static String run(String... args) throws Exception {
    StringWriter said = new StringWriter();
    assertThat(new FlinkRunner().run(args, new PrintWriter(said))).isZero();
    return said.toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {KEYED, DIVIDED})
  void fromASavepointIntoOneProcess(String text) throws Exception {
    Both both = new Both(folder);
    Path file = both.write("moves", text);
    Path answers = folder.resolve("moves.jsonl");
    String savepoint;
    try (Cluster cluster = new Cluster(folder, 2)) {
      JobID job = cluster.submit(file, 2, 3, null);
      while (!Files.isDirectory(answers) || Both.lines(answers).size() < 2000) {
        Thread.sleep(20);
      }
      savepoint = cluster.stop(job, folder.resolve("savepoint"));
    }
    int learnt = Both.lines(answers).size();
    Path model = folder.resolve("model.state");
    assertThat(
            run(file.toString(), "--parts", "3", "--from", savepoint, "--export", model.toString()))
        .contains("the model of moves is in " + model);

    try (One one = new One(file).learn(learnt)) {
      Snapshot exported = Snapshots.read(model);
      exported.adopt(one.source.schema());
      Engine moved = engine(one.file, one.source);
      moved.loadModel(exported.run().child("engine"));
      Batch next = new Batch(one.source.schema(), 300);
      one.source.read(next, 300);
      Outcomes of = new Outcomes();
      one.engine.predict(next, 0, 300, one.out);
      moved.predict(next, 0, 300, of);
      assertThat(Arrays.copyOf(of.scores(), 600)).isEqualTo(Arrays.copyOf(one.out.scores(), 600));
      assertThat(of.scores()[0]).isNotEqualTo(0.5); // it has learnt
      moved.close();
    }

    String other = Files.readString(file).replace("logistic_regression", "gaussian_nb");
    Path changed = Files.writeString(folder.resolve("changed.yaml"), other);
    assertThatThrownBy(
            () ->
                run(
                    changed.toString(),
                    "--parts",
                    "3",
                    "--from",
                    savepoint,
                    "--export",
                    model.toString()))
        .isInstanceOf(FreshetException.class)
        .hasMessageContaining("other parameters: saved with model");
  }

  @Test
  void statesOfAnySizeComeInPieces() {
    List<byte[]> states =
        List.of(new byte[0], new byte[2 << 20], new byte[3_000_000], new byte[] {1});
    List<byte[]> pieces = new ArrayList<>();
    new Random(1).nextBytes(states.get(2));
    states.forEach(state -> Pieces.give(state, pieces::add));
    assertThat(pieces).allMatch(piece -> piece.length <= 1 << 20);
    assertThat(Pieces.join(pieces.iterator())).containsExactlyElementsOf(states);
  }

  @Test
  void fromOneProcessIntoAJob() throws Exception {
    Both both = new Both(folder);
    Path file = both.write("begins", KEYED.replace("{ }", "{ events: 1500, seed: 2 }"));
    Path before = both.write("before", KEYED.replace("{ }", "{ seed: 9 }"));
    Path model = folder.resolve("model.state");
    try (One one = new One(before).learn(3000)) {
      one.save(model);
    }
    List<String> fresh = both.onFlink(file, "--parallelism", "2", "--parts", "3");
    Path answers = folder.resolve("begins.jsonl");
    try (var parts = Files.list(answers)) {
      for (Path part : parts.toList()) {
        Files.delete(part);
      }
    }
    List<String> found =
        both.onFlink(file, "--parallelism", "2", "--parts", "3", "--from", model.toString());
    assertThat(found).isEqualTo(both.inOneProcess(file, model)).hasSize(1500);
    assertThat(found).isNotEqualTo(fresh);
  }
}
