package org.freshet.connectors.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.freshet.core.Batch;
import org.freshet.core.FreshetException;
import org.freshet.core.Source;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.state.HeapModelStore;
import org.freshet.engine.Engine;
import org.freshet.engine.Outcomes;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.Snapshot;
import org.freshet.engine.Snapshots;
import org.freshet.testkit.GoldenFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Savepoints that were written once, and the models taken out of them, are gone on from for ever:
 * by jobs of other numbers of tasks and by one process, with the answers of a run never stopped.
 */
class GoldenSavepointsTest {
  private static final int VERSION = 1;
  private static final int EVENTS = 6_000;
  private static final GoldenFiles GOLDEN = new GoldenFiles(Path.of("src/test/resources/golden"));

  @TempDir Path folder;

  /** A place of the model, and the fields of its file. */
  enum Place {
    ONE("[one_hot, standard_scaler, logistic_regression]", ""),
    PER("[one_hot, standard_scaler, logistic_regression]", "place: { per: site, models: 4 }\n"),
    PARTITIONED("[{ select: { drop: [site] } }, gaussian_nb]", "place: { partitioned: site }\n"),
    BY_MEMBER(
        "[standard_scaler, { online_bagging: { members: 4, learner: { gaussian_nb: {} } } }]",
        "place: { by_member: 3 }\n"),
    MERGED("[{ select: { drop: [site] } }, gaussian_nb]", "place: { merged: 3, every: 60 }\n");

    final String text;

    Place(String pipeline, String place) {
      text =
          "source: { csv: { path: data.csv, label: label, id: id, time: at } }\npipeline: "
              + pipeline
              + "\nlabels: { delay: 30s, pending: 500 }\n"
              + place;
    }

