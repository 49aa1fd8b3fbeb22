package org.freshet.engine;

import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Set;
import org.freshet.core.RowStore;
import org.freshet.core.StateException;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * The waiting events whose rows and answers lie elsewhere, in a {@link Spill}: the oldest, beyond
 * the number that memory holds. Memory keeps the place of each. What is to be looked at, or to be
 * finished, is read from there; that it is slower is the only difference.
 */
final class SpilledRows {
  /** In the place of the answer of one that is spilled. */
  static final int SPILLED = -1;

  /** Tries to spill that are left out after one that failed. */
  static final int PATIENCE = 10_000;

  private final Pending pending;
  private Spill spill; // null without
  private int inMemory; // waiting rows
  private long[] place = new long[0]; // of those spilled
  private int size;
  private int hand = -1; // the first waiting one that is not spilled; all before it are
  private int patience;
  private String trouble;
  private ByteBuffer record = buffer(512);

  SpilledRows(Pending pending) {
    this.pending = pending;
  }

  /** From now on the rows of waiting events beyond a number go to {@code to}, the oldest first. */
  void to(Spill to, int most) {
    spill = to;
    inMemory = most;
    spillSome();
  }

  /** Whether a slot is spilled. */
  boolean has(int slot) {
    return pending.answer[slot] == SPILLED;
  }

  int size() {
    return size;
  }

  /** Why rows could not be spilled when it was last tried; null when they could. */
  String trouble() {
    return trouble;
  }

  /** Names of the files with rows. */
  Set<String> files() {
    return spill == null ? Set.of() : spill.files();
  }

  /** A slot has become the last of those waiting. */
  void added(int slot) {
    if (has(slot)) {
      size++;
    } else if (hand < 0) {
      hand = slot;
    }
  }

  /** A slot is about to leave those waiting. */
  void removing(int slot) {
    if (slot == hand) {
      hand = pending.lists.next(slot);
    }
  }

  /** Spills what is beyond the number that memory holds. */
  void spillSome() {
    if (spill == null) {
      return;
    }
    while (hand >= 0 && pending.lists.size(Pending.WAITING) - size > inMemory && patience == 0) {
      spillOne();
    }
    patience -= patience > 0 ? 1 : 0;
  }

  private void spillOne() {
    int slot = hand;
    int a = pending.answer[slot];
    if (!put(slot, a)) {
      return; // memory holds it meanwhile
    }
    pending.answers.remove(a);
    pending.giveRow(slot);
    pending.answer[slot] = SPILLED;
    size++;
    hand = pending.lists.next(slot);
  }

  /** Writes row and answer of a slot; whether that could be done. */
  private boolean put(int slot, int a) {
    int row = pending.row[slot];
    String id = pending.answers.id(a);
    ByteBuffer out = room(4 + 2 * id.length() + pending.rows.bytes(row) + pending.answers.bytes(a));
    RowStore.text(id, out);
    pending.rows.write(row, out);
    pending.answers.write(a, out);
    try {
      place(slot, spill.put(out.flip()));
      trouble = null;
      return true;
    } catch (UncheckedIOException e) {
      fail(e);
      return false;
    }
  }

  /**
   * Another answer in the place of that of a spilled slot; the old one stays if it cannot be put.
   */
  void answer(int slot, double predicted, double[] scores) {
    long old = place[slot];
    int a = read(slot);
    pending.answers.answer(a, predicted, scores.length, scores, 0);
    if (put(slot, a)) {
      spill.remove(old);
    }
    unread(slot, a);
  }

  private void fail(UncheckedIOException e) {
    trouble = e.getMessage();
    patience = PATIENCE;
  }

  private ByteBuffer room(int bytes) {
    if (record.capacity() < bytes) {
      record = buffer(bytes);
    }
    return record.clear();
  }

  private static ByteBuffer buffer(int need) {
    return ByteBuffer.allocate(2 * need).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Where the record of a slot is. */
  long place(int slot) {
    return place[slot];
  }

  /** Says where the record of a slot is. */
  void place(int slot, long at) {
    if (slot >= place.length) {
      place = Arrays.copyOf(place, pending.event.length);
    }
    place[slot] = at;
  }

  /** Whether a record may be at a place. */
  boolean holds(long at) {
    return spill != null && spill.holds(at);
  }

  /** Whether a spilled slot is the event of an id. */
  boolean is(int slot, String id) {
    return pending.hash(slot) == SlotIndex.hash(id) && RowStore.hasText(spill.get(place[slot]), id);
  }

  /** Reads row and answer of a spilled slot, which stays spilled; gives the answer. */
  int read(int slot) {
    ByteBuffer in = spill.get(place[slot]);
    String id = RowStore.text(in);
    pending.row[slot] = pending.rows.read(in);
    return pending.answers.read(id, in);
  }

  /** Gives away what {@link #read} has read. */
  void unread(int slot, int answer) {
    pending.giveRow(slot);
    pending.answers.remove(answer);
  }

  /** Brings a slot that is spilled back into memory, to be finished now. */
  void fetch(int slot) {
    if (!has(slot)) {
      return;
    }
    pending.answer[slot] = read(slot);
    spill.remove(place[slot]);
    size--;
    tidy();
  }

  /** Puts the records of a file that is mostly empty anew. */
  private void tidy() {
    int worn = spill.worn();
    if (worn < 0 || patience > 0) {
      return;
    }
    AgeLists lists = pending.lists;
    try {
      for (int s = lists.first(Pending.WAITING); s != hand && s >= 0; s = lists.next(s)) {
        if (has(s) && spill.part(place[s]) == worn) {
          long from = place[s];
          ByteBuffer moved = spill.get(from);
          place[s] = spill.put(room(moved.remaining()).put(moved).flip());
          spill.remove(from);
        }
      }
    } catch (UncheckedIOException e) {
      fail(e);
    }
  }

  long memoryBytes() {
    return 8L * place.length + record.capacity();
  }

  /** Writes what is needed to find the records again. */
  void save(StateWriter out) {
    spill.save(out);
  }

  void load(StateReader in) {
    if (spill == null) {
      throw new StateException(
          StateException.Verdict.OTHER_PARAMETERS,
          in.source()
              + ": other parameters: it refers to rows spilled to files beside it, and no folder for"
              + " them is given; go on with the folder it was saved in");
    }
    spill.load(in);
  }

  void close() {
    if (spill != null) {
      spill.close();
    }
  }
}
