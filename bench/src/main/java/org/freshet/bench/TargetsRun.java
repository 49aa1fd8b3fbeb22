package org.freshet.bench;

import com.github.javacliparser.ClassOption;
import com.yahoo.labs.samoa.instances.Attribute;
import com.yahoo.labs.samoa.instances.DenseInstance;
import com.yahoo.labs.samoa.instances.Instance;
import com.yahoo.labs.samoa.instances.Instances;
import com.yahoo.labs.samoa.instances.InstancesHeader;
import com.yahoo.labs.samoa.instances.MultiLabelInstance;
import com.yahoo.labs.samoa.instances.Prediction;
import com.yahoo.labs.samoa.instances.Range;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import moa.classifiers.Classifier;
import moa.classifiers.MultiTargetRegressor;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.Source;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.streams.Sources;

/**
 * Several targets: one learner of ours and one of MOA on the same events from memory, test then
 * train, in turn in one JVM. Prints one line, separated by tabs: stream, events, events per second
 * of each by the CPU time of the thread (the best of three passes), and the RMSE of each target,
 * ours / MOA's, each in deviations of the target.
 *
 * <p>{@code TargetsRun bike|planes OUR-SPEC MOA-COMMAND}: bike_sharing's casual and registered
 * riders, or a made stream of three targets, two of which depend on one half of the columns and the
 * third on the other.
 */
public final class TargetsRun {
  private static final int MADE = 20_000;

  private final Batch batch;
  private final int targets;
  private final double[][] truths;
  private final double[][] answers;

  private TargetsRun(Batch batch) {
    this.batch = batch;
    this.targets = batch.schema().outputs().size();
    this.truths = new double[batch.size()][targets];
    this.answers = new double[batch.size()][targets];
    for (int r = 0; r < truths.length; r++) {
      batch.truths(r, truths[r]);
    }
  }

  public static void main(String[] args) throws Exception {
    if (args.length != 3) {
      System.err.println("usage: TargetsRun bike|planes OUR-SPEC MOA-COMMAND");
      System.exit(2);
    }
    PrintStream out = System.out;
    System.setOut(System.err); // some learners of MOA talk
    TargetsRun run = new TargetsRun(args[0].equals("bike") ? bike() : planes());
    double ours = Double.POSITIVE_INFINITY;
    double theirs = Double.POSITIVE_INFINITY;
    double[] errors = null;
    double[] peers = null;
    for (int i = 0; i < 3; i++) {
      ours = Math.min(ours, run.ours(args[1]));
      errors = run.errors();
      theirs = Math.min(theirs, run.theirs(args[2]));
      peers = run.errors();
    }
    StringBuilder s = new StringBuilder();
    for (int t = 0; t < run.targets; t++) {
      s.append(String.format(Locale.ROOT, "\t%.4f / %.4f", errors[t], peers[t]));
    }
    int n = run.batch.size();
    out.printf(Locale.ROOT, "%s\t%d\t%.0f\t%.0f%s%n", args[0], n, n / ours, n / theirs, s);
  }

  private static Batch bike() {
    Map<String, Object> options =
        Map.of(
            "task",
            "regression",
            "label",
            "casual,registered",
            "ignore",
            List.of("instant", "dteday", "cnt"));
    String file = Path.of(System.getenv("FRESHET_DATA"), "bike_sharing/hour.csv.gz").toString();
    try (Source source = Sources.open(file, options)) {
      Batch all = new Batch(source.schema(), 20_000);
      Batch part = new Batch(source.schema(), 1000);
      for (int n = source.read(part, 1000); n > 0; n = source.read(part, 1000)) {
        for (int r = 0; r < n; r++) {
          all.append(part, r);
        }
      }
      return all;
    }
  }

