package org.freshet.learn.tree;

import java.util.Arrays;
import org.freshet.core.DriftDetector;
import org.freshet.core.Features;

/** A rule that answers some of several targets. */
final class TargetsRule extends Rule {
  /** How fast the errors that votes are weighed by are forgotten. */
  private static final double FADING = 0.99;

  /** The targets it answers, ascending; the leaf has them in this order. */
  final int[] outputs;

  final TargetsLeaf leaf;
  final UsualRows usual;
  private final double[] loss; // faded absolute errors, by output
  private final double[] lossWeight;

  TargetsRule(
      Conditions conditions,
      int[] outputs,
      TargetsLeaf leaf,
      DriftDetector detector,
      UsualRows usual) {
    super(conditions, detector);
    this.outputs = outputs;
    this.leaf = leaf;
    this.usual = usual;
    this.loss = new double[outputs.length];
    this.lossWeight = new double[outputs.length];
  }

  @Override
  TargetsLeaf leaf() {
    return leaf;
  }

  double answer(int k, double[] z, RegressionPrediction p) {
    return leaf.answersByModel(k, p) ? leaf.modelAnswer(k, z) : leaf.mean[k];
  }

  /** Weight of its vote on an output: the smaller its error, the more. */
  double vote(int k) {
    return loss[k] > 0 ? lossWeight[k] / loss[k] : lossWeight[k] > 0 ? 1e100 : 1e-100;
  }

  /** Mean absolute error lately. */
  double error(int k) {
    return lossWeight[k] > 0 ? loss[k] / lossWeight[k] : 0;
  }

  void learnError(int k, double error, double w) {
    loss[k] = FADING * loss[k] + w * error;
    lossWeight[k] = FADING * lossWeight[k] + w;
  }

  /**
   * Learns the truths that are not NaN.
   *
   * @return bytes by which the leaf grew
   */
  int learn(
      Features x,
      double[] xs,
      double[] z,
      double norm,
      RegressionParameters p,
      double[] truths,
      double w,
      double[] terms) {
    usual.learn(xs, w);
    for (int k = 0; k < outputs.length; k++) {
      if (!Double.isNaN(truths[k])) {
        double rate = p.learningRate() / (1 + p.rateDecay() * leaf.modelWeight[k]);
        leaf.learn(k, truths[k], w, z, norm, rate);
      }
    }
    return leaf.active ? leaf.observe(x, xs, truths, w, terms) : 0;
  }

  /** Takes the errors of the outputs at these places of another rule. */
  void inheritErrors(TargetsRule from, int[] places) {
    for (int k = 0; k < outputs.length; k++) {
      loss[k] = from.loss[places[k]];
      lossWeight[k] = from.lossWeight[places[k]];
    }
  }

  @Override
  long bytes() {
    return 72
        + conditions.bytes()
        + leaf.bytes()
        + detector.memoryBytes()
        + usual.bytes()
        + 3 * 16
        + 20L * outputs.length;
  }

  void save(Tape out) {
    conditions.save(out);
    out.put(outputs.length);
    for (int t : outputs) {
      out.put(t);
    }
    out.put(loss, 0, loss.length);
    out.put(lossWeight, 0, loss.length);
    usual.save(out);
    leaf.save(out);
  }

  /** Takes what {@link #save} wrote after the outputs. */
  void load(Tape in) {
    in.next(loss, 0, loss.length);
    in.next(lossWeight, 0, loss.length);
    usual.load(in);
    leaf.load(in);
  }

  /** The outputs in a state: ascending, below a number of targets. */
  static int[] loadOutputs(Tape in, int targets) {
    int[] outputs = new int[in.nextInt(1, targets)];
    int least = 0;
    for (int k = 0; k < outputs.length; k++) {
      outputs[k] = in.nextInt(least, targets - 1);
      least = outputs[k] + 1;
    }
    return outputs;
  }

  /** The targets at these places. */
  int[] outputsAt(int[] places) {
    return Arrays.stream(places).map(k -> outputs[k]).toArray();
  }
}
