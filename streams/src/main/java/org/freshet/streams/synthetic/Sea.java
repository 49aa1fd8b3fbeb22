package org.freshet.streams.synthetic;

import org.freshet.core.Schema;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Span;

/**
 * SEA concepts: three numeric features, two classes, a linear border. The smallest stream on which
 * a learner for drift is tried: the border moves between concepts and all else stays.
 *
 * <p>Each of f1, f2, f3 is uniform on [0, 10). The class is 1 when f1 + f2 ≤ θ, else 0; f3 means
 * nothing. The threshold θ of concepts 1 to 4 is 8, 9, 7 and 9.5. Afterwards the share {@code
 * noise} of the labels is turned over, so that no classifier can be right more often than 1 −
 * noise. The share of class 1 without noise is θ²/200 for θ ≤ 10: 0.32, 0.405, 0.245 and 0.45125.
 *
 * <p>Paper: W. N. Street and Y. Kim, "A streaming ensemble algorithm (SEA) for large-scale
 * classification", KDD 2001, section 5.3 (four blocks of 15,000 events, 10 % noise).
 *
 * <p>Where we differ: one concept is one stream; the paper's sequence of blocks is made with {@code
 * drift}. With {@code balance}, which the paper does not have, classes come in turn.
 *
 * <p>Gives numeric features without missing values. O(1) time an event and O(1) memory.
 *
 * <pre>
 * source: { drift: { streams: [ sea: {concept: 1}, sea: {concept: 2} ], positions: [15000] } }
 * --source 'sea(concept=3, noise=10%, events=10000)'
 * </pre>
 */
@Component(name = "sea", kinds = Kind.SOURCE, family = "generator", traits = Trait.RANDOMIZED)
public final class Sea extends Generator {
  private static final double[] THRESHOLDS = {8, 9, 7, 9.5};

  public record Parameters(
      @Param(
              value = "Which of the four thresholds 8, 9, 7, 9.5 the class follows",
              def = "1",
              range = "[1, 4]",
              origin = "Street & Kim 2001, first block")
          int concept,
      @Param(
              value = "Share of the labels that are turned over",
              def = "10%",
              range = "[0, 1]",
              origin = "Street & Kim 2001")
          double noise,
      @Param(value = "Whether the classes come in turn (before noise)", def = "false")
          boolean balance,
      @Param(value = "How many events; none is a stream without end", def = "none", unit = "events")
          Span events,
      @Param(
              value = "Seed of the events; -1 takes the seed of the run",
              def = "-1",
              range = "[-1, inf)")
          long seed) {}

  private final double threshold;

  public Sea(Parameters p, Build build) {
    super(
        "sea",
        Schema.classification(numeric(3), "class", "0", "1"),
        p.events(),
        p.seed(),
        build,
        p.concept(),
        p.noise(),
        p.balance());
    threshold = THRESHOLDS[p.concept() - 1];
    noise(p.noise());
    balance(p.balance());
  }

  @Override
  double draw(double[] row, int at) {
    row[at] = 10 * rng.nextDouble();
    row[at + 1] = 10 * rng.nextDouble();
    row[at + 2] = 10 * rng.nextDouble();
    return row[at] + row[at + 1] <= threshold ? 1 : 0;
  }
}
