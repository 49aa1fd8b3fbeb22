package org.freshet.engine.merge;

import java.util.Map;
import java.util.TreeMap;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * A model that was merged.
 *
 * @param version merges so far
 * @param taken the number of the last delta of each copy that is in it
 * @param model what the copies are made of, in words
 * @param state of the learner
 */
public record Merged(long version, Map<String, Long> taken, String model, byte[] state) {
  public Merged {
    taken = Map.copyOf(taken);
  }

  public byte[] toBytes() {
    StateWriter out = new StateWriter();
    save(out);
    return out.toBytes();
  }

  /** Writes it beside what others write there. */
  public void save(StateWriter out) {
    out.put("version", version);
    out.put("model", model);
    Map<String, Long> sorted = new TreeMap<>(taken);
    out.put("copies", sorted.keySet().toArray(String[]::new));
    out.put("taken", sorted.values().stream().mapToLong(n -> n).toArray());
    out.put("state", state);
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws org.freshet.core.StateException when it is none
   */
  public static Merged of(String source, byte[] bytes) {
    return load(StateReader.open(source, bytes));
  }

  /** Reads what {@link #save} wrote. */
  public static Merged load(StateReader in) {
    String[] copies = in.strings("copies");
    long[] numbers = in.longs("taken", copies.length);
    Map<String, Long> taken = new TreeMap<>();
    for (int i = 0; i < copies.length; i++) {
      if (copies[i] == null || numbers[i] < 0 || taken.put(copies[i], numbers[i]) != null) {
        throw in.corrupt("taken", "has " + numbers[i] + " of the copy '" + copies[i] + "'");
      }
    }
    long version = in.longValue("version", 0, Long.MAX_VALUE);
    return new Merged(version, taken, in.string("model"), in.bytes("state"));
  }
}
