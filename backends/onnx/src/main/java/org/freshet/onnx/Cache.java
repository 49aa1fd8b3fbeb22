package org.freshet.onnx;

import java.util.LinkedHashMap;
import java.util.Map;

/** Encodings used last, up to a bound of bytes; then the one used longest ago goes. */
final class Cache {
  private final LinkedHashMap<Object, float[]> entries = new LinkedHashMap<>(16, 0.75f, true);
  private final long most;
  private long bytes;

  /**
   * @param most bytes; 0 keeps nothing
   */
  Cache(long most) {
    this.most = most;
  }

  float[] get(Object key) {
    return entries.get(key);
  }

  void put(Object key, float[] encoding) {
    long size = bytes(key, encoding);
    if (size > most) {
      return;
    }
    if (entries.put(key, encoding) == null) {
      bytes += size;
    }
    while (bytes > most) {
      Map.Entry<Object, float[]> oldest = entries.entrySet().iterator().next();
      bytes -= bytes(oldest.getKey(), oldest.getValue());
      entries.remove(oldest.getKey());
    }
  }

  int size() {
    return entries.size();
  }

  /** Of an entry: table, key and encoding. */
  static long bytes(Object key, float[] encoding) {
    long own =
        key instanceof String s
            ? 40L + s.length()
            : key instanceof Numbers.Values v ? 32 + 4L * v.values().length : 64;
    return 38 + 4 + own + 16 + 4L * encoding.length;
  }

  long memoryBytes() {
    return 96 + bytes;
  }
}
