package org.freshet.connectors.flink;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Texts between processes: ids and keys are short and nearly always Latin. */
final class Texts {
  /** Longer ones are damage. */
  private static final int MOST = 1 << 26;

  private Texts() {}

  /**
   * A byte a character if all are Latin-1, else UTF-8. The number in front is that of the bytes,
   * times two, and one more for UTF-8; -1 for null.
   */
  static void write(String text, DataOutputView out) throws IOException {
    if (text == null) {
      out.writeInt(-1);
      return;
    }
    int n = text.length();
    int all = 0;
    for (int i = 0; i < n; i++) {
      all |= text.charAt(i);
    }
    boolean latin = all < 0x100;
    byte[] bytes = text.getBytes(latin ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
    out.writeInt(2 * bytes.length + (latin ? 0 : 1));
    out.write(bytes);
  }

  static String read(DataInputView in) throws IOException {
    int head = in.readInt();
    if (head == -1) {
      return null;
    }
    if (head < 0 || head > MOST) {
      throw new IOException("a text of " + head / 2 + " bytes");
    }
    byte[] bytes = new byte[head / 2];
    in.readFully(bytes);
    return new String(bytes, head % 2 == 0 ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
  }
}
