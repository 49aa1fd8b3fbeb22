package org.freshet.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.FreshetException;
import org.freshet.core.Kernels;
import org.freshet.core.Source;
import org.freshet.core.component.Components;

/**
 * Classifiers over one stream, each event predicted before it is learnt. Reads specs from standard
 * input, one a line, and prints two lines of Markdown: the accuracies in percent, mean and standard
 * deviation over the seeds, and the events per second of CPU time.
 *
 * <p>{@code PrequentialRun STREAM EVENTS SEEDS NAME}: STREAM is one of {@link DataSets}, of which
 * the first EVENTS are taken; SEEDS a list such as {@code 1,2,3}, of the learners and of the stream
 * where it is generated; NAME stands at the head of the lines.
 */
public final class PrequentialRun {
  private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();

  private final double[] accuracy;
  private final String[] seeds;
  private long nanos;
  private long events;

  private PrequentialRun(String[] seeds) {
    this.seeds = seeds;
    accuracy = new double[seeds.length];
  }

  public static void main(String[] args) throws IOException {
    if (args.length != 4) {
      System.err.println("usage: PrequentialRun STREAM EVENTS SEEDS NAME < SPECS");
      System.exit(2);
    }
    try {
      List<Batch> streams = new ArrayList<>();
      String[] seeds = args[2].split(",");
      for (String seed : seeds) {
        streams.add(read(args[0], Integer.parseInt(args[1]), Long.parseLong(seed)));
      }
      StringBuilder shares = new StringBuilder();
      StringBuilder rates = new StringBuilder();
      BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String spec = in.readLine(); spec != null; spec = in.readLine()) {
        PrequentialRun run = new PrequentialRun(seeds);
        run.over(streams, spec);
        shares.append(String.format(Locale.ROOT, " %s |", run.share()));
        rates.append(String.format(Locale.ROOT, " %,d |", run.events * 1_000_000_000 / run.nanos));
      }
      String head = String.format(Locale.ROOT, "| %s | %,d |", args[3], streams.get(0).size());
      System.out.println(head + shares);
      System.out.println(head + rates);
    } catch (FreshetException e) {
      System.err.println(args[0] + ": " + e.getMessage());
      System.exit(2);
    }
  }

  private static Batch read(String stream, int most, long seed) {
    try (Source source = DataSets.open(stream, seed)) {
      Batch all = new Batch(source.schema(), Math.min(most, 1 << 17));
      Batch part = new Batch(source.schema(), 1024);
      while (all.size() < most && source.read(part, Math.min(1024, most - all.size())) > 0) {
        for (int r = 0; r < part.size(); r++) {
          all.append(part.row(r), part.label(r), 1);
        }
      }
      return all;
    }
  }

  private void over(List<Batch> streams, String spec) {
    for (int s = 0; s < seeds.length; s++) {
      Batch all = streams.get(s);
      Classifier c = Components.classifier(spec, all.schema(), Long.parseLong(seeds[s]));
      double[] scores = new double[Math.max(1, all.schema().labels().size())];
      int right = 0;
      long start = CPU.getCurrentThreadCpuTime();
      for (int r = 0; r < all.size(); r++) {
        int label = all.labelCode(r);
        c.testThenLearn(all.row(r), label, 1, scores);
        right += Kernels.argmax(scores, scores.length) == label ? 1 : 0;
      }
      nanos += CPU.getCurrentThreadCpuTime() - start;
      events += all.size();
      accuracy[s] = 100.0 * right / all.size();
    }
  }

  private String share() {
    double mean = 0;
    for (double a : accuracy) {
      mean += a / accuracy.length;
    }
    double squares = 0;
    for (double a : accuracy) {
      squares += (a - mean) * (a - mean);
    }
    double deviation = accuracy.length < 2 ? 0 : Math.sqrt(squares / (accuracy.length - 1));
    return String.format(Locale.ROOT, "%.2f ± %.2f", mean, deviation);
  }
}
