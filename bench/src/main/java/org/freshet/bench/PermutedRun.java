package org.freshet.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.Features;
import org.freshet.core.Source;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Protocol;
import org.freshet.core.component.Spec;
import org.freshet.evaluate.protocol.TaskProtocol;

/**
 * Whether networks stay able to learn: images whose pixels are permuted anew every so many events
 * (the protocol {@code input_permuted}) and go from −1 to 1, each event predicted and then learnt,
 * accuracies of each task.
 *
 * <p>{@code PermutedRun CELLS FILE TASKS EVERY SEEDS} reads a line {@code NAME SPEC} for each
 * learner from standard input; FILE holds images in the format idx, SEEDS is a list such as {@code
 * 1,2,3}. Cells (a learner with a seed) run beside each other; every one that is done is appended
 * to the file CELLS, and one that stands there is not run again. A seed draws the order of the
 * images, the permutations and what the network draws; all learners see the same events.
 */
public final class PermutedRun {
  private static final int CHUNK = 500;

  private final Cells cells;
  private final String file;
  private final int tasks;
  private final int every;

  private PermutedRun(Cells cells, String file, int tasks, int every) {
    this.cells = cells;
    this.file = file;
    this.tasks = tasks;
    this.every = every;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length != 5) {
      System.err.println("usage: PermutedRun CELLS FILE TASKS EVERY SEEDS < LEARNERS");
      System.exit(2);
    }
    long[] seeds = Arrays.stream(args[4].split(",")).mapToLong(Long::parseLong).toArray();
    PermutedRun run =
        new PermutedRun(
            new Cells(Path.of(args[0])),
            args[1],
            Integer.parseInt(args[2]),
            Integer.parseInt(args[3]));
    List<String[]> learners = new ArrayList<>();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (!line.isBlank()) {
        learners.add(line.strip().split("\\s+", 2));
      }
    }
    run.fill(learners, seeds);
    System.out.print(run.table(learners, seeds));
  }

  private String key(String spec, long seed) {
    return String.join("\t", spec, "" + tasks, "" + every, "" + seed);
  }

  private void fill(List<String[]> learners, long[] seeds) throws InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    for (long seed : seeds) {
      for (String[] l : learners) {
        if (cells.get(key(l[1], seed)) == null) {
          pool.execute(() -> cell(l[0], l[1], seed));
        }
      }
    }
    pool.shutdown();
    pool.awaitTermination(1, TimeUnit.DAYS);
  }

  private void cell(String name, String spec, long seed) {
    long begin = System.nanoTime();
    double[] accuracy = run(spec, seed);
    double seconds = (System.nanoTime() - begin) * 1e-9;
    System.err.printf(
        Locale.ROOT,
        "%s, seed %d: last task %.4f, %.0f s%n",
        name,
        seed,
        accuracy[tasks - 1],
        seconds);
    cells.put(key(spec, seed), accuracy);
  }

  /** The share of each task that was predicted rightly before it was learnt. */
  private double[] run(String spec, long seed) {
    Spec images = Spec.of("idx").with("path", file);
    String protocol = "input_permuted(every=" + every + ", tasks=" + tasks + ", sample=0)";
    Build build = Build.of(null).withSeed(seed);
    TaskProtocol permuted =
        (TaskProtocol) Components.create(Spec.parse(protocol), build, Protocol.class);
    double[] accuracy = new double[tasks];
    try (Source source =
        permuted.over(Components.create(images, build, Source.class), 0, protocol)) {
      Classifier c = Components.classifier(spec, source.schema(), seed);
      Batch batch = new Batch(source.schema(), CHUNK);
      double[] scores = new double[source.schema().labels().size()];
      double[] pixels = new double[source.schema().width()];
      Features x = Features.of(pixels);
      long event = 0;
      while (source.read(batch, CHUNK) > 0) {
        for (int r = 0; r < batch.size(); r++, event++) {
          for (int i = 0; i < pixels.length; i++) {
            pixels[i] = 2 * batch.row(r).get(i) - 1; // as in the published experiments
          }
          c.testThenLearn(x, batch.labelCode(r), 1, scores);
          int best = 0;
          for (int k = 1; k < scores.length; k++) {
            best = scores[k] > scores[best] ? k : best;
          }
          accuracy[(int) (event / every)] += best == batch.labelCode(r) ? 1.0 / every : 0;
        }
      }
    }
    return accuracy;
  }

  private String table(List<String[]> learners, long[] seeds) {
    int[][] spans = {{1, 10}, {10, 30}, {Math.max(1, tasks - 19), tasks}};
    StringBuilder out = new StringBuilder("| learner |");
    for (int[] span : spans) {
      out.append(" tasks ").append(span[0]).append(" to ").append(span[1]).append(" |");
    }
    out.append(" last less 10 to 30 |\n|---|").append("---|".repeat(spans.length + 1)).append('\n');
    for (String[] l : learners) {
      double[][] of = new double[spans.length + 1][seeds.length];
      for (int s = 0; s < seeds.length; s++) {
        double[] a = cells.get(key(l[1], seeds[s]));
        for (int k = 0; k < spans.length; k++) {
          of[k][s] = mean(a, spans[k][0] - 1, spans[k][1]);
        }
        of[spans.length][s] = of[2][s] - of[1][s];
      }
      out.append("| ").append(l[0]).append(" |");
      for (double[] values : of) {
        out.append(' ').append(spread(values)).append(" |");
      }
      out.append('\n');
    }
    out.append("\nMeans of ten tasks each:\n\n| tasks |");
    learners.forEach(l -> out.append(' ').append(l[0]).append(" |"));
    out.append("\n|---|").append("---|".repeat(learners.size())).append('\n');
    for (int from = 0; from + 10 <= tasks; from += 10) {
      out.append("| ").append(from + 1).append(" to ").append(from + 10).append(" |");
      for (String[] l : learners) {
        double sum = 0;
        for (long seed : seeds) {
          sum += mean(cells.get(key(l[1], seed)), from, from + 10);
        }
        out.append(String.format(Locale.ROOT, " %.2f |", 100 * sum / seeds.length));
      }
      out.append('\n');
    }
    out.append("\n| column | learner |\n|---|---|\n");
    learners.forEach(
        l -> out.append("| ").append(l[0]).append(" | `").append(l[1]).append("` |\n"));
    return out.toString();
  }

  private static double mean(double[] a, int from, int to) {
    return Arrays.stream(a, Math.max(0, from), Math.min(a.length, to)).average().orElse(Double.NaN);
  }

  /** Mean and, where there are several, standard deviation, in percent. */
  private static String spread(double[] values) {
    double mean = Arrays.stream(values).average().orElse(Double.NaN);
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    if (values.length < 2) {
      return String.format(Locale.ROOT, "%.2f", 100 * mean);
    }
    double deviation = Math.sqrt(squares / (values.length - 1));
    return String.format(Locale.ROOT, "%.2f ± %.2f", 100 * mean, 100 * deviation);
  }
}
