package org.freshet.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.freshet.core.Batch;
import org.freshet.core.ConfigException;
import org.freshet.core.Source;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.live.Records;
import org.freshet.core.live.Sink;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.Outcomes;
import org.freshet.engine.PipelineFile;
import org.freshet.runtime.contest.Standing;
import org.freshet.runtime.journal.Entry;
import org.freshet.runtime.journal.JournalReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions of the model that answers, and the way back to them; models that come and go. */
class RegistryTest {
  @TempDir Path folder;

  private static final String TREE =
      "{ name: tree, pipeline: { hoeffding_tree: { grace_period: 50 } } }";
  private static final String BAYES = "{ name: bayes, pipeline: gaussian_nb }";

  /** A pipeline over a stream that ends after some events, from which the next start goes on. */
  private PipelineFile file(int events, String challengers) {
    return PipelineFile.parse(
        "registry.yaml",
        """
        name: r
        source: { sea: { events: %d, seed: 3 } }
        pipeline: [standard_scaler, logistic_regression]
        labels: { delay: 20 events }
        challengers: [%s]
        promote: { window: 1000, automatic: false }
        state: { directory: s, keep_journal: true, every: 1h }
        """
            .formatted(events, challengers),
        folder,
        List.of());
  }

  private static Source open(PipelineFile f) {
    return Components.create(f.source(), Build.of(null).withSeed(f.seed()), Source.class);
  }

  /** What a test does when all events were answered. */
  private interface Then {
    void with(Live live) throws Exception;
  }

  private List<KeptVersion> run(PipelineFile f, ListSink sink, int events, Then then)
      throws Exception {
    SourceFeed feed = new SourceFeed(new HeldSource(open(f)));
    try (Live live = new Live(f, List.of(feed), 1, "test", LiveListener.NONE)) {
      live.start(List.of((Sink) sink));
      while (sink.size() < events && !live.ended().isDone()) {
        Thread.sleep(2);
      }
      then.with(live);
      live.drainAndClose();
      live.ended().get();
      return live.versions();
    }
  }

  private static void order(Live live, String command) throws Exception {
    live.ask(command).get(60, TimeUnit.SECONDS);
  }

  /** A replay of the whole journal, started from nothing. */
  private byte[] replay(PipelineFile f, List<Double> answers) throws Exception {
    try (JournalReader reader = new JournalReader(folder.resolve("s/journal"), null, 0);
        Replica r = new Replica(f, reader.schema(), 1)) {
      Batch rows = new Batch(reader.schema(), Follower.MOST);
      Outcomes out = new Outcomes();
      for (Entry e = reader.next(rows); e != null; e = reader.next(rows)) {
        r.apply(e, rows, out);
        for (int i = 0; i < out.predictions(); i++) {
          answers.add(out.predicted(i));
        }
      }
      return bytes(r);
    }
  }

  /** A container without when it was written. */
  private static Map<String, String> states(Path file) throws Exception {
    return states(Files.readAllBytes(file));
  }

  private static Map<String, String> states(byte[] file) {
    StateReader in = StateReader.open("version", file);
    Map<String, String> all = new TreeMap<>();
    in.paths().forEach(p -> all.put(p, in.describe(p)));
    all.remove("about/written");
    return all;
  }

  private static byte[] bytes(Replica r) {
    StateWriter out = new StateWriter();
    r.save(out);
    return out.toBytes();
  }

  private byte[] snapshot(PipelineFile f) {
    try (Replica r = new SnapshotStore(folder.resolve("s/snapshots")).newest(f, 1)) {
      return bytes(r);
    }
  }

