package org.freshet.learn.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.component.Components;
import org.junit.jupiter.api.Test;

/** Scaler and logistic regression on the 1,250 phishing rows, against what River publishes. */
class PhishingTest {
  @Test
  void scalerAndLogisticRegressionReachTheAccuracyOfRiver() throws IOException {
    String data = System.getenv("FRESHET_DATA");
    assumeTrue(data != null, "FRESHET_DATA is not set: the phishing rows are not bundled");
    Path file = Path.of(data, "phishing_small", "phishing.csv.gz");
    assumeTrue(Files.exists(file), file + " is not there");
    List<double[]> rows = read(file);
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      columns.add(Column.numeric("x" + i));
    }
    Classifier c =
        Components.classifier(
            "standard_scaler | logistic_regression(optimizer=sgd(learning_rate=0.1))",
            Schema.classification(columns, "is_phishing", "0", "1"),
            1);
    double[] scores = new double[2];
    double[] ones = new double[rows.size()];
    int right = 0;
    for (int i = 0; i < ones.length; i++) {
      double[] row = rows.get(i);
      c.testThenLearn(Features.of(Arrays.copyOf(row, 9)), (int) row[9], 1, scores);
      right += (scores[1] > scores[0] ? 1 : 0) == row[9] ? 1 : 0;
      ones[i] = scores[1];
    }
    assertThat(ones).hasSize(1250);
    assertThat(100.0 * right / ones.length).isCloseTo(88.96, within(0.4));
    assertThat(100 * auc(rows, ones)).isCloseTo(95.8, within(0.4));
  }

  private static List<double[]> read(Path file) throws IOException {
    List<double[]> rows = new ArrayList<>();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      in.readLine();
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        rows.add(Arrays.stream(line.split(",")).mapToDouble(Double::parseDouble).toArray());
      }
    }
    return rows;
  }

  /** Share of pairs of one event of each class that are in the right order. */
  private static double auc(List<double[]> rows, double[] scores) {
    double ordered = 0;
    double pairs = 0;
    for (int i = 0; i < scores.length; i++) {
      for (int j = 0; j < scores.length; j++) {
        if (rows.get(i)[9] > rows.get(j)[9]) {
          ordered += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
          pairs++;
        }
      }
    }
    return ordered / pairs;
  }
}
