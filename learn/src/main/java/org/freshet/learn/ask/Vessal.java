package org.freshet.learn.ask;

import org.freshet.core.Rng;
import org.freshet.core.Trait;
import org.freshet.core.ask.Candidate;
import org.freshet.core.ask.QueryStrategy;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * VeSSAL: asks at an exact rate for labels whose gradients span a large volume, so that they are
 * both large, for events the model is unsure of, and unlike each other. Made for networks.
 *
 * <p>How it works: g is the gradient of the last layer if the most probable class were the label,
 * (P − e_ŷ) ⊗ (h, 1). Σ⁻¹ begins at I/ridge and holds what was asked; C is the mean of gg' so far.
 * An event is asked with probability min(1, q · g'Σ⁻¹g / tr(CΣ⁻¹)), which in the mean is the rate
 * q; when it is asked, Σ takes gg' in.
 *
 * <p>Paper: A. Saran, S. Yousefi, A. Krishnamurthy, J. Langford, J. T. Ash, "Streaming Active
 * Learning with Deep Neural Networks", ICML 2023, algorithm 1.
 *
 * <p>Where we differ: the paper has rounds with a number of labels to spend and q is what is left
 * over what is to come; in an endless stream q is the rate of the budget and what the rate is off
 * so far, made up for over {@code horizon} events. What is owed beyond 5 labels is asked at random,
 * as the authors' code does at the end of a round: a model that is sure of everything has no
 * gradients. The mean C fades beyond the horizon, and Σ forgets by {@code keep} at each question,
 * since the network moves. Gradients longer than {@code values} are folded by a hash with a sign.
 *
 * <p>Takes all rows of classes. Costs O(values²) time and 16 values² bytes, and a pass over the
 * gradient, classes × inputs of the last layer.
 *
 * <pre>{@code
 * labels: { budget: 3%, ask: { vessal: { values: 256 } } }
 * }</pre>
 */
@Component(
    name = "vessal",
    kinds = Kind.QUERY_STRATEGY,
    family = "ask",
    traits = {Trait.BOUNDED_MEMORY, Trait.RANDOMIZED})
public final class Vessal implements QueryStrategy {
  private static final double SHORT = 5; // labels owed before any is asked at random

  /**
   * @param values length of g
   * @param ridge Σ before anything is asked
   * @param horizon events over which the rate is made up for
   * @param keep share of Σ kept at a question
   */
  public record Parameters(
      @Param(
              value = "values a gradient is folded to where it is longer",
              def = "128",
              range = "[2, 4096]",
              origin = "256 KB; twice the values cost four times the time")
          int values,
      @Param(
              value = "what Σ has on its diagonal before anything is asked",
              def = "0.01",
              range = "(0, 1e6]",
              origin = "the authors' code")
          double ridge,
      @Param(
              value = "events over which what the rate is off is made up for",
              def = "500",
              range = "[1, 1e9]",
              unit = "events",
              origin = "half of the window of a budget")
          double horizon,
      @Param(
              value = "share of what was asked that is kept at each question",
              def = "0.999",
              range = "(0, 1]",
              origin = "the last thousand questions count")
          double keep) {}

  private final Parameters p;
  private final Rng rng;
  private final Gradients gradients;
  private final Design design;
  private final double[] covariance; // of the upper triangle
  private final double[] g;
  private double trace; // of CΣ⁻¹
  private long seen;
  private double owed;

  public Vessal(Parameters p, Build build) {
    Classes.required(build, "vessal");
    this.p = p;
    rng = build.child("questions", 0).rng();
    gradients = new Gradients(build.schema(), p.values());
    design = new Design(p.values(), p.ridge());
    covariance = new double[p.values() * p.values()];
    g = new double[p.values()];
  }

  @Override
  public boolean ask(Candidate c) {
    gradients.gradient(c, g);
    double v = design.leverage(g);
    seen++;
    double share = 1 / Math.min(seen, p.horizon());
    trace += share * (v - trace);
    mean(share);
    double q = c.rate() + owed / p.horizon();
    double fill = Math.max(0, owed - SHORT) / p.horizon();
    boolean ask = rng.nextDouble() < (trace > 0 ? q * v / trace : q) + fill;
    owed += c.rate() - (ask ? 1 : 0);
    return ask;
  }

  private void mean(double share) {
    int n = g.length;
    for (int i = 0; i < n; i++) {
      double f = share * g[i];
      for (int j = i; j < n; j++) {
        covariance[i * n + j] += f * g[j] - share * covariance[i * n + j];
      }
    }
  }

  /** Always of the event that was looked at last. */
  @Override
  public void asked(Candidate c) {
    design.fade(p.keep(), p.ridge());
    design.add(g, 1);
    trace = Math.max(0, design.traceWith(covariance));
  }

  @Override
  public void save(StateWriter out) {
    rng.save(out, "rng");
    design.save(out.child("design"));
    out.put("covariance", covariance);
    out.put("trace", trace);
    out.put("seen", seen);
    out.put("owed", owed);
  }

  @Override
  public void load(StateReader in) {
    rng.load(in, "rng");
    design.load(in.child("design"));
    double[] c = in.doubles("covariance", covariance.length);
    System.arraycopy(c, 0, covariance, 0, c.length);
    trace = in.doubleValue("trace");
    seen = in.longValue("seen", 0, Long.MAX_VALUE - 1);
    owed = in.doubleValue("owed");
  }

  @Override
  public long memoryBytes() {
    return 72
        + 48
        + gradients.memoryBytes()
        + design.memoryBytes()
        + 32
        + 8L * (covariance.length + g.length);
  }
}
