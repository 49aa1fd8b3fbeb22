package org.freshet.bench;

import com.yahoo.labs.samoa.instances.Instance;
import com.yahoo.labs.samoa.instances.InstancesHeader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import moa.core.Utils;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.Kernels;
import org.freshet.core.Schema;
import org.freshet.core.Source;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;

/**
 * One learner of ours and its counterpart of MOA, default parameters, on the same events in memory,
 * test then train: accuracy of both, on how many events they predict the same, and events per
 * second of both, one thread, learning alone. Passes of the two sides alternate and start from a
 * fresh model; the best pass of each counts.
 *
 * <pre>
 * java -cp "bench/target/bench-0.1.0.jar:bench/target/lib/*" org.freshet.bench.SideBySide \
 *   gaussian_nb moa.classifiers.bayes.NaiveBayes examples/data/electricity.arff.gz 200
 * java -cp ... org.freshet.bench.SideBySide \
 *   hoeffding_tree moa.classifiers.trees.HoeffdingTree 'sea(events=100000, noise=0.1)' 20
 * </pre>
 *
 * <p>The stream is a numeric ARFF file or a generator. One pair per run, so that neither the
 * compiler's profile nor the heap is shared with another pair.
 */
public final class SideBySide {
  private SideBySide() {}

  public static void main(String[] args) throws Exception {
    if (args.length != 4) {
      System.err.println("usage: SideBySide SPEC MOA_CLASS STREAM PASSES");
      System.exit(2);
    }
    Batch events = args[2].contains(".arff") ? arff(Path.of(args[2])) : generated(args[2]);
    InstancesHeader header = MoaEvents.header(events.schema());
    Instance[] instances = MoaEvents.of(events, header);
    int passes = Integer.parseInt(args[3]);
    int[] ours = new int[instances.length];
    int[] theirs = new int[instances.length];
    double[] seconds = {Double.MAX_VALUE, Double.MAX_VALUE};
    for (int pass = 0; pass < passes; pass++) {
      Classifier mine = Components.classifier(args[0], events.schema(), 1);
      seconds[0] = Math.min(seconds[0], runOurs(mine, events, ours));
      moa.classifiers.Classifier peer =
          (moa.classifiers.Classifier)
              Class.forName(args[1]).getDeclaredConstructor().newInstance();
      peer.setModelContext(header);
      peer.prepareForUse();
      seconds[1] = Math.min(seconds[1], runTheirs(peer, instances, theirs));
    }
    report(args, events, ours, theirs, seconds);
  }

  private static double runOurs(Classifier c, Batch events, int[] predicted) {
    double[] scores = new double[Math.max(2, events.schema().labels().size())];
    long start = System.nanoTime();
    for (int r = 0; r < predicted.length; r++) {
      int known = c.labels();
      c.testThenLearn(events.row(r), events.labelCode(r), 1, scores);
      predicted[r] = Kernels.argmax(scores, known);
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private static double runTheirs(
      moa.classifiers.Classifier c, Instance[] instances, int[] predicted) {
    long start = System.nanoTime();
    for (int r = 0; r < predicted.length; r++) {
      double[] votes = c.getVotesForInstance(instances[r]);
      predicted[r] = votes.length == 0 ? 0 : Utils.maxIndex(votes);
      c.trainOnInstance(instances[r]);
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private static void report(
      String[] args, Batch events, int[] ours, int[] theirs, double[] seconds) {
    int n = ours.length;
    int same = 0;
    int right = 0;
    int peerRight = 0;
    for (int r = 0; r < n; r++) {
      same += ours[r] == theirs[r] ? 1 : 0;
      right += ours[r] == events.labelCode(r) ? 1 : 0;
      peerRight += theirs[r] == events.labelCode(r) ? 1 : 0;
    }
    System.out.printf(
        "%s on %s, %d events: accuracy %.2f %% (MOA %.2f %%), same prediction %.3f %%,"
            + " %.2f M events/s (MOA %.2f M), %.1f times%n",
        args[0],
        args[2],
        n,
        100.0 * right / n,
        100.0 * peerRight / n,
        100.0 * same / n,
        n / seconds[0] / 1e6,
        n / seconds[1] / 1e6,
        seconds[1] / seconds[0]);
  }

  private static Batch generated(String spec) {
    try (Source source = Components.create(Spec.parse(spec), Build.of(null), Source.class)) {
      Batch all = new Batch(source.schema(), 1_000_000);
      source.read(all, all.capacity());
      return all;
    }
  }

  /** An ARFF file of numeric attributes with the class last. */
  private static Batch arff(Path file) throws IOException {
    List<Column> columns = new ArrayList<>();
    Batch batch = null;
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      String[] labels = {};
      for (String line; (line = in.readLine()) != null; ) {
        String[] words = line.strip().split("\\s+", 3);
        if (words[0].equalsIgnoreCase("@attribute") && words[2].startsWith("{")) {
          labels = words[2].substring(1, words[2].length() - 1).split(",");
        } else if (words[0].equalsIgnoreCase("@attribute")) {
          columns.add(Column.numeric(words[1]));
        } else if (words[0].equalsIgnoreCase("@data")) {
          batch = new Batch(Schema.classification(columns, "class", labels), 1_000_000);
        } else if (batch != null && !line.isBlank()) {
          append(batch, line.split(","));
        }
      }
    }
    return batch;
  }

  private static void append(Batch batch, String[] cells) {
    batch.beginRow();
    int last = cells.length - 1;
    for (int i = 0; i < last; i++) {
      batch.set(i, Double.parseDouble(cells[i]));
    }
    batch.setLabel(batch.schema().labels().find(cells[last]));
    batch.endRow();
  }
}
