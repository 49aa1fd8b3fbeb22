package org.freshet.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.Kernels;
import org.freshet.core.Source;
import org.freshet.core.component.Components;
import org.freshet.engine.merge.Copy;
import org.freshet.engine.merge.Delta;
import org.freshet.engine.merge.Merged;
import org.freshet.engine.merge.Merging;
import org.freshet.evaluate.metrics.AucStream;

/**
 * Copies of a classifier that learn apart and are merged every so many events, beside the one that
 * learns everything: {@code MergedRun STREAM COPIES SPEC EVERY,EVERY… LATE,LATE… [WEIGHT]}, the
 * streams those of {@link DataSets}. An event goes to one of the copies by a hash of its number,
 * which predicts and then learns it. After every EVERY events, of all copies together, each sends a
 * delta, and the merged model is taken in LATE events later: the way to and fro. Prints rows of
 * Markdown: every, late, accuracy in percent, area under the curve where there are two classes, the
 * difference to one model in points, how stale deltas were on average in merges, bytes of a delta,
 * and microseconds of a processor that a delta took in all, to be made, merged and taken back by
 * every copy. WEIGHT is what an example counts for a copy, else {@link Merging#weight}.
 */
public final class MergedRun {
  private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();

  private final Batch rows;
  private final Supplier<Classifier> make;
  private final int copies;
  private final double weight;

  private MergedRun(Batch rows, Supplier<Classifier> make, int copies, double weight) {
    this.rows = rows;
    this.make = make;
    this.copies = copies;
    this.weight = weight;
  }

  public static void main(String[] args) {
    Batch rows = read(args[0]);
    Supplier<Classifier> make = () -> Components.classifier(args[2], rows.schema(), 1);
    double weight = args.length > 5 ? Double.parseDouble(args[5]) : 0;
    MergedRun run = new MergedRun(rows, make, Integer.parseInt(args[1]), weight);
    Score one = run.alone();
    System.out.println(one.line("one model | ", " | | | "));
    for (String late : args[4].split(",")) {
      for (String every : args[3].split(",")) {
        run.merged(Integer.parseInt(every), Integer.parseInt(late), one);
      }
    }
  }

  static Batch read(String stream) {
    try (Source source = DataSets.open(stream, 1)) {
      Batch all = new Batch(source.schema(), 1 << 19);
      Batch part = new Batch(source.schema(), 1024);
      while (source.read(part, 1024) > 0) {
        for (int r = 0; r < part.size(); r++) {
          all.append(part.row(r), part.label(r), 1);
        }
      }
      return all;
    }
  }

  /** How well events were predicted before they were learnt. */
  private final class Score {
    private final int classes = rows.schema().labels().size();
    private final double[] scores = new double[classes];
    private final long[] seen = new long[classes];
    private final long[] right = new long[classes];
    private final AucStream auc = classes == 2 ? new AucStream() : null;

    void step(Classifier c, int r, double weight) {
      int label = rows.labelCode(r);
      c.testThenLearn(rows.row(r), label, weight, scores);
      seen[label]++;
      right[label] += Kernels.argmax(scores, classes) == label ? 1 : 0;
      if (auc != null) {
        auc.add(label, 1, scores, 0, classes);
      }
    }

    double accuracy() {
      long sum = 0;
      for (long n : right) {
        sum += n;
      }
      return 100.0 * sum / rows.size();
    }

    String line(String name, String more) {
      String area = auc == null ? "" : String.format(Locale.ROOT, "%.4f", auc.value());
      return String.format(Locale.ROOT, "| %s | %.2f | %s | %s |", name, accuracy(), area, more);
    }
  }

  private Score alone() {
    Classifier c = make.get();
    Score score = new Score();
    for (int r = 0; r < rows.size(); r++) {
      score.step(c, r, 1);
    }
    return score;
  }

  private void merged(int every, int late, Score one) {
    Merging merging = new Merging("m", make, Merging.Settings.USUAL.withCopies(copies));
    List<Classifier> live = new ArrayList<>();
    List<Copy> apart = new ArrayList<>();
    for (int k = 0; k < copies; k++) {
      live.add(make.get());
      apart.add(new Copy("copy" + k, "m", live.get(k), make, 4));
    }
    Score score = new Score();
    double each = weight > 0 ? weight : Merging.weight(live.get(0), copies);
    Deque<Merged> coming = new ArrayDeque<>();
    Deque<Integer> due = new ArrayDeque<>();
    long bytes = 0;
    long sent = 0;
    long nanos = 0;
    for (int r = 0; r < rows.size(); r++) {
      int k = (int) ((mix(r) >>> 33) % copies);
      score.step(live.get(k), r, each);
      apart.get(k).learnt(1);
      if ((r + 1) % every > 0 && (due.isEmpty() || r < due.peek())) {
        continue;
      }
      long start = CPU.getCurrentThreadCpuTime();
      if ((r + 1) % every == 0) {
        for (Copy c : apart) {
          Delta delta = c.unsent() == 0 ? null : c.send();
          if (delta != null) {
            bytes += delta.state().length;
            sent++;
            merging.take(delta);
          }
        }
        coming.add(merging.merge());
        due.add(r + late);
      }
      while (!due.isEmpty() && r >= due.peek()) {
        due.remove();
        Merged now = coming.remove();
        apart.forEach(c -> c.take(now));
      }
      nanos += CPU.getCurrentThreadCpuTime() - start;
    }
    String name = String.format(Locale.ROOT, "%,d | %,d", every, late);
    String more =
        String.format(
            Locale.ROOT,
            "%+.2f | %.1f | %s | %s",
            score.accuracy() - one.accuracy(),
            merging.meanStaleness(),
            sent == 0 ? "" : String.format(Locale.ROOT, "%,d", bytes / sent),
            sent == 0 ? "" : String.format(Locale.ROOT, "%,d", nanos / 1000 / sent));
    System.out.println(score.line(name, more));
  }

  /** Spreads numbers over copies. */
  static long mix(long i) {
    long z = (i + 1) * 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    return z ^ (z >>> 27);
  }
}
