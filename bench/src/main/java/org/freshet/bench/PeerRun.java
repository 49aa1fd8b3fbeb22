package org.freshet.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.freshet.core.FreshetException;
import org.freshet.core.Source;
import org.freshet.core.Workers;
import org.freshet.core.component.Components;

/**
 * Learning alone, one learner of ours and one of MOA on the same events from memory, test then
 * train, in turn in one JVM after seconds of warm-up on both sides, by the CPU time of the learning
 * thread. Prints one line, separated by tabs: stream, events, ours, median events per second of
 * each, the median of the ratios pass by pair; accuracies (RMSE where the label is a number) and
 * agreement with seed 1; threads; the means of the accuracies over all seeds, the standard
 * deviation of their difference, and how many seeds there were.
 *
 * <p>{@code PeerRun STREAM EVENTS OUR-SPEC MOA-COMMAND SECONDS [THREADS [SEEDS]]}; STREAM is one of
 * {@link DataSets}. With {@code -} for MOA only ours runs; with 0 seconds each side runs once, for
 * the accuracy. Speed is measured with seed 1, the other seeds run beside each other afterwards;
 * the seed is that of the learners and of a generator. Where it changes nothing, one is run.
 */
public final class PeerRun {
  private static final int ROUNDS = 5;

  /** Measured passes of a slow pair end after this many times the warm-up. */
  private static final int PATIENCE = 4;

  private final String name;
  private final int events;
  private final String spec;
  private final String moa;
  private final boolean peer;

  private record Score(double ours, double theirs) {}

  private PeerRun(String[] args) {
    name = args[0];
    events = Integer.parseInt(args[1]);
    spec = args[2];
    moa = args[3];
    peer = !moa.equals("-");
  }

  public static void main(String[] args) throws InterruptedException {
    if (args.length < 5 || args.length > 7) {
      System.err.println(
          "usage: PeerRun STREAM EVENTS OUR-SPEC MOA-COMMAND|- SECONDS [THREADS [SEEDS]]");
      System.exit(2);
    }
    PrintStream out = System.out;
    System.setOut(System.err); // some learners of MOA talk
    int threads = args.length > 5 ? Integer.parseInt(args[5]) : 1;
    int seeds = args.length > 6 ? Integer.parseInt(args[6]) : 1;
    try {
      out.println(new PeerRun(args).run(Double.parseDouble(args[4]), threads, seeds));
    } catch (FreshetException e) {
      System.err.println(args[2] + " on " + args[0] + ": " + e.getMessage());
      System.exit(2);
    }
  }

  private MoaStream read(long seed) {
    try (Source source = DataSets.open(name, seed)) {
      return new MoaStream(source, events);
    }
  }

  private String run(double seconds, int threads, int seeds) throws InterruptedException {
    String line;
    Score first;
    int rest;
    try (Workers workers = new Workers(threads)) {
      MoaStream stream = read(1);
      OurSide a = new OurSide(stream, spec, workers);
      MoaSide b = peer ? new MoaSide(stream, moa) : null;
      line = speed(a, b, seconds);
      first = new Score(a.score(), peer ? b.score() : Double.NaN);
      line +=
          String.format(
              "\t%.4f\t%.4f\t%.4f\t%d",
              first.ours, first.theirs, peer ? agreement(a, b) : Double.NaN, threads);
      boolean varies = isGenerator() || a.randomized() || peer && b.randomized();
      rest = varies ? seeds - 1 : 0;
    }
    return line + "\t" + summary(first, rest > 0 ? others(rest) : List.of());
  }

  private boolean isGenerator() {
    return Components.find(name.replaceAll("\\(.*", "")).isPresent();
  }

  private String speed(OurSide a, MoaSide b, double seconds) {
    warm(a, seconds);
    if (b != null) {
      warm(b, seconds);
    }
    double until = System.nanoTime() + PATIENCE * seconds * 1e9;
    double[] ours = new double[ROUNDS];
    double[] theirs = new double[ROUNDS];
    double[] ratio = new double[ROUNDS];
    int n = 0;
    do {
      ours[n] = repeated(a, seconds / ROUNDS);
      theirs[n] = b != null ? b.pass(1) : Double.NaN;
      ratio[n] = theirs[n] / ours[n];
      n++;
    } while (n < ROUNDS && seconds > 0 && System.nanoTime() < until);
    int size = a.predicted.length;
    return String.format(
        "%s\t%d\t%s\t%.0f\t%.0f\t%.2f",
        name, size, spec, size / median(ours, n), size / median(theirs, n), median(ratio, n));
  }

  private static void warm(Side side, double seconds) {
    double until = System.nanoTime() + seconds * 1e9;
    while (System.nanoTime() < until) {
      side.pass(1);
    }
  }

  /** Median seconds of a pass, over as many passes as fit the time. */
  private static double repeated(Side side, double seconds) {
    double[] times = new double[1000];
    int n = 0;
    double until = System.nanoTime() + seconds * 1e9;
    do {
      times[n++] = side.pass(1);
    } while (n < times.length && System.nanoTime() < until);
    return median(times, n);
  }

  /** Seeds 2, 3, …, one pass a side each, on as many threads as there are cores. */
  private List<Score> others(int seeds) throws InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    try {
      List<Future<Score>> running = new ArrayList<>();
      for (int i = 0; i < seeds; i++) {
        long seed = 2 + i;
        running.add(pool.submit(() -> score(seed)));
      }
      List<Score> scores = new ArrayList<>();
      for (Future<Score> f : running) {
        scores.add(f.get());
      }
      return scores;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a seed failed: " + e.getCause(), e.getCause());
    } finally {
      pool.shutdown();
    }
  }

  private Score score(long seed) {
    MoaStream stream = read(seed);
    try (Workers one = new Workers(1)) {
      Side a = new OurSide(stream, spec, one);
      a.pass(seed);
      if (!peer) {
        return new Score(a.score(), Double.NaN);
      }
      Side b = new MoaSide(stream, moa);
      b.pass(seed);
      return new Score(a.score(), b.score());
    }
  }

  private static String summary(Score first, List<Score> others) {
    List<Score> all = new ArrayList<>(others);
    all.add(0, first);
    int n = all.size();
    double ours = all.stream().mapToDouble(Score::ours).average().orElseThrow();
    double theirs = all.stream().mapToDouble(Score::theirs).average().orElseThrow();
    double squares = 0;
    for (Score s : all) {
      double off = s.ours - s.theirs - (ours - theirs);
      squares += off * off;
    }
    double sd = n > 1 ? Math.sqrt(squares / (n - 1)) : 0;
    return String.format("%.5f\t%.5f\t%.5f\t%d", ours, theirs, sd, n);
  }

  private static double agreement(Side a, Side b) {
    int same = 0;
    for (int i = 0; i < a.predicted.length; i++) {
      same += a.predicted[i] == b.predicted[i] ? 1 : 0;
    }
    return (double) same / a.predicted.length;
  }

  private static double median(double[] a, int n) {
    double[] b = Arrays.copyOf(a, n);
    Arrays.sort(b);
    return b[n / 2];
  }
}
