package org.freshet.learn.ensemble;

import static org.assertj.core.api.Assertions.assertThat;

import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.DriftReporter;
import org.freshet.core.Kernels;
import org.freshet.core.Workers;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.learn.BundledStreams;
import org.junit.jupiter.api.Test;

class AdaptiveRandomForestTest {
  private static double[] scores(Batch stream, int threads, int block) {
    try (Workers workers = new Workers(threads)) {
      Build build = Build.of(stream.schema()).withWorkers(workers);
      Classifier c =
          Components.create(
              Spec.parse("adaptive_random_forest(members=7)"), build, Classifier.class);
      int n = 12_000;
      double[] out = new double[2 * n];
      double[] part = new double[2 * block];
      for (int from = 0; from < n; from += block) {
        int to = Math.min(n, from + block);
        c.testThenLearn(stream, from, to, part, 2);
        System.arraycopy(part, 0, out, 2 * from, 2 * (to - from));
      }
      assertThat(((DriftReporter) c).drifts().total()).isPositive();
      return out;
    }
  }

  @Test
  void anyNumberOfThreadsAndAnyBlockGivesTheSameModelBitForBit() throws Exception {
    Batch stream = BundledStreams.electricity();
    double[] one = scores(stream, 1, 1024);
    assertThat(scores(stream, 2, 1024)).isEqualTo(one);
    assertThat(scores(stream, 3, 100)).isEqualTo(one);
    assertThat(scores(stream, 1, 1)).isEqualTo(one);
  }

  /** MOA 2024.07 with 10 trees, seed 1: 87.57 %; the mark set for the mean of 5 seeds: 87.6 %. */
  @Test
  void isMoreAccurateThanMoasOnElectricity() throws Exception {
    Batch stream = BundledStreams.electricity();
    double sum = 0;
    double[] scores = new double[2 * stream.size()];
    for (int seed = 1; seed <= 5; seed++) {
      Classifier c = Components.classifier("adaptive_random_forest", stream.schema(), seed);
      c.testThenLearn(stream, 0, stream.size(), scores, 2);
      int right = 0;
      for (int r = 0; r < stream.size(); r++) {
        int predicted = scores[2 * r + 1] > scores[2 * r] ? 1 : 0;
        right += predicted == stream.labelCode(r) ? 1 : 0;
      }
      sum += (double) right / stream.size();
    }
    assertThat(sum / 5).isBetween(0.876, 0.890);
  }

  /**
   * Swapping the classes half way: the forest recovers within 2,000 events, a plain tree does not.
   */
  @Test
  void recoversFromAnAbruptDriftThatStopsAPlainTree() throws Exception {
    Batch stream = BundledStreams.electricity();
    assertThat(afterSwap("adaptive_random_forest", stream)).isGreaterThan(0.8);
    assertThat(afterSwap("hoeffding_tree", stream)).isLessThan(0.7);
  }

  private static double afterSwap(String spec, Batch stream) {
    Classifier c = Components.classifier(spec, stream.schema(), 1);
    double[] scores = new double[2];
    int right = 0;
    for (int r = 0; r < 24_000; r++) {
      int label = r < 20_000 ? stream.labelCode(r) : 1 - stream.labelCode(r);
      c.testThenLearn(stream.row(r), label, 1, scores);
      right += r >= 22_000 && Kernels.argmax(scores, 2) == label ? 1 : 0;
    }
    return right / 2_000.0;
  }
}
