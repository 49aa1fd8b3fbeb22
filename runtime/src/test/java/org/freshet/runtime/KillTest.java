package org.freshet.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.freshet.core.Batch;
import org.freshet.core.live.AnswerBlock;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.Engine;
import org.freshet.engine.Outcomes;
import org.freshet.engine.Snapshot;
import org.freshet.engine.Snapshots;
import org.freshet.runtime.contest.Version;
import org.freshet.runtime.journal.Entry;
import org.freshet.runtime.journal.JournalReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a running pipeline, as {@code kill -9} does, at random moments: while it recovers, learns,
 * makes snapshots. {@code -Dfreshet.kills=200} kills more often than the default 20 times.
 */
class KillTest {
  private static final int KILLS = Integer.getInteger("freshet.kills", 20);
  private static final long EVENTS = 1000L * KILLS;

  @TempDir Path folder;

  @Test
  void nothingIsLostAndNothingIsDoneTwice() throws Exception {
    Random random = new Random(5);
    int killed = 0;
    for (int life = 0; killed < KILLS; life++) {
      Process p = start(life, 10);
      if (life % 4 == 3) {
        Thread.sleep(random.nextInt(600)); // perhaps before it runs
      } else {
        awaitRunning(p);
        Thread.sleep(random.nextInt(150));
      }
      killed += p.isAlive() ? 1 : 0;
      p.destroyForcibly().waitFor();
      registryIsWhole();
      if (p.exitValue() == 0) {
        break; // through before enough kills
      }
    }
    assertThat(killed).as("kills before the stream was through").isEqualTo(KILLS);
    Process last = start(0, 0);
    assertThat(last.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(last.exitValue()).as(Files.readString(folder.resolve("err"))).isZero();
    compare();
  }

  private Process start(int life, int pauseMillis) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-Xmx96m", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    // Both ways of making a snapshot: by the owner, and by a second replica.
    command.add("-Dfreshet.snapshot.small=" + (life % 2 == 0 ? 1 << 20 : 0));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(
        List.of(KilledRun.class.getName(), folder.toString(), "" + EVENTS, "" + pauseMillis));
    return new ProcessBuilder(command)
        .redirectError(ProcessBuilder.Redirect.appendTo(folder.resolve("err").toFile()))
        .start();
  }

  private void awaitRunning(Process p) throws Exception {
    BufferedReader out = p.inputReader();
    for (String line = out.readLine(); !"runs".equals(line); line = out.readLine()) {
      assertThat(line).as(Files.readString(folder.resolve("err"))).isNotNull();
    }
  }

  /** Whatever the moment: each model named in the index is there, and the one it names. */
  private void registryIsWhole() {
    int before = 0;
    for (KeptVersion k : KeptVersion.of(folder.resolve("s"))) {
      assertThat(k.version().number()).isGreaterThan(before);
      before = k.version().number();
      if (k.file() != null) {
        Path file = folder.resolve("s/versions").resolve(k.file());
        assertThat(VersionStore.checksum(file)).as(k.toString()).isEqualTo(k.checksum());
      }
    }
  }

  /** The registry has the versions of the journal, with the models a replay has there. */
  private void compareVersions(List<Version> versions, Map<Integer, byte[]> models) {
    List<KeptVersion> kept = KeptVersion.of(folder.resolve("s"));
    assertThat(kept).extracting(KeptVersion::version).endsWith(versions.toArray(new Version[0]));
    assertThat(versions).as("versions made during the kills").hasSizeGreaterThan(KILLS / 2);
    assertThat(versions).as("restored ones").anyMatch(v -> v.from() > 0);
    List<KeptVersion> files = kept.stream().filter(k -> k.file() != null).toList();
    assertThat(files).hasSizeGreaterThanOrEqualTo(5);
    for (KeptVersion k : files) {
      Path file = folder.resolve("s/versions").resolve(k.file());
      Snapshot saved = Snapshots.read(file);
      try (Replica fresh = new Replica(KilledRun.file(folder), saved.schema(), 1)) {
        Engine engine = fresh.contest().engineOf(k.version().model());
        engine.loadModel(saved.run().child("engine"));
        assertThat(model(engine)).as(k.toString()).isEqualTo(models.get(k.version().number()));
      }
    }
  }

  private static byte[] model(Engine engine) {
    StateWriter out = new StateWriter();
    engine.saveModel(out);
    return out.toBytes();
  }

  /** The state at the end, and each answer, are those of one replay of the journal. */
  private void compare() throws Exception {
    List<String> lines = new ArrayList<>();
    try (JournalReader reader = new JournalReader(folder.resolve("s/journal"), null, 0);
        Replica replayed = new Replica(KilledRun.file(folder), reader.schema(), 1)) {
      Batch rows = new Batch(reader.schema(), Follower.MOST);
      Outcomes out = new Outcomes();
      Map<Integer, byte[]> models = new TreeMap<>();
      for (Entry e = reader.next(rows); e != null; e = reader.next(rows)) {
        long first = replayed.answers();
        replayed.apply(e, rows, out);
        int version = replayed.contest().version();
        if (!models.containsKey(version)) {
          models.put(version, model(replayed.engine()));
        }
        AnswerBlock b = Answering.block(rows, out, reader.schema(), "", first);
        for (int i = 0; i < b.size(); i++) {
          lines.add(LineSink.line(b, i).strip());
        }
      }
      assertThat(Files.readAllLines(folder.resolve("answers"))).isEqualTo(lines);
      assertThat(lines.stream().map(l -> l.split(" ")[1]).distinct()).hasSize((int) EVENTS);
      assertThat(lines).hasSize((int) EVENTS);
      compareVersions(replayed.contest().versions(), models);
      assertThat(replayed.engine().counts().labels()).isEqualTo(EVENTS);
      assertThat(replayed.engine().counts().duplicates()).isEqualTo((EVENTS + 49) / 50);
      try (Replica recovered =
          new SnapshotStore(folder.resolve("s/snapshots")).newest(KilledRun.file(folder), 1)) {
        assertThat(bytes(recovered)).isEqualTo(bytes(replayed));
      }
    }
  }

  private static byte[] bytes(Replica r) {
    StateWriter out = new StateWriter();
    r.save(out);
    return out.toBytes();
  }
}
