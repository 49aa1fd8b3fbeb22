package org.freshet.evaluate.metrics;

import java.util.function.Consumer;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** Writes to a snapshot and reads back. */
final class State {
  private State() {}

  static void copy(Consumer<StateWriter> save, Consumer<StateReader> load) {
    StateWriter out = new StateWriter();
    save.accept(out);
    load.accept(StateReader.open("test", out.toBytes()));
  }

  static byte[] bytes(Consumer<StateWriter> save) {
    StateWriter out = new StateWriter();
    save.accept(out);
    return out.toBytes();
  }
}
