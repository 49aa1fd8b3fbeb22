package org.freshet.learn.ask;

import org.freshet.core.component.Build;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** A ranked strategy that has more state than its scores. */
abstract class Scored extends Ranked {
  /** Scores a new one is ranked among: what a rate of 1 % needs, and short enough to forget. */
  static final int WINDOW = 256;

  Scored(Build build) {
    super(WINDOW, build.child("ties", 0).seed());
  }

  @Override
  public void save(StateWriter out) {
    top.save(out.child("top"));
  }

  @Override
  public void load(StateReader in) {
    top.load(in.child("top"));
  }
}
