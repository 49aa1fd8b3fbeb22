package org.freshet.streams.synthetic;

import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Span;

/**
 * Rotating hyperplane: d numeric features, two classes parted by a plane that may turn a little
 * with every event: slow drift without end.
 *
 * <p>Each x is uniform on [0, 1). The class is 1 when Σ w(i) x(i) ≥ w0 with w0 = ½ Σ w(i), so that
 * both classes are equally likely. The weights start uniform on [0, 1). After each event every one
 * of the first {@code drifting} weights moves by {@code magnitude} in its direction s(i), at first
 * +1, and then the direction turns round with probability {@code sigma}. Afterwards the share
 * {@code noise} of the labels is turned over.
 *
 * <p>Paper: G. Hulten, L. Spencer and P. Domingos, "Mining time-changing data streams", KDD 2001,
 * section 4.1 (50 features, 5 % noise, directions turn with 10 %).
 *
 * <p>Where we differ: w0 is half the sum of the weights of the moment at every event, so that the
 * shares of the classes stay equal; {@code model_seed} is an addition, so that two streams can
 * share the plane and not the events.
 *
 * <p>Gives numeric features without missing values. O(attributes) time an event and memory.
 *
 * <pre>
 * --source 'hyperplane(attributes=10, drifting=10, magnitude=0.001, events=100000)'
 * </pre>
 */
@Component(
    name = "hyperplane",
    kinds = Kind.SOURCE,
    family = "generator",
    traits = Trait.RANDOMIZED)
public final class Hyperplane extends Generator {
  public record Parameters(
      @Param(
              value = "Number of columns",
              def = "10",
              range = "[1, 100000]",
              origin = "usual in the stream literature; Hulten et al. 2001 use 50")
          int attributes,
      @Param(
              value = "How many weights move, the first ones; more than there are means all",
              def = "2",
              range = "[0, inf)",
              origin = "usual in the stream literature")
          int drifting,
      @Param(
              value = "How far a moving weight goes with each event; 0 is no drift",
              def = "0",
              range = "[0, inf)",
              origin = "no drift unless asked for")
          double magnitude,
      @Param(
              value = "Probability that the direction of a moving weight turns round at an event",
              def = "10%",
              range = "[0, 1]",
              origin = "Hulten et al. 2001")
          double sigma,
      @Param(
              value = "Share of the labels that are turned over",
              def = "5%",
              range = "[0, 1]",
              origin = "Hulten et al. 2001")
          double noise,
      @Param(value = "How many events; none is a stream without end", def = "none", unit = "events")
          Span events,
      @Param(
              value = "Seed of the events; -1 takes the seed of the run",
              def = "-1",
              range = "[-1, inf)")
          long seed,
      @Param(
              value = "Seed of the first weights; -1 takes the seed of the events",
              def = "-1",
              range = "[-1, inf)")
          long modelSeed) {}

  private final double[] weights;
  private final double[] steps;
  private final double sigma;

  public Hyperplane(Parameters p, Build build) {
    super(
        "hyperplane",
        Schema.classification(numeric(p.attributes()), "class", "0", "1"),
        p.events(),
        p.seed(),
        build,
        p.attributes(),
        p.drifting(),
        p.magnitude(),
        p.sigma(),
        p.noise(),
        p.modelSeed());
    long model = p.modelSeed() >= 0 ? p.modelSeed() : seed(p.seed(), build);
    Rng start = new Rng(Rng.childSeed(model, "model", 0));
    weights = new double[p.attributes()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = start.nextDouble();
    }
    steps = new double[p.magnitude() > 0 ? Math.min(p.drifting(), weights.length) : 0];
    java.util.Arrays.fill(steps, p.magnitude());
    sigma = p.sigma();
    noise(p.noise());
  }

  @Override
  double draw(double[] row, int at) {
    double sum = 0;
    double all = 0;
    for (int i = 0; i < weights.length; i++) {
      double x = rng.nextDouble();
      row[at + i] = x;
      sum += weights[i] * x;
      all += weights[i];
    }
    for (int i = 0; i < steps.length; i++) {
      weights[i] += steps[i];
      if (rng.nextDouble() < sigma) {
        steps[i] = -steps[i];
      }
    }
    return sum >= 0.5 * all ? 1 : 0;
  }
}
