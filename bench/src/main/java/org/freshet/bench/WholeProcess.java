package org.freshet.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.Source;
import org.freshet.streams.Sources;

/**
 * Whole processes, JVM start and parsing included: {@code ./freshet evaluate} with a Hoeffding tree
 * on the gzipped CSV, beside MOA's command line on the same events as ARFF. In turn, three times
 * each; prints the seconds, the ratio of the medians, and both accuracies.
 *
 * <p>{@code WholeProcess FILE.csv.gz}, from the repository's root.
 */
public final class WholeProcess {
  private static final int ROUNDS = 3;
  private static final Pattern ACCURACY = Pattern.compile("\"accuracy\"\\s*:\\s*([0-9.]+)");

  private WholeProcess() {}

  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory("whole-process");
    Path arff = folder.resolve("stream.arff");
    Path json = folder.resolve("ours.json");
    Path csv = folder.resolve("moa.csv");
    int events = writeArff(args[0], arff);
    List<String> ours =
        List.of(
            "./freshet",
            "evaluate",
            "--data",
            args[0],
            "--model",
            "hoeffding_tree",
            "--json",
            json.toString());
    String task =
        "EvaluateInterleavedTestThenTrain -l trees.HoeffdingTree -s (ArffFileStream -f "
            + arff
            + ") -f "
            + events
            + " -d "
            + csv;
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> moa =
        List.of(java, "-Xmx4g", "-cp", System.getProperty("java.class.path"), "moa.DoTask", task);
    double[] a = new double[ROUNDS];
    double[] b = new double[ROUNDS];
    seconds(ours);
    for (int i = 0; i < ROUNDS; i++) {
      a[i] = seconds(ours);
      b[i] = seconds(moa);
    }
    Matcher m = ACCURACY.matcher(Files.readString(json));
    if (!m.find()) {
      throw new IllegalStateException("no accuracy in " + json);
    }
    Arrays.sort(a);
    Arrays.sort(b);
    System.out.printf(
        "Whole process, %d events, hoeffding_tree: ours %.2f s, MOA %.2f s, %.1f times; accuracy %.2f %%, MOA %s %%%n",
        events,
        a[ROUNDS / 2],
        b[ROUNDS / 2],
        b[ROUNDS / 2] / a[ROUNDS / 2],
        100 * Double.parseDouble(m.group(1)),
        moaAccuracy(csv));
  }

  private static double seconds(List<String> command) throws IOException, InterruptedException {
    long start = System.nanoTime();
    Process p =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    int exit = p.waitFor();
    if (exit != 0) {
      throw new IllegalStateException(command + " ended with " + exit);
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private static String moaAccuracy(Path csv) throws IOException {
    List<String> lines = Files.readAllLines(csv);
    String[] head = lines.get(0).split(",");
    String[] last = lines.get(lines.size() - 1).split(",");
    for (int i = 0; i < head.length; i++) {
      if (head[i].startsWith("classifications correct")) {
        return String.format("%.2f", Double.parseDouble(last[i]));
      }
    }
    throw new IllegalStateException("no accuracy in MOA's output");
  }

  private static int writeArff(String file, Path arff) throws IOException {
    List<String> rows = new ArrayList<>();
    try (Source source = Sources.open(file, Map.of())) {
      Schema schema = source.schema();
      Batch batch = new Batch(schema, 1024);
      int n;
      while ((n = source.read(batch, 1024)) > 0) {
        for (int r = 0; r < n; r++) {
          rows.add(row(schema, batch.row(r), batch.labelCode(r)));
        }
      }
      try (PrintWriter out = new PrintWriter(arff.toFile(), StandardCharsets.UTF_8)) {
        out.println("@relation stream");
        for (Column c : schema.columns()) {
          out.println(
              "@attribute '"
                  + c.name()
                  + "' "
                  + (c.isCategory() ? nominal(c.dictionary().names()) : "numeric"));
        }
        out.println("@attribute class " + nominal(schema.labels().names()));
        out.println("@data");
        rows.forEach(out::println);
      }
    }
    return rows.size();
  }

  private static String nominal(List<String> names) {
    return "{'" + String.join("','", names) + "'}";
  }

  private static String row(Schema schema, Features x, int label) {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < schema.width(); i++) {
      Column c = schema.column(i);
      double v = x.get(i);
      s.append(
              c.isCategory()
                  ? "'" + c.dictionary().name((int) v) + "'"
                  : v == Math.rint(v) ? Long.toString((long) v) : Double.toString(v))
          .append(',');
    }
    return s.append("'").append(schema.labels().name(label)).append("'").toString();
  }
}
