package org.freshet.learn.tree;

/** What a leaf keeps of a numeric feature to find a threshold by. */
public enum NumericObserver {
  /** A Gaussian per class, tried at evenly spaced points: constant memory, smooth. */
  GAUSSIAN(0),
  /** 64 values with the weight of each class; the closest two merge to make room. */
  HISTOGRAM(64),
  /** Every value that came, up to 1,024; beyond them as the histogram. */
  EXHAUSTIVE(1024);

  /** Values kept per feature; 0 for none. */
  final int bins;

  NumericObserver(int bins) {
    this.bins = bins;
  }
}
