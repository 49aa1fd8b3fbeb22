package org.freshet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.freshet.core.Batch;
import org.freshet.core.Schema;
import org.freshet.core.StateException;
import org.freshet.core.component.Build;
import org.freshet.core.component.Span;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.LabelPlan.OnTimeout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows of waiting events in files: found again, after any moment that was saved, and bounded. */
class SpillFolderTest {
  private static final long DAY = 86_400_000L;
  private final Schema schema = Events.schema("x", "y", "z");
  private final Outcomes out = new Outcomes();
  @TempDir Path folder;

  private OrderSensitive learner() {
    return new OrderSensitive(new OrderSensitive.Parameters(1_000_000), Build.of(schema));
  }

  private Engine engine(int inMemory) {
    Engine engine = new Engine(schema, learner(), LabelPlan.IMMEDIATE);
    engine.spill(new SpillFolder(folder, 4096), inMemory);
    return engine;
  }

  private void process(Engine engine, Rows rows) {
    engine.process(rows.batch, 0, rows.batch.size(), out);
  }

  private void events(Engine engine, int from, int to) {
    for (int i = from; i < to; i++) {
      process(engine, new Rows(schema, 1).event("e" + i, i));
    }
  }

  private static byte[] bytes(Engine engine) {
    StateWriter out = new StateWriter();
    engine.save(out);
    return out.toBytes();
  }

  private static StateReader reader(byte[] bytes) {
    return StateReader.open("test", bytes);
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void aLabelAHundredDaysLateFindsItsRow() {
    OrderSensitive learner = learner();
    try (Engine engine = new Engine(schema, learner, LabelPlan.IMMEDIATE)) {
      engine.spill(new SpillFolder(folder), 10);
      Rows rows = new Rows(schema, 2002);
      rows.event("late", 0);
      for (int i = 0; i < 2000; i++) {
        rows.event("e" + i, i);
      }
      process(engine, rows.label("late", 100 * DAY, 2));
      assertThat(engine.spilled()).isEqualTo(1990);
      assertThat(learner.log).endsWith("p2000", "l0=2");
      assertThat(engine.delays().max()).isEqualTo(100 * DAY);
      assertThat(out.labelPredicted(0)).isEqualTo(out.predicted(0));
    }
  }

  @Test
  void everyMomentThatWasSavedCanBeGoneBackTo() {
    Engine engine = engine(5);
    events(engine, 0, 300);
    byte[] then = bytes(engine);
    String expected = labelsOfAll(engine, 300); // removes every record, and deletes files
    events(engine, 300, 900);
    engine.close();

    for (int time = 0; time < 2; time++) {
      try (Engine again = engine(5)) {
        again.load(reader(then));
        assertThat(again.spilled()).isEqualTo(295);
        assertThat(labelsOfAll(again, 300)).isEqualTo(expected);
      }
    }
  }

  private String labelsOfAll(Engine engine, int n) {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < n; i++) {
      int which = i * 7 % n;
      process(engine, new Rows(schema, 1).label("e" + which, 5000, which % 3));
      s.append(out.labelEvent(0)).append(' ').append(out.labelPredicted(0)).append(' ');
      int at = out.labelScoresAt(0);
      s.append(Arrays.toString(Arrays.copyOfRange(out.labelScores(0), at, at + 3))).append('\n');
    }
    assertThat(engine.pending()).isZero();
    return s.toString();
  }

  @Test
  void filesAreDeletedWhenNothingRefersToThem() throws IOException {
    Engine engine = engine(5);
    events(engine, 0, 300);
    byte[] then = bytes(engine);
    Set<String> saved = SpillFolder.files(reader(then));
    assertThat(saved).hasSizeGreaterThan(3);
    events(engine, 300, 600);
    labels(engine, 0, 600);
    events(engine, 600, 700);
    labels(engine, 600, 700);
    // What was never saved is gone with its last record, but for the file that is written to.
    assertThat(files()).containsAll(saved).hasSizeLessThanOrEqualTo(saved.size() + 1);

    assertThat(SpillFolder.sweep(folder, saved)).isZero();
    Engine other = engine(5);
    other.load(reader(then));
    assertThat(SpillFolder.sweep(folder, Set.of())).as("the other refers to them").isZero();
    other.close();
    engine.close();
    assertThat(SpillFolder.sweep(folder, Set.of())).isGreaterThanOrEqualTo(saved.size());
    assertThat(files()).isEmpty();
  }

