package org.freshet.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.LongFunction;
import org.freshet.core.Classifier;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.FreshetException;
import org.freshet.core.Kernels;
import org.freshet.core.Schema;
import org.freshet.core.component.Components;
import org.freshet.neural.matrix.Symmetric;

/**
 * Heads on vectors: classes of MNIST that come one after another, without a memory of rows, and the
 * Kalman classifier on Electricity. Prints one Markdown table.
 *
 * <p>{@code HeadsRun TABLE SEEDS ROWS}, TABLE one of electricity, delayed, incremental, imbalance,
 * bottleneck, neighbours and others, ROWS the rows of MNIST used for training; all but the first
 * two need FRESHET_DATA.
 */
public final class HeadsRun {
  private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();

  private final int seeds;
  private final int most;

  private HeadsRun(int seeds, int most) {
    this.seeds = seeds;
    this.most = most;
  }

  public static void main(String[] args) {
    if (args.length != 3) {
      System.err.println(
          "usage: HeadsRun electricity|delayed|incremental|imbalance|bottleneck|neighbours|others"
              + " SEEDS ROWS");
      System.exit(2);
    }
    HeadsRun run = new HeadsRun(Integer.parseInt(args[1]), Integer.parseInt(args[2]));
    try {
      switch (args[0]) {
        case "electricity" -> new ElectricityHeads(run.seeds).forgetting();
        case "delayed" -> new ElectricityHeads(run.seeds).delayed();
        case "incremental" -> run.incremental();
        case "imbalance" -> run.imbalance();
        case "bottleneck" -> run.bottleneck();
        case "neighbours" -> run.neighbours();
        case "others" -> run.others();
        default -> throw new ConfigException("", "there is no table '" + args[0] + "'");
      }
    } catch (FreshetException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    }
  }

  /** One class at a time, in another order of the classes for each seed, against shuffled rows. */
  private void incremental() {
    Digits train = Digits.read("train", most);
    Digits test = Digits.read("t10k", 10_000);
    System.out.println("| head | one class at a time, % | shuffled, % | seconds a run |");
    System.out.println("|---|---|---|---|");
    for (String spec :
        new String[] {
          "nearest_class_mean",
          "random_relu(units=512) | nearest_class_mean",
          "random_relu(units=512) | softmax_regression",
          "random_relu(units=512) | streaming_lda",
          "random_relu(units=4096) | streaming_lda",
          "random_relu(units=512) | analytic_ridge",
          "random_relu(units=4096) | analytic_ridge"
        }) {
      long start = System.nanoTime();
      double[] sorted = new double[seeds];
      double[] shuffled = new double[seeds];
      for (int s = 0; s < seeds; s++) {
        Digits from = train.renamed(s + 1);
        Digits to = test.renamed(s + 1);
        sorted[s] = taught(spec, from.byClass(1), to, s + 1).total();
        shuffled[s] = taught(spec, from.shuffled(s + 1), to, s + 1).total();
      }
      row(spec, sorted, shuffled, seconds(start) / (2 * seeds));
    }
  }

  private static void row(String spec, double[] a, double[] b, double seconds) {
    System.out.printf(
        Locale.ROOT,
        "| %s | %s | %s | %.0f |%n",
        spec.replace("|", "\\|"),
        spread(a),
        spread(b),
        seconds);
  }

  /** 5,400 rows of one class down to 54 of another, class by class; the mean over the classes. */
  private void imbalance() {
    Digits train = Digits.read("train", most);
    Digits test = Digits.read("t10k", 10_000);
    System.out.println("| head | mean class accuracy, % | of the three rarest, % | seconds |");
    System.out.println("|---|---|---|---|");
    for (int units : new int[] {2048, 4096}) {
      for (String head :
          new String[] {
            "analytic_ridge",
            "analytic_ridge(balanced=true)",
            "analytic_ridge(ridge=100)",
            "analytic_ridge(ridge=100, balanced=true)",
            "streaming_lda(uniform_priors=true)"
          }) {
        long start = System.nanoTime();
        double[] mean = new double[seeds];
        double[] rare = new double[seeds];
        String spec = "random_relu(units=" + units + ") | " + head;
        for (int s = 0; s < seeds; s++) {
          Digits from = train.renamed(s + 1).shuffled(s + 1).imbalanced(5400).byClass(1);
          Outcome o = taught(spec, from, test.renamed(s + 1), s + 1);
          mean[s] = o.meanOf(0, Digits.CLASSES);
          rare[s] = o.meanOf(Digits.CLASSES - 3, Digits.CLASSES);
        }
        row(spec, mean, rare, seconds(start) / seeds);
      }
    }
  }

