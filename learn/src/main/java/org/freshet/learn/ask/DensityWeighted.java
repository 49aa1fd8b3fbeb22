package org.freshet.learn.ask;

import org.freshet.core.Trait;
import org.freshet.core.ask.Candidate;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Asks for labels of uncertain events that many others are like, and passes by outliers, which are
 * uncertain too but tell nothing of other events.
 *
 * <p>How it works: the score of an event is U(x) · D(x)^β. U is the entropy of the model's
 * probabilities as a share of the largest possible; D is the mean of e^(−d/r) over the last {@code
 * window} rows, with d the squared distance in units of each column's variance, which is about 1
 * between two rows drawn at random. The share of events that the budget allows is asked, those with
 * the highest scores among the last 256.
 *
 * <p>Paper: B. Settles, M. Craven, "An Analysis of Active Learning Strategies for Sequence Labeling
 * Tasks", EMNLP 2008 (information density).
 *
 * <p>Where we differ: the paper has a pool and the cosine; a stream has a window, and distances in
 * standardised columns tell rows of numbers apart that point the same way. In regression, where a
 * model gives no probabilities, U is 1 and density alone decides.
 *
 * <p>Takes all rows; wide and sparse ones are folded to 64 values. Costs O(window · values) time
 * and 8 bytes a value and row of the window.
 *
 * <pre>{@code
 * labels: { budget: 10%, ask: { density_weighted: { window: 100 } } }
 * }</pre>
 */
@Component(
    name = "density_weighted",
    kinds = Kind.QUERY_STRATEGY,
    family = "ask",
    traits = {Trait.BOUNDED_MEMORY, Trait.RANDOMIZED})
public final class DensityWeighted extends Scored {
  /** Values of a row that distances are made of. */
  static final int VALUES = 64;

  /**
   * @param beta β
   * @param window rows that density is made of
   * @param reach r
   */
  public record Parameters(
      @Param(
              value = "how much density counts beside uncertainty; 0 leaves it out",
              def = "1.0",
              range = "[0, 10]",
              origin = "Settles and Craven 2008")
          double beta,
      @Param(
              value = "last rows that say where the stream is dense",
              def = "100",
              range = "[1, 10000]",
              unit = "events",
              origin = "enough for a mean, few enough to follow a drift")
          int window,
      @Param(
              value = "distance over which likeness falls by e; 1 is that of rows drawn at random",
              def = "0.25",
              range = "(0, 100]",
              origin = "half a standard deviation in each column")
          double reach) {}

  private final Parameters p;
  private final Space space;
  private final Points rows;
  private final double[] x;

  public DensityWeighted(Parameters p, Build build) {
    super(build);
    this.p = p;
    space = new Space(build.schema(), VALUES);
    rows = new Points(space, p.window());
    x = new double[space.width()];
  }

  @Override
  double score(Candidate c) {
    space.write(c.x(), x);
    double density = rows.density(x, p.reach());
    space.see(x);
    rows.add(x);
    return c.entropy() * Math.pow(density, p.beta());
  }

  @Override
  public void save(StateWriter out) {
    super.save(out);
    space.save(out.child("space"));
    rows.save(out.child("rows"));
  }

  @Override
  public void load(StateReader in) {
    super.load(in);
    space.load(in.child("space"));
    rows.load(in.child("rows"));
  }

  @Override
  public long memoryBytes() {
    return super.memoryBytes() + 32 + space.memoryBytes() + rows.memoryBytes() + 16 + 8L * x.length;
  }
}
