package org.freshet.learn.tree;

import org.freshet.core.DriftDetector;
import org.freshet.core.Features;

/** A rule that answers with a number: its conditions, and a leaf that holds what it covers. */
final class RegressionRule extends Rule {
  /** How fast the error that a vote is weighed by is forgotten. */
  private static final double FADING = 0.99;

  final RegressionLeaf leaf;
  final UsualRows usual;
  private double loss; // faded absolute errors
  private double lossWeight;

  /** Of the linear model, for the row asked last. */
  private double modelAnswer;

  RegressionRule(
      Conditions conditions, RegressionLeaf leaf, DriftDetector detector, UsualRows usual) {
    super(conditions, detector);
    this.leaf = leaf;
    this.usual = usual;
  }

  @Override
  RegressionLeaf leaf() {
    return leaf;
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
    usual.learn(xs, w);
    if (leaf.model != null && leaf.modelWeight == 0) {
      leaf.model[leaf.model.length - 1] = y;
      modelAnswer = y;
    }
    double rate = p.learningRate() / (1 + p.rateDecay() * leaf.modelWeight);
    return leaf.learn(x, xs, z, modelAnswer, norm, rate, y, w);
  }

  /** The same rule with one condition more and the leaf that goes with it. */
  RegressionRule narrowed(Conditions to, RegressionLeaf child) {
    RegressionRule r = new RegressionRule(to, child, detector, usual.empty());
    r.loss = loss;
    r.lossWeight = lossWeight;
    return r;
  }

  @Override
  long bytes() {
    return 64 + conditions.bytes() + leaf.bytes() + detector.memoryBytes() + usual.bytes();
  }

  void save(Tape out) {
    conditions.save(out);
    out.put(loss);
    out.put(lossWeight);
    usual.save(out);
  }

  /** Takes the two numbers that {@link #save} wrote first. */
  void restore(double loss, double lossWeight) {
    this.loss = loss;
    this.lossWeight = lossWeight;
  }
}