  /** Tens of megabytes: made again from the journal in the background, while the stream goes on. */
  @Test
  void aLargeModelIsKeptAndComesBack() throws Exception {
    PipelineFile f =
        PipelineFile.parse(
            "registry.yaml",
            """
            name: r
            source: { sea: {} }
            pipeline:
              - windowed: { of: [a, b], over: [50 events], keys: 100000 }
              - hoeffding_tree
            state: { directory: s, keep_journal: true, every: 1h }
            """,
            folder,
            List.of());
    HandFeed hand = new HandFeed();
    ListSink sink = new ListSink();
    System.setProperty("freshet.snapshot.small", "0");
    try (Live live = new Live(f, List.of(hand), 1, "test", LiveListener.NONE)) {
      live.start(List.of((Sink) sink));
      keyed(hand, 40_000);
      Waiting.until(() -> sink.size() == 40_000);
      order(live, "publish large");
      byte[] then = model(live);
      keyed(hand, 5000);
      Waiting.until(() -> sink.size() == 45_000);
      Waiting.until(() -> live.versions().size() == 2 && live.versions().get(1).file() != null);
      assertThat(live.versions().get(1).bytes()).isGreaterThan(30_000_000);
      assertThat(model(live)).isNotEqualTo(then);
      order(live, "rollback 2");
      assertThat(model(live)).isEqualTo(then);
      keyed(hand, 1000);
      live.drainAndClose();
      live.ended().get();
    } finally {
      System.clearProperty("freshet.snapshot.small");
    }
    List<Double> answers = new ArrayList<>();
    assertThat(replay(f, answers)).isEqualTo(snapshot(f));
    assertThat(answers).isEqualTo(sink.answers).hasSize(46_000);
  }

  /** Events of a key each. */
  private static void keyed(HandFeed hand, int n) throws Exception {
    for (int i = 0; i < n; i += 100) {
      Records r = new Records(Script.schema(), 100);
      for (int k = 0; k < 100; k++, hand.next++) {
        r.begin(Batch.Kind.EVENT, "e" + hand.next, Script.START);
        r.key("k" + hand.next);
        r.set(0, hand.next % 7);
        r.set(1, hand.next % 5);
        r.end();
      }
      hand.inbox.put(r.from(hand, "", hand.next));
    }
  }

  @Test
  void versionsAreListedAndGoneBackToAlsoByALaterProcess() throws Exception {
    ListSink sink = new ListSink();
    PipelineFile f = file(2000, TREE);
    run(f, sink, 2000, live -> order(live, "promote tree"));
    f = file(3000, TREE);
    List<KeptVersion> all =
        run(
            f,
            sink,
            3000,
            live -> {
              order(live, "publish before the campaign");
              order(live, "rollback");
            });
    assertThat(all)
        .extracting(k -> k.version().name())
        .containsExactly("main-1", "tree-2", "tree-3", "main-4");
    assertThat(all)
        .extracting(k -> k.version().why())
        .containsExactly("the start", "by hand", "before the campaign", "rolled back");
    assertThat(all).extracting(k -> k.version().event()).containsExactly(0L, 2000L, 3000L, 3000L);
    assertThat(all.get(1).version().recent()).isBetween(0.7, 1.0);
    assertThat(all.get(1).version().spec()).contains("hoeffding_tree(grace_period=50");
    assertThat(all).allMatch(k -> Files.exists(folder.resolve("s/versions/" + k.file())));
    assertThat(VersionIndex.of(folder.resolve("s"))).isEqualTo(all);
    List<Double> answers = new ArrayList<>();
    assertThat(replay(f, answers)).isEqualTo(snapshot(f));
    assertThat(answers).isEqualTo(sink.answers);
  }

