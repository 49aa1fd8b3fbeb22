package org.freshet.learn.ask;

import java.util.ArrayDeque;
import java.util.Deque;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Learner;
import org.freshet.core.Schema;
import org.freshet.core.ask.Candidate;
import org.freshet.core.ask.QueryStrategy;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;

/**
 * A classifier that learns only what a strategy asks for, of a budget that is a share of the
 * events, as simple as can be; also an event as strategies see it.
 */
final class Asked implements Candidate {
  final Schema schema;
  final QueryStrategy strategy;
  Classifier learner;
  Features x;
  double[] scores = {};
  double rate;
  long event;
  long asked;
  long right;
  boolean makesUp = true; // later for what was not spent

  Asked(Schema schema, String strategy, double rate, long seed) {
    this.schema = schema;
    this.rate = rate;
    Build build = Build.of(schema).withSeed(seed);
    this.strategy = Components.create(Spec.parse(strategy), build, QueryStrategy.class);
  }

  /** Over a stream, with labels that come after {@code delay} events; gives the accuracy. */
  static double accuracy(Batch rows, String learner, String strategy, double rate, int delay) {
    double sum = 0;
    for (long seed = 1; seed <= 3; seed++) {
      Asked run = new Asked(rows.schema(), strategy, rate, seed);
      sum += run.over(rows, learner, delay);
    }
    return sum / 3;
  }

  double over(Batch rows, String spec, int delay) {
    learner = Components.create(Spec.parse(spec), Build.of(schema), Classifier.class);
    Deque<Integer> waiting = new ArrayDeque<>();
    for (int r = 0; r < rows.size(); r++) {
      if (next(rows.row(r), rows.labelCode(r))) {
        waiting.add(r);
      }
      while (!waiting.isEmpty() && waiting.peek() <= r - delay) {
        int due = waiting.poll();
        strategy.learn(rows.row(due), rows.labelCode(due), 1);
        learner.learn(rows.row(due), rows.labelCode(due), 1);
      }
    }
    return (double) right / rows.size();
  }

  /** Answers an event and decides. */
  boolean next(Features row, int label) {
    scores = new double[learner.labels()];
    learner.scores(row, scores);
    right += Kernels.argmax(scores, scores.length) == label ? 1 : 0;
    return decide(row);
  }

  /** Decides about an event with the scores there are. */
  boolean decide(Features row) {
    x = row;
    boolean allowed = allowed();
    boolean wanted = strategy.ask(this);
    event++;
    if (wanted && allowed) {
      strategy.asked(this);
      asked++;
    }
    return wanted && allowed;
  }

  @Override
  public Features x() {
    return x;
  }

  @Override
  public long event() {
    return event;
  }

  @Override
  public int labels() {
    return scores.length;
  }

  @Override
  public double score(int code) {
    return scores[code];
  }

  @Override
  public double predicted() {
    return Kernels.argmax(scores, scores.length);
  }

  /** What is unspent is made up for over 1,000 events. */
  @Override
  public double rate() {
    return !makesUp ? rate : Math.max(0, Math.min(1, rate + (rate * event - asked) / 1000));
  }

  @Override
  public boolean allowed() {
    return asked < rate * (event + 1);
  }

  @Override
  public Learner learner() {
    return learner;
  }
}
