package org.freshet.learn.ask;

import org.freshet.core.Features;
import org.freshet.core.ask.Candidate;
import org.freshet.core.ask.QueryStrategy;
import org.freshet.core.component.Build;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** A strategy around another, which decides in the end. */
abstract class Around implements QueryStrategy {
  final QueryStrategy strategy;
  private final Rated rated = new Rated();

  Around(Spec strategy, Build build) {
    this.strategy = build.child("strategy", 0).create(strategy, QueryStrategy.class);
  }

  /** Whether the strategy inside wants the label, at a rate of ours. */
  final boolean wanted(Candidate c, double rate) {
    return strategy.ask(rated.at(c, rate));
  }

  @Override
  public void asked(Candidate c) {
    strategy.asked(c);
  }

  @Override
  public void learn(Features x, double label, double weight) {
    strategy.learn(x, label, weight);
  }

  @Override
  public void drift() {
    strategy.drift();
  }

  @Override
  public void save(StateWriter out) {
    out.put("strategy", strategy);
  }

  @Override
  public void load(StateReader in) {
    in.load("strategy", strategy);
  }

  @Override
  public long memoryBytes() {
    return 24 + 32 + strategy.memoryBytes();
  }
}
