package org.freshet.bench;

import com.yahoo.labs.samoa.instances.Instance;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Map;
import moa.core.Utils;
import org.freshet.core.Classifier;
import org.freshet.core.Source;
import org.freshet.core.Workers;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.streams.Sources;

/**
 * Learning alone, one learner of ours and one of MOA on the same events from memory, test then
 * train, in turn in one JVM after seconds of warm-up on both sides, by the CPU time of the learning
 * thread. Prints one line: median events per second of each, the median of the ratios pass by pair,
 * accuracies and agreement.
 *
 * <p>{@code PeerRun STREAM EVENTS OUR-SPEC MOA-COMMAND SECONDS [THREADS]}; STREAM is a file or a
 * generator. With {@code -} for MOA only ours runs; with 0 seconds each side runs once, for the
 * accuracy.
 */
public final class PeerRun {
  private static final int CHUNK = 1024;

  private final MoaStream stream;
  private final int[] ours;
  private final int[] theirs;
  private final double[] scores;

  private PeerRun(MoaStream stream) {
    this.stream = stream;
    this.ours = new int[stream.instances.length];
    this.theirs = new int[stream.instances.length];
    this.scores = new double[CHUNK * stream.schema.labels().size()];
  }

  public static void main(String[] args) {
    try (Source source = open(args[0]);
        Workers workers = new Workers(args.length > 5 ? Integer.parseInt(args[5]) : 1)) {
      PeerRun run = new PeerRun(new MoaStream(source, Integer.parseInt(args[1])));
      run.measure(args[2], args[3], Double.parseDouble(args[4]), workers);
    }
  }

  static Source open(String stream) {
    boolean generator = Components.find(stream.replaceAll("\\(.*", "")).isPresent();
    return generator
        ? Components.create(Spec.parse(stream), Build.of(null), Source.class)
        : Sources.open(stream, Map.of());
  }

  private void measure(String spec, String moa, double seconds, Workers workers) {
    boolean peer = !moa.equals("-");
    double until = System.nanoTime() + seconds * 1e9;
    while (System.nanoTime() < until) {
      passOurs(spec, workers);
    }
    until = System.nanoTime() + seconds * 1e9;
    while (peer && System.nanoTime() < until) {
      passMoa(moa);
    }
    int rounds = seconds > 0 ? 5 : 1;
    double[] a = new double[rounds];
    double[] b = new double[rounds];
    double[] ratio = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      a[i] = best(spec, workers, seconds / 5);
      b[i] = peer ? passMoa(moa) : Double.NaN;
      ratio[i] = b[i] / a[i];
    }
    int n = ours.length;
    System.out.printf(
        "%s\t%d\t%s\t%.0f\t%.0f\t%.2f\t%.4f\t%.4f\t%.4f\t%d%n",
        stream.header.getRelationName(),
        n,
        spec,
        n / median(a),
        n / median(b),
        median(ratio),
        accuracy(ours),
        peer ? accuracy(theirs) : Double.NaN,
        peer ? agreement() : Double.NaN,
        workers.threads());
  }

  /** Median seconds of a pass of ours, over as many passes as fit the time. */
  private double best(String spec, Workers workers, double seconds) {
    double[] times = new double[1000];
    int n = 0;
    double until = System.nanoTime() + seconds * 1e9;
    do {
      times[n++] = passOurs(spec, workers);
    } while (n < times.length && System.nanoTime() < until);
    return median(Arrays.copyOf(times, n));
  }

  private double passOurs(String spec, Workers workers) {
    Build build = Build.of(stream.schema).withWorkers(workers);
    Classifier c = Components.create(Spec.parse(spec), build, Classifier.class);
    int stride = stream.schema.labels().size();
    int n = ours.length;
    long nanos = 0;
    for (int from = 0; from < n; from += CHUNK) {
      int to = Math.min(n, from + CHUNK);
      long start = clock(workers.threads());
      c.testThenLearn(stream.batch, from, to, scores, stride);
      nanos += clock(workers.threads()) - start;
      for (int r = from; r < to; r++) {
        int best = 0;
        int at = (r - from) * stride;
        for (int l = 1; l < stride; l++) {
          best = scores[at + l] > scores[at + best] ? l : best;
        }
        ours[r] = best;
      }
    }
    return nanos / 1e9;
  }

  private double passMoa(String command) {
    moa.classifiers.Classifier c = moaLearner(command);
    c.setModelContext(stream.header);
    c.prepareForUse();
    long start = clock(1);
    for (int i = 0; i < theirs.length; i++) {
      Instance x = stream.instances[i];
      double[] votes = c.getVotesForInstance(x);
      theirs[i] = votes.length == 0 ? 0 : Utils.maxIndex(votes);
      c.trainOnInstance(x);
    }
    return (clock(1) - start) / 1e9;
  }

  /**
   * CPU time of this thread, which other load on the machine disturbs least; wall clock for
   * several.
   */
  private static long clock(int threads) {
    return threads == 1
        ? ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime()
        : System.nanoTime();
  }

  private static moa.classifiers.Classifier moaLearner(String command) {
    try {
      return (moa.classifiers.Classifier)
          com.github.javacliparser.ClassOption.cliStringToObject(
              command, moa.classifiers.Classifier.class, null);
    } catch (Exception e) {
      throw new IllegalArgumentException("MOA does not know '" + command + "'", e);
    }
  }

  private double accuracy(int[] predicted) {
    int right = 0;
    for (int i = 0; i < predicted.length; i++) {
      right += predicted[i] == stream.batch.labelCode(i) ? 1 : 0;
    }
    return (double) right / predicted.length;
  }

  private double agreement() {
    int same = 0;
    for (int i = 0; i < ours.length; i++) {
      same += ours[i] == theirs[i] ? 1 : 0;
    }
    return (double) same / ours.length;
  }

  private static double median(double[] a) {
    double[] b = a.clone();
    Arrays.sort(b);
    return b[b.length / 2];
  }
}
