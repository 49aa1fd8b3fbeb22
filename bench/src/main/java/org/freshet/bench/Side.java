package org.freshet.bench;

import java.lang.management.ManagementFactory;

/** One learner on one stream: passes from a fresh model, timed, and what the last one predicted. */
abstract class Side {
  final MoaStream stream;

  /** Class codes, or numbers, of the last pass. */
  final double[] predicted;

  Side(MoaStream stream) {
    this.stream = stream;
    this.predicted = new double[stream.batch.size()];
  }

  /** Seconds a new learner takes to test and then learn every event. */
  abstract double pass(long seed);

  /** Whether the seed changes what is learnt. */
  abstract boolean randomized();

  /** Of the last pass: share of right answers, or for numbers the root mean squared error. */
  final double score() {
    int n = predicted.length;
    double sum = 0;
    for (int i = 0; i < n; i++) {
      double miss = predicted[i] - stream.batch.label(i);
      sum += stream.regression() ? miss * miss : miss == 0 ? 1 : 0;
    }
    return stream.regression() ? Math.sqrt(sum / n) : sum / n;
  }

  /**
   * CPU time of this thread, which other load on the machine disturbs least; wall clock for
   * several.
   */
  static long clock(int threads) {
    return threads == 1
        ? ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime()
        : System.nanoTime();
  }
}
