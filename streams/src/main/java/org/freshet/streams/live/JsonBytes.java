package org.freshet.streams.live;

import com.fasterxml.jackson.core.io.NumberOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * JSON written into bytes that are used again, without an object a value. The caller writes the
 * punctuation.
 */
public final class JsonBytes {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NULL = {'n', 'u', 'l', 'l'};

  private byte[] bytes = new byte[1024];
  private int size;

  public JsonBytes clear() {
    size = 0;
    return this;
  }

  public int size() {
    return size;
  }

  /** Valid up to {@link #size}, until something more is written. */
  public byte[] array() {
    return bytes;
  }

  public void writeTo(OutputStream out) throws IOException {
    out.write(bytes, 0, size);
  }

  private void room(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, Math.addExact(size, more)));
    }
  }

  /** As it is. */
  public JsonBytes raw(byte[] json) {
    room(json.length);
    System.arraycopy(json, 0, bytes, size, json.length);
    size += json.length;
    return this;
  }

  /** Text of ASCII characters, as it is. */
  @SuppressWarnings("deprecation") // takes the low bytes, which is all there is of ASCII
  public JsonBytes ascii(String text) {
    int n = text.length();
    room(n);
    text.getBytes(0, n, bytes, size);
    size += n;
    return this;
  }

  public JsonBytes character(char c) {
    room(1);
    bytes[size++] = (byte) c;
    return this;
  }

  /** A number; null where it is none JSON has. */
  public JsonBytes number(double v) {
    if (Double.isNaN(v) || Double.isInfinite(v)) {
      return raw(NULL);
    }
    return ascii(NumberOutput.toString(v, true)); // the shortest, and quick
  }

  public JsonBytes number(long v) {
    return ascii(Long.toString(v));
  }

  /** A text in quotes; null for null. */
  public JsonBytes text(String text) {
    if (text == null) {
      return raw(NULL);
    }
    int n = text.length();
    room(6 * n + 2);
    bytes[size++] = '"';
    for (int i = 0; i < n; i++) {
      char c = text.charAt(i);
      if (c >= ' ' && c < 0x7f && c != '"' && c != '\\') {
        bytes[size++] = (byte) c;
      } else if (c < 0x800 || Character.isSurrogate(c)) {
        i += other(text, i, c);
      } else {
        bytes[size++] = (byte) (0xe0 | c >> 12);
        bytes[size++] = (byte) (0x80 | c >> 6 & 0x3f);
        bytes[size++] = (byte) (0x80 | c & 0x3f);
      }
    }
    bytes[size++] = '"';
    return this;
  }

  /** Gives the number of further characters taken. */
  private int other(String text, int i, char c) {
    if (c == '"' || c == '\\') {
      bytes[size++] = '\\';
      bytes[size++] = (byte) c;
    } else if (c < ' ' || c == 0x7f) {
      escape(c);
    } else if (c < 0x800) {
      bytes[size++] = (byte) (0xc0 | c >> 6);
      bytes[size++] = (byte) (0x80 | c & 0x3f);
    } else if (Character.isHighSurrogate(c)
        && i + 1 < text.length()
        && Character.isLowSurrogate(text.charAt(i + 1))) {
      int p = Character.toCodePoint(c, text.charAt(i + 1));
      bytes[size++] = (byte) (0xf0 | p >> 18);
      bytes[size++] = (byte) (0x80 | p >> 12 & 0x3f);
      bytes[size++] = (byte) (0x80 | p >> 6 & 0x3f);
      bytes[size++] = (byte) (0x80 | p & 0x3f);
      return 1;
    } else {
      escape(c); // half a character, which UTF-8 has not
    }
    return 0;
  }

  private void escape(char c) {
    bytes[size++] = '\\';
    bytes[size++] = 'u';
    bytes[size++] = HEX[c >> 12];
    bytes[size++] = HEX[c >> 8 & 15];
    bytes[size++] = HEX[c >> 4 & 15];
    bytes[size++] = HEX[c & 15];
  }

  @Override
  public String toString() {
    return new String(bytes, 0, size, StandardCharsets.UTF_8);
  }
}
