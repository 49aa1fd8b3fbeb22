package org.freshet.learn.imbalance;

import java.util.Arrays;
import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Predicts classes whose mistakes cost differently, or of which some are rare: trains any learner
 * with examples weighted by their class.
 *
 * <p>How it works. An example of class c is learnt with its own weight times v_c. With {@code
 * weights} given these are v_0, v_1, … in the order of the labels, 1 for labels beyond the list.
 * Without, they balance the classes: v_c = 1 / (C · s_c), where s_c is the share of class c, s_c ←
 * θ s_c + (1 − θ)[y = c] with θ = {@code decay}, corrected for its start, and C the number of
 * classes seen. No weight is above {@code most}.
 *
 * <p>Source: C. Elkan, "The Foundations of Cost-Sensitive Learning", IJCAI 2001, section 3 (weights
 * in place of costs); balanced weights are usual practice.
 *
 * <p>Where we differ: class shares follow the stream, since a stream has no total to count.
 *
 * <p>Accepts what its learner accepts; suits learners with the trait WEIGHTS, others may not heed
 * weights. Costs its learner and O(C) an example; memory 8 bytes a class besides.
 *
 * <pre>
 * Classifier c = Components.classifier(
 *     "class_weights(learner=hoeffding_tree, weights=[1, 20])", schema, 1);
 * c.learn(Features.of(0.2, 1.5), 1, 1.0);
 * </pre>
 */
@Component(
    name = "class_weights",
    kinds = Kind.CLASSIFIER,
    family = "imbalance",
    traits = {
      Trait.NUMERIC,
      Trait.CATEGORICAL,
      Trait.MISSING,
      Trait.SPARSE,
      Trait.TEXT,
      Trait.OPEN_LABELS,
      Trait.OPEN_FEATURES,
      Trait.RANDOMIZED
    })
public final class ClassWeights implements Classifier {
  private final Classifier learner;
  private final double[] given;
  private final double decay;
  private final double most;
  private double[] shares = new double[0];
  private double total; // what the shares sum to: below 1 at the start

  /** Parameters. */
  public record Parameters(
      @Param(
              value = "learns the weighted examples; may be a pipeline",
              def = "hoeffding_tree",
              kind = Kind.CLASSIFIER)
          Spec learner,
      @Param(value = "weight of each class, above 0; none to balance them", def = "none")
          List<Double> weights,
      @Param(
              value = "θ, factor by which an example counts less for the class shares at the next",
              def = "0.999",
              range = "(0, 1)",
              origin = "ours: about the last thousand examples")
          double decay,
      @Param(
              value = "the largest weight that balancing gives",
              def = "100",
              range = "[1, inf)",
              origin = "ours")
          double most) {}

  public ClassWeights(Parameters p, Build build) {
    this.learner =
        build.child("learner", 0).withWorkers(build.workers()).create(p.learner, Classifier.class);
    this.decay = p.decay;
    this.most = p.most;
    this.given = p.weights == null ? null : new double[p.weights.size()];
    for (int c = 0; given != null && c < given.length; c++) {
      given[c] = p.weights.get(c);
      if (!(given[c] > 0)) {
        throw new ConfigException(
            "",
            "parameter 'weights' of class_weights has " + given[c] + ", expected numbers above 0");
      }
    }
  }

  /** The factor for an example of a class learnt next. */
  public double factor(int label) {
    if (given != null) {
      return label < given.length ? given[label] : 1;
    }
    int classes = 0;
    for (double s : shares) {
      classes += s > 0 ? 1 : 0;
    }
    double share = label < shares.length ? shares[label] : 0;
    return share > 0 ? Math.min(most, total / (classes * share)) : 1;
  }

  private double weigh(int label, double weight) {
    if (given == null) {
      if (label >= shares.length) {
        shares = Arrays.copyOf(shares, label + 1);
      }
      for (int c = 0; c < shares.length; c++) {
        shares[c] *= decay;
      }
      shares[label] += 1 - decay;
      total = decay * total + 1 - decay;
    }
    return weight * factor(label);
  }

  @Override
  public int labels() {
    return learner.labels();
  }

  @Override
  public void scores(Features x, double[] scores) {
    learner.scores(x, scores);
  }

  @Override
  public void learn(Features x, int label, double weight) {
    if (label >= 0 && weight > 0) {
      learner.learn(x, label, weigh(label, weight));
    }
  }

  @Override
  public void testThenLearn(Features x, int label, double weight, double[] scores) {
    boolean learns = label >= 0 && weight > 0;
    learner.testThenLearn(x, label, learns ? weigh(label, weight) : 0, scores);
  }

  @Override
  public void save(StateWriter out) {
    out.put("learner", learner);
    out.put("shares", shares, shares.length);
    out.put("total", total);
  }

  @Override
  public void load(StateReader in) {
    in.load("learner", learner);
    double[] s = in.doubles("shares");
    total = in.doubleValue("total");
    for (double v : s) {
      if (!(v >= 0 && v <= 1 + 1e-9)) {
        throw in.corrupt("shares", "has " + v + ", allowed 0 to 1");
      }
    }
    if (s.length > learner.labels() || !(total >= 0 && total <= 1 + 1e-9)) {
      throw in.corrupt("shares", "has " + s.length + " classes that sum to " + total);
    }
    shares = s;
  }

  @Override
  public long memoryBytes() {
    return 80 + 8L * (shares.length + (given == null ? 0 : given.length)) + learner.memoryBytes();
  }
}
