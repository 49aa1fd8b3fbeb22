package org.freshet.streams.input;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.freshet.core.Dictionary;

/**
 * Codes of names that come as bytes: a hash table in front of a dictionary, so that a name seen
 * before costs no String. Bounded: names longer than {@value #LONGEST} bytes, and those beyond
 * {@value #MOST_BYTES} bytes in all, are looked up in the dictionary each time.
 */
public final class Names {
  /** Code of a mark that stands for a missing value. */
  public static final int MISSING = -2;

  private static final int LONGEST = 256;
  private static final int MOST_BYTES = 1 << 26;
  private static final byte[] NONE = new byte[0];

  private final Dictionary dictionary;
  private final boolean closed;
  private byte[][] keys = new byte[64][];
  private int[] codes = new int[64];
  private int used;
  private int bytes;

  /**
   * @param closed whether names the dictionary does not hold are refused rather than added
   */
  public Names(Dictionary dictionary, boolean closed, Missing missing) {
    this.dictionary = dictionary;
    this.closed = closed;
    put(NONE, MISSING);
    for (byte[] mark : missing.marks()) {
      if (dictionary.find(new String(mark, StandardCharsets.UTF_8))
          < 0) { // declared ones are names
        put(mark, MISSING);
      }
    }
  }

  public Dictionary dictionary() {
    return dictionary;
  }

  /**
   * The code of a name, {@link #MISSING}, or -1 when it is refused: unknown and closed, or the
   * dictionary is full.
   */
  public int code(byte[] b, int from, int to) {
    int n = to - from;
    if (n > LONGEST) {
      return lookUp(new String(b, from, n, StandardCharsets.UTF_8));
    }
    int mask = keys.length - 1;
    int h = hash(b, from, to);
    int slot = h & mask;
    while (true) {
      byte[] key = keys[slot];
      if (key == null) {
        break;
      }
      if (key.length == n && Arrays.equals(key, 0, n, b, from, to)) {
        return codes[slot];
      }
      slot = (slot + 1) & mask;
    }
    return add(b, from, to);
  }

  private static int hash(byte[] b, int from, int to) {
    int h = to - from;
    for (int i = from; i < to; i++) {
      h = 31 * h + b[i];
    }
    return h ^ h >>> 15;
  }

  private int add(byte[] b, int from, int to) {
    int code = lookUp(new String(b, from, to - from, StandardCharsets.UTF_8));
    if (code >= 0 && bytes <= MOST_BYTES) {
      put(Arrays.copyOfRange(b, from, to), code);
    }
    return code;
  }

  private void put(byte[] key, int code) {
    if (2 * used >= keys.length) {
      grow();
    }
    int at = free(hash(key, 0, key.length));
    keys[at] = key;
    codes[at] = code;
    used++;
    bytes += key.length + 40;
  }

  private int lookUp(String name) {
    return closed ? dictionary.find(name) : dictionary.code(name);
  }

  private int free(int hash) {
    int mask = keys.length - 1;
    int slot = hash & mask;
    while (keys[slot] != null) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    byte[][] oldKeys = keys;
    int[] oldCodes = codes;
    keys = new byte[2 * oldKeys.length][];
    codes = new int[keys.length];
    for (int i = 0; i < oldKeys.length; i++) {
      byte[] key = oldKeys[i];
      if (key != null) {
        int at = free(hash(key, 0, key.length));
        keys[at] = key;
        codes[at] = oldCodes[i];
      }
    }
  }
}
