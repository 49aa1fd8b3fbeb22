package org.freshet.core.state;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Many whole states inside of one: two entries for all of them, where an entry each for thousands
 * of small models would cost more than the models.
 */
public final class Blobs {
  private Blobs() {}

  /** Collects states in order. */
  public static final class Writer {
    private final ByteArrayOutputStream all = new ByteArrayOutputStream();
    private int[] lengths = new int[16];
    private int size;

    public void add(byte[] state) {
      if (size == lengths.length) {
        lengths = Arrays.copyOf(lengths, 2 * size);
      }
      lengths[size++] = state.length;
      all.write(state, 0, state.length);
    }

    /** Writes them under fixed names. */
    public void save(StateWriter out) {
      out.put("lengths", lengths, size);
      out.put("states", all.toByteArray());
    }
  }

  /** The states a {@link Writer} saved; there must be {@code count}. */
  public static List<byte[]> load(StateReader in, int count) {
    int[] lengths = in.ints("lengths", count);
    byte[] all = in.bytes("states");
    List<byte[]> states = new ArrayList<>(count);
    int at = 0;
    for (int length : lengths) {
      if (length < 0 || length > all.length - at) {
        throw in.corrupt("lengths", "do not fit the states");
      }
      states.add(Arrays.copyOfRange(all, at, at + length));
      at += length;
    }
    if (at != all.length) {
      throw in.corrupt("states", "has " + all.length + " bytes, expected " + at);
    }
    return states;
  }
}
