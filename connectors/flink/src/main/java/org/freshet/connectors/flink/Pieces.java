package org.freshet.connectors.flink;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/** States on their way to the client in pieces: Flink gives no large record back. */
final class Pieces {
  private static final int MOST = 1 << 20;

  private Pieces() {}

  /** Hands a state on; its last piece, which may be empty, is shorter than the others. */
  static void give(byte[] state, Consumer<byte[]> to) {
    for (int at = 0; at <= state.length; at += MOST) {
      to.accept(Arrays.copyOfRange(state, at, Math.min(state.length, at + MOST)));
    }
  }

  /** The states whose pieces came in their order. */
  static List<byte[]> join(Iterator<byte[]> pieces) {
    List<byte[]> all = new ArrayList<>();
    ByteArrayOutputStream state = new ByteArrayOutputStream();
    while (pieces.hasNext()) {
      byte[] piece = pieces.next();
      state.write(piece, 0, piece.length);
      if (piece.length < MOST) {
        all.add(state.toByteArray());
        state.reset();
      }
    }
    return all;
  }
}
