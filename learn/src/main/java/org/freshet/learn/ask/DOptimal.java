package org.freshet.learn.ask;

import java.util.Arrays;
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
 * Asks for labels of events that make the estimate of a linear model most certain, whatever the
 * labels are: rows far out in directions in which little was asked. Made for regression, where a
 * model gives no probabilities to be unsure by.
 *
 * <p>How it works: A = ridge · I + Σ φφ' over the events asked, φ being what the learner makes of a
 * row before its last linear layer, with a 1 behind it. The score is what a label gains: the
 * leverage φ'A⁻¹φ by which log det A rises ({@code criterion=d}), or |A⁻¹φ|² / (1 + φ'A⁻¹φ), by
 * which the trace of A⁻¹ falls ({@code a}). An event is asked when its score is above the quantile
 * of the scores of the last {@code window} rows, asked or not, that leaves the share the budget
 * allows. The threshold is conditional: after a question those rows are scored again by the new A.
 *
 * <p>Papers: D. Cacciarelli, M. Kulahci, J. S. Tyssedal, "Stream-Based Active Learning with Linear
 * Models", Knowledge-Based Systems 254, 2022 (conditional D-optimality); C. Riquelme, R. Johari, B.
 * Zhang, "Online Active Linear Regression via Thresholding", AAAI 2017.
 *
 * <p>Where we differ: the papers find the quantile by a density estimate, or assume normal rows; we
 * take the rank among the window, and make up for what the rate is off. A forgets by {@code keep}
 * at each question. Labels that come without being asked for are not counted.
 *
 * <p>Takes all rows; embeddings longer than {@code values} are folded. Costs O(values²) time an
 * event, window times as much a question, and 8 values (values + window) bytes.
 *
 * <pre>{@code
 * labels: { budget: 10%, ask: { d_optimal: { criterion: a } } }
 * }</pre>
 */
@Component(
    name = "d_optimal",
    kinds = Kind.QUERY_STRATEGY,
    family = "ask",
    traits = {Trait.BOUNDED_MEMORY, Trait.RANDOMIZED})
public final class DOptimal implements QueryStrategy {
  /** What a label is to gain. */
  public enum Criterion {
    /** The determinant: the volume in which the weights may lie. */
    D,
    /** The trace: the mean variance of a weight. */
    A
  }

  /**
   * @param criterion what a label is to gain
   * @param values length of φ
   * @param ridge A before anything is asked
   * @param keep share of A kept at a question
   * @param window rows the threshold is made of
   */
  public record Parameters(
      @Param(
              value = "what a label is to gain: the determinant (d) or the trace (a)",
              def = "d",
              origin = "Cacciarelli et al. 2022")
          Criterion criterion,
      @Param(
              value = "values an embedding is folded to where it is longer",
              def = "64",
              range = "[2, 1024]",
              origin = "32 KB; twice the values cost four times the time")
          int values,
      @Param(
              value = "what A has on its diagonal before anything is asked",
              def = "1.0",
              range = "(0, 1e6]",
              origin = "one row of unit length in each direction")
          double ridge,
      @Param(
              value = "share of what was asked that is kept at each question",
              def = "0.999",
              range = "(0, 1]",
              origin = "the last thousand questions count")
          double keep,
      @Param(
              value = "last rows the threshold is made of",
              def = "128",
              range = "[8, 10000]",
              unit = "events",
              origin = "enough for a rate of 1 %; all are scored again at each question")
          int window) {}

  private final Parameters p;
  private final TopShare top;
  private final Gradients gradients;
  private final Design design;
  private final double[] phi;
  private double[] rows = new double[0]; // as many as top has scores, at the same places

  public DOptimal(Parameters p, Build build) {
    this.p = p;
    top = new TopShare(p.window(), build.child("ties", 0).seed());
    gradients = new Gradients(build.schema(), p.values());
    design = new Design(p.values(), p.ridge());
    phi = new double[p.values()];
  }

  private double gain(double[] from, int at) {
    double v = design.leverage(from, at);
    return p.criterion() == Criterion.D ? v : design.squaredLength() / (1 + v);
  }

  @Override
  public boolean ask(Candidate c) {
    gradients.inputs(c, phi);
    int at = top.next() * phi.length;
    if (at == rows.length) {
      int more = Math.min(p.window(), Math.max(8, 2 * top.next()));
      rows = Arrays.copyOf(rows, more * phi.length);
    }
    System.arraycopy(phi, 0, rows, at, phi.length);
    return top.takes(gain(phi, 0), c.rate());
  }

  /** Always of the event that was looked at last. */
  @Override
  public void asked(Candidate c) {
    design.fade(p.keep(), p.ridge());
    design.add(phi, 1);
    for (int i = 0; i < top.size(); i++) {
      top.rescore(i, gain(rows, i * phi.length));
    }
  }

  @Override
  public void save(StateWriter out) {
    top.save(out.child("top"));
    design.save(out.child("design"));
    out.put("rows", rows, top.size() * phi.length);
  }

  @Override
  public void load(StateReader in) {
    top.load(in.child("top"));
    design.load(in.child("design"));
    rows = in.doubles("rows", top.size() * phi.length);
  }

  @Override
  public long memoryBytes() {
    return 40
        + top.memoryBytes()
        + gradients.memoryBytes()
        + design.memoryBytes()
        + 32
        + 8L * (phi.length + rows.length);
  }
}
