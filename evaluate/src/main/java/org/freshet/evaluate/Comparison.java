package org.freshet.evaluate;

import java.util.List;
import org.freshet.evaluate.stats.BlockBootstrap;
import org.freshet.evaluate.stats.PairedTests;
import org.freshet.evaluate.stats.Ranking;

/**
 * Several models on several streams, each on the same events in the same order with the same seeds.
 *
 * @param models text of each
 * @param streams name of each
 * @param metric compared: accuracy, or mae
 * @param scores mean over the seeds, a row a stream, a column a model
 * @param intervals 95 % block bootstrap of the first seed, a row a stream
 * @param baselines of each stream, the better of the two, and no change
 * @param pairs every two models on every stream, of the first seed
 * @param seeds each evaluation was run with
 */
public record Comparison(
    List<String> models,
    List<String> streams,
    String metric,
    double[][] scores,
    BlockBootstrap.Interval[][] intervals,
    double[][] baselines,
    List<Pair> pairs,
    List<Long> seeds) {
  /** Level of the critical difference. */
  public static final double LEVEL = 0.05;

  /**
   * Two models on one stream.
   *
   * @param difference first minus second with its 95 % interval
   * @param blocks p-value of the paired block bootstrap
   * @param mcNemar p-value that takes events as independent; NaN for regression
   */
  public record Pair(
      int stream,
      int first,
      int second,
      BlockBootstrap.Interval difference,
      double blocks,
      double mcNemar) {}

  public boolean higherIsBetter() {
    return metric.equals("accuracy");
  }

  public Ranking ranking() {
    return Ranking.of(scores, higherIsBetter(), LEVEL);
  }

  /** Wilcoxon's signed-rank p-value of two models over the streams. */
  public double wilcoxon(int first, int second) {
    double[] d = new double[scores.length];
    for (int i = 0; i < d.length; i++) {
      d[i] = scores[i][first] - scores[i][second];
    }
    return PairedTests.wilcoxon(d);
  }

  /** Mean score of a model over the streams. */
  public double mean(int model) {
    double sum = 0;
    for (double[] row : scores) {
      sum += row[model] / scores.length;
    }
    return sum;
  }
}