  private void labels(Engine engine, int from, int to) {
    for (int i = from; i < to; i++) {
      process(engine, new Rows(schema, 1).label("e" + i, i, 1));
      assertThat(out.labels()).isEqualTo(1);
    }
  }

  @Test
  void aFewRowsThatStayDoNotKeepTheirFilesForever() throws IOException {
    try (Engine engine = engine(5)) {
      for (int i = 0; i < 20_000; i++) {
        process(engine, new Rows(schema, 1).event("e" + i, i));
        if (i >= 100 && (i - 100) % 100 != 0) {
          process(engine, new Rows(schema, 1).label("e" + (i - 100), i, 1));
        }
      }
      // 199 of 19,900 stay; a record of 102 bytes, twice as many and two files are let be.
      long live = 295 * 110;
      long size = 0;
      for (String f : files()) {
        size += Files.size(folder.resolve(f));
      }
      assertThat(size).isLessThan(2 * live + 3 * 4096);
      assertThat(engine.spilled()).isEqualTo(299 - 5);
      for (int i = 0; i < 19_900; i += 100) {
        process(engine, new Rows(schema, 1).label("e" + i, i, 1));
        assertThat(out.labelEvent(0)).isEqualTo(i);
      }
    }
  }

  @Test
  void aFullDiskKeepsRowsInMemory() {
    OrderSensitive learner = learner();
    Engine engine = new Engine(schema, learner, LabelPlan.IMMEDIATE);
    SpillFolder disk = new SpillFolder(folder);
    boolean[] full = {true};
    engine.spill(
        new Spill() {
          @Override
          public long put(ByteBuffer record) {
            if (full[0]) {
              throw new UncheckedIOException("cannot write: disk full", new IOException());
            }
            return disk.put(record);
          }

          @Override
          public ByteBuffer get(long at) {
            return disk.get(at);
          }

          @Override
          public void remove(long at) {
            disk.remove(at);
          }

          @Override
          public int worn() {
            return disk.worn();
          }

          @Override
          public int part(long at) {
            return disk.part(at);
          }

          @Override
          public boolean holds(long at) {
            return disk.holds(at);
          }

          @Override
          public Set<String> files() {
            return disk.files();
          }

          @Override
          public long bytes() {
            return disk.bytes();
          }

          @Override
          public void save(StateWriter out) {
            disk.save(out);
          }

          @Override
          public void load(StateReader in) {
            disk.load(in);
          }

          @Override
          public void close() {
            disk.close();
          }
        },
        10);
    events(engine, 0, 100);
    assertThat(engine.spillTrouble()).isEqualTo("cannot write: disk full");
    assertThat(engine.spilled()).isZero();
    full[0] = false;
    events(engine, 100, 100 + SpilledRows.PATIENCE);
    assertThat(engine.spillTrouble()).isNull();
    assertThat(engine.spilled()).isEqualTo(100 + SpilledRows.PATIENCE - 10);
    process(engine, new Rows(schema, 2).label("e3", 0, 1).label("e9000", 0, 1));
    assertThat(learner.log).endsWith("l0=1", "l0=1");
    assertThat(out.labelEvent(1)).isEqualTo(9000);
    engine.close();
  }

