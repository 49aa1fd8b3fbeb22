package org.freshet.learn.tree;

import java.util.Arrays;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** A growing Mondrian tree whose nodes count classes. */
public final class MondrianClasses extends GrowingMondrian {
  private final int declared;
  private int labels;
  private int label;
  private double weight;
  private double exponent;
  private double[] out;
  private int known;

  public MondrianClasses(MondrianParameters p, int width, int declared, long maxBytes, Rng rng) {
    super(p, width, Math.max(2, declared), maxBytes, rng);
    this.declared = declared;
    this.labels = declared;
  }

  public int labels() {
    return labels;
  }

  /** Writes the probabilities of the labels known, and zeros behind them. */
  public void scores(Features x, double[] scores) {
    ask(scores);
    if (root >= 0) {
      walk(x, true, false);
    }
  }

  private void ask(double[] scores) {
    Arrays.fill(scores, 0);
    out = scores;
    known = labels;
    if (root < 0 && known > 0) {
      Arrays.fill(scores, 0, known, 1.0 / known);
    }
  }

  public void learn(Features x, int code, double w) {
    open(code);
    label = code;
    weight = w;
    exponent = p.step() * w;
    walk(x, false, true);
  }

  /** Both in one walk; a label below 0 or a weight of 0 only predicts. */
  public void testThenLearn(Features x, int code, double w, double[] scores) {
    if (code < 0 || !(w > 0)) {
      scores(x, scores);
      return;
    }
    if (code >= labels || root < 0) {
      scores(x, scores);
      learn(x, code, w);
      return;
    }
    ask(scores);
    label = code;
    weight = w;
    exponent = p.step() * w;
    walk(x, true, true);
  }

  private void open(int code) {
    if (code >= labels) {
      labels = code + 1;
      if (labels > stats) {
        widen(Math.max(labels, stats + stats / 2));
      }
    }
  }

  @Override
  void answer(int b, double share) {
    double f = p.fading() == 0 ? 1 : faded(b);
    double unit = share / (records[b + TOTAL] * f + known * p.dirichlet());
    double base = unit * p.dirichlet();
    unit *= f;
    int at = b + STATS;
    for (int c = 0; c < known; c++) {
      out[c] += unit * records[at + c] + base;
    }
  }

  private double faded(int b) {
    return Math.exp(-p.fading() * (tick - records[b + LAST]));
  }

  @Override
  boolean pure(int b) {
    return records[b + STATS + label] == records[b + TOTAL];
  }

  @Override
  boolean logs() {
    return exponent != 1;
  }

  @Override
  double likelihood(int b) {
    double f = p.fading() == 0 ? 1 : faded(b);
    double share =
        (records[b + STATS + label] * f + p.dirichlet())
            / (records[b + TOTAL] * f + labels * p.dirichlet());
    return exponent == 1 ? share : exponent * Math.log(share);
  }

  @Override
  double unseen(int b) {
    return exponent == 1 ? 1.0 / labels : -exponent * Math.log(labels);
  }

  @Override
  void absorb(int b) {
    if (p.fading() > 0) {
      double f = faded(b);
      records[b + TOTAL] *= f;
      for (int c = 0; c < labels; c++) {
        records[b + STATS + c] *= f;
      }
      records[b + LAST] = tick;
    }
    records[b + TOTAL] += weight;
    records[b + STATS + label] += weight;
  }

  @Override
  public void save(StateWriter out) {
    out.put("labels", labels);
    super.save(out);
  }

  @Override
  public void load(StateReader in) {
    labels = in.labels("labels", declared);
    super.load(in);
    if (stats < labels) {
      throw in.corrupt("stats", "is below the number of labels");
    }
  }
}
