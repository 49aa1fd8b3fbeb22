package org.freshet.testkit;

import java.util.Arrays;
import org.freshet.core.Classifier;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Learner;
import org.freshet.core.ask.Candidate;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** Events of a sample stream as a strategy meets them, answered by a model that never learns. */
final class SampleCandidate implements Candidate {
  private static final double RATE = 0.3;

  private final Classifier model;
  private final double[] scores;
  private Features x;

  SampleCandidate(SampleStream stream) {
    model = new Fixed(stream.classes());
    scores = new double[stream.classes()];
  }

  /** The event of a row, told by its time. */
  SampleCandidate at(Features row) {
    x = row;
    model.scores(x, scores);
    return this;
  }

  @Override
  public Features x() {
    return x;
  }

  @Override
  public long event() {
    return SampleStream.event(x);
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

  @Override
  public double rate() {
    return RATE;
  }

  /** It has room for every question. */
  @Override
  public boolean allowed() {
    return true;
  }

  @Override
  public Learner learner() {
    return model;
  }

  /** Classes one after the other along the first value. */
  private record Fixed(int labels) implements Classifier {
    @Override
    public void scores(Features x, double[] scores) {
      Arrays.fill(scores, 0);
      double first = x.count() == 0 || !Double.isFinite(x.value(0)) ? 0 : x.value(0);
      for (int k = 0; k < labels; k++) {
        double d = first - (2.0 * k / (labels - 1) - 1);
        scores[k] = StrictMath.exp(-d * d);
      }
      Kernels.normalize(scores, labels);
    }

    @Override
    public void learn(Features x, int label, double weight) {
      throw new IllegalStateException("a strategy taught the model");
    }

    @Override
    public void save(StateWriter out) {}

    @Override
    public void load(StateReader in) {}

    @Override
    public long memoryBytes() {
      return 16;
    }
  }
}
