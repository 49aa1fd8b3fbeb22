package org.freshet.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Locale;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.Learner;
import org.freshet.core.Regressor;
import org.freshet.core.Schema;
import org.freshet.core.Source;
import org.freshet.core.component.Build;
import org.freshet.core.component.Spec;
import org.freshet.learn.explain.TreeShap;
import org.freshet.learn.tree.Trees;

/**
 * What TreeSHAP attributions cost beside predictions of the same trees, after a stream was learnt:
 * {@code ShapCost SOURCE MODEL …}, such as {@code ShapCost
 * 'arff(path=examples/data/electricity.arff.gz, label=class)' hoeffding_tree
 * adaptive_random_forest}. Checks that the attributions sum to the answer. An explainer keeps what
 * it worked out, so two figures are given: of the first 5,000 rows that a new one is asked about,
 * its making included, and of the 5,000 rows after these, which it has not seen.
 */
public final class ShapCost {
  private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();
  private static final int ROWS = 5000;

  private ShapCost() {}

  public static void main(String[] args) {
    if (args.length < 2) {
      System.err.println("usage: ShapCost SOURCE MODEL ...");
      System.exit(2);
    }
    System.out.printf(
        "%-50s %8s %12s %12s %8s %12s %8s%n",
        "model", "nodes", "predict ns", "first ns", "ratio", "later ns", "ratio");
    for (int i = 1; i < args.length; i++) {
      run(args[0], args[i]);
    }
  }

  private static void run(String stream, String model) {
    try (Source source = Build.of(null).create(Spec.parse(stream), Source.class)) {
      Learner learner = Build.of(source.schema()).create(Spec.parse(model), Learner.class);
      Batch rows = new Batch(source.schema(), ROWS);
      Batch later = new Batch(source.schema(), ROWS);
      Batch read = new Batch(source.schema(), 1024);
      while (source.read(read, 1024) > 0) {
        for (int r = 0; r < read.size(); r++) {
          learn(learner, read, r);
          Batch into = rows.isFull() ? later : rows;
          if (!into.isFull()) {
            into.append(read, r);
          }
        }
      }
      Trees trees = (Trees) learner;
      int nodes = trees.parts().stream().mapToInt(p -> p.tree().size()).sum();
      double predict = Double.POSITIVE_INFINITY;
      double first = Double.POSITIVE_INFINITY;
      double next = Double.POSITIVE_INFINITY;
      for (int pass = 0; pass < 7; pass++) {
        predict = Math.min(predict, predict(learner, later));
        long start = CPU.getCurrentThreadCpuTime();
        TreeShap shap = new TreeShap(trees);
        double made = (CPU.getCurrentThreadCpuTime() - start) / (double) ROWS;
        first = Math.min(first, made + explain(learner, shap, rows));
        next = Math.min(next, explain(learner, shap, later));
      }
      System.out.printf(
          Locale.ROOT,
          "%-50s %8d %12.0f %12.0f %8.1f %12.0f %8.1f%n",
          model,
          nodes,
          predict,
          first,
          first / predict,
          next,
          next / predict);
    }
  }

  private static void learn(Learner learner, Batch rows, int r) {
    if (learner instanceof Classifier c) {
      c.learn(rows.row(r), rows.labelCode(r), 1);
    } else {
      ((Regressor) learner).learn(rows.row(r), rows.label(r), 1);
    }
  }

  private static double predict(Learner learner, Batch rows) {
    double[] scores = new double[learner instanceof Classifier c ? c.labels() : 1];
    long start = CPU.getCurrentThreadCpuTime();
    for (int r = 0; r < rows.size(); r++) {
      answer(learner, rows, r, scores);
    }
    return (CPU.getCurrentThreadCpuTime() - start) / (double) rows.size();
  }

  private static void answer(Learner learner, Batch rows, int r, double[] scores) {
    if (learner instanceof Classifier c) {
      c.scores(rows.row(r), scores);
    } else {
      scores[0] = ((Regressor) learner).predict(rows.row(r));
    }
  }

  private static double explain(Learner learner, TreeShap shap, Batch rows) {
    int label = rows.schema().target() == Schema.Target.CLASS ? 1 : 0;
    double[] out = new double[rows.schema().width()];
    double[] sums = new double[rows.size()];
    long start = CPU.getCurrentThreadCpuTime();
    for (int r = 0; r < rows.size(); r++) {
      double sum = shap.attribute(rows.row(r), label, out);
      for (double v : out) {
        sum += v;
      }
      sums[r] = sum;
    }
    double nanos = (CPU.getCurrentThreadCpuTime() - start) / (double) rows.size();
    double[] scores = new double[learner instanceof Classifier c ? c.labels() : 1];
    for (int r = 0; r < rows.size(); r++) {
      answer(learner, rows, r, scores);
      if (!(Math.abs(sums[r] - scores[label]) <= 1e-9 * Math.max(1, Math.abs(scores[label])))) {
        throw new IllegalStateException("row " + r + ": " + sums[r] + " is not " + scores[label]);
      }
    }
    return nanos;
  }
}
