package org.freshet.learn.tree;

import java.util.Arrays;
import org.freshet.core.Features;

/**
 * A leaf of a stochastic gradient tree: its value, and sums over the examples since that value last
 * changed, in all and per interval or category of each feature.
 */
final class GradientLeaf extends TreeLeaf {
  // One set of sums: weight, gradient g, hessian h, and g², g·h, h².
  static final int W = 0;
  static final int G = 1;
  static final int H = 2;
  static final int GG = 3;
  static final int GH = 4;
  static final int HH = 5;
  static final int CELL = 6;

  final FeatureSet features;
  private final int bins;
  double value;
  double lastAttempt;
  double seen; // weight ever
  final double[] sums = new double[CELL];
  Histograms numeric; // null while it does not observe
  NominalSums[] nominal;

  GradientLeaf(FeatureSet features, int bins) {
    this.features = features;
    this.bins = bins;
  }

  /**
   * Takes an example.
   *
   * @param terms what the sums grow by
   * @return bytes by which the leaf grew
   */
  int learn(Features x, double[] xs, double[] terms) {
    int grown = 0;
    if (active && numeric == null) {
      int without = bytes();
      allocate();
      forget(); // the features and the whole have to cover the same examples
      grown = bytes() - without;
    }
    seen += terms[W];
    for (int i = 0; i < CELL; i++) {
      sums[i] += terms[i];
    }
    if (numeric != null) {
      numeric.add(xs, features.numeric, terms);
      for (int j = 0; j < nominal.length; j++) {
        double v = x.get(features.nominal[j]);
        grown += v >= 0 ? nominal[j].add((int) v, terms) : 0;
      }
    }
    return grown;
  }

  void allocate() {
    numeric = new Histograms(features.numeric.length, bins, CELL);
    nominal = new NominalSums[features.nominal.length];
    Arrays.setAll(nominal, j -> new NominalSums(CELL));
  }

  /** Moves the value; what was summed up at the old one is of no more use. */
  void step(double by) {
    value += by;
    forget();
  }

  private void forget() {
    Arrays.fill(sums, 0);
    lastAttempt = 0;
    if (numeric != null) {
      numeric.clear();
      for (NominalSums s : nominal) {
        s.clear();
      }
    }
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
  }

  /** Where gradients are large and disagree a split has most to gain. */
  @Override
  double promise() {
    return sums[GG];
  }

  @Override
  int bareBytes() {
    return 64 + 16 + 8 * CELL;
  }

  @Override
  int bytes() {
    int b = bareBytes();
    if (numeric != null) {
      b += Histograms.bytes(numeric.features, bins, CELL) + 16 + 4 * nominal.length;
      for (NominalSums s : nominal) {
        b += s.bytes();
      }
    }
    return b;
  }

  @Override
  int observationBytes() {
    return Histograms.bytes(features.numeric.length, bins, CELL)
        + 16
        + 300 * features.nominal.length;
  }

  void save(Tape out) {
    out.put(active ? 1 : 0);
    out.put(observes() ? 1 : 0);
    out.put(value);
    out.put(lastAttempt);
    out.put(seen);
    out.put(sums, 0, CELL);
    if (observes()) {
      numeric.save(out);
      for (NominalSums s : nominal) {
        s.save(out);
      }
    }
  }

  /** Fills a leaf just made. */
  void load(Tape in) {
    active = in.nextInt(0, 1) == 1;
    boolean observed = in.nextInt(0, 1) == 1;
    value = in.nextDouble();
    lastAttempt = in.nextDouble();
    seen = in.nextDouble();
    in.next(sums, 0, CELL);
    if (observed) {
      numeric = Histograms.load(in, features.numeric.length, bins, CELL);
      nominal = new NominalSums[features.nominal.length];
      Arrays.setAll(nominal, j -> NominalSums.load(in, CELL));
    }
  }
}
