package org.freshet.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.freshet.core.ConfigException;
import org.freshet.core.Source;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.streams.Sources;

/**
 * Streams by name: the sets of the folder named by FRESHET_DATA, read as their notes say, the
 * bundled ones, and else a generator or a file.
 *
 * <p>Sets that lie in several files, or carry row numbers, are first written out as one.
 */
final class DataSets {
  private static final Map<String, ?> NAMED = Map.of("header", "yes");
  private static final Map<String, ?> BARE = Map.of("header", "no");

  /** Rows of nsl_kdd, the first of which are for training. */
  static final int NSL_KDD_TRAINING = 25_192;

  static final int NSL_KDD_ROWS = NSL_KDD_TRAINING + 22_544;

  private DataSets() {}

  /**
   * Opens a stream.
   *
   * @param stream a name below, a generator such as {@code sea(noise=10%)}, or a file
   * @param seed of a generator that carries none of its own
   */
  static Source open(String stream, long seed) {
    return switch (stream) {
      case "electricity" -> Sources.open("examples/data/electricity.arff.gz", Map.of());
      case "elec2_raw" -> elec2Raw();
      case "kddcup99" -> Sources.open(file("kddcup99/kddcup.data_10_percent.gz"), BARE);
      case "airlines_delayed_labels" ->
          Sources.open(
              file("airlines_delayed_labels/airlines_jan2008_delayed.arff.gz"),
              Map.of("label", "ValueToPredict", "ignore", List.of("instanceId", "timeStamp")));
      case "gmsc" ->
          joined(List.of("gmsc/cs-training.csv.gz"), DataSets::unnumbered, "1", "yes", "auto");
      case "phishing_uci" -> Sources.open(file("phishing_uci/phishing.csv.gz"), NAMED);
      case "phishing_small" -> Sources.open(file("phishing_small/phishing.csv.gz"), NAMED);
      case "gas_sensor_drift" ->
          joined(
              List.of(1, 2, 3, 4, 5, 6, 8, 9).stream()
                  .map(i -> "gas_sensor_drift/batch" + i + ".dat.gz")
                  .toList(),
              line -> line.replaceFirst(",[^,]*", ""), // the concentration is another target
              "1",
              "no",
              "comma");
      case "sms_spam" ->
          Sources.open(
              file("sms_spam/sms.csv.gz"),
              Map.of("header", "yes", "label", "label", "text", List.of("message")));
      case "mnist" -> Sources.open(file("mnist/train-images-idx3-ubyte.gz"), Map.of());
      case "mnist_test" -> Sources.open(file("mnist/t10k-images-idx3-ubyte.gz"), Map.of());
      case "outdoor" -> Sources.open(file("outdoor/outdoorStream.csv.gz"), NAMED);
      case "luxembourg" -> Sources.open(file("luxembourg/LUdata.csv.gz"), NAMED);
      case "spam_corpus" -> Sources.open(file("spam_corpus/Spam.arff.gz"), Map.of());
      case "keystroke" -> Sources.open(file("keystroke/Keystroke.arff.gz"), Map.of());
      case "ozone" -> Sources.open(file("ozone/Ozone.arff.gz"), Map.of());
      case "occupancy" ->
          joined(
              List.of(
                  "occupancy/datatest.txt.gz",
                  "occupancy/datatraining.txt.gz",
                  "occupancy/datatest2.txt.gz"),
              line -> line.startsWith("\"date\"") ? null : unnumbered(unnumbered(line)),
              "last",
              "no",
              "comma");
      case "adult" ->
          joined(
              List.of("adult/adult-train.csv.gz", "adult/adult-test.csv.gz"),
              line -> line.isBlank() ? null : line.replaceFirst("\\.$", ""),
              "last",
              "no",
              "comma");
      case "nsl_kdd" ->
          joined(
              List.of("nsl_kdd/KDDTrain+_20Percent.txt.gz", "nsl_kdd/KDDTest+.txt.gz"),
              line -> line.replaceFirst(",[^,]*$", ""), // how hard it is to tell
              "last",
              "no",
              "comma");
      case "covertype_15k" ->
          joined(
              List.of("covertype_15k/covertype_kaggle_train.csv.gz"),
              line -> unnumbered(unnumbered(line)),
              "last",
              "yes",
              "comma");
      case "fried" -> Sources.open(file("fried/fried.arff.gz"), Map.of("task", "regression"));
      case "bike_sharing" ->
          Sources.open(
              file("bike_sharing/hour.csv.gz"),
              Map.of(
                  "task",
                  "regression",
                  "label",
                  "cnt",
                  "ignore",
                  List.of("instant", "dteday", "casual", "registered")));
      default -> other(stream, seed);
    };
  }

  private static Source other(String stream, long seed) {
    boolean generator = Components.find(stream.replaceAll("\\(.*", "")).isPresent();
    return generator
        ? Components.create(Spec.parse(stream), Build.of(null).withSeed(seed), Source.class)
        : Sources.open(stream, Map.of());
  }

  /** Where a file of the larger collection lies. */
  private static String file(String name) {
    String folder = System.getenv("FRESHET_DATA");
    if (folder == null || folder.isEmpty()) {
      throw new ConfigException(
          "FRESHET_DATA", "is not set; name the folder with " + name + ", see CONTRIBUTING.md");
    }
    return Path.of(folder, name).toString();
  }

  /** Without the first field, a row number. */
  private static String unnumbered(String line) {
    return line.substring(line.indexOf(',') + 1);
  }

  /** The eight attributes and the labels lie in two files, line by line. */
  private static Source elec2Raw() {
    try (BufferedReader labels = reader(file("electricity/elec2_raw.labels.gz"))) {
      return joined(
          List.of("electricity/elec2_raw.data.gz"),
          line -> line.strip().replaceAll("\\s+", ",") + "," + line(labels).strip(),
          "last",
          "no",
          "comma");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Source joined(
      List<String> files,
      UnaryOperator<String> row,
      String label,
      String header,
      String separator) {
    try {
      Path one = Files.createTempFile("freshet-" + Path.of(files.get(0)).getParent(), ".csv.gz");
      one.toFile().deleteOnExit();
      try (OutputStream zip = new GZIPOutputStream(Files.newOutputStream(one));
          Writer out = new OutputStreamWriter(zip, StandardCharsets.UTF_8)) {
        for (String file : files) {
          append(file(file), row, out);
        }
      }
      return Sources.open(
          one.toString(), Map.of("label", label, "header", header, "separator", separator));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void append(String file, UnaryOperator<String> row, Writer out)
      throws IOException {
    try (BufferedReader in = reader(file)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String cells = row.apply(line);
        if (cells != null) {
          out.write(cells);
          out.write('\n');
        }
      }
    }
  }

  private static BufferedReader reader(String file) throws IOException {
    return new BufferedReader(
        new InputStreamReader(
            new GZIPInputStream(Files.newInputStream(Path.of(file))), StandardCharsets.UTF_8));
  }

  private static String line(BufferedReader in) {
    try {
      return in.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
