package org.freshet.learn.tree;

import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** A growing Mondrian tree whose nodes keep the mean and the squared deviations of a number. */
public final class MondrianValues extends GrowingMondrian {
  private static final int MEAN = STATS;
  private static final int SQUARES = STATS + 1;

  private double target;
  private double weight;
  private double answer;
  private double seen; // weight learnt
  private double errors; // weighted squared errors of its own answers
  private double unit; // η over twice their mean

  public MondrianValues(MondrianParameters p, int width, long maxBytes, Rng rng) {
    super(p, width, 2, maxBytes, rng);
  }

  public double predict(Features x) {
    answer = 0;
    walk(x, true, false);
    return answer;
  }

  /** Both in one walk; a target that is missing or huge or a weight of 0 only predicts. */
  public double testThenLearn(Features x, double y, double w) {
    if (!(w > 0) || !(Math.abs(y) <= LARGEST)) {
      return predict(x);
    }
    answer = 0;
    target = y;
    weight = w;
    unit = errors > 0 ? p.step() * w * seen / (2 * errors) : 0;
    boolean first = root < 0;
    walk(x, true, true);
    if (!first) {
      seen += w;
      errors += w * (y - answer) * (y - answer);
    }
    return answer;
  }

  @Override
  void answer(int b, double share) {
    answer += share * records[b + MEAN];
  }

  @Override
  boolean pure(int b) {
    return records[b + SQUARES] == 0 && records[b + MEAN] == target;
  }

  @Override
  boolean logs() {
    return true;
  }

  @Override
  double likelihood(int b) {
    double d = target - records[b + MEAN];
    return -unit * d * d;
  }

  @Override
  double unseen(int b) {
    return likelihood(b); // it has no mean yet
  }

  @Override
  void absorb(int b) {
    if (p.fading() > 0) {
      double f = Math.exp(-p.fading() * (tick - records[b + LAST]));
      records[b + TOTAL] *= f;
      records[b + SQUARES] *= f;
      records[b + LAST] = tick;
    }
    double n = records[b + TOTAL] += weight;
    double d = target - records[b + MEAN];
    records[b + MEAN] += d * (weight / n);
    records[b + SQUARES] += weight * d * (target - records[b + MEAN]);
  }

  @Override
  public void save(StateWriter out) {
    out.put("seen", seen);
    out.put("errors", errors);
    super.save(out);
  }

  @Override
  public void load(StateReader in) {
    seen = in.doubleValue("seen");
    errors = in.doubleValue("errors");
    super.load(in);
  }
}
