package org.freshet.learn.bayes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.Dictionary;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Schema;
import org.freshet.core.component.Components;
import org.junit.jupiter.api.Test;

/** 38 numeric and 3 category columns, 23 classes that all open mid-stream. */
class KddTest {
  private static final List<Integer> CATEGORIES = List.of(1, 2, 3);

  /** MOA has 96.49 %, where it answers class 0 whenever all products underflow. */
  @Test
  void pinnedOnTheTenPercentFile() throws Exception {
    String folder = System.getenv("FRESHET_DATA");
    assumeTrue(folder != null, "FRESHET_DATA is not set: it names the folder that holds kddcup99/");
    Path file = Path.of(folder, "kddcup99", "kddcup.data_10_percent.gz");
    assumeTrue(Files.exists(file), "there is no " + file);
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < 41; i++) {
      columns.add(CATEGORIES.contains(i) ? Column.category("x" + i) : Column.numeric("x" + i));
    }
    Dictionary labels = new Dictionary();
    Classifier nb =
        Components.classifier("gaussian_nb", Schema.classification(columns, "attack", labels), 1);
    double[] row = new double[41];
    double[] scores = new double[23];
    int events = 0;
    int right = 0;
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.US_ASCII))) {
      for (String line; (line = in.readLine()) != null; events++) {
        String[] cells = line.split(",");
        for (int i = 0; i < 41; i++) {
          Dictionary d = columns.get(i).dictionary();
          row[i] = d != null ? d.code(cells[i]) : Double.parseDouble(cells[i]);
        }
        int known = nb.labels();
        int label = labels.code(cells[41]);
        nb.testThenLearn(Features.of(row), label, 1, scores);
        right += Kernels.argmax(scores, known) == label ? 1 : 0;
      }
    }
    assertThat(events).isEqualTo(494_021);
    assertThat(nb.labels()).isEqualTo(23);
    assertThat(right / (double) events).isBetween(0.9649, 0.9665);
  }
}
