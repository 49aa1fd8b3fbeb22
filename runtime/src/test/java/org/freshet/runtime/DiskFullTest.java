package org.freshet.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.freshet.engine.PipelineFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A disk that is really full: a file system of 2 MB in memory, which only root can mount; without
 * it {@code JournalTest} has a disk that says so.
 */
@Timeout(180)
class DiskFullTest {
  @TempDir Path folder;
  private Path disk;
  private boolean mounted;

  @BeforeEach
  void mount() throws Exception {
    disk = Files.createDirectory(folder.resolve("disk"));
    mounted = run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk.toString());
    assumeTrue(mounted, "only root can mount a small file system");
  }

  @AfterEach
  void unmount() throws Exception {
    if (mounted) {
      run("umount", disk.toString());
    }
  }

  private static boolean run(String... command) throws InterruptedException {
    try {
      Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
      p.getInputStream().transferTo(OutputStream.nullOutputStream());
      return p.waitFor(30, TimeUnit.SECONDS) && p.exitValue() == 0;
    } catch (IOException noSuchProgram) {
      return false;
    }
  }

  private PipelineFile file() {
    return PipelineFile.parse(
        "full.yaml",
        """
        name: full
        source: { sea: {} }
        pipeline: [standard_scaler, hoeffding_tree]
        labels: { timeout: 7d, on_timeout: drop }
        limits: { queue: 256 }
        state: { directory: disk/s, every: 1h, keep: 2 }
        """,
        folder,
        List.of());
  }

  /** Takes what room there is but some bytes. */
  private Path fill(long but) throws IOException {
    Path ballast = disk.resolve("ballast");
    try (OutputStream out = Files.newOutputStream(ballast, StandardOpenOption.CREATE)) {
      byte[] block = new byte[4096];
      while (true) {
        out.write(block);
      }
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("No space left");
    }
    try (var c = java.nio.channels.FileChannel.open(ballast, StandardOpenOption.WRITE)) {
      c.truncate(Math.max(0, c.size() - but));
    }
    return ballast;
  }

  private Live start(HandFeed hand, ListSink sink) throws InterruptedException {
    Live live = new Live(file(), List.of(hand), 1, "test", LiveListener.NONE);
    live.start(List.of(sink));
    return live;
  }

  @Test
  void aFullLogMakesEventsWaitAndGoesOnWhenThereIsRoom() throws Exception {
    HandFeed hand = new HandFeed();
    ListSink sink = new ListSink();
    Live live = start(hand, sink);
    hand.events(100, Script.START);
    Waiting.until(() -> sink.size() == 100);
    Path ballast = fill(16_384);
    int put = 100;
    while (hand.inbox.offer(hand.records(64, Script.START), 300, TimeUnit.MILLISECONDS)) {
      put += 64;
    }
    hand.next -= 64; // was refused
    assertThat(live.trouble()).isEqualTo("No space left on device");
    assertThat(sink.size()).isLessThan(put);
    Files.delete(ballast);
    int all = put;
    Waiting.until(() -> sink.size() == all);
    assertThat(live.trouble()).isNull();
    hand.events(10, Script.START);
    live.close();
    live.ended().get();

    HandFeed again = new HandFeed();
    Live next = start(again, sink);
    assertThat(Waiting.ask(next, Replica::answers)).isEqualTo(all + 10);
    assertThat(again.next).isEqualTo(all + 10);
    next.close();
    assertThat(sink.size()).isEqualTo(all + 10);
  }

  @Test
  void aSnapshotThatDoesNotFitLeavesTheOneBeforeAndTheStreamGoesOn() throws Exception {
    HandFeed hand = new HandFeed();
    ListSink sink = new ListSink();
    Live live = start(hand, sink);
    for (int i = 0; i < 60; i++) {
      hand.events(50, Script.START); // wait for labels, in the state
    }
    Waiting.until(() -> sink.size() == 3000);
    live.ask("snapshot").get(60, TimeUnit.SECONDS);
    SnapshotStore store = new SnapshotStore(disk.resolve("s/snapshots"));
    List<Path> before = store.files();
    assertThat(Files.size(before.get(0))).isGreaterThan(100_000);
    hand.events(50, Script.START);
    Waiting.until(() -> sink.size() == 3050);
    Path ballast = fill(65_536);
    assertThatThrownBy(() -> live.ask("snapshot").get(60, TimeUnit.SECONDS))
        .hasMessageContaining("No space left on device");
    assertThat(live.trouble()).contains("no snapshot this time").contains("No space left");
    assertThat(store.files()).isEqualTo(before);
    try (var all = Files.list(disk.resolve("s/snapshots"))) {
      assertThat(all).as("nothing half-written takes the room").isEqualTo(before);
    }
    hand.events(50, Script.START);
    Waiting.until(() -> sink.size() == 3100);
    Files.delete(ballast);
    live.ask("snapshot").get(60, TimeUnit.SECONDS);
    assertThat(live.trouble()).isNull();
    assertThat(store.files()).hasSize(2);
    live.close();
    live.ended().get();
  }

  @Test
  void aStopOnAFullDiskLosesNothing() throws Exception {
    HandFeed hand = new HandFeed();
    ListSink sink = new ListSink();
    Live live = start(hand, sink);
    hand.events(3000, Script.START);
    Waiting.until(() -> sink.size() == 3000);
    Path ballast = fill(8192);
    live.close(); // its last snapshot does not fit
    live.ended().get();
    assertThat(new SnapshotStore(disk.resolve("s/snapshots")).files()).isEmpty();
    Files.delete(ballast);
    Live next = start(new HandFeed(), sink);
    assertThat(Waiting.ask(next, Replica::answers)).isEqualTo(3000);
    next.close();
    assertThat(sink.size()).isEqualTo(3000);
  }
}