  /** Five tasks of two classes on 64 whitened components, found without labels beforehand. */
  private void bottleneck() {
    Digits train = Digits.read("train", most);
    Digits test = Digits.read("t10k", 10_000);
    String pca = "pca(components=64, whiten=true, freeze_after=" + train.size() + ")";
    var features = train.features(pca);
    Digits from = features.apply(train);
    Digits to = features.apply(test);
    System.out.println("| head | five tasks, % | shuffled, % | seconds |");
    System.out.println("|---|---|---|---|");
    for (String spec :
        new String[] {
          "softmax_regression",
          "softmax_regression(optimizer=sgd(learning_rate=0.001))",
          "nearest_class_mean",
          "key_value_bottleneck"
        }) {
      long start = System.nanoTime();
      double[] tasks = new double[seeds];
      double[] shuffled = new double[seeds];
      for (int s = 0; s < seeds; s++) {
        Digits mixed = from.renamed(s + 1).shuffled(s + 1);
        Digits renamed = to.renamed(s + 1);
        tasks[s] = taught(spec, mixed.byClass(2), renamed, s + 1).total();
        shuffled[s] = taught(spec, mixed, renamed, s + 1).total();
      }
      row(spec, tasks, shuffled, seconds(start) / (2 * seeds));
    }
  }

  /**
   * All rows kept, class after class, on 64 components, beside a scan of all rows for the one with
   * the largest cosine. Times are of a prediction with the learning of its label, for the last
   * tenth of the rows, in CPU time of the thread, so that other work on the machine does not count.
   */
  private void neighbours() {
    Digits train = Digits.read("train", most);
    Digits test = Digits.read("t10k", 10_000);
    var features = train.features("pca(components=64, freeze_after=" + train.size() + ")");
    Digits from = features.apply(train);
    Digits to = features.apply(test);
    System.out.println("| head | accuracy, % | p50, us | p99, us | longest, ms | rows kept |");
    System.out.println("|---|---|---|---|---|---|");
    double[] scan = {scanned(from, to)};
    System.out.printf("| scan of all rows | %s | | | | %d |%n", spread(scan), from.size());
    double[] accuracy = new double[seeds];
    double[] times = {};
    int tenth = Math.max(1, from.size() / 10);
    for (int s = 0; s < seeds; s++) {
      Digits rows = from.renamed(s + 1).shuffled(s + 1).byClass(1);
      Classifier c = Components.classifier("ann_classifier", rows.schema(), s + 1);
      double[] scores = new double[Digits.CLASSES];
      double[] took = new double[tenth];
      for (int r = 0; r < rows.size(); r++) {
        Features x = Features.of(rows.rows()[r]);
        long start = CPU.getCurrentThreadCpuTime();
        c.testThenLearn(x, rows.labels()[r], 1, scores);
        if (r >= rows.size() - tenth) {
          took[r - rows.size() + tenth] = (CPU.getCurrentThreadCpuTime() - start) / 1e3;
        }
      }
      accuracy[s] = asked(c, to.renamed(s + 1)).total();
      int had = times.length;
      times = Arrays.copyOf(times, had + tenth);
      System.arraycopy(took, 0, times, had, tenth);
    }
    Arrays.sort(times);
    System.out.printf(
        Locale.ROOT,
        "| ann_classifier | %s | %.0f | %.0f | %.1f | %d |%n",
        spread(accuracy),
        times[times.length / 2],
        times[(int) (times.length * 0.99)],
        times[times.length - 1] / 1e3,
        from.size());
  }

