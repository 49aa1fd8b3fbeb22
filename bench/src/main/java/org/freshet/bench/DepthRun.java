package org.freshet.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.Kernels;
import org.freshet.core.Source;
import org.freshet.core.component.Components;

/**
 * How deep a network should be that learns online: networks of fixed depths beside hedge
 * backpropagation, each event predicted before it is learnt. A table of errors as Markdown.
 *
 * <p>{@code DepthRun STREAM EVENTS SEEDS PERMUTE PREPARE}: STREAM is one of {@link DataSets}; SEEDS
 * a list such as {@code 1,2,3}, of which mean and standard deviation are given; every PERMUTE
 * events the classes change their names at random, never for 0; PREPARE is what stands in front of
 * each network, such as {@code standard_scaler}, or {@code -}. Cells run beside each other, one on
 * each core.
 */
public final class DepthRun {
  private static final int[] DEPTHS = {0, 1, 2, 3, 4, 8, 16};
  private static final int[] HEDGED = {8, 16};
  private static final String RATE = "optimizer=sgd(learning_rate=0.01)";

  private record Row(String name, int depth, boolean fixed, double mean, double deviation) {}

  private DepthRun() {}

  public static void main(String[] args) throws InterruptedException, ExecutionException {
    if (args.length != 5) {
      System.err.println("usage: DepthRun STREAM EVENTS SEEDS PERMUTE PREPARE");
      System.exit(2);
    }
    Batch events = read(args[0], Integer.parseInt(args[1]));
    String[] seeds = args[2].split(",");
    int permute = Integer.parseInt(args[3]);
    String prepare = args[4].equals("-") ? "" : args[4] + " | ";
    List<Row> rows = new ArrayList<>();
    for (int depth : DEPTHS) {
      String units = String.join(", ", Collections.nCopies(depth, "100"));
      String spec = prepare + "mlp(hidden=[" + units + "], " + RATE + ")";
      String name = depth == 0 ? "logistic regression" : "plain, " + depth + " hidden";
      rows.add(row(name, depth, true, spec, events, seeds, permute));
    }
    String[] kinds = {
      "scaled=true", "beta=0.99, smoothing=0.2", "beta=0.8, smoothing=0.05",
    };
    for (String kind : kinds) {
      for (int depth : HEDGED) {
        String spec =
            prepare + "hedge_backpropagation(layers=" + depth + ", " + kind + ", " + RATE + ")";
        String name = "hedge backpropagation, " + depth + ", " + kind;
        rows.add(row(name, depth, false, spec, events, seeds, permute));
      }
    }
    print(rows);
  }

  private static Batch read(String stream, int most) {
    try (Source source = DataSets.open(stream, 1)) {
      Batch all = new Batch(source.schema(), most);
      Batch part = new Batch(source.schema(), 1024);
      while (all.size() < most && source.read(part, Math.min(1024, most - all.size())) > 0) {
        for (int r = 0; r < part.size(); r++) {
          all.append(part.row(r), part.label(r), 1);
        }
      }
      return all;
    }
  }

  private static Row row(
      String name, int depth, boolean fixed, String spec, Batch events, String[] seeds, int permute)
      throws InterruptedException, ExecutionException {
    ExecutorService pool = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    List<Future<Double>> cells = new ArrayList<>();
    for (String seed : seeds) {
      cells.add(pool.submit(() -> error(spec, events, Long.parseLong(seed), permute)));
    }
    double sum = 0;
    double squares = 0;
    for (Future<Double> f : cells) {
      sum += f.get();
      squares += f.get() * f.get();
    }
    pool.shutdown();
    int n = seeds.length;
    double mean = sum / n;
    double deviation = n < 2 ? 0 : Math.sqrt(Math.max(0, squares - n * mean * mean) / (n - 1));
    System.err.printf(Locale.ROOT, "%s: %.2f %%%n", name, mean);
    return new Row(name, depth, fixed, mean, deviation);
  }

  /** In per cent. */
  private static double error(String spec, Batch events, long seed, int permute) {
    Classifier c = Components.classifier(spec, events.schema(), seed);
    int classes = events.schema().labels().size();
    Names names = new Names(classes, seed);
    double[] scores = new double[Math.max(1, classes)];
    int wrong = 0;
    for (int i = 0; i < events.size(); i++) {
      if (permute > 0 && i > 0 && i % permute == 0) {
        names.permute();
      }
      int label = names.of(events.labelCode(i));
      c.testThenLearn(events.row(i), label, 1, scores);
      wrong += c.labels() == 0 || Kernels.argmax(scores, classes) != label ? 1 : 0;
    }
    return 100.0 * wrong / events.size();
  }

  private static void print(List<Row> rows) {
    System.out.println("| network | error, % | ± |");
    System.out.println("|---|---|---|");
    Row best = null;
    Row deepest = null;
    Row hedge = null;
    for (Row r : rows) {
      System.out.printf(Locale.ROOT, "| %s | %.2f | %.2f |%n", r.name, r.mean, r.deviation);
      best = r.fixed && (best == null || r.mean < best.mean) ? r : best;
      deepest = r.fixed ? r : deepest;
      hedge = r.fixed ? hedge : r;
    }
    System.out.println();
    System.out.printf(
        Locale.ROOT,
        "The best fixed depth in hindsight is %d. Hedge backpropagation of depth %d has %+.2f points"
            + " of error beside it, plain training of depth %d %+.2f.%n",
        best.depth,
        hedge.depth,
        hedge.mean - best.mean,
        deepest.depth,
        deepest.mean - best.mean);
  }
}
