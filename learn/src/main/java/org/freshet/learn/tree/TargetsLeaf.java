package org.freshet.learn.tree;

import java.util.Arrays;
import org.freshet.core.Features;

/**
 * What a leaf of a multi-target tree has seen: per target the mean (with what it inherited at the
 * split), a linear model, and observations of the features against it.
 */
final class TargetsLeaf extends TreeLeaf {
  /** How fast the errors by which a target chooses between mean and model are forgotten. */
  private static final double FADING = 0.995;

  final FeatureSet features;
  final int targets;
  private final int bins;
  private final int inputs;
  final double[] weight;
  final double[] mean;
  final double[] model; // targets × (inputs + 1): coefficients, then the constant; empty without
  final double[] modelWeight;
  final double[] meanLoss;
  final double[] modelLoss;
  final double[] shift; // taken off the targets observed, so that sums of squares stay exact
  double seen;
  double lastAttempt;
  double squares; // Σ over targets of the squared deviation from the mean
  Histograms[] numeric; // one a target
  NominalSums[][] nominal; // feature, target
  private boolean observing;

  /**
   * @param inputs of the linear models; -1 when the mean answers
   */
  TargetsLeaf(FeatureSet features, int targets, int bins, int inputs) {
    this.features = features;
    this.targets = targets;
    this.bins = bins;
    this.inputs = inputs;
    this.weight = new double[targets];
    this.mean = new double[targets];
    this.model = new double[targets * (inputs + 1)];
    this.modelWeight = new double[targets];
    this.meanLoss = new double[targets];
    this.modelLoss = new double[targets];
    this.shift = new double[targets];
  }

  /** The linear model of a target at standardised inputs. */
  double modelAnswer(int t, double[] z) {
    if (modelWeight[t] == 0) {
      return mean[t];
    }
    int at = t * (inputs + 1);
    double a = model[at + inputs];
    for (int i = 0; i < inputs; i++) {
      a += model[at + i] * z[i];
    }
    return a;
  }

  boolean answersByModel(int t, RegressionPrediction p) {
    return inputs >= 0
        && modelWeight[t] > 0
        && (p == RegressionPrediction.MODEL || modelLoss[t] < meanLoss[t]);
  }

  /** Learns a known truth of one target. */
  void learn(int t, double y, double w, double[] z, double norm, double rate) {
    double before = mean[t];
    weight[t] += w;
    mean[t] += (y - before) * w / weight[t];
    squares += w * (y - before) * (y - mean[t]);
    if (inputs < 0) {
      return;
    }
    int at = t * (inputs + 1);
    if (modelWeight[t] == 0) {
      model[at + inputs] = y;
    }
    double e = y - modelAnswer(t, z);
    meanLoss[t] = FADING * meanLoss[t] + w * (y - before) * (y - before);
    modelLoss[t] = FADING * modelLoss[t] + w * e * e;
    modelWeight[t] += w;
    double s = Math.min(rate * w, 1 / norm) * e;
    for (int i = 0; i < inputs; i++) {
      model[at + i] += s * z[i];
    }
    model[at + inputs] += s;
  }

  /**
   * Observes an example whose truths are all known.
   *
   * @return bytes by which the leaf grew
   */
  int observe(Features x, double[] xs, double[] truths, double w) {
    int grown = 0;
    if (!observing) {
      int without = bytes();
      allocate();
      if (seen == 0) {
        System.arraycopy(mean, 0, shift, 0, targets);
      }
      grown = bytes() - without;
    }
    seen += w;
    for (int t = 0; t < targets; t++) {
      numeric[t].add(xs, features.numeric, w, truths[t] - shift[t]);
    }
    for (int j = 0; j < nominal.length; j++) {
      double v = x.get(features.nominal[j]);
      for (int t = 0; v >= 0 && t < targets; t++) {
        grown += nominal[j][t].add((int) v, w, truths[t] - shift[t]);
      }
    }
    return grown;
  }

  private void allocate() {
    observing = true;
    numeric = new Histograms[targets];
    Arrays.setAll(numeric, t -> new Histograms(features.numeric.length, bins));
    nominal = new NominalSums[features.nominal.length][targets];
    for (NominalSums[] n : nominal) {
      Arrays.setAll(n, t -> new NominalSums());
    }
  }

  @Override
  boolean observes() {
    return observing;
  }

  @Override
  void forgetObservations(boolean stayActive) {
    active = stayActive;
    observing = false;
    numeric = null;
    nominal = null;
    seen = 0;
    lastAttempt = 0;
  }

  /** The squared error of answering by the means. */
  @Override
  double promise() {
    return squares;
  }

  @Override
  int bareBytes() {
    return 120 + 6 * (16 + 8 * targets) + 16 + 8 * model.length;
  }

  @Override
  int bytes() {
    int b = bareBytes();
    if (observing) {
      b += 16 + targets * (4 + Histograms.bytes(features.numeric.length, bins));
      b += 16 + nominal.length * (20 + 4 * targets);
      for (NominalSums[] n : nominal) {
        for (NominalSums s : n) {
          b += s.bytes();
        }
      }
    }
    return b;
  }

  @Override
  int observationBytes() {
    return 32
        + targets * (4 + Histograms.bytes(features.numeric.length, bins))
        + features.nominal.length * (20 + targets * 154);
  }

  void save(Tape out) {
    out.put(active ? 1 : 0);
    out.put(observing ? 1 : 0);
    out.put(seen);
    out.put(lastAttempt);
    out.put(squares);
    for (double[] a : arrays()) {
      out.put(a, 0, a.length);
    }
    if (observing) {
      for (Histograms h : numeric) {
        h.save(out);
      }
      for (NominalSums[] n : nominal) {
        for (NominalSums s : n) {
          s.save(out);
        }
      }
    }
  }

  private double[][] arrays() {
    return new double[][] {weight, mean, model, modelWeight, meanLoss, modelLoss, shift};
  }

  /** Fills a leaf just made. */
  void load(Tape in) {
    active = in.nextInt(0, 1) == 1;
    boolean observed = in.nextInt(0, 1) == 1;
    seen = in.nextDouble();
    lastAttempt = in.nextDouble();
    squares = in.nextDouble();
    for (double[] a : arrays()) {
      in.next(a, 0, a.length);
    }
    if (observed) {
      allocate();
      Arrays.setAll(numeric, t -> Histograms.load(in, features.numeric.length, bins));
      for (NominalSums[] n : nominal) {
        Arrays.setAll(n, t -> NominalSums.load(in));
      }
    }
  }
}
