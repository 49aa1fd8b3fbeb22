package org.freshet.learn.tree;

import java.util.Arrays;
import org.freshet.core.Features;

/**
 * What a leaf of a regression tree has seen: the mean of its targets (with what it inherited at the
 * split), a linear model, and its observations of the features against the target.
 */
final class RegressionLeaf extends TreeLeaf {
  /** How fast the errors by which an adaptive leaf chooses are forgotten. */
  private static final double FADING = 0.995;

  final FeatureSet features;
  private final int bins;
  double weight;
  double mean;
  double squares;
  double[] model; // a coefficient per column, then the constant; null where the mean answers
  double modelWeight;
  double meanLoss;
  double modelLoss;
  double lossWeight; // faded weight under both losses
  double[] centre; // mean row; null unless asked for
  double seen; // weight observed
  double shift; // taken off the targets observed, so that sums of squares stay exact
  double lastAttempt;
  double nextAttempt;
  Histograms numeric;
  NominalSums[] nominal;
  private boolean observing;

  RegressionLeaf(FeatureSet features, int bins) {
    this.features = features;
    this.bins = bins;
  }

  /** Whether the linear model answers. */
  boolean answersByModel(RegressionPrediction p) {
    return model != null && (p == RegressionPrediction.MODEL || modelLoss < meanLoss);
  }

  double modelAnswer(double[] z) {
    int n = model.length - 1;
    double a = model[n];
    double b = 0;
    int i = 0;
    for (; i + 1 < n; i += 2) {
      a += model[i] * z[i];
      b += model[i + 1] * z[i + 1];
    }
    return i < n ? a + model[i] * z[i] + b : a + b;
  }

  /**
   * Takes a target and the row it came with.
   *
   * @param answer of the model for this row
   * @param norm |z|² + 1
   * @return bytes by which the leaf grew
   */
  int learn(
      Features x,
      double[] xs,
      double[] z,
      double answer,
      double norm,
      double rate,
      double y,
      double w) {
    double before = mean;
    weight += w;
    mean += (y - mean) * w / weight;
    squares += w * (y - before) * (y - mean);
    if (model != null) {
      double e = y - answer;
      double em = y - before;
      meanLoss = FADING * meanLoss + w * em * em;
      modelLoss = FADING * modelLoss + w * e * e;
      lossWeight = FADING * lossWeight + w;
      step(z, e, Math.min(rate * w, 1 / norm), w);
    }
    if (centre != null) {
      for (int i = 0; i < centre.length; i++) {
        centre[i] += Double.isNaN(xs[i]) ? 0 : (xs[i] - centre[i]) * w / weight;
      }
    }
    return active ? observe(x, xs, y, w) : 0;
  }

  private void step(double[] z, double e, double rate, double w) {
    modelWeight += w;
    double s = rate * e;
    int n = model.length - 1;
    for (int i = 0; i < n; i++) {
      model[i] += s * z[i];
    }
    model[n] += s;
  }

  private int observe(Features x, double[] xs, double y, double w) {
    int grown = 0;
    if (!observing) {
      int without = bytes();
      allocate();
      shift = seen == 0 ? mean : shift;
      grown = bytes() - without;
    }
    seen += w;
    numeric.add(xs, features.numeric, w, y - shift);
    for (int j = 0; j < nominal.length; j++) {
      double v = x.get(features.nominal[j]);
      grown += v >= 0 ? nominal[j].add((int) v, w, y - shift) : 0;
    }
    return grown;
  }

  void allocate() {
    observing = true;
    if (numeric == null) {
      numeric = new Histograms(features.numeric.length, bins);
    }
    nominal = new NominalSums[features.nominal.length];
    for (int j = 0; j < nominal.length; j++) {
      nominal[j] = new NominalSums();
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
    nextAttempt = 0;
  }

  /** The squared error of answering by the mean. */
  @Override
  double promise() {
    return squares;
  }

  @Override
  int bareBytes() {
    return 176
        + (model == null ? 0 : 16 + 8 * model.length)
        + (centre == null ? 0 : 16 + 8 * centre.length);
  }

  @Override
  int bytes() {
    int b = bareBytes();
    if (observing) {
      b += Histograms.bytes(numeric.features, bins) + 16 + 4 * nominal.length;
      for (NominalSums s : nominal) {
        b += s.bytes();
      }
    }
    return b;
  }

  @Override
  int observationBytes() {
    return Histograms.bytes(features.numeric.length, bins) + 16 + 150 * features.nominal.length;
  }

  void save(Tape out) {
    out.put(active ? 1 : 0);
    out.put(observing ? 1 : 0);
    for (double v : numbers()) {
      out.put(v);
    }
    if (model != null) {
      out.put(model, 0, model.length);
    }
    if (centre != null) {
      out.put(centre, 0, centre.length);
    }
    if (observing) {
      numeric.save(out);
      for (NominalSums s : nominal) {
        s.save(out);
      }
    }
  }

  private double[] numbers() {
    return new double[] {
      weight,
      mean,
      squares,
      modelWeight,
      meanLoss,
      modelLoss,
      lossWeight,
      seen,
      shift,
      lastAttempt,
      nextAttempt
    };
  }

  /** Fills a leaf just made, whose model and centre have their lengths. */
  void load(Tape in) {
    active = in.nextInt(0, 1) == 1;
    boolean observed = in.nextInt(0, 1) == 1;
    weight = in.nextDouble();
    mean = in.nextDouble();
    squares = in.nextDouble();
    modelWeight = in.nextDouble();
    meanLoss = in.nextDouble();
    modelLoss = in.nextDouble();
    lossWeight = in.nextDouble();
    seen = in.nextDouble();
    shift = in.nextDouble();
    lastAttempt = in.nextDouble();
    nextAttempt = in.nextDouble();
    if (model != null) {
      in.next(model, 0, model.length);
    }
    if (centre != null) {
      in.next(centre, 0, centre.length);
    }
    if (observed) {
      allocate();
      numeric = Histograms.load(in, features.numeric.length, bins);
      Arrays.setAll(nominal, j -> NominalSums.load(in));
    }
  }
}
