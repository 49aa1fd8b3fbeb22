package org.freshet.bench;

import java.io.BufferedReader;
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
import java.util.stream.IntStream;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.Dictionary;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.Source;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;

/**
 * Split MNIST: the training images of digits 0 and 1, then of 2 and 3, and so on, each once and no
 * task told; after each task the test images of all digits so far.
 *
 * <p>{@code SplitMnistRun CELLS FOLDER IMAGES SEEDS} reads a line {@code NAME SPEC} for each
 * learner from standard input and prints a table in Markdown. FOLDER holds MNIST, of which the
 * first IMAGES for training are used; SEEDS is a list such as {@code 1,2,3}; a seed draws the order
 * of the images within each task and what the network draws. Cells (a learner with a seed) run
 * beside each other, as many as there are processors; the table does not depend on it. Every one
 * that is done is appended to the file CELLS, and one that stands there is not run again. Columns
 * are mean ± standard deviation over the seeds: accuracy on all digits at the end, the mean of the
 * accuracies after each task on the digits so far, the loss of accuracy on the first eight digits
 * since they were learnt, and the first column less that of the learner in the first line, of the
 * same seeds.
 */
public final class SplitMnistRun {
  private static final int PIXELS = 784;
  private static final int CLASSES = 10;
  private static final int TASKS = 5;

  private final Cells cells;
  private final int images;
  private final Images train;
  private final Images test;

  /** Pixels as floats, in the order of the file. */
  private record Images(float[][] pixels, int[] digits) {}

  private SplitMnistRun(Cells cells, Path folder, int images) {
    this.cells = cells;
    this.images = images;
    train = read(folder.resolve("train-images-idx3-ubyte.gz"), images);
    test = read(folder.resolve("t10k-images-idx3-ubyte.gz"), Integer.MAX_VALUE);
  }

