package org.freshet.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.freshet.core.ConfigException;
import org.freshet.core.component.Spec;
import org.freshet.engine.LabelPlan;
import org.freshet.evaluate.metrics.RightAnswers;
import org.freshet.evaluate.stats.BlockBootstrap;
import org.freshet.evaluate.stats.PairedTests;

/** Runs a {@link Comparison}: every model on every stream with every seed, one after the other. */
public final class Comparer {
  private final List<Spec> models;
  private final List<Stream> streams;
  private final LabelPlan labels;
  private final List<Long> seeds;
  private final int threads;
  private final EvaluateOptions options;
  private BiConsumer<String, Progress> progress = (what, p) -> {};

  /** A stream by its name and how to open it anew. */
  public record Stream(String name, java.util.function.Supplier<org.freshet.core.Source> open) {}

  public Comparer(
      List<Spec> models,
      List<Stream> streams,
      LabelPlan labels,
      List<Long> seeds,
      int threads,
      EvaluateOptions options) {
    if (models.size() < 2) {
      throw new ConfigException(
          "--model", "is given " + models.size() + " times, a comparison needs 2 or more");
    }
    if (streams.isEmpty() || seeds.isEmpty()) {
      throw new ConfigException("--data", "a comparison needs a stream and a seed");
    }
    this.models = List.copyOf(models);
    this.streams = List.copyOf(streams);
    this.labels = labels;
    this.seeds = List.copyOf(seeds);
    this.threads = threads;
    this.options = options;
  }

  /** Hears what is running and how far it is. */
  public Comparer onProgress(BiConsumer<String, Progress> listener) {
    this.progress = listener;
    return this;
  }

  public Comparison run() {
    int k = models.size();
    int n = streams.size();
    double[][] scores = new double[n][k];
    double[][] baselines = new double[n][2];
    BlockBootstrap.Interval[][] intervals = new BlockBootstrap.Interval[n][k];
    List<Comparison.Pair> pairs = new ArrayList<>();
    String metric = null;
    for (int i = 0; i < n; i++) {
      Evaluation[] first = new Evaluation[k];
      for (int j = 0; j < k; j++) {
        first[j] = run(i, j, scores[i]);
        intervals[i][j] =
            BlockBootstrap.interval(first[j].blocks().sums(), first[j].blocks().weights());
      }
      String found = first[0].mainMetric();
      if (metric != null && !metric.equals(found)) {
        throw new ConfigException(
            streams.get(i).name(),
            "has " + found + " where the streams before have " + metric + "; compare them apart");
      }
      metric = found;
      baselines[i] = baselines(first[0], found);
      pairs(i, first, pairs);
    }
    return new Comparison(
        models.stream().map(Spec::toString).toList(),
        streams.stream().map(Stream::name).toList(),
        metric,
        scores,
        intervals,
        baselines,
        pairs,
        seeds);
  }

  private Evaluation run(int stream, int model, double[] row) {
    Evaluation first = null;
    double sum = 0;
    for (long seed : seeds) {
      Stream s = streams.get(stream);
      Job job = Job.of(s.name(), s.open(), models.get(model), labels, seed, threads);
      String what = models.get(model) + " on " + s.name();
      Evaluation e =
          new Evaluator(job, options.withPaired(first == null))
              .onProgress(p -> progress.accept(what, p))
              .run();
      sum += e.main();
      first = first == null ? e : first;
    }
    row[model] = sum / seeds.size();
    return first;
  }

  private static double[] baselines(Evaluation e, String metric) {
    double same = e.baselines().get("no_change").get(metric);
    double other = e.baselines().get(e.otherBaseline()).get(metric);
    return new double[] {same, other};
  }

  private static void pairs(int stream, Evaluation[] all, List<Comparison.Pair> pairs) {
    for (int a = 0; a < all.length; a++) {
      for (int b = a + 1; b < all.length; b++) {
        double[] first = all[a].blocks().sums();
        double[] second = all[b].blocks().sums();
        double[] weights = all[a].blocks().weights();
        pairs.add(
            new Comparison.Pair(
                stream,
                a,
                b,
                BlockBootstrap.difference(first, second, weights),
                BlockBootstrap.pValue(first, second, weights),
                mcNemar(all[a], all[b])));
      }
    }
  }

  private static double mcNemar(Evaluation a, Evaluation b) {
    if (!a.isClassification() || !a.right().isWhole()) {
      return Double.NaN;
    }
    RightAnswers x = a.right();
    RightAnswers y = b.right();
    return PairedTests.mcNemar(x.onlyHere(y), y.onlyHere(x));
  }
}
