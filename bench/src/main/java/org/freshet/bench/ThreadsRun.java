package org.freshet.bench;

import java.util.Arrays;
import java.util.Locale;
import org.freshet.core.Classifier;
import org.freshet.core.FreshetException;
import org.freshet.core.Learner;
import org.freshet.core.Regressor;
import org.freshet.core.Source;
import org.freshet.core.Workers;
import org.freshet.core.component.Build;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateWriter;

/**
 * One learner on one thread and on several, the same events from memory in turn, wall clock. Prints
 * one line, separated by tabs: learner, events, events per second on one thread and on several, the
 * median of the ratios, and whether every score of every event and the whole state at the end were
 * the same bit for bit.
 *
 * <p>{@code ThreadsRun SPEC STREAM EVENTS THREADS SECONDS}; both sides run for SECONDS before they
 * are measured. The exit code is 1 when the results differ.
 */
public final class ThreadsRun {
  private static final int CHUNK = 1024;
  private static final int ROUNDS = 7;

  private final MoaStream stream;
  private final Spec spec;
  private final double[] chunk;

  /** What a pass gave: a hash of all scores in order, and the state. */
  private record Outcome(long scores, byte[] state, double seconds) {}

  private ThreadsRun(MoaStream stream, String spec) {
    this.stream = stream;
    this.spec = Spec.parse(spec);
    this.chunk = new double[CHUNK * Math.max(1, stream.labels())];
  }

  public static void main(String[] args) {
    if (args.length != 5) {
      System.err.println("usage: ThreadsRun SPEC STREAM EVENTS THREADS SECONDS");
      System.exit(2);
    }
    int threads = Integer.parseInt(args[3]);
    boolean same = true;
    try (Source source = DataSets.open(args[1], 1);
        Workers one = new Workers(1);
        Workers several = new Workers(threads)) {
      ThreadsRun run = new ThreadsRun(new MoaStream(source, Integer.parseInt(args[2])), args[0]);
      double until = System.nanoTime() + Double.parseDouble(args[4]) * 2e9;
      do {
        run.pass(one);
        run.pass(several);
      } while (System.nanoTime() < until);
      double[] a = new double[ROUNDS];
      double[] b = new double[ROUNDS];
      double[] ratio = new double[ROUNDS];
      for (int i = 0; i < ROUNDS; i++) {
        Outcome x = run.pass(one);
        Outcome y = run.pass(several);
        same &= x.scores == y.scores && Arrays.equals(x.state, y.state);
        a[i] = x.seconds;
        b[i] = y.seconds;
        ratio[i] = a[i] / b[i];
      }
      int n = run.stream.batch.size();
      System.out.printf(
          Locale.ROOT,
          "%s\t%d\t%.0f\t%.0f\t%.2f\t%s%n",
          args[0],
          n,
          n / median(a),
          n / median(b),
          median(ratio),
          same ? "same bits" : "DIFFERENT");
    } catch (FreshetException e) {
      System.err.println(args[0] + " on " + args[1] + ": " + e.getMessage());
      System.exit(2);
    }
    System.exit(same ? 0 : 1);
  }

  private Outcome pass(Workers workers) {
    Build build = Build.of(stream.schema).withWorkers(workers);
    Learner learner = OurSide.make(spec, build);
    int stride = stream.labels();
    int n = stream.batch.size();
    long hash = 0;
    long nanos = 0;
    for (int from = 0; from < n; from += CHUNK) {
      int to = Math.min(n, from + CHUNK);
      long start = System.nanoTime();
      if (learner instanceof Regressor g) {
        g.testThenLearn(stream.batch, from, to, chunk);
      } else {
        ((Classifier) learner).testThenLearn(stream.batch, from, to, chunk, stride);
      }
      nanos += System.nanoTime() - start;
      int cells = (to - from) * Math.max(1, stride);
      for (int i = 0; i < cells; i++) {
        hash = hash * 0x9E3779B97F4A7C15L + Double.doubleToLongBits(chunk[i]);
      }
    }
    StateWriter state = new StateWriter();
    learner.save(state);
    return new Outcome(hash, state.toBytes(), nanos / 1e9);
  }

  private static double median(double[] a) {
    double[] b = a.clone();
    Arrays.sort(b);
    return b[b.length / 2];
  }
}