  /** Share of the rows whose nearest by cosine has their label. */
  private static double scanned(Digits from, Digits to) {
    double[] norms = new double[from.size()];
    for (int i = 0; i < norms.length; i++) {
      norms[i] = Math.sqrt(Symmetric.dot(from.rows()[i], from.rows()[i], 0, from.rows()[i].length));
    }
    int right = 0;
    for (int q = 0; q < to.size(); q++) {
      double[] x = to.rows()[q];
      int best = 0;
      double top = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < norms.length; i++) {
        double cosine = Symmetric.dot(x, from.rows()[i], 0, x.length) / norms[i];
        if (cosine > top) {
          top = cosine;
          best = i;
        }
      }
      right += from.labels()[best] == to.labels()[q] ? 1 : 0;
    }
    return (double) right / to.size();
  }

  /** Heads of which nothing was promised, on 64 components. */
  private void others() {
    Digits train = Digits.read("train", most);
    Digits test = Digits.read("t10k", 10_000);
    var features = train.features("pca(components=64, freeze_after=" + train.size() + ")");
    Digits from = features.apply(train);
    Digits to = features.apply(test);
    System.out.println("| head | one class at a time, % | shuffled, % | seconds |");
    System.out.println("|---|---|---|---|");
    for (String spec :
        new String[] {
          "nearest_class_mean", "prototypes(per_class=20)", "igmn", "streaming_lda", "gaussian_nb"
        }) {
      long start = System.nanoTime();
      LongFunction<Digits> mixed = s -> from.renamed(s).shuffled(s);
      double[] sorted = new double[seeds];
      double[] shuffled = new double[seeds];
      for (int s = 0; s < seeds; s++) {
        Digits renamed = to.renamed(s + 1);
        sorted[s] = taught(spec, mixed.apply(s + 1).byClass(1), renamed, s + 1).total();
        shuffled[s] = taught(spec, mixed.apply(s + 1), renamed, s + 1).total();
      }
      row(spec, sorted, shuffled, seconds(start) / (2 * seeds));
    }
  }

  /** Right answers and rows of each class. */
  private record Outcome(int[] right, int[] rows) {
    double total() {
      return (double) Arrays.stream(right).sum() / Arrays.stream(rows).sum();
    }

    double meanOf(int from, int to) {
      double sum = 0;
      for (int c = from; c < to; c++) {
        sum += (double) right[c] / rows[c];
      }
      return sum / (to - from);
    }
  }

  private static Outcome taught(String spec, Digits train, Digits test, long seed) {
    Schema schema = train.schema();
    Classifier c = Components.classifier(spec, schema, seed);
    for (int r = 0; r < train.size(); r++) {
      c.learn(Features.of(train.rows()[r]), train.labels()[r], 1);
    }
    return asked(c, test);
  }

  private static Outcome asked(Classifier c, Digits test) {
    Outcome o = new Outcome(new int[Digits.CLASSES], new int[Digits.CLASSES]);
    double[] scores = new double[c.labels()];
    for (int r = 0; r < test.size(); r++) {
      c.scores(Features.of(test.rows()[r]), scores);
      int label = test.labels()[r];
      o.rows[label]++;
      o.right[label] += Kernels.argmax(scores, c.labels()) == label ? 1 : 0;
    }
    return o;
  }

  static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  static double mean(double[] a) {
    return Arrays.stream(a).sum() / a.length;
  }

  /** Mean and standard deviation of shares, in percent. */
  static String spread(double[] a) {
    double m = mean(a);
    double squares = 0;
    for (double v : a) {
      squares += (v - m) * (v - m);
    }
    double deviation = a.length < 2 ? 0 : Math.sqrt(squares / (a.length - 1));
    return Digits.percent(m) + " ± " + Digits.percent(deviation);
  }
}
