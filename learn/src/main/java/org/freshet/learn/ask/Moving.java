package org.freshet.learn.ask;

import org.freshet.core.Rng;
import org.freshet.core.ask.Candidate;
import org.freshet.core.ask.QueryStrategy;
import org.freshet.core.component.Build;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** A strategy with a threshold that moves with each event that the budget allows. */
abstract class Moving implements QueryStrategy {
  final Threshold threshold;
  final Rng rng; // null where nothing is drawn

  Moving(String name, double step, boolean random, Build build) {
    Classes.required(build, name);
    threshold = new Threshold(step);
    rng = random ? new Rng(build.seed()) : null;
  }

  /** Whether to ask about an event, which the budget allows. */
  abstract boolean wants(Candidate c);

  @Override
  public final boolean ask(Candidate c) {
    return c.allowed() && wants(c);
  }

  @Override
  public final void save(StateWriter out) {
    threshold.save(out);
    if (rng != null) {
      rng.save(out, "rng");
    }
  }

  @Override
  public final void load(StateReader in) {
    threshold.load(in);
    if (rng != null) {
      rng.load(in, "rng");
    }
  }

  @Override
  public final long memoryBytes() {
    return rng == null ? 56 : 144;
  }
}
