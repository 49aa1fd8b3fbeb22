package org.freshet.learn.tree;

import org.freshet.core.DriftDetector;
import org.freshet.core.Features;

/** A rule that answers with a number: its conditions, and a leaf that holds what it covers. */
final class RegressionRule {
  /** How fast the error that a vote is weighed by is forgotten. */
  private static final double FADING = 0.99;

  /** Weight before a row can be told to be unusual. */
  private static final double USUAL = 30;

  final Conditions conditions;
  final RegressionLeaf leaf;
  final DriftDetector detector;
  private double loss; // faded absolute errors
  private double lossWeight;
  private double weight; // of the rows in means
  private final double[] means;
  private final double[] squares;

  /** Of the linear model, for the row asked last. */
  private double modelAnswer;

  RegressionRule(Conditions conditions, RegressionLeaf leaf, DriftDetector detector, int width) {
    this.conditions = conditions;
    this.leaf = leaf;
    this.detector = detector;
    this.means = new double[width];
    this.squares = new double[width];
  }

  double answer(double[] z, RegressionPrediction p) {
    if (leaf.model == null) {
      return leaf.mean;
    }
    modelAnswer = leaf.modelWeight > 0 ? leaf.modelAnswer(z) : leaf.mean;
    return leaf.answersByModel(p) ? modelAnswer : leaf.mean;
  }

  /** Weight of its vote: the smaller its error, the more. */
  double vote() {
    return loss > 0 ? lossWeight / loss : lossWeight > 0 ? 1e100 : 1e-100;
  }

  /** Mean absolute error lately. */
  double error() {
    return lossWeight > 0 ? loss / lossWeight : 0;
  }

  /**
   * Whether a row it covers is unlike those before: by Cantelli's inequality a value k from the
   * mean has a chance of at most σ² / (σ² + k²), odds σ² / k²; the logarithms of the odds are
   * averaged.
   */
  boolean unusual(double[] xs, double threshold) {
    if (weight < USUAL || threshold == Double.NEGATIVE_INFINITY) {
      return false;
    }
    double logs = 0;
    double product = 1;
    int n = 0;
    for (int i = 0; i < xs.length; i++) {
      double d = xs[i] - means[i];
      if (!Double.isNaN(d) && squares[i] > 0) {
        product *= Math.max(d * d * weight / squares[i], 1e-4);
        if ((++n & 7) == 0) {
          logs += Math.log(product);
          product = 1;
        }
      }
    }
    return n > 0 && -(logs + Math.log(product)) < threshold * n;
  }

  int learn(
      Features x,
      double[] xs,
      double[] z,
      double norm,
      RegressionParameters p,
      double y,
      double w,
      double error) {
    loss = FADING * loss + w * error;
    lossWeight = FADING * lossWeight + w;
    weight += w;
    double share = w / weight;
    for (int i = 0; i < xs.length; i++) {
      double d = xs[i] - means[i];
      if (!Double.isNaN(d)) {
        means[i] += share * d;
        squares[i] += w * d * (xs[i] - means[i]);
      }
    }
    if (leaf.model != null && leaf.modelWeight == 0) {
      leaf.model[leaf.model.length - 1] = y;
      modelAnswer = y;
    }
    double rate = p.learningRate() / (1 + p.rateDecay() * leaf.modelWeight);
    return leaf.learn(x, xs, z, modelAnswer, norm, rate, y, w);
  }

  /** The same rule with one condition more and the leaf that goes with it. */
  RegressionRule narrowed(Conditions to, RegressionLeaf child) {
    RegressionRule r = new RegressionRule(to, child, detector, means.length);
    r.loss = loss;
    r.lossWeight = lossWeight;
    return r;
  }

  long bytes() {
    return 80
        + conditions.bytes()
        + leaf.bytes()
        + detector.memoryBytes()
        + 32
        + 16L * means.length;
  }

  void save(Tape out) {
    conditions.save(out);
    out.put(loss);
    out.put(lossWeight);
    out.put(weight);
    out.put(means, 0, means.length);
    out.put(squares, 0, squares.length);
  }

  /** Takes what {@link #save} wrote after the conditions. */
  void restore(double[] numbers) {
    loss = numbers[0];
    lossWeight = numbers[1];
    weight = numbers[2];
    System.arraycopy(numbers, 3, means, 0, means.length);
    System.arraycopy(numbers, 3 + means.length, squares, 0, means.length);
  }
}
