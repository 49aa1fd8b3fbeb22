package org.freshet.runtime.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Schema;
import org.freshet.core.StateException;
import org.freshet.core.StateException.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  @TempDir Path folder;

  private static Schema schema() {
    return Schema.classification(List.of(Column.numeric("x"), Column.category("c")), "y");
  }

  private static Batch row(Schema s, double x, String category) {
    Batch b = new Batch(s, 4);
    b.beginRow();
    b.set(0, x);
    b.set(1, s.column(1).dictionary().code(category));
    b.setLabel(s.labels().code("y" + category));
    b.setId("id" + x);
    b.setTime(17);
    b.endRow();
    return b;
  }

  private JournalWriter writer(Schema s, long entry) {
    return new JournalWriter(folder, "model", s, entry, false);
  }

  /** Values and category names of all rows, and commands. */
  private List<String> read() {
    List<String> all = new ArrayList<>();
    try (JournalReader r = new JournalReader(folder, null, 0)) {
      if (r.schema() == null) {
        return all;
      }
      Batch b = new Batch(r.schema(), 4);
      for (Entry e = r.next(b); e != null; e = r.next(b)) {
        if (e.command() != null) {
          all.add(e.command());
        }
        for (int i = 0; i < b.size(); i++) {
          all.add(
              b.block()[2 * i]
                  + r.schema().column(1).dictionary().name((int) b.block()[2 * i + 1]));
        }
      }
      r.cutTornTail();
    }
    return all;
  }

  private Path segment(int i) {
    return Segments.list(folder).get(i).file();
  }

  @Test
  void rowsNamesPositionsAndCommandsComeBack() {
    Schema s = schema();
    try (JournalWriter w = writer(s, 0)) {
      w.append(row(s, 1, "a"), Map.of("0/p", 7L));
      w.command("promote forest", Map.of());
      w.roll();
      w.append(row(s, 2, "b"), Map.of("0/p", 9L));
    }
    assertThat(read()).containsExactly("1.0a", "promote forest", "2.0b");
    try (JournalReader r = new JournalReader(folder, null, 2)) {
      Batch b = new Batch(r.schema(), 4);
      Entry e = r.next(b);
      assertThat(e).isEqualTo(new Entry(2, Map.of("0/p", 9L), null));
      assertThat(b.id(0)).isEqualTo("id2.0");
      assertThat(b.time(0)).isEqualTo(17);
      assertThat(r.schema().labels().name(b.labelCode(0))).isEqualTo("yb");
      assertThat(r.next(b)).isNull();
    }
  }

  @Test
  void aTornEndIsCutWhereverItTore() throws IOException {
    Schema s = schema();
    long whole;
    try (JournalWriter w = writer(s, 0)) {
      w.append(row(s, 1, "a"), Map.of());
      whole = w.bytes();
      w.append(row(s, 2, "b"), Map.of());
    }
    byte[] all = Files.readAllBytes(segment(0));
    for (int end = (int) whole; end < all.length; end++) {
      Files.write(segment(0), Arrays.copyOf(all, end));
      assertThat(read()).as("cut to %d bytes", end).containsExactly("1.0a");
      assertThat(Files.size(segment(0))).isEqualTo(whole);
    }
  }

  @Test
  void aDamagedByteBeforeOtherEntriesIsNeverTakenForATornEnd() throws IOException {
    Schema s = schema();
    long first;
    long second;
    try (JournalWriter w = writer(s, 0)) {
      first = w.bytes();
      w.append(row(s, 1, "a"), Map.of());
      second = w.bytes();
      w.append(row(s, 2, "b"), Map.of());
    }
    byte[] all = Files.readAllBytes(segment(0));
    for (int at = 0; at < second; at++) {
      byte[] damaged = all.clone();
      damaged[at] ^= 0x11;
      Files.write(segment(0), damaged);
      assertThatThrownBy(this::read)
          .as("byte %d", at)
          .isInstanceOfSatisfying(
              StateException.class, e -> assertThat(e.verdict()).isEqualTo(Verdict.CORRUPT));
      assertThat(Files.readAllBytes(segment(0))).as("nothing is cut").isEqualTo(damaged);
    }
    assertThat(first).isPositive();
  }

  @Test
  void aMissingSegmentIsNoticed() throws IOException {
    Schema s = schema();
    try (JournalWriter w = writer(s, 0)) {
      for (int i = 0; i < 3; i++) {
        w.append(row(s, i, "a"), Map.of());
        w.roll();
      }
    }
    Files.delete(segment(1));
    assertThatThrownBy(this::read)
        .isInstanceOf(StateException.class)
        .hasMessageContaining("found entry 2 of the journal, expected entry 1");
    Files.delete(segment(0));
    assertThatThrownBy(this::read)
        .isInstanceOf(StateException.class)
        .hasMessageContaining("begins at entry 2, entry 0 is needed");
  }

  /** A disk that takes so many more bytes. */
  private static final class Full implements Disk {
    long room = Long.MAX_VALUE;

    @Override
    public void write(java.nio.channels.FileChannel to, ByteBuffer bytes, long at)
        throws IOException {
      int n = (int) Math.min(room, bytes.remaining());
      to.write(bytes.slice(bytes.position(), n), at);
      room -= n;
      if (n < bytes.remaining()) {
        throw new IOException("No space left on device");
      }
    }
  }

  @Test
  void aFullDiskLeavesNoTraceAndTheNameIsToldAgain() {
    Schema s = schema();
    Full disk = new Full();
    try (JournalWriter w = new JournalWriter(folder, "model", s, 0, false, disk)) {
      w.append(row(s, 1, "a"), Map.of());
      long before = w.bytes();
      for (long room = 0; room < 60; room++) {
        disk.room = room;
        Batch b = row(s, 2, "new");
        assertThatThrownBy(() -> w.append(b, Map.of()))
            .isInstanceOf(UncheckedIOException.class)
            .hasMessageContaining("No space left on device");
        assertThat(segment(0).toFile()).hasSize(before);
      }
      disk.room = Long.MAX_VALUE;
      w.append(row(s, 2, "new"), Map.of());
    }
    assertThat(read()).containsExactly("1.0a", "2.0new");
  }

  @Test
  void aSegmentThatCannotBeBegunLeavesTheOneBeforeUsable() throws IOException {
    Schema s = schema();
    Full disk = new Full();
    try (JournalWriter w = new JournalWriter(folder, "model", s, 0, true, disk)) {
      w.append(row(s, 1, "a"), Map.of());
      s.column(1).dictionary().code("only in the head that failed");
      disk.room = 10;
      assertThatThrownBy(w::roll).isInstanceOf(UncheckedIOException.class);
      assertThat(Files.list(folder)).hasSize(1);
      disk.room = Long.MAX_VALUE;
      w.append(row(s, 2, "b"), Map.of());
      w.roll();
      w.append(row(s, 3, "c"), Map.of());
    }
    assertThat(Segments.list(folder)).hasSize(2);
    assertThat(read()).containsExactly("1.0a", "2.0b", "3.0c");
  }

  @Test
  void aJournalBegunAgainAtTheSameEntryHasOneSegment() {
    Schema s = schema();
    writer(s, 0).close();
    try (JournalWriter w = writer(s, 0)) {
      w.append(row(s, 1, "a"), Map.of());
    }
    writer(s, 1).close();
    assertThat(Segments.list(folder)).hasSize(2);
    assertThat(read()).containsExactly("1.0a");
  }
}
