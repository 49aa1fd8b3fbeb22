package org.freshet.streams.synthetic;

import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.Schema;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Span;

/**
 * MIXED concepts: two categories and two numeric features, two classes, a vote of three conditions.
 *
 * <p>v and w are true or false, each as likely; x and y are uniform on [0, 1). The class of concept
 * 1 is 1 when at least two of these hold: v, w, y &lt; 0.5 + 0.3 sin(3π x). Concept 2 is its
 * reverse. With the share q = 0.5 + 0.2/π of the third condition the share of class 1 is 1/4 + q/2
 * = 0.5318.
 *
 * <p>Paper: J. Gama, P. Medas, G. Castillo and P. Rodrigues, "Learning with drift detection", SBIA
 * 2004, section 4.1.
 *
 * <p>Where we differ: each context is one stream, the change every 1,000 events is made with {@code
 * drift}; equal shares of the classes are asked for by {@code balance}; {@code noise} is an
 * addition.
 *
 * <p>Gives two category and two numeric features without missing values. O(1) time an event and
 * O(1) memory.
 *
 * <pre>
 * --source 'drift(before=mixed, after=mixed(concept=2), positions=1000)'
 * </pre>
 */
@Component(name = "mixed", kinds = Kind.SOURCE, family = "generator", traits = Trait.RANDOMIZED)
public final class Mixed extends Generator {
  public record Parameters(
      @Param(
              value = "Which rule the class follows: 1, or 2 for its reverse",
              def = "1",
              range = "[1, 2]",
              origin = "Gama et al. 2004, first context")
          int concept,
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

  private final boolean reversed;

  public Mixed(Parameters p, Build build) {
    super(
        "mixed",
        Schema.classification(
            List.of(
                Column.category("v", "false", "true"),
                Column.category("w", "false", "true"),
                Column.numeric("x"),
                Column.numeric("y")),
            "class",
            "0",
            "1"),
        p.events(),
        p.seed(),
        build,
        p.concept(),
        p.noise(),
        p.balance());
    reversed = p.concept() == 2;
    noise(p.noise());
    balance(p.balance());
  }

  @Override
  double draw(double[] row, int at) {
    int v = rng.nextInt(2);
    int w = rng.nextInt(2);
    double x = rng.nextDouble();
    double y = rng.nextDouble();
    row[at] = v;
    row[at + 1] = w;
    row[at + 2] = x;
    row[at + 3] = y;
    int third = y < 0.5 + 0.3 * StrictMath.sin(3 * Math.PI * x) ? 1 : 0;
    return v + w + third >= 2 != reversed ? 1 : 0;
  }
}
