package org.freshet.bench;

import java.util.concurrent.TimeUnit;
import org.freshet.core.DriftDetector;
import org.freshet.core.Rng;
import org.freshet.learn.drift.Adwin;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Time of one value in ADWIN, ours beside MOA's, on the same errors with the same δ. Setting up
 * checks that both signal at the same values. Run, from the root of the repository, by
 *
 * <pre>
 * mvn -P bench -pl bench -am package -DskipTests
 * java -cp "bench/target/bench-0.1.0.jar:bench/target/lib/*" org.openjdk.jmh.Main AdwinBenchmark
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class AdwinBenchmark {
  private static final int VALUES = 500_000;
  private static final double DELTA = 0.002;

  /** Constant rate, so that the window grows; or a rate that changes, so that it stays short. */
  @Param({"constant", "changing"})
  public String stream;

  private double[] errors;

  /** Makes the errors and fails when the two signal at different values. */
  @Setup
  public void setUp() {
    Rng rng = new Rng(1);
    errors = new double[VALUES];
    boolean constant = stream.equals("constant");
    for (int i = 0; i < VALUES; i++) {
      double rate = constant || i / 1500 % 2 == 0 ? 0.2 : 0.5;
      errors[i] = rng.nextDouble() < rate ? 1 : 0;
    }
    Adwin ours = new Adwin(DELTA);
    moa.classifiers.core.driftdetection.ADWIN peer = peer();
    for (int i = 0; i < VALUES; i++) {
      boolean found = ours.update(errors[i]) == DriftDetector.DRIFT;
      if (peer.setInput(errors[i]) != found || peer.getWidth() != ours.width()) {
        throw new IllegalStateException("the two differ at value " + i);
      }
    }
  }

  private static moa.classifiers.core.driftdetection.ADWIN peer() {
    return new moa.classifiers.core.driftdetection.ADWIN(DELTA);
  }

  /** Ours. */
  @Benchmark
  @OperationsPerInvocation(VALUES)
  public int freshet() {
    Adwin adwin = new Adwin(DELTA);
    int drifts = 0;
    for (double error : errors) {
      drifts += adwin.update(error) == DriftDetector.DRIFT ? 1 : 0;
    }
    return drifts;
  }

  /** MOA's. */
  @Benchmark
  @OperationsPerInvocation(VALUES)
  public int moa() {
    moa.classifiers.core.driftdetection.ADWIN adwin = peer();
    int drifts = 0;
    for (double error : errors) {
      drifts += adwin.setInput(error) ? 1 : 0;
    }
    return drifts;
  }
}
