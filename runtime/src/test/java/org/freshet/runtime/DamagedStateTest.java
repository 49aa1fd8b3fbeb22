package org.freshet.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.freshet.core.StateException;
import org.freshet.engine.PipelineFile;
import org.freshet.runtime.journal.Segments;
import org.freshet.runtime.journal.Segments.Segment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * State folders in which something is damaged or missing, as a pipeline meets them at its start.
 */
@Timeout(120)
class DamagedStateTest {
  @TempDir Path folder;

  private PipelineFile file(boolean keepJournal) {
    return file(keepJournal, "process");
  }

  private PipelineFile file(boolean keepJournal, String durability) {
    return PipelineFile.parse(
        "damaged.yaml",
        """
        name: damaged
        source: { sea: {} }
        pipeline: [standard_scaler, hoeffding_tree]
        labels: { timeout: 7d, on_timeout: drop }
        state: { directory: s, every: 1h, keep: 2, keep_journal: %b, durability: %s }
        """
            .formatted(keepJournal, durability),
        folder,
        List.of());
  }

  /** 300 events, with a snapshot behind each hundred. */
  private ListSink run(boolean keepJournal) throws Exception {
    HandFeed hand = new HandFeed();
    ListSink sink = new ListSink();
    Live live = new Live(file(keepJournal), List.of(hand), 1, "test", LiveListener.NONE);
    live.start(List.of(sink));
    for (int i = 1; i <= 3; i++) {
      int all = 100 * i;
      for (int k = 0; k < 10; k++) {
        hand.events(10, Script.START);
        int some = all - 100 + 10 * k + 10;
        Waiting.until(() -> sink.size() == some); // an entry each
      }
      if (i < 3) {
        live.ask("snapshot").get(60, TimeUnit.SECONDS);
      }
    }
    live.close();
    live.ended().get();
    return sink;
  }

  private List<Path> snapshots() {
    return new SnapshotStore(folder.resolve("s/snapshots")).files();
  }

  private List<Segment> segments() {
    return Segments.list(folder.resolve("s/journal"));
  }

  /** Starts again; the state must be the one it was, with no answer given twice. */
  private void isWhole(boolean keepJournal, ListSink sink) throws Exception {
    HandFeed hand = new HandFeed();
    Live live = new Live(file(keepJournal), List.of(hand), 1, "test", LiveListener.NONE);
    live.start(List.of(sink));
    assertThat(Waiting.ask(live, Replica::answers)).isEqualTo(300);
    assertThat(hand.next).isEqualTo(300);
    assertThat(Waiting.ask(live, r -> r.engine().pending())).isEqualTo(300);
    hand.events(1, Script.START);
    live.close();
    live.ended().get();
    assertThat(sink.size()).isEqualTo(301);
  }

  private void isRefused(boolean keepJournal, String... words) {
    isRefused(file(keepJournal), words);
  }

  private void isRefused(String durability, String... words) {
    isRefused(file(true, durability), words);
  }

  private static void isRefused(PipelineFile file, String... words) {
    Live live = new Live(file, List.of(new HandFeed()), 1, "test", LiveListener.NONE);
    assertThatThrownBy(() -> live.start(List.of()))
        .isInstanceOf(StateException.class)
        .satisfies(e -> assertThat(e.getMessage()).contains(words).doesNotContain("\n"));
    live.close();
  }

