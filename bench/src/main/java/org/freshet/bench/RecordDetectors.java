package org.freshet.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;
import moa.classifiers.core.driftdetection.ADWIN;
import moa.classifiers.core.driftdetection.ADWINChangeDetector;
import moa.classifiers.core.driftdetection.AbstractChangeDetector;
import moa.classifiers.core.driftdetection.DDM;
import moa.classifiers.core.driftdetection.EDDM;
import moa.classifiers.core.driftdetection.HDDM_A_Test;
import moa.classifiers.core.driftdetection.HDDM_W_Test;
import moa.classifiers.core.driftdetection.PageHinkleyDM;
import org.freshet.core.Rng;

/**
 * Records at which values MOA's drift detectors, with their default options, signal a warning or a
 * drift. The streams are described in the trace itself, so that the test makes them again: each
 * segment of a stream has a length, and a rate that moves evenly from one number to another. The
 * value is 1 with that rate ({@code bernoulli}), or that rate plus uniform noise of width 0.4 kept
 * in 0 … 1 ({@code uniform}); {@code electricity} is where two recorded traces of predictions
 * differ. The committed trace was made, from the root of the repository, by
 *
 * <pre>
 * mvn -P bench -pl bench -am package -DskipTests
 * java -cp "bench/target/bench-0.1.0.jar:bench/target/lib/*" org.freshet.bench.RecordDetectors \
 *   learn/src/test/resources/moa
 * </pre>
 */
public final class RecordDetectors {
  private static final List<String> STREAMS =
      List.of(
          "abrupt_up bernoulli 1 10000:0.1:0.1 10000:0.4:0.4",
          "abrupt_down bernoulli 2 10000:0.4:0.4 10000:0.1:0.1",
          "gradual bernoulli 3 8000:0.1:0.1 4000:0.1:0.4 8000:0.4:0.4",
          "low bernoulli 4 20000:0.1:0.1",
          "half bernoulli 5 20000:0.5:0.5",
          "rare bernoulli 6 10000:0.002:0.002 10000:0.02:0.02",
          "waves bernoulli 7 2000:0.2:0.5 2000:0.5:0.2 2000:0.2:0.6 2000:0.6:0.2 2000:0.2:0.5",
          "real uniform 8 5000:0.3:0.3 5000:0.3:0.5 5000:0.5:0.2 5000:0.6:0.6",
          "electricity traces naive_bayes hoeffding_tree");

  private RecordDetectors() {}

  /** A detector of MOA behind one face: takes a value, answers 0 stable, 1 warning, 2 drift. */
  private interface Peer {
    int input(double value);
  }

  private static Peer of(AbstractChangeDetector d) {
    d.prepareForUse();
    return value -> {
      d.input(value);
      return d.getChange() ? 2 : d.getWarningZone() ? 1 : 0;
    };
  }

  private static Map<String, Supplier<Peer>> peers() {
    Map<String, Supplier<Peer>> peers = new LinkedHashMap<>();
    peers.put(
        "adwin",
        () -> {
          ADWIN adwin = new ADWIN(0.002);
          return value -> adwin.setInput(value) ? 2 : 0;
        });
    peers.put("adwin_rises", () -> of(new ADWINChangeDetector()));
    peers.put("ddm", () -> of(new DDM()));
    peers.put("eddm", () -> of(new EDDM()));
    peers.put("hddm_a", () -> of(new HDDM_A_Test()));
    peers.put("hddm_w", () -> of(new HDDM_W_Test()));
    peers.put("page_hinkley", () -> of(new PageHinkleyDM()));
    return peers;
  }

  public static void main(String[] args) throws IOException {
    if (args.length != 1) {
      System.err.println("usage: RecordDetectors FOLDER_OF_TRACES");
      System.exit(2);
    }
    Path folder = Path.of(args[0]);
    List<String> lines = new ArrayList<>();
    for (String stream : STREAMS) {
      lines.add("stream " + stream);
      double[] values = values(stream.split(" "), folder);
      peers().forEach((name, peer) -> lines.addAll(record(name, peer.get(), values)));
    }
    Files.write(folder.resolve("detectors.txt"), lines);
  }

  private static List<String> record(String name, Peer peer, double[] values) {
    int[] answers = new int[values.length];
    for (int i = 0; i < answers.length; i++) {
      answers[i] = peer.input(values[i]);
    }
    return List.of(
        name + " drift" + ranges(answers.length, i -> answers[i] == 2),
        name + " warning" + ranges(answers.length, i -> answers[i] == 1));
  }

  /** Runs of positions, counted from 0: {@code 17 20-25}. */
  private static String ranges(int n, IntPredicate in) {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < n; i++) {
      if (in.test(i)) {
        int from = i;
        while (i + 1 < n && in.test(i + 1)) {
          i++;
        }
        s.append(' ').append(from).append(i > from ? "-" + i : "");
      }
    }
    return s.toString();
  }

  private static double[] values(String[] words, Path folder) throws IOException {
    if (words[1].equals("traces")) {
      return differences(trace(folder, words[2]), trace(folder, words[3]));
    }
    Rng rng = new Rng(Long.parseLong(words[2]));
    double[] values = new double[20_000];
    int at = 0;
    for (int w = 3; w < words.length; w++) {
      String[] segment = words[w].split(":");
      int length = Integer.parseInt(segment[0]);
      double from = Double.parseDouble(segment[1]);
      double step = (Double.parseDouble(segment[2]) - from) / length;
      for (int i = 0; i < length; i++) {
        double rate = from + step * i;
        double u = rng.nextDouble();
        values[at++] =
            words[1].equals("bernoulli")
                ? (u < rate ? 1 : 0)
                : Math.min(1, Math.max(0, rate + 0.4 * (u - 0.5)));
      }
    }
    return java.util.Arrays.copyOf(values, at);
  }

  private static byte[] trace(Path folder, String learner) throws IOException {
    Path file = folder.resolve(learner + "-electricity.bits.gz");
    try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      return in.readAllBytes();
    }
  }

  private static double[] differences(byte[] a, byte[] b) {
    double[] values = new double[8 * a.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (a[i / 8] ^ b[i / 8]) >> (i % 8) & 1;
    }
    return values;
  }
}