    String golden() {
      return "savepoint-" + name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** Sites that come one after another, each with its own rule; some events come twice. */
  private void data() throws Exception {
    Random random = new Random(3);
    List<String> lines = new ArrayList<>(List.of("id,at,site,x,y,label"));
    for (int i = 0; i < EVENTS; i++) {
      int site = random.nextInt(Math.min(8, 2 + i / 100));
      long x = random.nextInt(2001) - 1000;
      long y = random.nextInt(2001) - 1000;
      boolean yes = x * (site % 3 - 1) + y / 2 + random.nextInt(100) > 0;
      String id = i % 20 == 0 ? "e" + i : i % 40 == 7 && i > 60 ? "e" + (i - 47) : "";
      String label = i % 9 == 1 && i > 20 ? "" : yes ? "yes" : "no";
      lines.add(
          String.join(
              ",", id, (1_600_000_000L + i) + "", "s" + site, x / 1e3 + "", y / 1e3 + "", label));
    }
    Files.write(folder.resolve("data.csv"), lines);
    Files.write(Files.createDirectories(folder.resolve("one")).resolve("data.csv"), lines);
  }

  private Path file(Place place) throws Exception {
    if (!Files.exists(folder.resolve("data.csv"))) {
      data();
    }
    return new Both(folder).write(place.golden(), place.text);
  }

  /** The folder of a savepoint, whose one file is kept compressed: most of it is Flink's zeros. */
  private Path golden(Place place) throws Exception {
    Path at = Files.createDirectories(folder.resolve("golden").resolve(place.golden()));
    Path packed = GOLDEN.file(place.golden(), VERSION, ".gz");
    try (var in = new GZIPInputStream(Files.newInputStream(packed))) {
      Files.write(at.resolve("_metadata"), in.readAllBytes());
    }
    return at;
  }

  private static Path model(Place place) {
    return GOLDEN.file(place.golden(), VERSION, ".frs").toAbsolutePath();
  }

  private static int least(Place place) {
    return place == Place.ONE ? 1 : 3;
  }

  private static String flink(Path file, String... more) throws Exception {
    List<String> args = new ArrayList<>(List.of(file.toString(), "--parts", "3"));
    args.addAll(List.of(more));
    StringWriter said = new StringWriter();
    assertThat(new FlinkRunner().run(args.toArray(String[]::new), new PrintWriter(said))).isZero();
    return said.toString();
  }

  /** Answers of a job that goes on from a savepoint, or begins with a model. */
  private List<String> job(Path file, Path from, int tasks) throws Exception {
    String sink = "answers-" + from.getFileName() + tasks;
    flink(
        file,
        "--local",
        "--parallelism",
        "" + tasks,
        "--from",
        from.toString(),
        "--set",
        "sink.jsonl.path=" + sink);
    return Both.lines(folder.resolve(sink));
  }

  @ParameterizedTest
  @EnumSource
  void areGoneOnFrom(Place place) throws Exception {
    write(place);
    Path file = file(place);
    List<String> after = job(file, golden(place), 3);
    List<String> expected = new Both(folder).inOneProcess(file);
    assertThat(after).hasSizeBetween(EVENTS / 20, EVENTS - EVENTS / 20);
    if (place == Place.MERGED) { // merged models come when they come
      assertThat(right(after)).isGreaterThan(after.size() * 6L / 10);
      return;
    }
    List<String> end = expected.subList(expected.size() - after.size(), expected.size());
    same(after, end);
    if (place == Place.PER || place == Place.BY_MEMBER) {
      same(job(file, golden(place), 1), end);
    }
  }

  /** But for their numbers: one process counts no events that come again. */
  private static void same(List<String> found, List<String> expected) {
    for (int i = 0; i < expected.size(); i++) {
      String e = expected.get(i);
      assertThat(found.get(i)).endsWith(e.substring(e.indexOf(',')));
    }
    assertThat(found).hasSameSizeAs(expected);
  }

  private long right(List<String> answers) throws Exception {
    List<String> lines = Files.readAllLines(folder.resolve("data.csv"));
    return answers.stream()
        .filter(
            a -> {
              String line = lines.get(1 + (int) Both.number(a));
              return a.contains(
                  "\"prediction\":\"" + line.substring(line.lastIndexOf(',') + 1) + "\"");
            })
        .count();
  }

  @ParameterizedTest
  @EnumSource
  void giveTheirModels(Place place) throws Exception {
    write(place);
    Path file = file(place);
    Path exported = folder.resolve("exported.state");
    flink(file, "--from", golden(place).toString(), "--export", exported.toString());
    double[] scores = scores(file, exported);
    assertThat(scores).isEqualTo(scores(file, model(place)));
    assertThat(Arrays.stream(scores).filter(s -> s != 0.5).count()).isPositive();
    if (place == Place.PER || place == Place.BY_MEMBER) {
      same(job(file, model(place), 2), new Both(folder).inOneProcess(file, model(place)));
    }
  }

  /** What a model says to the first events. */
  private static double[] scores(Path path, Path model) {
    PipelineFile file = PipelineFile.read(path);
    try (Source source =
        Components.create(file.source(), Build.of(null).withSeed(file.seed()), Source.class)) {
      Snapshot snapshot = Snapshots.read(model);
      snapshot.adopt(source.schema());
      Build build = Build.of(source.schema()).withSeed(file.seed()).withStore(new HeapModelStore());
      Batch rows = new Batch(source.schema(), 200);
      Outcomes out = new Outcomes();
      try (Engine engine = new Engine(file.pipeline(), file.labels(), build)) {
        engine.loadModel(snapshot.run().child("engine"));
        engine.predict(rows, 0, source.read(rows, 200), out);
      }
      return Arrays.copyOf(out.scores(), 400);
    }
  }

  @Test
  void areRefusedWhenDamaged() throws Exception {
    write(Place.PER);
    byte[] whole = Files.readAllBytes(golden(Place.PER).resolve("_metadata"));
    Path file = file(Place.PER);
    for (int part = 0; part < 8; part++) {
      refused(file, Arrays.copyOf(whole, whole.length * part / 8));
    }
    // Flink's own bytes have no checksum: what is ours has, wherever it lies.
    int at = 0;
    String text = new String(whole, StandardCharsets.ISO_8859_1);
    for (int state : new int[] {0, 2, 5}) {
      for (int i = 0; i <= state; i++) {
        at = text.indexOf("FRESHET1", at + 1);
      }
      byte[] damaged = whole.clone();
      damaged[at + 100] ^= 4;
      refused(file, damaged);
    }
  }

  private void refused(Path file, byte[] metadata) throws Exception {
    Path damaged = Files.createDirectories(folder.resolve("damaged"));
    Files.write(damaged.resolve("_metadata"), metadata);
    assertThatThrownBy(() -> flink(file, "--local", "--from", damaged.toString()))
        .isInstanceOf(FreshetException.class)
        .message()
        .contains("corrupt")
        .doesNotContain("\n");
  }

  /** Writes what is missing, where that is asked for. */
  private void write(Place place) throws Exception {
    Path savepoint = GOLDEN.file(place.golden(), VERSION, ".gz");
    if (GoldenFiles.read(savepoint) == null) {
      assertThat(GoldenFiles.writing())
          .as("there is no golden file %s; make it with -Dfreshet.golden.write=true", savepoint)
          .isTrue();
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      try (var out = new GZIPOutputStream(packed)) {
        Files.copy(stopped(place), out);
      }
      GoldenFiles.write(savepoint, packed.toByteArray());
    }
    if (GoldenFiles.read(model(place)) == null) {
      assertThat(GoldenFiles.writing()).isTrue();
      Path exported = folder.resolve("written.state");
      flink(file(place), "--from", golden(place).toString(), "--export", exported.toString());
      GoldenFiles.write(model(place), Files.readAllBytes(exported));
    }
  }

  /** The one file of a savepoint of a job that was stopped on its way. */
  private Path stopped(Place place) throws Exception {
    Path file = file(place);
    Path answers = folder.resolve(place.golden() + ".jsonl");
    try (Cluster cluster = new Cluster(folder, 2, true)) {
      JobID job =
          cluster.submit(
              file,
              2,
              3,
              null,
              all -> all.map(GoldenSavepointsTest::slowly).sinkTo(new DiscardingSink<>()));
      while (!Files.isDirectory(answers) || Both.lines(answers).size() < 300) {
        Thread.sleep(20);
      }
      Path savepoint = Path.of(java.net.URI.create(cluster.stop(job, folder.resolve("saved"))));
      try (Stream<Path> files = Files.list(savepoint)) {
        assertThat(files).hasSize(1);
      }
      return savepoint.resolve("_metadata");
    } finally {
      try (Stream<Path> files = Files.list(answers)) {
        for (Path f : files.toList()) {
          Files.delete(f);
        }
      }
    }
  }

  private static Answer slowly(Answer answer) throws InterruptedException {
    Thread.sleep(1);
    return answer;
  }
}