  private static void damage(Path file, String kind) throws IOException {
    byte[] good = Files.readAllBytes(file);
    byte[] bad =
        switch (kind) {
          case "empty" -> new byte[0];
          case "half" -> Arrays.copyOf(good, good.length / 2);
          case "one byte short" -> Arrays.copyOf(good, good.length - 1);
          case "longer" -> Arrays.copyOf(good, good.length + 100);
          case "zeros" -> new byte[good.length];
          case "another file" -> "not a snapshot at all\n".repeat(100).getBytes();
          default -> good.clone();
        };
    if (kind.equals("a bit")) {
      bad[good.length / 3] ^= 4;
    }
    Files.write(file, bad);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"empty", "half", "one byte short", "longer", "zeros", "another file", "a bit"})
  void aDamagedSnapshotGivesWayToTheOneBefore(String kind) throws Exception {
    ListSink sink = run(false);
    assertThat(snapshots()).hasSize(2);
    Path newest = snapshots().get(0);
    damage(newest, kind);
    isWhole(false, sink);
    assertThat(newest.resolveSibling(newest.getFileName() + ".corrupt")).exists();
  }

  @ParameterizedTest
  @ValueSource(strings = {"empty", "a bit"})
  void withoutAnyGoodSnapshotAWholeJournalIsEnough(String kind) throws Exception {
    ListSink sink = run(true);
    for (Path p : snapshots()) {
      damage(p, kind);
    }
    isWhole(true, sink);
  }

  @Test
  void withoutTheSnapshotsAWholeJournalIsEnough() throws Exception {
    ListSink sink = run(true);
    for (Path p : snapshots()) {
      Files.delete(p);
    }
    isWhole(true, sink);
  }

  @Test
  void aTornEndOfTheJournalIsCutOff() throws Exception {
    ListSink sink = run(true);
    for (Path p : snapshots()) {
      Files.delete(p);
    }
    Path last = segments().get(segments().size() - 1).file();
    byte[] good = Files.readAllBytes(last);
    Files.write(last, Arrays.copyOf(good, good.length + 57)); // room taken, nothing written
    isWhole(true, sink);
  }

  @Test
  void damageInTheMiddleOfTheJournalIsRefusedWithThePlace() throws Exception {
    run(true);
    for (Path p : snapshots()) {
      Files.delete(p);
    }
    Path second = segments().get(1).file();
    byte[] bytes = Files.readAllBytes(second);
    bytes[bytes.length / 2] ^= 1;
    Files.write(second, bytes);
    isRefused(true, second.getFileName().toString(), "corrupt at byte", "is damaged");
    assertThat(Files.readAllBytes(second)).as("nothing is touched").isEqualTo(bytes);
  }

  @Test
  void aMissingSegmentIsRefusedWithItsNumber() throws Exception {
    run(true);
    for (Path p : snapshots()) {
      Files.delete(p);
    }
    long missing = segments().get(1).entry();
    Files.delete(segments().get(1).file());
    isRefused(true, "corrupt", "expected entry " + missing);
  }

  /** What power loss leaves where nothing was forced to the disk: pages in any order, or none. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "short",
        "short at an entry",
        "zeros",
        "no head",
        "half a head",
        "zeros for a head"
      })
  void withDurabilityOfTheProcessItGoesOnFromTheLastWholeEntry(String kind) throws Exception {
    ListSink sink = run(true);
    for (Path p : snapshots()) {
      Files.delete(p);
    }
    List<Segment> all = segments();
    Path last = all.get(all.size() - 1).file();
    Path before = all.get(all.size() - 2).file();
    boolean head = kind.contains("head");
    byte[] good = Files.readAllBytes(head ? last : before);
    int half = good.length - (good.length - start(before)) / 2;
    byte[] bad =
        switch (kind) {
          case "no head" -> new byte[0];
          case "half a head" -> Arrays.copyOf(good, 100);
          case "zeros for a head" -> new byte[good.length];
          case "zeros" -> Arrays.copyOf(Arrays.copyOf(good, half), good.length);
          case "short" -> Arrays.copyOf(good, half);
          default -> Arrays.copyOf(good, start(before));
        };
    Files.write(head ? last : before, bad);
    isRefused("machine", "corrupt");
    HandFeed hand = new HandFeed();
    Live live = new Live(file(true), List.of(hand), 1, "test", LiveListener.NONE);
    live.start(List.of());
    long kept = Waiting.ask(live, Replica::answers);
    assertThat(last.resolveSibling(last.getFileName() + ".lost")).exists();
    assertThat(kept).isEqualTo(hand.next).isEqualTo(Waiting.ask(live, r -> r.engine().pending()));
    long entries = all.get(all.size() - 2).entry();
    if (head) {
      assertThat(kept).isEqualTo(10 * (all.get(all.size() - 1).entry() - 1));
    } else if (kind.equals("short at an entry")) {
      assertThat(kept).isEqualTo(10 * (entries - 1));
    } else {
      assertThat(kept).isBetween(10 * entries, 10 * (entries + 8));
    }
    hand.events((int) (300 - kept), Script.START); // as a source that can go back would
    Waiting.until(() -> Waiting.ask(live, Replica::answers) == 300);
    live.close();
    live.ended().get();
    isWhole(true, sink);
  }

  /** Where the first entry of a segment begins. */
  private static int start(Path segment) throws IOException {
    byte[] bytes = Files.readAllBytes(segment);
    return 4 + ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(0);
  }

  @Test
  void aSnapshotNeedsNoSegmentBehindIt() throws Exception {
    ListSink sink = run(true);
    Files.delete(segments().get(segments().size() - 1).file());
    isWhole(true, sink);
  }

  @Test
  void damageBeforeTheSnapshotHarmsNobody() throws Exception {
    ListSink sink = run(true);
    Files.delete(segments().get(0).file());
    isWhole(true, sink);
  }
}
