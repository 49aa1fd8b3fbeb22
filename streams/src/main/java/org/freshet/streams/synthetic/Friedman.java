package org.freshet.streams.synthetic;

import org.freshet.core.Schema;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Span;

/**
 * Friedman's function: a real target that is non-linear in five of ten numeric features; the usual
 * stream for regression, with the concepts of the usual regression drifts.
 *
 * <p>All x are uniform on [0, 1), the target is f(x) + ε with ε normal of standard deviation {@code
 * noise_sd}. Write f(a, b, c, d, e) = 10 sin(π a b) + 20 (c − 0.5)² + 10 d + 5 e. Concepts:
 *
 * <ol>
 *   <li>f(x1, x2, x3, x4, x5), Friedman's own;
 *   <li>f(x4, x5, x2, x1, x3), the first global change;
 *   <li>f(x2, x5, x4, x3, x1), the second global change;
 *   <li>as 1, but in region R1 (x2 &lt; 0.3, x3 &lt; 0.3, x4 &gt; 0.7, x5 &lt; 0.3) the target is
 *       10 x1 x2 + 20 (x3 − 0.5) + 10 x4 + 5 x5, and in R2 (x2 &gt; 0.7, x3 &gt; 0.7, x4 &lt; 0.3,
 *       x5 &gt; 0.7) it is 10 cos(x1 x2) + 20 (x3 − 0.5) + exp(x4) + 5 x5²;
 *   <li>as 4 with regions that no longer ask for x5;
 *   <li>as 5 with regions that no longer ask for x4.
 * </ol>
 *
 * <p>With {@code drift}: local expanding abrupt is [1, 4, 5, 6], global recurring abrupt is [1, 2,
 * 1], global slow gradual is [1, 2, 3] with {@code kind: gradual}.
 *
 * <p>Papers: J. H. Friedman, "Multivariate adaptive regression splines", Annals of Statistics
 * 19(1), 1991, equation (61); E. Ikonomovska, J. Gama and S. Džeroski, "Learning model trees from
 * evolving data streams", Data Mining and Knowledge Discovery 23, 2011, section 6.1 for the drifts.
 *
 * <p>Where we differ: in the transition of the gradual drift both concepts are not equally likely
 * throughout, but in the proportion that {@code drift} gives.
 *
 * <p>Gives numeric features without missing values. O(attributes) time an event and O(1) memory.
 *
 * <pre>
 * --source 'drift(before=friedman, after=friedman(concept=2), positions=50000)'
 * </pre>
 */
@Component(name = "friedman", kinds = Kind.SOURCE, family = "generator", traits = Trait.RANDOMIZED)
public final class Friedman extends Generator {
  public record Parameters(
      @Param(
              value = "Which function the target follows, see above",
              def = "1",
              range = "[1, 6]",
              origin = "Friedman 1991")
          int concept,
      @Param(
              value = "Number of columns, the first five of which matter",
              def = "10",
              range = "[5, 10000]",
              origin = "Friedman 1991")
          int attributes,
      @Param(
              value = "Standard deviation of the noise on the target",
              def = "1",
              range = "[0, inf)",
              origin = "Friedman 1991")
          double noiseSd,
      @Param(value = "How many events; none is a stream without end", def = "none", unit = "events")
          Span events,
      @Param(
              value = "Seed of the events; -1 takes the seed of the run",
              def = "-1",
              range = "[-1, inf)")
          long seed) {}

  private final int concept;
  private final int width;
  private final double noiseSd;

  public Friedman(Parameters p, Build build) {
    super(
        "friedman",
        Schema.regression(numeric(p.attributes()), "y"),
        p.events(),
        p.seed(),
        build,
        p.concept(),
        p.attributes(),
        p.noiseSd());
    concept = p.concept();
    width = p.attributes();
    noiseSd = p.noiseSd();
  }

  @Override
  double draw(double[] row, int at) {
    for (int i = at; i < at + width; i++) {
      row[i] = rng.nextDouble();
    }
    double y = target(concept, row[at], row[at + 1], row[at + 2], row[at + 3], row[at + 4]);
    return noiseSd > 0 ? y + noiseSd * rng.nextGaussian() : y;
  }

  private static double target(int concept, double x1, double x2, double x3, double x4, double x5) {
    if (concept == 2) {
      return f(x4, x5, x2, x1, x3);
    }
    if (concept == 3) {
      return f(x2, x5, x4, x3, x1);
    }
    if (concept >= 4) {
      boolean first =
          x2 < 0.3 && x3 < 0.3 && (concept > 5 || x4 > 0.7) && (concept > 4 || x5 < 0.3);
      if (first) {
        return 10 * x1 * x2 + 20 * (x3 - 0.5) + 10 * x4 + 5 * x5;
      }
      boolean second =
          x2 > 0.7 && x3 > 0.7 && (concept > 5 || x4 < 0.3) && (concept > 4 || x5 > 0.7);
      if (second) {
        return 10 * StrictMath.cos(x1 * x2) + 20 * (x3 - 0.5) + StrictMath.exp(x4) + 5 * x5 * x5;
      }
    }
    return f(x1, x2, x3, x4, x5);
  }

  private static double f(double a, double b, double c, double d, double e) {
    return 10 * StrictMath.sin(Math.PI * a * b) + 20 * (c - 0.5) * (c - 0.5) + 10 * d + 5 * e;
  }
}
