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
  Histograms numeric; // cells: see cell(); null while it does not observe
  NominalSums[] nominal;

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

  /** Sums of an interval: the weight of the rows, then weight, sum and squares of each target. */
  static int cell(int targets) {
    return 1 + Histograms.CELL * targets;
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
   * Observes an example; NaN stands for a truth not to be learnt.
   *
   * @param terms room for {@link #cell}
   * @return bytes by which the leaf grew
   */
  int observe(Features x, double[] xs, double[] truths, double w, double[] terms) {
    int grown = 0;
    if (numeric == null) {
      int without = bytes();
      allocate();
      if (seen == 0) {
        System.arraycopy(mean, 0, shift, 0, targets);
      }
      grown = bytes() - without;
    }
    seen += w;
    terms[0] = w;
    for (int t = 0; t < targets; t++) {
      double y = truths[t] - shift[t];
      double known = Double.isNaN(y) ? 0 : w;
      y = Double.isNaN(y) ? 0 : y;
      int c = 1 + t * Histograms.CELL;
      terms[c] = known;
      terms[c + 1] = known * y;
      terms[c + 2] = known * y * y;
    }
    numeric.add(xs, features.numeric, terms);
    for (int j = 0; j < nominal.length; j++) {
      double v = x.get(features.nominal[j]);
      grown += v >= 0 ? nominal[j].add((int) v, terms) : 0;
    }
    return grown;
  }

  private void allocate() {
    numeric = new Histograms(features.numeric.length, bins, cell(targets));
    nominal = new NominalSums[features.nominal.length];
    Arrays.setAll(nominal, j -> new NominalSums(cell(targets)));
  }

  /**
   * Begins with the means of one side of a parent's test, and with its models.
   *
   * @param of targets of the parent that are this leaf's
   * @param sums of the side, a {@link #cell} of the parent
   */
  void inherit(TargetsLeaf parent, int[] of, double[] sums) {
    int length = inputs + 1;
    for (int t = 0; t < targets; t++) {
      int from = of[t];
      int c = 1 + from * Histograms.CELL;
      double n = sums[c];
      weight[t] = n;
      mean[t] = n > 0 ? parent.shift[from] + sums[c + 1] / n : parent.mean[from];
      squares += n > 0 ? Math.max(0, sums[c + 2] - sums[c + 1] * sums[c + 1] / n) : 0;
      System.arraycopy(parent.model, from * length, model, t * length, length);
      modelWeight[t] = parent.modelWeight[from];
      meanLoss[t] = parent.meanLoss[from];
      modelLoss[t] = parent.modelLoss[from];
    }
  }

  /**
   * Looks, before it has observed anything, where its parent saw values.
   *
   * @param column of the test between them, of which this leaf is one side; -1 for none
   */
  void look(TargetsLeaf parent, int column, double threshold, boolean left) {
    allocate();
    System.arraycopy(mean, 0, shift, 0, targets);
    for (int k = 0; k < features.numeric.length; k++) {
      if (parent.numeric.varies(k)) {
        boolean tested = features.numeric[k] == column;
        double lo = tested && !left ? threshold : parent.numeric.lowest(k);
        double hi = tested && left ? threshold : parent.numeric.highest(k);
        numeric.range(k, lo, hi);
      }
    }
  }

  /** The same leaf with the targets at some places only. */
  TargetsLeaf only(int[] places) {
    TargetsLeaf leaf = new TargetsLeaf(features, places.length, bins, inputs);
    for (int t = 0; t < places.length; t++) {
      int from = places[t];
      int length = inputs + 1;
      leaf.weight[t] = weight[from];
      leaf.mean[t] = mean[from];
      System.arraycopy(model, from * length, leaf.model, t * length, length);
      leaf.modelWeight[t] = modelWeight[from];
      leaf.meanLoss[t] = meanLoss[from];
      leaf.modelLoss[t] = modelLoss[from];
      leaf.shift[t] = shift[from];
    }
    leaf.squares = squares * places.length / targets; // only weighs leaves when memory is short
    leaf.active = active;
    leaf.seen = seen;
    leaf.lastAttempt = lastAttempt;
    if (numeric != null) {
      int[] cells = new int[cell(places.length)];
      for (int i = 1; i < cells.length; i++) {
        cells[i] =
            1 + places[(i - 1) / Histograms.CELL] * Histograms.CELL + (i - 1) % Histograms.CELL;
      }
      leaf.numeric = numeric.only(cells);
      leaf.nominal = new NominalSums[nominal.length];
      Arrays.setAll(leaf.nominal, j -> nominal[j].only(cells));
    }
    return leaf;
  }

  @Override
  boolean observes() {
    return numeric != null;
  }

  @Override
  void forgetObservations(boolean stayActive) {
    active = stayActive;
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
    if (numeric != null) {
      b += Histograms.bytes(features.numeric.length, bins, cell(targets)) + 16;
      for (NominalSums n : nominal) {
        b += 4 + n.bytes();
      }
    }
    return b;
  }

  @Override
  int observationBytes() {
    return 16
        + Histograms.bytes(features.numeric.length, bins, cell(targets))
        + features.nominal.length * (60 + 32 * cell(targets));
  }

  void save(Tape out) {
    out.put(active ? 1 : 0);
    out.put(numeric != null ? 1 : 0);
    out.put(seen);
    out.put(lastAttempt);
    out.put(squares);
    for (double[] a : arrays()) {
      out.put(a, 0, a.length);
    }
    if (numeric != null) {
      numeric.save(out);
      for (NominalSums n : nominal) {
        n.save(out);
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
      numeric = Histograms.load(in, features.numeric.length, bins, cell(targets));
      Arrays.setAll(nominal, j -> NominalSums.load(in, cell(targets)));
    }
  }
}
