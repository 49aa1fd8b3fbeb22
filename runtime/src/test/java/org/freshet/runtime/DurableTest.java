package org.freshet.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.freshet.core.live.AnswerBlock;
import org.freshet.core.live.Fate;
import org.freshet.core.live.Records;
import org.freshet.core.live.Reply;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.Setting;
import org.freshet.runtime.journal.Disk;
import org.freshet.runtime.journal.Segments;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an answer survives when the machine loses power: all that was written but not forced to the
 * disk is gone. With {@code durability: machine} that is nothing that anybody was told.
 */
@Timeout(180)
class DurableTest {
  @TempDir Path folder;

  /** What the disk itself has of each file of the journal, in the order they were begun. */
  private static final class Powered implements Disk {
    private final Map<FileChannel, long[]> files = new LinkedHashMap<>(); // written, on the disk

    @Override
    public synchronized void write(FileChannel to, ByteBuffer bytes, long at) throws IOException {
      long[] has = files.computeIfAbsent(to, f -> new long[2]);
      has[0] = Math.max(has[0], at + bytes.remaining());
      Disk.REAL.write(to, bytes, at);
    }

    @Override
    public synchronized void force(FileChannel file, boolean metadata) {
      long[] has = files.get(file);
      has[1] = has[0];
    }

    synchronized List<Long> onDisk() {
      return files.values().stream().map(has -> has[1]).toList();
    }
  }

  /** A moment at which somebody was told something. */
  private record Moment(long answered, String model, List<Long> onDisk) {}

  private PipelineFile file(Path at, String durability) {
    return PipelineFile.parse(
        "durable.yaml",
        """
        name: durable
        source: { sea: {} }
        pipeline: [standard_scaler, hoeffding_tree]
        challengers: [ { name: bayes, pipeline: gaussian_nb } ]
        labels: { timeout: 7d, on_timeout: drop }
        state: { directory: s, every: 1h, keep_journal: true }
        """,
        at,
        List.of(Setting.parse("state.durability=" + durability)));
  }

  /** Events, snapshots and a promotion; each time somebody is told something, a moment. */
  private List<Moment> run(String durability) throws Exception {
    Powered disk = new Powered();
    List<Moment> moments = new ArrayList<>();
    HandFeed hand = new HandFeed();
    Live live =
        new Live(
            file(folder, durability),
            List.of(hand),
            1,
            "test",
            LiveListener.NONE,
            System::currentTimeMillis,
            disk);
    live.start(List.of());
    Reply reply =
        new Reply() {
          @Override
          public void done(Records r, AnswerBlock answers) {
            moments.add(
                new Moment(
                    Long.parseLong(r.id(r.size() - 1).substring(1)) + 1, "main-1", disk.onDisk()));
          }

          @Override
          public void failed(Records r, RuntimeException why) {
            throw new AssertionError(why);
          }
        };
    for (int i = 0; i < 40; i++) {
      hand.inbox.put(hand.records(5, Script.START).replyTo(reply));
      if (i == 10 || i == 25) {
        int all = 5 * (i + 1);
        Waiting.until(() -> Waiting.ask(live, Replica::answers) == all);
        live.ask("snapshot").get();
      }
    }
    Waiting.until(() -> Waiting.ask(live, Replica::answers) == 200);
    live.ask("promote bayes").get();
    Waiting.ask(live, r -> moments.add(new Moment(200, "bayes-2", disk.onDisk())) ? 1 : 0);
    live.close();
    live.ended().get();
    return moments;
  }

  /** The folder as it is when the machine comes back: no snapshot was on the disk either. */
  private Path afterPowerLoss(Moment m) throws IOException {
    Path at = Files.createTempDirectory(folder, "after");
    Path journal = Files.createDirectories(at.resolve("s/journal"));
    List<Segments.Segment> segments = Segments.list(folder.resolve("s/journal"));
    for (int i = 0; i < segments.size() && i < m.onDisk().size(); i++) {
      Path file = segments.get(i).file();
      if (m.onDisk().get(i) == 0) {
        continue; // its name was never on the disk
      }
      Path copy = journal.resolve(file.getFileName());
      Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
      try (FileChannel c = FileChannel.open(copy, java.nio.file.StandardOpenOption.WRITE)) {
        c.truncate(m.onDisk().get(i));
      }
    }
    return at;
  }

  /** Starts what the disk has, and sends again what was answered. */
  private long learntTwice(Moment m) throws Exception {
    Path at = afterPowerLoss(m);
    HandFeed hand = new HandFeed();
    Live live = new Live(file(at, "process"), List.of(hand), 1, "test", LiveListener.NONE);
    live.start(List.of());
    hand.next = 0;
    long[] fresh = {0};
    Reply count =
        new Reply() {
          @Override
          public void done(Records r, AnswerBlock answers) {
            for (int i = 0; i < r.size(); i++) {
              fresh[0] += r.fate(i) == Fate.ANSWERED ? 1 : 0;
            }
          }

          @Override
          public void failed(Records r, RuntimeException why) {
            throw new AssertionError(why);
          }
        };
    hand.inbox.put(hand.records((int) m.answered(), Script.START).replyTo(count));
    Waiting.until(() -> Waiting.ask(live, Replica::answers) >= m.answered());
    String model = live.read(Replica::model).get();
    if (fresh[0] == 0) {
      assertThat(model).isEqualTo(m.model());
    }
    live.close();
    live.ended().get();
    try (Stream<Path> all = Files.walk(at)) {
      all.sorted(java.util.Comparator.reverseOrder()).forEach(p -> p.toFile().delete());
    }
    return fresh[0];
  }

  @Test
  void nothingThatWasToldIsLostWithTheMachine() throws Exception {
    List<Moment> moments = run("machine");
    assertThat(moments).hasSize(41);
    assertThat(Segments.list(folder.resolve("s/journal"))).hasSizeGreaterThan(2);
    for (int i = 0; i < moments.size(); i += i % 10 == 9 ? 1 : 3) {
      assertThat(learntTwice(moments.get(i))).as("moment %d", i).isZero();
    }
    assertThat(learntTwice(moments.get(40))).as("the promotion").isZero();
  }

  @Test
  void withoutItTheLastSecondsAreLostAndNothingElseIsWrong() throws Exception {
    List<Moment> moments = run("process");
    assertThat(learntTwice(moments.get(9))).as("nothing was forced yet").isEqualTo(50);
    long lost = learntTwice(moments.get(39));
    assertThat(lost).as("a snapshot brings what is before it to the disk").isBetween(1L, 150L);
  }
}
