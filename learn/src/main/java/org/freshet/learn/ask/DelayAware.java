package org.freshet.learn.ask;

import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Trait;
import org.freshet.core.ask.Candidate;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Knows which labels are on their way, and does not ask again what they will tell: with a delay of
 * a thousand events a strategy that sees only the model goes on asking about the same region until
 * the first answer is learnt.
 *
 * <p>How it works: rows asked and not yet answered are kept. Of an event whose nearest row among
 * them is at squared distance d (in units of each column's variance, about 1 between rows drawn at
 * random) the label is left unasked with probability e^(−d / reach). The strategy inside is given
 * the rate divided by the share that was not held back lately, so that the budget is spent
 * elsewhere.
 *
 * <p>Paper: T. Pham, D. Kottke, G. Krempl, B. Sick, "Stream-Based Active Learning for Sliding
 * Windows Under the Influence of Verification Latency", Machine Learning 111, 2022: what is asked
 * is weighed by what the labels to come will have told.
 *
 * <p>Where we differ: that paper simulates the labels to come; here likeness to a pending row
 * stands for what its label will tell, which needs no model of its own.
 *
 * <p>Takes all rows; wide and sparse ones are folded to 64 values. At most {@code pending} rows are
 * kept, the oldest given up first. Costs O(pending · values) time and 8 bytes a value and row.
 *
 * <pre>{@code
 * labels: { delay: 500 events, budget: 5%, ask: { delay_aware: { strategy: entropy } } }
 * }</pre>
 */
@Component(
    name = "delay_aware",
    kinds = Kind.QUERY_STRATEGY,
    family = "ask",
    traits = {Trait.BOUNDED_MEMORY, Trait.RANDOMIZED})
public final class DelayAware extends Around {
  private static final double MEMORY = 256; // events over which what is held back is averaged
  private static final double LEAST = 0.1; // share that must remain for the rate to be made up

  /**
   * @param strategy decides at the rate it is given
   * @param pending rows kept
   * @param reach distance over which likeness falls by e
   */
  public record Parameters(
      @Param(
              value = "decides at the rate it is given",
              def = "entropy",
              kind = Kind.QUERY_STRATEGY,
              origin = "keeps to the rate whatever the scale of scores")
          Spec strategy,
      @Param(
              value = "rows kept whose label is on its way",
              def = "256",
              range = "[1, 10000]",
              unit = "events",
              origin = "a delay of 2,500 events at 10 %")
          int pending,
      @Param(
              value = "distance over which likeness falls by e; 1 is that of rows drawn at random",
              def = "0.05",
              range = "(0, 100]",
              origin = "a choice: a fifth of a standard deviation in each column")
          double reach) {}

  private final Parameters p;
  private final Space space;
  private final Points waiting;
  private final Rng rng;
  private final double[] x;
  private double free = 1; // share of events not held back

  public DelayAware(Parameters p, Build build) {
    super(p.strategy(), build);
    this.p = p;
    space = new Space(build.schema(), DensityWeighted.VALUES);
    waiting = new Points(space, p.pending());
    rng = build.child("held", 0).rng();
    x = new double[space.width()];
  }

  @Override
  public boolean ask(Candidate c) {
    space.write(c.x(), x);
    space.see(x);
    boolean held = rng.nextDouble() < Math.exp(-waiting.nearest(x) / p.reach());
    free += ((held ? 0 : 1) - free) / MEMORY;
    boolean wanted = wanted(c, c.rate() / Math.max(LEAST, free));
    return wanted && !held;
  }

  /** Always of the event that was looked at last. */
  @Override
  public void asked(Candidate c) {
    super.asked(c);
    waiting.add(x);
  }

  @Override
  public void learn(Features row, double label, double weight) {
    super.learn(row, label, weight);
    space.write(row, x);
    waiting.removeOldest(x);
  }

  /** Labels on their way. */
  int waiting() {
    return waiting.size();
  }

  @Override
  public void save(StateWriter out) {
    super.save(out);
    space.save(out.child("space"));
    waiting.save(out.child("waiting"));
    rng.save(out, "rng");
    out.put("free", free);
  }

  @Override
  public void load(StateReader in) {
    super.load(in);
    space.load(in.child("space"));
    waiting.load(in.child("waiting"));
    rng.load(in, "rng");
    free = in.doubleValue("free");
  }

  @Override
  public long memoryBytes() {
    return super.memoryBytes()
        + 96
        + space.memoryBytes()
        + waiting.memoryBytes()
        + 16
        + 8L * x.length;
  }
}