  private static Batch planes() {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      columns.add(Column.numeric("x" + i));
    }
    Batch all = new Batch(Schema.multiTarget(columns, List.of("a", "b", "c")), MADE);
    Rng rng = new Rng(1);
    double[] x = new double[10];
    for (int r = 0; r < MADE; r++) {
      Arrays.setAll(x, i -> 2 * rng.nextDouble() - 1);
      all.beginRow();
      for (int i = 0; i < x.length; i++) {
        all.set(i, x[i]);
      }
      double low = x[0] > 0.2 ? x[1] > 0 ? 6 : 2 * x[2] : -4 - 3 * x[3];
      double high = x[5] > -0.3 ? x[6] > 0.4 ? -5 * x[7] : 3 : 8 * x[8] - 2;
      all.setTruth(0, low + 0.3 * rng.nextGaussian());
      all.setTruth(1, 100 * (low * 0.5 + x[4]) + 30 * rng.nextGaussian());
      all.setTruth(2, high + 0.3 * rng.nextGaussian());
      all.endRow();
    }
    return all;
  }

  private static long clock() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private double ours(String spec) {
    org.freshet.core.MultiTargetRegressor learner =
        Components.create(
            Spec.parse(spec),
            Build.of(batch.schema()).withSeed(1),
            org.freshet.core.MultiTargetRegressor.class);
    long start = clock();
    for (int r = 0; r < truths.length; r++) {
      learner.testThenLearn(batch.row(r), truths[r], 1, answers[r]);
    }
    return (clock() - start) / 1e9;
  }

  private double theirs(String command) throws Exception {
    MultiTargetRegressor learner =
        (MultiTargetRegressor)
            ClassOption.cliStringToObject(command, MultiTargetRegressor.class, null);
    Instance[] instances = instances();
    ((Classifier) learner).setModelContext((InstancesHeader) instances[0].dataset());
    learner.prepareForUse();
    long start = clock();
    for (int r = 0; r < instances.length; r++) {
      Prediction p = learner.getPredictionForInstance((MultiLabelInstance) instances[r]);
      for (int t = 0; t < targets; t++) {
        boolean said = p != null && p.hasVotesForAttribute(t) && p.getVotes(t).length > 0;
        answers[r][t] = said ? p.getVote(t, 0) : 0;
      }
      learner.trainOnInstance(instances[r]);
    }
    return (clock() - start) / 1e9;
  }

  private Instance[] instances() {
    Schema schema = batch.schema();
    int width = schema.width();
    List<Attribute> attributes = new ArrayList<>();
    for (Column c : schema.columns()) {
      attributes.add(
          c.isCategory()
              ? new Attribute(c.name(), c.dictionary().names())
              : new Attribute(c.name()));
    }
    schema.outputs().forEach(name -> attributes.add(new Attribute(name)));
    InstancesHeader header = new InstancesHeader(new Instances("targets", attributes, 0));
    Range outputs = new Range((width + 1) + "-" + (width + targets));
    outputs.setUpper(width + targets);
    header.setRangeOutputIndices(outputs);
    return IntStream.range(0, truths.length)
        .mapToObj(
            r -> {
              double[] values = new double[width + targets];
              batch.row(r).copyTo(values, 0);
              System.arraycopy(truths[r], 0, values, width, targets);
              Instance instance = new DenseInstance(1, values);
              instance.setDataset(header);
              return instance;
            })
        .toArray(Instance[]::new);
  }

  /** RMSE of each target in its deviations. */
  private double[] errors() {
    double[] out = new double[targets];
    for (int t = 0; t < targets; t++) {
      int k = t;
      double mean = Arrays.stream(truths).mapToDouble(y -> y[k]).average().orElseThrow();
      double spread = 0;
      double squared = 0;
      for (int r = 0; r < truths.length; r++) {
        spread += (truths[r][t] - mean) * (truths[r][t] - mean);
        squared += (truths[r][t] - answers[r][t]) * (truths[r][t] - answers[r][t]);
      }
      out[t] = Math.sqrt(squared / spread);
    }
    return out;
  }
}
