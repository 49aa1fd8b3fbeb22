package org.freshet.neural.network;

import java.util.Arrays;
import java.util.List;
import org.freshet.core.Kernels;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.graph.Attenuate;
import org.freshet.neural.graph.Dense;
import org.freshet.neural.graph.Losses;
import org.freshet.neural.strategy.Lesson;
import org.freshet.neural.strategy.Strategy;

/** Learns several classifiers of one network by the share each has in the answer. */
final class Hedge extends Strategy {
  private static final double MOST_LOSS = 1000;
  private static final double LEAST = 1e-300;

  private final List<Attenuate> gates;
  private final Dense[] heads;
  private final boolean scaled;
  private final double beta;
  private final double least;
  private final double[] shares;
  private final double[] losses;
  private double[] answer = {};

  /**
   * @param gates what lies between layers and their classifiers
   * @param heads the classifiers, the last of them the head of the network
   * @param scaled whether a classifier learns at the rate of its share
   */
  Hedge(List<Attenuate> gates, List<Dense> heads, boolean scaled, double beta, double smoothing) {
    this.scaled = scaled;
    this.gates = gates;
    this.heads = heads.toArray(new Dense[0]);
    this.beta = beta;
    int n = heads.size();
    least = Math.max(LEAST, smoothing / n);
    shares = new double[n];
    Arrays.fill(shares, 1.0 / n);
    losses = new double[n];
  }

  double[] shares() {
    return shares.clone();
  }

  @Override
  public void learn(Lesson l) {
    int rows = l.streamed();
    l.forward(rows);
    for (int h = 0; h < heads.length; h++) {
      double rate = scaled ? shares[h] : 1;
      l.weigh(0, rows, rate);
      gates.get(h).factor(shares[h] / rate);
      double loss = Losses.softmaxCrossEntropy(heads[h], l.labels(), l.weights(), 0, rows);
      double sum = rows * loss / rate;
      losses[h] = sum < MOST_LOSS ? sum : MOST_LOSS; // also for NaN
    }
    l.step(rows);
    hedge();
  }

  private void hedge() {
    double sum = 0;
    for (int h = 0; h < heads.length; h++) {
      shares[h] = Math.max(least, shares[h] * Math.pow(beta, losses[h]));
      sum += shares[h];
    }
    for (int h = 0; h < heads.length; h++) {
      shares[h] /= sum;
    }
  }

  /** The logarithm of Σ α f, whose softmax is Σ α f. */
  @Override
  public void scores(Lesson l, double[] scores, int outputs) {
    l.network().graph().predict(1);
    if (answer.length < outputs) {
      answer = new double[outputs];
    }
    for (int h = 0; h < heads.length; h++) {
      copy(heads[h], answer, outputs);
      Kernels.softmax(answer, outputs);
      for (int c = 0; c < outputs; c++) {
        scores[c] += shares[h] * answer[c];
      }
    }
    for (int c = 0; c < outputs; c++) {
      scores[c] = Math.log(Math.max(LEAST, scores[c]));
    }
  }

  @Override
  public void grown(Lesson l, int outputs) {
    for (int h = 0; h < heads.length - 1; h++) {
      heads[h].grow(outputs);
    }
  }

  @Override
  public void save(StateWriter out) {
    out.put("shares", shares.clone());
  }

  @Override
  public void load(StateReader in, int mostOutputs) {
    double[] s = in.doubles("shares", shares.length);
    double sum = 0;
    for (double v : s) {
      if (!(v > 0 && v <= 1)) {
        throw in.corrupt("shares", "holds " + v + ", expected (0, 1]");
      }
      sum += v;
    }
    if (Math.abs(sum - 1) > 1e-6) {
      throw in.corrupt("shares", "sums to " + sum + ", expected 1");
    }
    System.arraycopy(s, 0, shares, 0, s.length);
  }

  @Override
  public long memoryBytes() {
    return 64
        + 2 * 16
        + 8L * heads.length
        + 4L * heads.length
        + 3 * 16
        + 8L * (2 * shares.length + answer.length);
  }
}
