package org.freshet.learn.ensemble;

import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.learn.drift.Adwin;

/**
 * Predicts classes of a stream whose concept changes: online boosting that replaces its worst
 * member when errors rise.
 *
 * <p>How it works. Members are boosted as in {@code oza_boost}. An ADWIN detector at each member
 * takes its error, 0 or 1, on each example. When one of them or more find that the mean error rose,
 * the member with the highest error in its window, the worst, begins anew, with a new detector and
 * no record of λ.
 *
 * <p>Paper: A. Bifet, G. Holmes, B. Pfahringer, R. Kirkby, R. Gavaldà, "New Ensemble Methods For
 * Evolving Data Streams", KDD 2009 (ADWIN bagging, section 4); boosting: N. C. Oza, S. Russell,
 * "Online Bagging and Boosting", AISTATS 2001, figure 2.
 *
 * <p>Where we differ. A cut of ADWIN counts only when the error rose. λᵐˢᶜ and λᵐˢʷ of a member
 * that begins anew begin anew too; MOA keeps them, so that its votes follow the errors of the
 * member it dropped.
 *
 * <p>Accepts what its learner accepts. Costs the sum of its members and O(log W) for each detector,
 * on one thread. Memory {@code max_bytes}, an equal share for each member.
 *
 * <pre>
 * Classifier c = Components.classifier("adwin_boost(members=10, delta=0.002)", schema, 1);
 * c.learn(Features.of(0.2, 1.5), 1, 1.0);
 * </pre>
 */
@Component(
    name = "adwin_boost",
    kinds = Kind.CLASSIFIER,
    family = "ensemble",
    traits = {
      Trait.NUMERIC,
      Trait.CATEGORICAL,
      Trait.MISSING,
      Trait.SPARSE,
      Trait.TEXT,
      Trait.OPEN_LABELS,
      Trait.OPEN_FEATURES,
      Trait.WEIGHTS,
      Trait.BOUNDED_MEMORY,
      Trait.RANDOMIZED
    },
    coupled = "each learns an event with the weight that the members before it leave it")
public final class AdwinBoost extends OnlineBoosting {
  private final double delta;
  private final Adwin[] detectors;
  private boolean change;

  /** Parameters; the defaults are those of MOA 2024.07. */
  public record Parameters(
      Chain chain,
      @Param(
              value = "δ of the ADWIN detector of each member",
              def = "0.002",
              range = "(0, 1)",
              origin = "Bifet & Gavaldà 2007; MOA default")
          double delta,
      @Param(
              value = "learn with weight λ itself instead of a draw from Poisson(λ)",
              def = "false",
              origin = "MOA default (pureBoost)")
          boolean pureBoost,
      @Param(
              value = "memory limit of all members",
              def = "256MB",
              range = "[1048576, inf)",
              unit = "bytes",
              origin = "ours")
          long maxBytes) {}

  public AdwinBoost(Parameters p, Build build) {
    super(p.chain.learner(), p.chain.members(), p.pureBoost, build, p.maxBytes);
    this.delta = p.delta;
    this.detectors = new Adwin[p.chain.members()];
    for (int i = 0; i < detectors.length; i++) {
      detectors[i] = new Adwin(delta);
    }
  }

  @Override
  void begin() {
    change = false;
  }

  @Override
  void tested(int member, double error) {
    change |= detectors[member].update(error) == Adwin.DRIFT && detectors[member].increased();
  }

  @Override
  void end() {
    if (!change) {
      return;
    }
    int worst = 0;
    for (int i = 1; i < detectors.length; i++) {
      worst = detectors[i].estimate() > detectors[worst].estimate() ? i : worst;
    }
    log.add("member " + worst);
    members.renew(worst);
    detectors[worst] = new Adwin(delta);
    forget(worst);
  }

  @Override
  public void save(StateWriter out) {
    super.save(out);
    for (int i = 0; i < detectors.length; i++) {
      out.put("detector-" + i, detectors[i]);
    }
  }

  @Override
  public void load(StateReader in) {
    super.load(in);
    for (int i = 0; i < detectors.length; i++) {
      in.load("detector-" + i, detectors[i]);
    }
  }

  @Override
  public long memoryBytes() {
    long bytes = super.memoryBytes() + 100 + 8L * detectors.length;
    for (Adwin a : detectors) {
      bytes += a.memoryBytes();
    }
    return bytes;
  }
}
