package org.freshet.learn;

import org.freshet.core.Learner;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** Saves a learner and restores another from it. */
public final class States {
  private States() {}

  /** {@code fresh}, newly made as {@code used} was, in the state of {@code used}. */
  public static <L extends Learner> L restore(Learner used, L fresh) {
    fresh.load(StateReader.open("test", bytes(used)));
    return fresh;
  }

  public static byte[] bytes(Learner learner) {
    StateWriter out = new StateWriter();
    learner.save(out);
    return out.toBytes();
  }
}
