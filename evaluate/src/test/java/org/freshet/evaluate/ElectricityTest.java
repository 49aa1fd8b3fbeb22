package org.freshet.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.freshet.evaluate.metrics.BlindLabels;
import org.junit.jupiter.api.Test;

/** The published anchors of the blind last label on Electricity. */
class ElectricityTest {
  @Test
  void blindLastLabelAtItsShifts() throws Exception {
    String folder = System.getenv("FRESHET_DATA");
    assumeTrue(
        folder != null, "set FRESHET_DATA to the folder with electricity/electricity.arff.gz");
    Path file = Path.of(folder, "electricity", "electricity.arff.gz");
    assumeTrue(Files.exists(file), file + " is absent");
    BlindLabels blind = new BlindLabels();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), "UTF-8"))) {
      boolean data = false;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (data && !line.isBlank()) {
          blind.add(line.strip().charAt(line.strip().length() - 1));
        }
        data |= line.strip().equalsIgnoreCase("@data");
      }
    }
    int[] shifts = {0, 1, 2, 5, 10, 24, 48, 100, 336};
    double[] percent = {85.33, 79.64, 74.44, 63.60, 55.82, 47.62, 63.56, 54.15, 64.19};
    for (int i = 0; i < shifts.length; i++) {
      assertThat(100 * blind.accuracy(shifts[i]))
          .as("shift " + shifts[i])
          .isCloseTo(percent[i], within(0.005));
    }
    assertThat(blind.fallsToChance()).isEqualTo(8);
  }
}