  public static void main(String[] args) throws Exception {
    if (args.length != 4) {
      System.err.println("usage: SplitMnistRun CELLS FOLDER IMAGES SEEDS < LEARNERS");
      System.exit(2);
    }
    long[] seeds = Arrays.stream(args[3].split(",")).mapToLong(Long::parseLong).toArray();
    List<String[]> learners = new ArrayList<>();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (!line.isBlank()) {
        learners.add(line.strip().split("\\s+", 2));
      }
    }
    SplitMnistRun run =
        new SplitMnistRun(new Cells(Path.of(args[0])), Path.of(args[1]), Integer.parseInt(args[2]));
    run.fill(learners, seeds);
    run.table(learners, seeds);
  }

  private static Images read(Path file, int most) {
    List<float[]> pixels = new ArrayList<>();
    List<Integer> digits = new ArrayList<>();
    Spec idx = Spec.of("idx").with("path", file.toString());
    try (Source source = Components.create(idx, Build.of(null), Source.class)) {
      Batch batch = new Batch(source.schema(), 500);
      Dictionary names = source.schema().labels();
      while (source.read(batch, 500) > 0) {
        for (int r = 0; r < batch.size() && digits.size() < most; r++) {
          float[] x = new float[PIXELS];
          for (int i = 0; i < PIXELS; i++) {
            x[i] = (float) batch.row(r).get(i);
          }
          pixels.add(x);
          digits.add(Integer.parseInt(names.names().get(batch.labelCode(r))));
        }
      }
    }
    return new Images(
        pixels.toArray(float[][]::new), digits.stream().mapToInt(Integer::intValue).toArray());
  }

  private String key(String spec, long seed) {
    return String.join("\t", spec, "" + images, "" + seed);
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
    double[] outcome = run(spec, seed);
    System.err.printf(
        Locale.ROOT, "%s, seed %d: %.4f, %.0f s%n", name, seed, outcome[0], outcome[3]);
    cells.put(key(spec, seed), outcome);
  }

  private void table(List<String[]> learners, long[] seeds) {
    System.out.println("| method | final | mean after tasks | forgotten | less the first | s |");
    System.out.println("|---|---|---|---|---|---|");
    double[] first = null;
    for (int i = 0; i < learners.size(); i++) {
      double[][] of = new double[5][seeds.length];
      for (int s = 0; s < seeds.length; s++) {
        double[] outcome = cells.get(key(learners.get(i)[1], seeds[s]));
        for (int k = 0; k < outcome.length; k++) {
          of[k][s] = outcome[k];
        }
      }
      first = first == null ? of[0] : first;
      for (int s = 0; s < seeds.length; s++) {
        of[4][s] = of[0][s] - first[s];
      }
      System.out.printf(
          Locale.ROOT,
          "| %s | %s | %s | %s | %s | %.0f |%n",
          learners.get(i)[0],
          spread(of[0]),
          spread(of[1]),
          spread(of[2]),
          i == 0 ? "" : spread(of[4]),
          Arrays.stream(of[3]).average().orElse(0));
    }
    System.out.println("\n| method | settings |\n|---|---|");
    learners.forEach(l -> System.out.println("| " + l[0] + " | `" + l[1] + "` |"));
  }

  /** Accuracy at the end, mean after each task, forgetting, seconds. */
  private double[] run(String spec, long seed) {
    long begin = System.nanoTime();
    List<Column> columns =
        IntStream.range(1, PIXELS + 1).mapToObj(i -> Column.numeric("x" + i)).toList();
    Classifier c =
        Components.classifier(
            spec, Schema.classification(columns, "label", new Dictionary()), seed);
    Rng rng = new Rng(Rng.childSeed(seed, "order", 0));
    double[] row = new double[PIXELS];
    Features x = Features.of(row);
    double[] learnt = new double[TASKS];
    double[] mean = new double[TASKS];
    double[] now = new double[TASKS];
    for (int t = 0; t < TASKS; t++) {
      int task = t;
      int[] order =
          IntStream.range(0, train.digits.length)
              .filter(i -> train.digits[i] / 2 == task)
              .toArray();
      rng.shuffle(order, order.length, order.length);
      for (int i : order) {
        copy(train.pixels[i], row);
        c.learn(x, train.digits[i], 1);
      }
      mean[t] = test(c, row, x, t, now);
      learnt[t] = now[t];
    }
    double forgotten = 0;
    for (int t = 0; t < TASKS - 1; t++) {
      forgotten += (learnt[t] - now[t]) / (TASKS - 1);
    }
    double seconds = (System.nanoTime() - begin) * 1e-9;
    return new double[] {
      mean[TASKS - 1], Arrays.stream(mean).average().orElse(0), forgotten, seconds
    };
  }

  /** Accuracy on the digits of tasks 0 to {@code last}, of each task in {@code each}. */
  private double test(Classifier c, double[] row, Features x, int last, double[] each) {
    double[] scores = new double[CLASSES];
    int[] right = new int[TASKS];
    int[] all = new int[TASKS];
    for (int i = 0; i < test.digits.length; i++) {
      int task = test.digits[i] / 2;
      if (task <= last) {
        copy(test.pixels[i], row);
        c.scores(x, scores);
        int best = 0;
        for (int k = 1; k < CLASSES; k++) {
          best = scores[k] > scores[best] ? k : best;
        }
        right[task] += best == test.digits[i] ? 1 : 0;
        all[task]++;
      }
    }
    for (int t = 0; t <= last; t++) {
      each[t] = (double) right[t] / all[t];
    }
    return (double) Arrays.stream(right).sum() / Arrays.stream(all).sum();
  }

  private static void copy(float[] from, double[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] = from[i];
    }
  }

  /** Mean and, where there are several, standard deviation, in percent. */
  private static String spread(double[] values) {
    double mean = Arrays.stream(values).average().orElse(Double.NaN);
    if (values.length < 2) {
      return String.format(Locale.ROOT, "%.2f", 100 * mean);
    }
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    double deviation = Math.sqrt(squares / (values.length - 1));
    return String.format(Locale.ROOT, "%.2f ± %.2f", 100 * mean, 100 * deviation);
  }
}
