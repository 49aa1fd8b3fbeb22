package org.freshet.learn.ask;

import org.freshet.core.Features;
import org.freshet.core.Learner;
import org.freshet.core.ask.Candidate;

/** An event as a strategy inside another sees it: the same, at another rate. */
final class Rated implements Candidate {
  private Candidate of;
  private double rate;

  /** Valid until the next call. */
  Candidate at(Candidate c, double share) {
    of = c;
    rate = Math.max(0, Math.min(1, share));
    return this;
  }

  @Override
  public Features x() {
    return of.x();
  }

  @Override
  public long event() {
    return of.event();
  }

  @Override
  public int labels() {
    return of.labels();
  }

  @Override
  public double score(int code) {
    return of.score(code);
  }

  @Override
  public double predicted() {
    return of.predicted();
  }

  @Override
  public double rate() {
    return rate;
  }

  @Override
  public double perPrice(double score) {
    return of.perPrice(score);
  }

  @Override
  public boolean allowed() {
    return of.allowed();
  }

  @Override
  public Learner learner() {
    return of.learner();
  }
}
