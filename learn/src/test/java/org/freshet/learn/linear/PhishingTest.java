package org.freshet.learn.linear;

import static org.assertj.core.api.Assertions.assertThat;

import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.component.Components;
import org.freshet.learn.BundledStreams;
import org.junit.jupiter.api.Test;

class PhishingTest {
  private static final String SCALED =
      "standard_scaler | logistic_regression(optimizer=sgd(learning_rate=0.1))";

  /** River publishes accuracy 88.96 % and ROC AUC 95.8 % for this pipeline on these rows. */
  @Test
  void accuracyAndAreaUnderTheCurveOfTheScaledModel() throws Exception {
    Batch stream = BundledStreams.phishing();
    Classifier c = Components.classifier(SCALED, stream.schema(), 1);
    double[] yes = new double[stream.size()];
    double[] scores = new double[2];
    int right = 0;
    for (int r = 0; r < stream.size(); r++) {
      int y = stream.labelCode(r);
      c.testThenLearn(stream.row(r), y, 1, scores);
      yes[r] = scores[1];
      right += (scores[1] > scores[0] ? 1 : 0) == y ? 1 : 0;
    }
    assertThat(100.0 * right / stream.size()).isBetween(88.56, 89.36);
    assertThat(100 * areaUnderCurve(yes, stream)).isBetween(95.4, 96.2);
  }

  /** The share of pairs of one row of each class that the scores put in the right order. */
  private static double areaUnderCurve(double[] score, Batch stream) {
    long pairs = 0;
    double ordered = 0;
    for (int i = 0; i < score.length; i++) {
      for (int j = 0; j < score.length; j++) {
        if (stream.labelCode(i) == 1 && stream.labelCode(j) == 0) {
          pairs++;
          ordered += score[i] > score[j] ? 1 : score[i] == score[j] ? 0.5 : 0;
        }
      }
    }
    return ordered / pairs;
  }
}
