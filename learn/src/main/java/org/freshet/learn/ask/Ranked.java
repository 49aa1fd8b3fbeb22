package org.freshet.learn.ask;

import org.freshet.core.ask.Candidate;
import org.freshet.core.ask.QueryStrategy;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** A strategy that scores events and wants the labels of those that score highest for the price. */
abstract class Ranked implements QueryStrategy {
  final TopShare top;

  /**
   * @param window scores that are looked back on
   */
  Ranked(int window, long seed) {
    top = new TopShare(window, seed);
  }

  /** How much the label of an event is worth; only the order counts. Called once for each event. */
  abstract double score(Candidate c);

  @Override
  public final boolean ask(Candidate c) {
    return top.takes(c.perPrice(score(c)), c.rate());
  }

  @Override
  public void save(StateWriter out) {
    top.save(out);
  }

  @Override
  public void load(StateReader in) {
    top.load(in);
  }

  @Override
  public long memoryBytes() {
    return 24 + top.memoryBytes();
  }
}
