package org.freshet.learn.ensemble;

import java.util.Arrays;
import org.freshet.core.Classifier;
import org.freshet.core.DriftLog;
import org.freshet.core.DriftReporter;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Predicts classes of a stream with noisy labels: online boosting whose weights stay smooth, so
 * that no example ever counts more than once and mislabelled ones cannot take over.
 *
 * <p>How it works. An example starts with z = 0. Each member learns it with weight w = min(1, (1 −
 * γ)^(z/2)); then z gains 1 − θ if the member was right and loses 1 + θ if it was wrong, θ = γ / (2
 * + γ). What the members before know already counts less and less; what they do not know counts 1.
 * All members vote alike.
 *
 * <p>Paper: S.-T. Chen, H.-T. Lin, C.-J. Lu, "An Online Boosting Algorithm with Theoretical
 * Justifications", ICML 2012, algorithm 1 (OSBoost).
 *
 * <p>Where we differ. More than two classes: z moves by whether the answer was right, as in MOA;
 * the members' scores are added instead of their classes. The members' weights are uniform, as in
 * the paper's OSBoost; its variants that learn them are left out.
 *
 * <p>Accepts what its learner accepts. Costs the sum of its members, one after the other: a chain
 * is coupled at each example, so it runs on one thread. Memory {@code max_bytes}, an equal share
 * for each member, which does at its limit what it does alone.
 *
 * <pre>
 * Classifier c = Components.classifier("smooth_boost(members=10, gamma=0.1)", schema, 1);
 * c.learn(Features.of(0.2, 1.5), 1, 1.0);
 * </pre>
 */
@Component(
    name = "smooth_boost",
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
public final class SmoothBoost implements Classifier, DriftReporter {
  private final Members members;
  private final DriftLog log = new DriftLog();
  private final double theta;

  /** Half the logarithm of 1 − γ. */
  private final double rate;

  private final int declared;
  private int labels;

  /** Parameters; the defaults are those of MOA 2024.07. */
  public record Parameters(
      Chain chain,
      @Param(
              value = "γ, how far a member is at least expected to be better than a guess",
              def = "0.1",
              range = "(0, 1)",
              origin = "MOA default; Chen et al. 2012")
          double gamma,
      @Param(
              value = "memory limit of all members",
              def = "256MB",
              range = "[1048576, inf)",
              unit = "bytes",
              origin = "ours")
          long maxBytes) {}

  public SmoothBoost(Parameters p, Build build) {
    this.members =
        new Members(p.chain.learner(), p.chain.members(), build, build.limit(p.maxBytes), 0);
    this.theta = p.gamma / (2 + p.gamma);
    this.rate = 0.5 * Math.log1p(-p.gamma);
    this.declared = build.schema().declaredLabels();
    this.labels = declared;
  }

  @Override
  public int labels() {
    return labels;
  }

  @Override
  public void scores(Features x, double[] scores) {
    Arrays.fill(scores, 0);
    for (int i = 0; i < members.size(); i++) {
      add(members.scores(i, x, labels), scores, labels);
    }
    finish(scores, labels);
  }

  @Override
  public void learn(Features x, int label, double weight) {
    if (label >= 0 && weight > 0) {
      step(x, label, weight, null, labels);
    }
  }

  @Override
  public void testThenLearn(Features x, int label, double weight, double[] scores) {
    if (label < 0 || !(weight > 0)) {
      scores(x, scores);
      return;
    }
    Arrays.fill(scores, 0);
    int known = labels;
    step(x, label, weight, scores, known);
    finish(scores, known);
  }

  private void step(Features x, int label, double weight, double[] scores, int known) {
    log.tick();
    labels = Math.max(labels, label + 1);
    double[] own = members.room(labels);
    double z = 0;
    for (int i = 0; i < members.size(); i++) {
      double w = z > 0 ? Math.exp(rate * z) : 1;
      Classifier member = members.get(i);
      member.testThenLearn(x, label, w * weight, own);
      if (scores != null) {
        add(own, scores, known);
      }
      boolean right = Kernels.argmax(own, labels) == label && own[label] > 0;
      z += (right ? 1 : -1) - theta;
      members.report(i, log);
    }
  }

  private static void add(double[] from, double[] to, int n) {
    for (int c = 0; c < n; c++) {
      to[c] += from[c];
    }
  }

  private static void finish(double[] scores, int known) {
    if (known > 0) {
      Kernels.normalize(scores, known);
    }
  }

  @Override
  public DriftLog drifts() {
    return log;
  }

  @Override
  public void save(StateWriter out) {
    out.put("labels", labels);
    members.save(out);
  }

  @Override
  public void load(StateReader in) {
    labels = in.labels("labels", declared);
    members.load(in);
  }

  @Override
  public long memoryBytes() {
    return 200 + members.memoryBytes();
  }
}
