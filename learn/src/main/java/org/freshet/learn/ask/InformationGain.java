package org.freshet.learn.ask;

import org.freshet.core.Schema;
import org.freshet.core.Trait;
import org.freshet.core.ask.Candidate;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Asks for labels that tell most about the weights of a linear model on top of what the learner
 * makes of a row: unsure events in directions in which little was asked before.
 *
 * <p>How it works: the weights have a normal posterior with covariance A⁻¹, A = ridge · I + Σ s φφ'
 * over the events asked, φ being what the learner makes of a row before its last linear layer, with
 * a 1 behind it, and s = (1 − Σ P(k)²)/2 the curvature of the loss, P(1 − P) with two classes, 1
 * where a number is predicted. A label takes the entropy of the weights down by ½ log(1 + s
 * φ'A⁻¹φ), which is the score. The share of events that the budget allows is asked, those with the
 * highest scores among the last 256.
 *
 * <p>Paper: D. J. C. MacKay, "Information-Based Objective Functions for Active Data Selection",
 * Neural Computation 4(4), 1992 (total information gain).
 *
 * <p>Where we differ: all classes share one covariance; A forgets by {@code keep} at each question,
 * so that a design made before a drift does not stand for ever; labels that come without being
 * asked for are not counted.
 *
 * <p>Takes all rows; embeddings longer than {@code values} are folded. Costs O(values²) time, and 8
 * values² bytes.
 *
 * <pre>{@code
 * labels: { budget: 10%, ask: { information_gain: { values: 64 } } }
 * }</pre>
 */
@Component(
    name = "information_gain",
    kinds = Kind.QUERY_STRATEGY,
    family = "ask",
    traits = {Trait.BOUNDED_MEMORY, Trait.RANDOMIZED})
public final class InformationGain extends Scored {
  /**
   * @param values length of φ
   * @param ridge prior precision of a weight
   * @param keep share of A kept at a question
   */
  public record Parameters(
      @Param(
              value = "values an embedding is folded to where it is longer",
              def = "64",
              range = "[2, 1024]",
              origin = "32 KB; twice the values cost four times the time")
          int values,
      @Param(
              value = "precision of a weight before anything is known",
              def = "1.0",
              range = "(0, 1e6]",
              origin = "standard normal weights")
          double ridge,
      @Param(
              value = "share of what was asked that is kept at each question",
              def = "0.999",
              range = "(0, 1]",
              origin = "the last thousand questions count")
          double keep) {}

  private final Parameters p;
  private final boolean numbers;
  private final Gradients gradients;
  private final Design design;
  private final double[] phi;
  private double curvature;

  public InformationGain(Parameters p, Build build) {
    super(build);
    this.p = p;
    numbers = build.schema().target() != Schema.Target.CLASS;
    gradients = new Gradients(build.schema(), p.values());
    design = new Design(p.values(), p.ridge());
    phi = new double[p.values()];
  }

  @Override
  double score(Candidate c) {
    gradients.inputs(c, phi);
    double squares = 0;
    for (int k = 0; k < c.labels(); k++) {
      squares += c.score(k) * c.score(k);
    }
    curvature = numbers ? 1 : Math.max(0, (1 - squares) / 2);
    return 0.5 * Math.log1p(curvature * design.leverage(phi));
  }

  /** Always of the event that was scored last. */
  @Override
  public void asked(Candidate c) {
    design.fade(p.keep(), p.ridge());
    design.add(phi, curvature);
  }

  @Override
  public void save(StateWriter out) {
    super.save(out);
    design.save(out.child("design"));
  }

  @Override
  public void load(StateReader in) {
    super.load(in);
    design.load(in.child("design"));
  }

  @Override
  public long memoryBytes() {
    return super.memoryBytes()
        + 40
        + gradients.memoryBytes()
        + design.memoryBytes()
        + 16
        + 8L * phi.length;
  }
}
