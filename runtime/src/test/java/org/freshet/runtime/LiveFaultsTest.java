package org.freshet.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.ToLongFunction;
import org.freshet.core.Batch;
import org.freshet.core.ConfigException;
import org.freshet.core.Schema;
import org.freshet.core.StateException;
import org.freshet.core.StateException.Verdict;
import org.freshet.core.live.AnswerBlock;
import org.freshet.core.live.Feed;
import org.freshet.core.live.Inbox;
import org.freshet.core.live.Records;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.Setting;
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

  /** A feed the test pushes by hand. */
  private static final class Hand implements Feed {
    private final AtomicBoolean closed = new AtomicBoolean();
    private Schema schema;
    private Inbox inbox;
    private long next;
    private boolean ids = true;

    @Override
    public String name() {
      return "hand";
    }

    @Override
    public Schema schema() {
      return Script.schema();
    }

    @Override
    public void start(Schema s, Map<String, Long> from, Inbox to) {
      schema = s;
      inbox = to;
      next = from.getOrDefault("", 0L);
    }

    Records records(int n, long time) {
      Records r = new Records(schema, n);
      for (int i = 0; i < n; i++) {
        r.begin(Batch.Kind.EVENT, ids ? "e" + next : null, time);
        r.set(0, next % 7);
        r.set(1, next % 5);
        r.end();
        next++;
      }
      return r.from(this, "", next);
    }

    void label(String id, String label, long time) throws InterruptedException {
      Records r = new Records(schema, 1);
      r.begin(Batch.Kind.LABEL, id, time);
      r.label(label);
      r.end();
      inbox.put(r.from(this, "", next));
    }

    void events(int n, long time) throws InterruptedException {
      inbox.put(records(n, time));
    }

    @Override
    public boolean canSeek() {
      return false;
    }

    @Override
    public void close() {
      closed.set(true);
    }
  }

  private Live live(PipelineFile f, Feed... feeds) {
    return new Live(f, List.of(feeds), 1, "test", LiveListener.NONE, wall::get);
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
    Hand hand = new Hand();
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
    Live live = live(f, new Hand());
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
    Live live = live(f, new Hand());
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
    Live live = live(file("pipeline=gaussian_nb"), new Hand());
    assertThatThrownBy(() -> live.start(List.of()))
        .isInstanceOfSatisfying(
            StateException.class, e -> assertThat(e.verdict()).isEqualTo(Verdict.OTHER_PARAMETERS))
        .hasMessageContaining("saved with model");
    live.close();
    assertThat(new SnapshotStore(folder.resolve("s/snapshots")).files()).isEqualTo(before);
  }

  @Test
  void aSecondPipelineOnTheSameFolderIsRefused() throws Exception {
    Live first = live(file(), new Hand());
    first.start(List.of());
    Live second = live(file(), new Hand());
    assertThatThrownBy(() -> second.start(List.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("is in use by process " + ProcessHandle.current().pid());
    second.close();
    first.close();
    Live third = live(file(), new Hand());
    third.start(List.of());
    third.close();
    third.ended().get();
  }

  @Test
  void closingWhatWasNeverStartedEndsIt() throws Exception {
    Hand hand = new Hand();
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
    Hand hand = new Hand();
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
    Hand again = new Hand();
    Live next = live(file(), again);
    next.start(List.of(sink)); // the folder is free, and all was in the journal
    assertThat(ask(next, Replica::answers)).isEqualTo(10);
    assertThat(again.next).isEqualTo(10);
    next.close();
    assertThat(sink.size()).isEqualTo(10);
  }

  @Test
  void aSlowSinkHoldsTheFeedsBackAndLosesNothing() throws Exception {
    Hand hand = new Hand();
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
    Hand hand = new Hand();
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
    Hand hand = new Hand();
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
    Live again = live(file("limits.disk=300000", "state.keep=3"), new Hand());
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
    Hand hand = new Hand();
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
    Live again = live(file(), new Hand());
    again.start(List.of());
    assertThat(ask(again, Replica::answers)).isEqualTo(10);
    again.close();
  }

  @Test
  void theClockMayJumpAndTicksNeverGoBack() throws Exception {
    Hand hand = new Hand();
    Live live = live(file(), hand);
    live.start(List.of());
    hand.inbox.put(untimed(hand));
    wall.addAndGet(-3650 * DAY); // ten years back
    hand.inbox.put(untimed(hand));
    await(() -> live.waiting() == 0);
    wall.addAndGet(3650 * DAY + 1000);
    Thread.sleep(1200); // a tick
    assertThat(ask(live, r -> r.engine().clock())).isGreaterThanOrEqualTo(Script.START);
    hand.events(1, Script.START - 20 * 365 * DAY);
    hand.label("e2", "yes", Script.START);
    await(() -> live.waiting() == 0);
    assertThat(ask(live, r -> r.engine().counts().labels())).isEqualTo(1);
    hand.events(1, Script.START + 20 * 365 * DAY); // from the future: what waits is given up
    await(() -> live.waiting() == 0);
    assertThat(ask(live, r -> r.engine().counts().timedOut())).isEqualTo(2);
    live.close();
    live.ended().get();
  }

  private static Records untimed(Hand hand) {
    return hand.records(1, org.freshet.core.Features.NO_TIME);
  }

  @Test
  void labelsOfUnknownEventsAndLabelsOfAHundredDaysAgoAreCounted() throws Exception {
    Hand hand = new Hand();
    Live live = live(file(), hand);
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
    Live live = live(file(), new Hand());
    assertThatThrownBy(() -> live.start(List.of(sink)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("has 1 answers already, but the state folder is empty");
    live.close();
  }

  @Test
  void anUnknownCommandIsRefusedBeforeItIsInTheJournal() throws Exception {
    Live live = live(file(), new Hand());
    live.start(List.of());
    assertThatThrownBy(() -> live.ask("dance").get(20, TimeUnit.SECONDS))
        .hasMessageContaining("'dance'");
    assertThat(ask(live, Replica::entry)).isZero();
    live.close();
    live.ended().get();
  }
}
