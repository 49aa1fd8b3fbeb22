package org.freshet.bench;

import java.util.Locale;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.Kernels;
import org.freshet.core.Pipeline;
import org.freshet.core.Source;
import org.freshet.core.component.Components;
import org.freshet.neural.head.KalmanClassifier;

/** Heads that forget, on the 45,312 rows of Electricity with their six attributes. */
final class ElectricityHeads {
  private static final String RELU = "random_relu(units=256, weight_scale=0.3, bias_scale=1)";

  private final int seeds;

  ElectricityHeads(int seeds) {
    this.seeds = seeds;
  }

  /** Test then train, by how much the Kalman classifier forgets. */
  void forgetting() {
    System.out.println("| forgetting | accuracy, % | log loss | γ at the end | seconds |");
    System.out.println("|---|---|---|---|---|");
    Batch rows = rows();
    int right = 0;
    for (int r = 1; r < rows.size(); r++) {
      right += rows.labelCode(r) == rows.labelCode(r - 1) ? 1 : 0;
    }
    System.out.printf("| no change | %s | | | |%n", Digits.percent((double) right / rows.size()));
    for (String kalman :
        new String[] {
          "forgetting=1, learning_rate=0",
          "forgetting=0.9999, learning_rate=0",
          "forgetting=0.999, learning_rate=0",
          "forgetting=0.99, learning_rate=0",
          "" // what it does unless told otherwise: learn, from 0.9999 on
        }) {
      double[] accuracy = new double[seeds];
      double[] loss = new double[seeds];
      double[] gamma = new double[seeds];
      long start = System.nanoTime();
      for (int s = 0; s < seeds; s++) {
        String spec = "standard_scaler | " + RELU + " | kalman_classifier(" + kalman + ")";
        Classifier c = Components.classifier(spec, rows.schema(), s + 1);
        double[] scores = new double[2];
        for (int r = 0; r < rows.size(); r++) {
          int label = rows.labelCode(r);
          c.testThenLearn(rows.row(r), label, 1, scores);
          accuracy[s] += Kernels.argmax(scores, c.labels()) == label ? 1.0 / rows.size() : 0;
          loss[s] -= Math.log(Math.max(1e-6, scores[label])) / rows.size();
        }
        gamma[s] = ((KalmanClassifier) ((Pipeline) c).learner()).forgetting();
      }
      System.out.printf(
          Locale.ROOT,
          "| %s | %s | %.4f | %.6f | %.1f |%n",
          kalman.isEmpty() ? "learnt" : kalman.split("[=,]")[1],
          HeadsRun.spread(accuracy),
          HeadsRun.mean(loss),
          HeadsRun.mean(gamma),
          HeadsRun.seconds(start) / seeds);
    }
  }

  /** The same rows where a label comes 24 or 48 rows after its prediction: half a day, a day. */
  void delayed() {
    System.out.println("| labels come after | 0 rows, % | 24 rows, % | 48 rows, % |");
    System.out.println("|---|---|---|---|");
    int[] delays = {0, 24, 48};
    Batch rows = rows();
    String blind = "| the last label that came |";
    for (int delay : delays) {
      int right = 0;
      for (int r = delay + 1; r < rows.size(); r++) {
        right += rows.labelCode(r) == rows.labelCode(r - delay - 1) ? 1 : 0;
      }
      blind += " " + Digits.percent((double) right / rows.size()) + " |";
    }
    System.out.println(blind);
    for (String learner :
        new String[] {
          RELU + " | kalman_classifier(forgetting=1, learning_rate=0)",
          RELU + " | kalman_classifier(forgetting=0.999, learning_rate=0)",
          RELU + " | kalman_classifier",
          "softmax_regression"
        }) {
      StringBuilder line = new StringBuilder("| " + learner.replace("|", "\\|") + " |");
      for (int delay : delays) {
        line.append(" ").append(HeadsRun.spread(late(learner, rows, delay))).append(" |");
      }
      System.out.println(line);
    }
  }

  private double[] late(String learner, Batch rows, int delay) {
    double[] accuracy = new double[seeds];
    for (int s = 0; s < seeds; s++) {
      Classifier c = Components.classifier("standard_scaler | " + learner, rows.schema(), s + 1);
      double[] scores = new double[2];
      for (int r = 0; r < rows.size(); r++) {
        c.scores(rows.row(r), scores);
        accuracy[s] += Kernels.argmax(scores, 2) == rows.labelCode(r) ? 1.0 / rows.size() : 0;
        if (r >= delay) {
          c.learn(rows.row(r - delay), rows.labelCode(r - delay), 1);
        }
      }
    }
    return accuracy;
  }

  private static Batch rows() {
    try (Source source = DataSets.open("electricity", 1)) {
      Batch rows = new Batch(source.schema(), 50_000);
      source.read(rows, 50_000);
      return rows;
    }
  }
}
