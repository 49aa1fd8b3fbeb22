package org.freshet.learn.ask;

import org.freshet.core.Features;
import org.freshet.core.Trait;
import org.freshet.core.ask.Candidate;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Asks for labels of events that are far from all whose label is known, together with those the
 * model is unsure of: what is new to a model it may get wrong with full confidence.
 *
 * <p>How it works: with d the distance to the nearest of the last {@code window} rows learnt, in
 * units of each column's variance (about 1 between two rows drawn at random), the score is (1 − m)
 * U(x) + m · d / (d + r), U being the entropy of the model's probabilities as a share of the
 * largest possible. The share of events that the budget allows is asked, those with the highest
 * scores among the last 256.
 *
 * <p>Source: the field's standard rule of distance to what is labelled, as in the survey of D.
 * Cacciarelli, M. Kulahci, "Active Learning for Data Streams: A Survey", Machine Learning 113,
 * 2024, section 3; the mixture is ours.
 *
 * <p>Where we differ: the survey names the idea, and no formula; here both parts lie in 0 … 1, so
 * that m says what it seems to. In regression U is 1 and novelty alone decides.
 *
 * <p>Takes all rows; wide and sparse ones are folded to 64 values. Every label counts, asked for or
 * not. Costs O(window · values) time and 8 bytes a value and row of the window.
 *
 * <pre>{@code
 * labels: { budget: 10%, ask: { novelty: { mix: 0.5 } } }
 * }</pre>
 */
@Component(
    name = "novelty",
    kinds = Kind.QUERY_STRATEGY,
    family = "ask",
    traits = {Trait.BOUNDED_MEMORY, Trait.RANDOMIZED})
public final class Novelty extends Scored {
  private static final double HALF = 0.05;

  /**
   * @param mix m
   * @param window labelled rows kept
   */
  public record Parameters(
      @Param(
              value = "share of novelty in the score; the rest is uncertainty",
              def = "0.3",
              range = "[0, 1]",
              origin = "uncertainty first: novelty alone asks for outliers")
          double mix,
      @Param(
              value = "last labelled rows kept",
              def = "200",
              range = "[1, 10000]",
              unit = "events",
              origin = "2,000 events at a budget of 10 %")
          int window) {}

  private final Parameters p;
  private final Space space;
  private final Points labelled;
  private final double[] x;

  public Novelty(Parameters p, Build build) {
    super(build);
    this.p = p;
    space = new Space(build.schema(), DensityWeighted.VALUES);
    labelled = new Points(space, p.window());
    x = new double[space.width()];
  }

  @Override
  double score(Candidate c) {
    space.write(c.x(), x);
    space.see(x);
    double d = labelled.nearest(x);
    double novelty = d < Double.POSITIVE_INFINITY ? d / (d + HALF) : 1;
    return (1 - p.mix()) * c.entropy() + p.mix() * novelty;
  }

  @Override
  public void learn(Features row, double label, double weight) {
    space.write(row, x);
    labelled.add(x);
  }

  @Override
  public void save(StateWriter out) {
    super.save(out);
    space.save(out.child("space"));
    labelled.save(out.child("labelled"));
  }

  @Override
  public void load(StateReader in) {
    super.load(in);
    space.load(in.child("space"));
    labelled.load(in.child("labelled"));
  }

  @Override
  public long memoryBytes() {
    return super.memoryBytes()
        + 24
        + space.memoryBytes()
        + labelled.memoryBytes()
        + 16
        + 8L * x.length;
  }
}
