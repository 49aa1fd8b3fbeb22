package org.freshet.learn.ask;

import org.freshet.core.ask.Candidate;
import org.freshet.core.ask.QueryStrategy;
import org.freshet.core.component.Build;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** A strategy that scores events and wants the labels of those that score highest. */
abstract class Scored implements QueryStrategy {
  /** Scores a new one is ranked among: what a rate of 1 % needs, and short enough to forget. */
  static final int WINDOW = 256;

  final TopShare top;

  Scored(Build build) {
    top = new TopShare(WINDOW, build.child("ties", 0).seed());
  }

  /** How much the label of an event is worth; only the order counts. Called once for each event. */
  abstract double score(Candidate c);

  @Override
  public final boolean ask(Candidate c) {
    return top.takes(score(c), c.rate());
  }

  @Override
  public void save(StateWriter out) {
    top.save(out.child("top"));
  }

  @Override
  public void load(StateReader in) {
    top.load(in.child("top"));
  }

  @Override
  public long memoryBytes() {
    return 24 + top.memoryBytes();
  }
}