  @Test
  void aRestoredVersionAnswersAsItDidThenAndReplayDoesTheSame() throws Exception {
    ListSink sink = new ListSink();
    List<byte[]> main = new ArrayList<>();
    Then publish =
        live -> {
          order(live, "publish good");
          main.add(model(live));
        };
    run(file(1000, TREE), sink, 1000, publish);
    PipelineFile f = file(3000, TREE);
    Then restore =
        live -> {
          main.add(model(live));
          order(live, "promote tree");
          order(live, "rollback 2");
          main.add(model(live));
          assertThat(live.read(Replica::model).get(60, TimeUnit.SECONDS)).isEqualTo("main-4");
          awaitKept(live, 4);
          assertThatThrownBy(() -> order(live, "rollback 9"))
              .hasRootCauseMessage(
                  "version: the model of version 9 is not kept; kept are 1, 2, 3, 4");
        };
    run(f, sink, 3000, restore);
    assertThat(main.get(1)).isNotEqualTo(main.get(0));
    assertThat(main.get(2)).isEqualTo(main.get(0));
    f = file(4000, TREE);
    List<KeptVersion> all = run(f, sink, 4000, live -> {});
    assertThat(all.get(3).version().why()).isEqualTo("restored from main-2");
    List<Double> answers = new ArrayList<>();
    assertThat(replay(f, answers)).isEqualTo(snapshot(f));
    assertThat(answers).isEqualTo(sink.answers).hasSize(4000);
    Path versions =
        folder.resolve("s/versions"); // another whole file in the place of the right one
    Files.copy(
        versions.resolve("version-00000003.freshet"),
        versions.resolve("version-00000002.freshet"),
        StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> replay(file(4000, TREE), new ArrayList<>()))
        .hasMessageContaining("version-00000002.freshet: corrupt: has the checksum");
  }

  /** Models are written behind the stream. */
  private static void awaitKept(Live live, int version) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (live.versions().size() < version || live.versions().get(version - 1).file() == null) {
      assertThat(System.nanoTime()).as("version %d is not kept", version).isLessThan(deadline);
      Thread.sleep(2);
    }
  }

  /** What the file's pipeline has learnt. */
  private static byte[] model(Live live) throws Exception {
    return live.read(
            r -> {
              StateWriter out = new StateWriter();
              r.contest().engineOf("main").saveModel(out);
              return out.toBytes();
            })
        .get(60, TimeUnit.SECONDS);
  }

  @Test
  void aVersionTheCrashCameBeforeIsNotedByTheRecovery() throws Exception {
    ListSink sink = new ListSink();
    run(file(1000, TREE), sink, 1000, live -> order(live, "promote tree"));
    Path versions = folder.resolve("s/versions");
    byte[] model = Files.readAllBytes(versions.resolve("version-00000002.freshet"));
    // As if killed right after the journal had the promotion: no snapshot, no version.
    try (var files = Files.list(folder.resolve("s/snapshots"))) {
      for (Path p : files.toList()) {
        Files.delete(p);
      }
    }
    Files.delete(versions.resolve("version-00000002.freshet"));
    List<String> lines = Files.readAllLines(versions.resolve("index.jsonl"));
    Files.write(versions.resolve("index.jsonl"), lines.subList(0, 1));
    List<KeptVersion> all = run(file(1000, TREE), sink, 1000, live -> {});
    assertThat(all).extracting(k -> k.version().name()).containsExactly("main-1", "tree-2");
    assertThat(states(versions.resolve("version-00000002.freshet"))).isEqualTo(states(model));
  }

  @Test
  void challengersComeAndGoAndReplayKnowsWhen() throws Exception {
    ListSink sink = new ListSink();
    run(file(1000, TREE), sink, 1000, live -> {});
    run(file(2000, TREE + ", " + BAYES), sink, 2000, live -> order(live, "promote tree"));
    run(file(3000, BAYES + ", " + TREE), sink, 3000, live -> {});
    assertThatThrownBy(() -> run(file(4000, BAYES), sink, 4000, live -> {}))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("'tree' answers now, so it cannot be taken out of 'challengers'");
    run(file(3500, BAYES + ", " + TREE), sink, 3500, live -> order(live, "promote bayes"));
    PipelineFile f = file(4000, BAYES);
    run(
        f,
        sink,
        4000,
        live -> {
          List<Standing> all = live.read(r -> r.contest().standings()).get(60, TimeUnit.SECONDS);
          assertThat(all).extracting(Standing::name).containsExactly("main", "bayes");
          assertThat(all.get(1).answers()).isTrue();
          // Learnt from what came after event 1000 alone, and is no worse for it.
          assertThat(all.get(1).recent()).isGreaterThan(0.85);
        });
    List<Double> answers = new ArrayList<>();
    assertThat(replay(f, answers)).isEqualTo(snapshot(f));
    assertThat(answers).isEqualTo(sink.answers).hasSize(4000);
  }
}
