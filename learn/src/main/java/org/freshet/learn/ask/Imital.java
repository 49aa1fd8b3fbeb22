package org.freshet.learn.ask;

import java.util.Arrays;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Trait;
import org.freshet.core.ask.Candidate;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * ImitAL: a strategy that was learnt. On made problems an oracle tried each candidate and took the
 * one that helped most; a small network learnt to choose the same from what a strategy can know,
 * and is used on any stream as it is.
 *
 * <p>How it works: of an event the network sees the largest probability, the margin, the entropy,
 * the distance to the nearest labelled row, the density of the last 100 rows around it, how many
 * labels there are, and how usual the most probable class is among them. Its output is the score;
 * the share of events that the budget allows is asked, those with the highest scores among the last
 * 256. The weights come with Freshet; {@code bench/imital.sh} makes them anew, bit for bit.
 *
 * <p>Paper: J. Gonsior, M. Thiele, W. Lehner, "ImitAL: Learned Active Learning Strategy on
 * Synthetic Data", Discovery Science 2022.
 *
 * <p>Where we differ: the paper ranks batches of a pool; here one event is scored at a time. Where
 * candidates leave the oracle's model with as many errors, it takes the one whose probabilities
 * were nearer to right. Problems are normal clouds, or one cut by a plane: 100, with 12 choices
 * among 10 events each.
 *
 * <p>Takes all rows of classes; wide and sparse ones are folded to 64 values. Costs O(values · 300)
 * time and 8 bytes a value for 300 rows.
 *
 * <pre>{@code
 * labels: { budget: 5%, ask: imital }
 * }</pre>
 */
@Component(
    name = "imital",
    kinds = Kind.QUERY_STRATEGY,
    family = "ask",
    traits = {Trait.BOUNDED_MEMORY, Trait.RANDOMIZED})
public final class Imital extends Scored {
  /** Distance over which density falls by e. */
  static final double REACH = 0.25;

  private static final int RECENT = 100;
  private static final int MOST_CLASSES = 4096; // whose labels are counted

  /**
   * @param window labelled rows kept
   */
  public record Parameters(
      @Param(
              value = "last labelled rows kept",
              def = "200",
              range = "[1, 10000]",
              unit = "events",
              origin = "2,000 events at a budget of 10 %")
          int window) {}

  private final ImitalPolicy policy = ImitalPolicy.bundled();
  private final Space space;
  private final Points recent;
  private final Points labelled;
  private final double[] x;
  private final double[] inputs = new double[ImitalPolicy.INPUTS];
  private double[] p = new double[8];
  private long[] counts = new long[8]; // labels of each class
  private long learnt;

  public Imital(Parameters p, Build build) {
    super(Classes.required(build, "imital"));
    space = new Space(build.schema(), DensityWeighted.VALUES);
    recent = new Points(space, RECENT);
    labelled = new Points(space, p.window());
    x = new double[space.width()];
  }

  @Override
  double score(Candidate c) {
    int n = c.labels();
    if (p.length < n) {
      p = new double[2 * n];
    }
    for (int k = 0; k < n; k++) {
      p[k] = c.score(k);
    }
    space.write(c.x(), x);
    space.see(x);
    double density = recent.density(x, REACH);
    recent.add(x);
    int best = Kernels.argmax(p, n);
    long same = best >= 0 && best < counts.length ? counts[best] : 0;
    ImitalPolicy.inputs(p, n, labelled.nearest(x), density, learnt, same, inputs);
    return policy.score(inputs);
  }

  @Override
  public void learn(Features row, double label, double weight) {
    int k = (int) label;
    if (k >= 0 && k < MOST_CLASSES) {
      if (k >= counts.length) {
        counts = Arrays.copyOf(counts, Math.min(MOST_CLASSES, 2 * k));
      }
      counts[k]++;
    }
    learnt++;
    space.write(row, x);
    labelled.add(x);
  }

  @Override
  public void save(StateWriter out) {
    super.save(out);
    space.save(out.child("space"));
    recent.save(out.child("recent"));
    labelled.save(out.child("labelled"));
    out.put("counts", counts);
    out.put("learnt", learnt);
  }

  @Override
  public void load(StateReader in) {
    super.load(in);
    space.load(in.child("space"));
    recent.load(in.child("recent"));
    labelled.load(in.child("labelled"));
    counts = in.longs("counts");
    if (counts.length > MOST_CLASSES) {
      throw in.corrupt("counts", "has " + counts.length + " classes, at most " + MOST_CLASSES);
    }
    for (long count : counts) {
      if (count < 0) {
        throw in.corrupt("counts", "has " + count);
      }
    }
    learnt = in.longValue("learnt", 0, Long.MAX_VALUE - 1);
  }

  @Override
  public long memoryBytes() {
    return super.memoryBytes()
        + 64
        + 48
        + 24 * ImitalPolicy.INPUTS
        + 8L * ImitalPolicy.size()
        + space.memoryBytes()
        + recent.memoryBytes()
        + labelled.memoryBytes()
        + 96
        + 8L * (x.length + p.length + counts.length);
  }
}
