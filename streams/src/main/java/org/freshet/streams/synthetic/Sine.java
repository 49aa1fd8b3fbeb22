package org.freshet.streams.synthetic;

import org.freshet.core.Schema;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Span;

/**
 * SINE concepts: two numeric features, two classes, a border along a sine curve; reversed concepts,
 * in which everything that was true is false, are the hardest abrupt drift there is.
 *
 * <p>x1 and x2 are uniform on [0, 1). The class is 1
 *
 * <ol>
 *   <li>when x2 &lt; sin(x1) (SINE1, share 1 − cos 1 = 0.4597),
 *   <li>when not so (SINE1 after the change),
 *   <li>when x2 &lt; 0.5 + 0.3 sin(3π x1) (SINE2, share 0.5 + 0.2/π = 0.5637),
 *   <li>when not so (SINE2 after the change).
 * </ol>
 *
 * <p>{@code irrelevant} more columns, uniform on [0, 1), mean nothing: with two of them these are
 * SINIRREL1 and SINIRREL2.
 *
 * <p>Paper: J. Gama, P. Medas, G. Castillo and P. Rodrigues, "Learning with drift detection", SBIA
 * 2004, section 4.1.
 *
 * <p>Where we differ: each context is one stream, the change every 1,000 events is made with {@code
 * drift}; the paper draws as many positive as negative events, which {@code balance} does here by
 * letting the classes come in turn; {@code noise} is an addition.
 *
 * <p>Gives numeric features without missing values. O(irrelevant) time an event and O(1) memory.
 *
 * <pre>
 * --source 'drift(before=sine(concept=1), after=sine(concept=2), positions=1000)'
 * </pre>
 */
@Component(name = "sine", kinds = Kind.SOURCE, family = "generator", traits = Trait.RANDOMIZED)
public final class Sine extends Generator {
  public record Parameters(
      @Param(
              value =
                  "Which rule the class follows: 1 SINE1, 2 its reverse, 3 SINE2, 4 its reverse",
              def = "1",
              range = "[1, 4]",
              origin = "Gama et al. 2004, first context")
          int concept,
      @Param(
              value = "Number of columns that mean nothing",
              def = "0",
              range = "[0, 1000]",
              origin = "Gama et al. 2004: 0 for SINE, 2 for SINIRREL")
          int irrelevant,
      @Param(
              value = "Share of the labels that are turned over",
              def = "0%",
              range = "[0, 1]",
              origin = "Gama et al. 2004: noise free")
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

  private final boolean second;
  private final boolean reversed;
  private final int width;

  public Sine(Parameters p, Build build) {
    super(
        "sine",
        Schema.classification(numeric(2 + p.irrelevant()), "class", "0", "1"),
        p.events(),
        p.seed(),
        build,
        p.concept(),
        p.irrelevant(),
        p.noise(),
        p.balance());
    second = p.concept() > 2;
    reversed = p.concept() % 2 == 0;
    width = 2 + p.irrelevant();
    noise(p.noise());
    balance(p.balance());
  }

  @Override
  double draw(double[] row, int at) {
    for (int i = at; i < at + width; i++) {
      row[i] = rng.nextDouble();
    }
    double x = row[at];
    double border = second ? 0.5 + 0.3 * StrictMath.sin(3 * Math.PI * x) : StrictMath.sin(x);
    return row[at + 1] < border != reversed ? 1 : 0;
  }
}
