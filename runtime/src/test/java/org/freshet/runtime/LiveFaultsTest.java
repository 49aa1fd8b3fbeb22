package org.freshet.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.ToLongFunction;
import org.freshet.core.ConfigException;
import org.freshet.core.StateException;
import org.freshet.core.StateException.Verdict;
import org.freshet.core.live.AnswerBlock;
import org.freshet.core.live.Feed;
import org.freshet.core.live.Records;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.Setting;
import org.freshet.runtime.journal.Disk;
import org.freshet.runtime.journal.Segments;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LiveFaultsTest {
  private static final long DAY = 86_400_000L;

  @TempDir Path folder;
  private final AtomicLong wall = new AtomicLong(Script.START);

  private PipelineFile file(String... settings) {
    return PipelineFile.parse(
        "faults.yaml",
        """
        name: faults
        source: { sea: {} }
        pipeline: [standard_scaler, hoeffding_tree]
        labels: { timeout: 7d, on_timeout: drop }
        state: { directory: s, every: 1h, keep: 2, keep_journal: false }
        """,
        folder,
        List.of(settings).stream().map(Setting::parse).toList());
  }

  private Live live(PipelineFile f, Feed... feeds) {
    return new Live(f, List.of(feeds), 1, "test", LiveListener.NONE, wall::get, Disk.REAL);
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited too long").isLessThan(end);
      Thread.sleep(2);
    }
  }

  private static long ask(Live live, ToLongFunction<Replica> question) throws Exception {
    return live.read(question::applyAsLong).get(20, TimeUnit.SECONDS);
  }

  /** Two snapshots with events between and behind them; the second covers 200, the run 300. */
  private void twoSnapshots(PipelineFile f) throws Exception {
    HandFeed hand = new HandFeed();
    Live live = live(f, hand);
    live.start(List.of());
    for (int i = 0; i < 2; i++) {
      hand.events(100, Script.START);
      await(() -> live.waiting() == 0);
      live.ask("snapshot").get(20, TimeUnit.SECONDS);
    }
    hand.events(100, Script.START);
    live.drainAndClose();
  }

  @Test
  void aSnapshotDamagedInAnyByteFallsBackToTheOneBefore() throws Exception {
    PipelineFile f = file();
    twoSnapshots(f);
    SnapshotStore store = new SnapshotStore(folder.resolve("s/snapshots"));
    Path newest = store.files().get(0);
    byte[] good = Files.readAllBytes(newest);
    for (int at = 0; at < good.length; at += Math.max(1, good.length / 40)) {
      byte[] bad = good.clone();
      bad[at] ^= 0x20;
      Files.write(newest, bad);
      try (Replica r = store.newest(f, 1)) {
        assertThat(r.entry())
            .as("byte %d", at)
            .isEqualTo(SnapshotStore.entry(store.files().get(0)));
      }
      assertThat(store.files()).doesNotContain(newest);
    }
    Live live = live(f, new HandFeed());
    live.start(List.of());
    assertThat(ask(live, Replica::answers)).isEqualTo(300); // the journal has the rest
    live.close();
  }

  @Test
  void withoutAnyGoodSnapshotAPrunedJournalIsRefusedInWords() throws Exception {
    PipelineFile f = file("state.keep=1");
    twoSnapshots(f);
    Path only = new SnapshotStore(folder.resolve("s/snapshots")).files().get(0);
    Files.write(only, new byte[100]);
    Live live = live(f, new HandFeed());
    assertThatThrownBy(() -> live.start(List.of()))
        .isInstanceOf(StateException.class)
        .hasMessageContaining("the journal begins at entry");
    assertThat(live.ended()).isCompletedExceptionally();
    live.close();
  }

  @Test
  void anotherModelIsRefusedInWordsAndNothingChanges() throws Exception {
    twoSnapshots(file());
    List<Path> before = new SnapshotStore(folder.resolve("s/snapshots")).files();
    Live live = live(file("pipeline=gaussian_nb"), new HandFeed());
    assertThatThrownBy(() -> live.start(List.of()))
        .isInstanceOfSatisfying(
            StateException.class, e -> assertThat(e.verdict()).isEqualTo(Verdict.OTHER_PARAMETERS))
        .hasMessageContaining("saved with model");
    live.close();
    assertThat(new SnapshotStore(folder.resolve("s/snapshots")).files()).isEqualTo(before);
  }

  @Test
  void aSecondPipelineOnTheSameFolderIsRefused() throws Exception {
    Live first = live(file(), new HandFeed());
    first.start(List.of());
    Live second = live(file(), new HandFeed());
    assertThatThrownBy(() -> second.start(List.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("is in use by process " + ProcessHandle.current().pid());
    second.close();
    first.close();
    Live third = live(file(), new HandFeed());
    third.start(List.of());
    third.close();
    third.ended().get();
  }

  @Test
  void closingWhatWasNeverStartedEndsIt() throws Exception {
    HandFeed hand = new HandFeed();
    Live live = live(file(), hand);
    live.close();
    live.close();
    assertThat(live.ended()).isCompleted();
    assertThat(hand.closed).isTrue();
    assertThat(folder.resolve("s")).doesNotExist();
    assertThatThrownBy(() -> live.ask("pause").get())
        .hasCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void aFeedThatFailsStopsThePipelineWithItsError() throws Exception {
    HandFeed hand = new HandFeed();
    ListSink sink = new ListSink();
    Live live = live(file(), hand);
    live.start(List.of(sink));
    hand.events(10, Script.START);
    hand.inbox.fail(hand, new IllegalStateException("no such topic"));
    assertThatThrownBy(() -> live.ended().get(20, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasRootCauseMessage("no such topic");
    assertThat(hand.closed).isTrue();
    assertThatThrownBy(() -> hand.events(1, 0)).isInstanceOf(InterruptedException.class);
    HandFeed again = new HandFeed();
    Live next = live(file(), again);
    next.start(List.of(sink)); // the folder is free, and all was in the journal
    assertThat(ask(next, Replica::answers)).isEqualTo(10);
    assertThat(again.next).isEqualTo(10);
    next.close();
    assertThat(sink.size()).isEqualTo(10);
  }

  @Test
  void aSlowSinkHoldsTheFeedsBackAndLosesNothing() throws Exception {
    HandFeed hand = new HandFeed();
    AtomicBoolean down = new AtomicBoolean(true);
    ListSink list = new ListSink();
    ListSink sink =
        new ListSink() {
          @Override
          public synchronized void write(AnswerBlock b) {
            if (down.get()) {
              throw new UncheckedIOException(new IOException("database is away"));
            }
            super.write(b);
          }
        };
    Live live = live(file("limits.queue=64"), hand);
    live.start(List.of(sink));
    int put = 0;
    Records r = hand.records(1, Script.START);
    while (hand.inbox.offer(r, 500, TimeUnit.MILLISECONDS)) {
      r = hand.records(1, Script.START);
      put++;
    }
    assertThat(live.trouble()).isEqualTo("sink list: java.io.IOException: database is away");
    assertThat(put).isLessThan(70_000);
    assertThat(live.shed()).isEqualTo(1);
    down.set(false);
    int all = put;
    await(() -> sink.size() == all);
    assertThat(live.trouble()).isNull();
    live.close();
    assertThat(list.size()).isZero();
  }

  @Test
  void tooMuchLoadIsShedAndCountedAndWhatWasTakenIsAnswered() throws Exception {
    HandFeed hand = new HandFeed();
    ListSink sink =
        new ListSink() {
          @Override
          public synchronized void write(AnswerBlock b) {
            super.write(b);
            try {
              Thread.sleep(1); // carries at most 8 million events a second, fewer in small blocks
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
        };
    Live live = live(file("limits.queue=256"), hand);
    live.start(List.of(sink));
    int taken = 0;
    int refused = 0;
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
    while (System.nanoTime() < end) {
      if (hand.inbox.offer(hand.records(64, Script.START), 0, TimeUnit.MILLISECONDS)) {
        taken += 64;
      } else {
        refused += 64;
      }
    }
    assertThat(refused).isPositive();
    assertThat(live.shed()).isEqualTo(refused);
    assertThat(hand.inbox.offer(hand.records(64, Script.START), 10, TimeUnit.SECONDS)).isTrue();
    int all = taken + 64;
    await(() -> sink.size() == all);
    live.close();
  }

  @Test
  void theLimitOfTheDiskMakesEventsWaitUntilASnapshotMadeRoom() throws Exception {
    HandFeed hand = new HandFeed();
    hand.ids = false; // else all events wait for labels, in the state
    ListSink sink = new ListSink();
    Live live = live(file("limits.disk=300000", "state.keep=3"), hand);
    live.start(List.of(sink));
    for (int i = 0; i < 400; i++) { // about 2 MB of journal
      hand.events(64, Script.START);
    }
    await(() -> sink.size() == 400 * 64);
    assertThat(bytes()).isLessThan(320_000); // a turn and the head of a segment beyond
    live.close();
    Live again = live(file("limits.disk=300000", "state.keep=3"), new HandFeed());
    again.start(List.of(sink));
    assertThat(ask(again, Replica::answers)).isEqualTo(400 * 64);
    again.close();
  }

  private long bytes() throws IOException {
    long sum = 0;
    for (String of : List.of("journal", "snapshots")) {
      try (var files = Files.list(folder.resolve("s").resolve(of))) {
        for (Path p : files.toList()) {
          sum += Files.size(p);
        }
      }
    }
    return sum;
  }

  @Test
  void aDiskWithoutRoomForASnapshotKeepsTheJournalAndSaysSo() throws Exception {
    HandFeed hand = new HandFeed();
    Live live = live(file("limits.disk=6000"), hand);
    live.start(List.of());
    hand.events(10, Script.START);
    await(() -> live.waiting() == 0);
    assertThatThrownBy(() -> live.ask("snapshot").get(20, TimeUnit.SECONDS))
        .hasMessageContaining("limits.disk");
    assertThat(live.trouble()).contains("no snapshot this time").contains("limits.disk");
    assertThat(ask(live, Replica::answers)).isEqualTo(10);
    live.close();
    assertThat(new SnapshotStore(folder.resolve("s/snapshots")).files()).isEmpty();
    assertThat(Segments.list(folder.resolve("s/journal"))).isNotEmpty();
    Live again = live(file(), new HandFeed());
    again.start(List.of());
    assertThat(ask(again, Replica::answers)).isEqualTo(10);
    again.close();
  }

  @Test
  void labelsOfUnknownEventsAndLabelsOfAHundredDaysAgoAreCounted() throws Exception {
    HandFeed hand = new HandFeed();
    Live live = live(file("limits.ahead=0"), hand);
    live.start(List.of());
    hand.events(2, Script.START);
    hand.label("nobody", "yes", Script.START);
    hand.label("e0", "yes", Script.START + DAY);
    hand.label("e1", "yes", Script.START + 100 * DAY);
    await(() -> live.waiting() == 0);
    assertThat(ask(live, r -> r.engine().counts().labels())).isEqualTo(1);
    assertThat(ask(live, r -> r.engine().counts().late())).isEqualTo(1);
    assertThat(ask(live, r -> r.engine().counts().timedOut())).isEqualTo(1);
    assertThat(ask(live, r -> r.engine().counts().unknown())).isEqualTo(1); // timed out meanwhile
    live.close();
    live.ended().get();
  }

  @Test
  void aSinkOfAnotherRunIsRefused() throws Exception {
    ListSink sink = new ListSink();
    sink.answers.add(1.0);
    Live live = live(file(), new HandFeed());
    assertThatThrownBy(() -> live.start(List.of(sink)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("has 1 answers already, but the state folder is empty");
    live.close();
  }

  @Test
  void anUnknownCommandIsRefusedBeforeItIsInTheJournal() throws Exception {
    Live live = live(file(), new HandFeed());
    live.start(List.of());
    long before = ask(live, Replica::entry);
    assertThatThrownBy(() -> live.ask("dance").get(20, TimeUnit.SECONDS))
        .hasMessageContaining("'dance'");
    assertThat(ask(live, Replica::entry)).isEqualTo(before);
    live.close();
    live.ended().get();
  }
}
