package org.freshet.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.freshet.core.Batch;
import org.freshet.engine.Outcomes;
import org.freshet.engine.PipelineFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
  @TempDir Path folder;

  /** Notes what it is given, and has of it what the test says. */
  private static final class Notes implements Ledger {
    final List<String> given = Collections.synchronizedList(new ArrayList<>());
    final AtomicInteger asked = new AtomicInteger();
    volatile long has;
    private long last;

    @Override
    public void applied(Replica replica, Batch rows, Outcomes out, BooleanSupplier enough) {
      given.add(replica.entry() + ": " + rows.size());
      last = replica.entry();
    }

    @Override
    public void started(Replica replica) {
      given.add("started at " + replica.entry());
    }

    @Override
    public long entry() {
      asked.incrementAndGet();
      return has;
    }

    @Override
    public String trouble() {
      return "one page is missing";
    }

    @Override
    public void drain(long millis) {
      has = last;
    }

    @Override
    public void close() {
      given.add("closed");
    }
  }

  private Live live(HandFeed feed, Notes notes) throws Exception {
    PipelineFile file =
        PipelineFile.parse(
            "ledger.yaml",
            """
            name: ledger
            source: { sea: {} }
            pipeline: [gaussian_nb]
            state: { directory: state, every: 1h }
            """,
            folder,
            List.of());
    Live live = new Live(file, List.of(feed), 1, "test", LiveListener.NONE);
    live.keep(notes);
    live.start(List.of());
    return live;
  }

  private static void taken(Live live, long answers) throws Exception {
    while (live.read(Replica::answers).get() < answers) {
      Thread.onSpinWait();
    }
  }

  @Test
  void everyEntryInOrderAndASnapshotWaitsForIt() throws Exception {
    HandFeed feed = new HandFeed();
    Notes notes = new Notes();
    try (Live live = live(feed, notes)) {
      feed.events(3, 1);
      taken(live, 3);
      feed.events(2, 2);
      taken(live, 5);
      assertThat(live.trouble()).isEqualTo("one page is missing");
      CompletableFuture<Void> snapshot = live.ask("snapshot");
      while (notes.asked.get() < 3) {
        Thread.onSpinWait();
      }
      assertThat(snapshot).isNotDone();
      notes.has = live.read(Replica::entry).get();
      snapshot.get(60, TimeUnit.SECONDS);
    }
    assertThat(notes.given).containsExactly("started at 0", "1: 0", "2: 3", "3: 2", "closed");

    // Behind the snapshot nothing is left to be told again.
    Notes later = new Notes();
    try (Live live = live(new HandFeed(), later)) {
      assertThat(live.running()).isTrue();
    }
    assertThat(later.given).containsExactly("started at 3", "closed");
  }
}
