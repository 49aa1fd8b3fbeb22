package org.freshet.bench;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.freshet.core.Batch;
import org.freshet.core.Source;
import org.freshet.streams.Sources;

/**
 * Whole processes, JVM start and parsing included: {@code ./freshet evaluate} with {@code
 * standard_scaler | logistic_regression} on Electricity repeated to a million events, as CSV and
 * with {@code logistic_regression} as Vowpal Wabbit text. Median of three; the accuracy of both is
 * printed.
 *
 * <p>{@code LinearWholeProcess ELECTRICITY}, from the repository's root.
 */
public final class LinearWholeProcess {
  private static final int REPEAT = 22;
  private static final Pattern ACCURACY = Pattern.compile("\"accuracy\"\\s*:\\s*([0-9.]+)");

  private LinearWholeProcess() {}

  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory("linear");
    Path csv = folder.resolve("electricity.csv");
    Path vw = folder.resolve("electricity.vw");
    int events = write(args[0], csv, vw);
    run("CSV", events, csv, "standard_scaler | logistic_regression");
    run("Vowpal Wabbit text", events, vw, "logistic_regression");
  }

  private static void run(String name, int events, Path data, String model) throws Exception {
    Path json = data.resolveSibling("result.json");
    List<String> command =
        List.of(
            "./freshet",
            "evaluate",
            "--data",
            data.toString(),
            "--model",
            model,
            "--json",
            json.toString());
    double[] seconds = new double[3];
    for (int i = 0; i < seconds.length; i++) {
      long start = System.nanoTime();
      int exit =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor();
      if (exit != 0) {
        throw new IllegalStateException(command + " ended with " + exit);
      }
      seconds[i] = (System.nanoTime() - start) / 1e9;
    }
    Arrays.sort(seconds);
    Matcher m = ACCURACY.matcher(Files.readString(json));
    if (!m.find()) {
      throw new IllegalStateException("no accuracy in " + json);
    }
    System.out.printf(
        "Whole process, %s, %d events, %s: %.2f s, %.2f M events/s, accuracy %.2f %%%n",
        name,
        events,
        model,
        seconds[1],
        events / seconds[1] / 1e6,
        100 * Double.parseDouble(m.group(1)));
  }

  private static int write(String electricity, Path csv, Path vw) throws IOException {
    StringBuilder c = new StringBuilder();
    StringBuilder v = new StringBuilder();
    int rows = 0;
    try (Source source = Sources.open(electricity)) {
      Batch batch = new Batch(source.schema(), 1024);
      while (source.read(batch, 1024) > 0) {
        for (int r = 0; r < batch.size(); r++) {
          int label = batch.labelCode(r);
          v.append(label == 1 ? "1 |" : "-1 |");
          for (int i = 0; i < source.schema().width(); i++) {
            double x = batch.row(r).get(i);
            c.append(x).append(',');
            v.append(' ').append(source.schema().column(i).name()).append(':').append(x);
          }
          c.append(label).append('\n');
          v.append('\n');
          rows++;
        }
      }
    }
    repeat("period,nswprice,nswdemand,vicprice,vicdemand,transfer,class\n", c, csv);
    repeat("", v, vw);
    return rows * REPEAT;
  }

  private static void repeat(String head, CharSequence body, Path file) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      out.write(head);
      for (int i = 0; i < REPEAT; i++) {
        out.append(body);
      }
    }
  }
}
