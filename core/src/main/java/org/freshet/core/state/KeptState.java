package org.freshet.core.state;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A state as it was at one moment, copied in a hurry by the thread that owns it: numbers are
 * encoded, texts only referred to. Another thread writes it out.
 */
public final class KeptState {
  private final List<Object> parts = new ArrayList<>(); // ByteBuffer of entries, or Texts

  record Texts(String prefix, String name, String[] texts) {}

  private KeptState() {}

  /** Copies what {@code state} writes. */
  public static KeptState of(Consumer<StateWriter> state) {
    KeptState kept = new KeptState();
    StateWriter out = StateWriter.inParts(kept.parts);
    state.accept(out);
    out.cut();
    return kept;
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
  }
}
