package org.freshet.learn.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.freshet.core.DriftDetector;
import org.freshet.core.Rng;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every detector against the positions at which MOA's signalled, on streams that are made again
 * from their description in the trace; org.freshet.bench.RecordDetectors made it.
 */
class MoaDetectorsTest {
  /** What MOA computes under its defaults, as ours is set to it. */
  private static DriftDetector ours(String name) {
    String spec =
        switch (name) {
          case "adwin_rises" -> "adwin";
          case "page_hinkley" -> "page_hinkley(from_minimum=false)";
          default -> name;
        };
    return Components.create(Spec.parse(spec), Build.of(null), DriftDetector.class);
  }

  @TestFactory
  List<DynamicTest> signalsWhereMoaDoes() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    String stream = null;
    for (String line : lines()) {
      String[] words = line.split(" ");
      if (words[0].equals("stream")) {
        stream = line;
      } else if (!(words[0].equals("eddm") && stream.contains("uniform"))) {
        // EDDM needs errors: of real values ours takes 0.5 or more as one, MOA's only 1.
        double[] values = values(stream.split(" "));
        tests.add(
            DynamicTest.dynamicTest(
                stream.split(" ")[1] + " " + words[0] + " " + words[1],
                () -> assertThat(signals(words[0], words[1], values)).isEqualTo(line)));
      }
    }
    assertThat(tests).hasSize(9 * 7 * 2 - 2);
    return tests;
  }

  private static String signals(String name, String level, double[] values) {
    DriftDetector detector = ours(name);
    StringBuilder found = new StringBuilder(name).append(' ').append(level);
    int asked = level.equals("drift") ? DriftDetector.DRIFT : DriftDetector.WARNING;
    int from = -1;
    for (int i = 0; i <= values.length; i++) {
      boolean in = i < values.length && detector.update(values[i]) == asked;
      in &= !name.equals("adwin_rises") || detector.increased();
      if (in && from < 0) {
        from = i;
      } else if (!in && from >= 0) {
        found.append(' ').append(from).append(i - 1 > from ? "-" + (i - 1) : "");
        from = -1;
      }
    }
    return found.toString();
  }

  private static List<String> lines() throws IOException {
    try (InputStream in = resource("detectors.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
    }
  }

  private static InputStream resource(String name) {
    return MoaDetectorsTest.class.getResourceAsStream("/moa/" + name);
  }

  private static double[] values(String[] words) throws IOException {
    if (words[2].equals("traces")) {
      byte[] a = trace(words[3]);
      byte[] b = trace(words[4]);
      double[] values = new double[8 * a.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = (a[i / 8] ^ b[i / 8]) >> (i % 8) & 1;
      }
      return values;
    }
    Rng rng = new Rng(Long.parseLong(words[3]));
    List<Double> values = new ArrayList<>();
    for (int w = 4; w < words.length; w++) {
      String[] segment = words[w].split(":");
      int length = Integer.parseInt(segment[0]);
      double from = Double.parseDouble(segment[1]);
      double step = (Double.parseDouble(segment[2]) - from) / length;
      for (int i = 0; i < length; i++) {
        double rate = from + step * i;
        double u = rng.nextDouble();
        double noisy = Math.min(1, Math.max(0, rate + 0.4 * (u - 0.5)));
        values.add(words[2].equals("bernoulli") ? (u < rate ? 1.0 : 0.0) : noisy);
      }
    }
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static byte[] trace(String learner) throws IOException {
    try (InputStream in = new GZIPInputStream(resource(learner + "-electricity.bits.gz"))) {
      return in.readAllBytes();
    }
  }
}