  @Test
  void damagedFilesAreSeen() throws IOException {
    Engine engine = engine(0);
    events(engine, 0, 10);
    byte[] then = bytes(engine);
    engine.close();
    Path file = folder.resolve(files().get(0));
    byte[] content = Files.readAllBytes(file);

    Files.write(file, Arrays.copyOf(content, content.length - 1));
    try (Engine cut = engine(0)) {
      assertThatThrownBy(() -> cut.load(reader(then)))
          .isInstanceOf(StateException.class)
          .hasMessageContaining(
              "refers to " + content.length + " bytes of " + file + ", which has");
    }
    content[20] ^= 1;
    Files.write(file, content);
    try (Engine bad = engine(0)) {
      bad.load(reader(then));
      assertThatThrownBy(() -> process(bad, new Rows(schema, 1).label("e0", 0, 1)))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessage("cannot read spilled rows in " + file + ": the record at byte 0 is damaged");
    }
    Files.delete(file);
    try (Engine gone = engine(0)) {
      assertThatThrownBy(() -> gone.load(reader(then)))
          .hasMessageContaining("refers to " + file + ", which cannot be read");
    }
    Engine without = new Engine(schema, learner(), LabelPlan.IMMEDIATE);
    assertThatThrownBy(() -> without.load(reader(then)))
        .isInstanceOf(StateException.class)
        .hasMessageContaining("no folder for them is given");
  }

  @Test
  void timeoutsAndTheBoundReachSpilledRows() {
    LabelPlan plan = LabelPlan.IMMEDIATE.withTimeout(Span.millis(50), OnTimeout.DROP);
    Engine engine = new Engine(schema, learner(), plan.withPending(40));
    engine.spill(new SpillFolder(folder, 4096), 3);
    events(engine, 0, 45);
    assertThat(engine.dropped()).isEqualTo(5);
    assertThat(engine.pending()).isEqualTo(40);
    process(engine, new Rows(schema, 3).tick(59).label("e9", 60, 1).label("e10", 60, 1));
    assertThat(engine.counts().timedOut()).as("5 to 9 at 59, 10 at 60").isEqualTo(6);
    assertThat(engine.counts().late()).isEqualTo(2);
    assertThat(engine.pending()).isEqualTo(34);
    engine.close();
  }

  @Test
  void aMillionEventsWaitInBoundedMemory() {
    int n = 1_000_000;
    try (Engine engine = new Engine(schema, new Counting(), LabelPlan.IMMEDIATE.withPending(n))) {
      engine.spill(new SpillFolder(folder), 10_000);
      Batch b = new Batch(schema, 1000);
      for (int from = 0; from < n; from += 1000) {
        b.clear();
        for (int i = from; i < from + 1000; i++) {
          b.beginRow();
          b.set(0, i);
          b.setId("event-" + i);
          b.endRow();
        }
        engine.process(b, 0, 1000, out);
      }
      assertThat(engine.pending()).isEqualTo(n);
      assertThat(engine.spilled()).isEqualTo(n - 10_000);
      // 33 bytes of slots, 8 of the place, 8 of the lists, 16 of the index, arrays half full at
      // most.
      assertThat(engine.pendingBytes()).isLessThan(110L * n);
      for (int from = 0; from < n; from += 1000) {
        b.clear();
        for (int i = from; i < from + 1000; i += 10) {
          b.beginRow();
          b.setKind(Batch.Kind.LABEL);
          b.setId("event-" + i);
          b.setLabel(i % 3);
          b.endRow();
        }
        engine.process(b, 0, b.size(), out);
        assertThat(out.labels()).isEqualTo(100);
        assertThat(out.labelEvent(99)).isEqualTo(from + 990);
      }
      assertThat(((Counting) engine.model()).wrong).isZero();
      assertThat(engine.pending()).isEqualTo(n - n / 10);
    }
  }

  /** Counts labels that do not belong to their row. */
  private static final class Counting implements org.freshet.core.Classifier {
    int wrong;

    @Override
    public int labels() {
      return 3;
    }

    @Override
    public void scores(org.freshet.core.Features x, double[] scores) {
      Arrays.fill(scores, 0, 3, 1 / 3.0);
    }

    @Override
    public void learn(org.freshet.core.Features x, int label, double weight) {
      wrong += (long) x.get(0) % 3 == label ? 0 : 1;
    }

    @Override
    public void save(StateWriter out) {}

    @Override
    public void load(StateReader in) {}

    @Override
    public long memoryBytes() {
      return 16;
    }
  }
}
