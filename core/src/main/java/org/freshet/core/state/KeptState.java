package org.freshet.core.state;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * A state as it was at one moment, copied in a hurry by the thread that owns it: numbers are
 * encoded, texts only referred to. Another thread writes it out. Its memory can be used again for
 * the next, because what is new and lives for a while makes the collector's stops long.
 */
public final class KeptState {
  /** Bytes of a part. */
  private static final int PART = 1 << 18;

  private final List<Object> parts = new ArrayList<>(); // ByteBuffer of entries, or Texts
  private final List<byte[]> used = new ArrayList<>();
  private final Deque<byte[]> spare;

  record Texts(String prefix, String name, String[] texts) {}

  private KeptState(Deque<byte[]> spare) {
    this.spare = spare;
  }

  /** Copies what {@code state} writes. */
  public static KeptState of(Consumer<StateWriter> state) {
    return of(state, null);
  }

  /**
   * Copies what {@code state} writes.
   *
   * @param before one that was written or is not needed, whose memory is taken; null for none
   */
  public static KeptState of(Consumer<StateWriter> state, KeptState before) {
    KeptState kept = new KeptState(before == null ? new ArrayDeque<>() : before.release());
    StateWriter out = StateWriter.inParts(kept);
    state.accept(out);
    out.cut();
    kept.spare.clear(); // the state is smaller now
    return kept;
  }

  /** Room for at least so many bytes. */
  byte[] room(int bytes) {
    byte[] a = bytes > PART || spare.isEmpty() ? new byte[Math.max(bytes, PART)] : spare.poll();
    if (a.length == PART) {
      used.add(a);
    }
    return a;
  }

  void add(Object part) {
    parts.add(part);
  }

  List<byte[]> memory() {
    return used;
  }

  private Deque<byte[]> release() {
    parts.clear();
    return new ArrayDeque<>(used);
  }

  /** Writes the same entries in the same order, once. */
  public void writeTo(StateWriter out) {
    for (Object part : parts) {
      if (part instanceof Texts t) {
        StateWriter in = out;
        for (String name : t.prefix().split("/")) {
          in = name.isEmpty() ? in : in.child(name);
        }
        in.put(t.name(), t.texts());
      } else {
        out.encoded((ByteBuffer) part);
      }
    }
    parts.clear(); // texts may go
  }
}
