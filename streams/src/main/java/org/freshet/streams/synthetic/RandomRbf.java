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
 * Random radial basis functions: events scattered round centroids, each of which has a class. Good
 * for learners of any kind, and with moving centroids a drift that never ends.
 *
 * <p>Each of {@code centroids} has a place uniform on [0, 1)^d, a class, a standard deviation σ and
 * a weight, both uniform on [0, 1). An event picks a centroid by its weight and lies at a distance
 * |N(0, σ²)| from it in a direction uniform on the sphere. With {@code speed} above 0, the first
 * {@code drifting} centroids move by that length with every event along a direction of their own,
 * drawn once; at a wall of the unit cube the direction is mirrored.
 *
 * <p>Papers: the stream is described in A. Bifet, G. Holmes, B. Pfahringer, R. Kirkby and R.
 * Gavaldà, "New ensemble methods for evolving data streams", KDD 2009, section 4.1.
 *
 * <p>Where we differ: classes are dealt out in turn before they are shuffled, so that with as many
 * centroids as classes none is empty; the direction is uniform on the sphere, which a direction
 * drawn from a cube is not; {@code model_seed} lets two streams share the centroids and not the
 * events.
 *
 * <p>Gives numeric features without missing values, some outside [0, 1]. O(d + log centroids) time
 * an event, with drift O(d · drifting) more; O(d · centroids) memory.
 *
 * <pre>
 * --source 'random_rbf(attributes=20, classes=5, centroids=50, speed=0.0001, events=1000000)'
 * </pre>
 */
@Component(
    name = "random_rbf",
    kinds = Kind.SOURCE,
    family = "generator",
    traits = Trait.RANDOMIZED)
public final class RandomRbf extends Generator {
  public record Parameters(
      @Param(
              value = "Number of columns d",
              def = "10",
              range = "[1, 100000]",
              origin = "usual in the stream literature")
          int attributes,
      @Param(
              value = "Number of classes",
              def = "2",
              range = "[2, 10000]",
              origin = "usual in the stream literature")
          int classes,
      @Param(
              value = "Number of centroids",
              def = "50",
              range = "[1, 100000]",
              origin = "Bifet et al. 2009")
          int centroids,
      @Param(
              value = "How many centroids move, the first ones; more than there are means all",
              def = "50",
              range = "[0, inf)",
              origin = "Bifet et al. 2009: all of 50")
          int drifting,
      @Param(
              value = "How far a moving centroid goes with each event; 0 is no drift",
              def = "0",
              range = "[0, 1]",
              origin = "no drift unless asked for; Bifet et al. 2009 use 0.0001 and 0.001")
          double speed,
      @Param(value = "How many events; none is a stream without end", def = "none", unit = "events")
          Span events,
      @Param(
              value = "Seed of the events; -1 takes the seed of the run",
              def = "-1",
              range = "[-1, inf)")
          long seed,
      @Param(
              value = "Seed of the centroids; -1 takes the seed of the events",
              def = "-1",
              range = "[-1, inf)")
          long modelSeed) {}

  private final int d;
  private final double[] centres;
  private final double[] spread;
  private final int[] label;
  private final double[] upTo;
  private final double[] moves;

  public RandomRbf(Parameters p, Build build) {
    super(
        "random_rbf",
        Schema.classification(numeric(p.attributes()), "class", names("class", 1, p.classes())),
        p.events(),
        p.seed(),
        build,
        p.attributes(),
        p.classes(),
        p.centroids(),
        p.drifting(),
        p.speed(),
        p.modelSeed());
    long own = p.modelSeed() >= 0 ? p.modelSeed() : seed(p.seed(), build);
    Rng model = new Rng(Rng.childSeed(own, "model", 0));
    int n = p.centroids();
    d = p.attributes();
    centres = new double[Math.multiplyExact(n, d)];
    spread = new double[n];
    label = new int[n];
    upTo = new double[n];
    double weight = 0;
    for (int c = 0; c < n; c++) {
      for (int i = 0; i < d; i++) {
        centres[c * d + i] = model.nextDouble();
      }
      spread[c] = model.nextDouble();
      label[c] = c % p.classes();
      upTo[c] = weight += model.nextDouble();
    }
    model.shuffle(label, n, n);
    moves = new double[p.speed() > 0 ? Math.min(p.drifting(), n) * d : 0];
    for (int at = 0; at < moves.length; at += d) {
      direction(model, moves, at, d, p.speed());
    }
  }

  @Override
  double draw(double[] row, int at) {
    int c = pick(rng.nextDouble() * upTo[upTo.length - 1]);
    direction(rng, row, at, d, spread[c] * rng.nextGaussian());
    for (int i = 0; i < d; i++) {
      row[at + i] += centres[c * d + i];
    }
    move();
    return label[c];
  }

  /** The first centroid whose cumulated weight is above w. */
  private int pick(double w) {
    int low = 0;
    int high = upTo.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (upTo[middle] > w) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  private void move() {
    for (int i = 0; i < moves.length; i++) {
      double x = centres[i] + moves[i];
      if (x < 0 || x > 1) {
        moves[i] = -moves[i];
        x = x < 0 ? -x : 2 - x;
      }
      centres[i] = x;
    }
  }

  /** Writes a vector of a length in a direction uniform on the sphere. */
  private static void direction(Rng rng, double[] out, int at, int d, double length) {
    double square = 0;
    for (int i = at; i < at + d; i++) {
      out[i] = rng.nextGaussian();
      square += out[i] * out[i];
    }
    double scale = length / Math.sqrt(square);
    for (int i = at; i < at + d; i++) {
      out[i] *= scale;
    }
  }
}
