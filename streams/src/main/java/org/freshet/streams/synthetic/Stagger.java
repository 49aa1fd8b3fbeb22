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
 * STAGGER concepts: three categories, two classes, a logical rule. The oldest drifting stream; only
 * 27 different events exist, so that a learner has a concept within some tens of events.
 *
 * <p>Size is small, medium or large; colour red, green or blue; shape circle, square or triangle;
 * each as likely, independent. The class is true when
 *
 * <ol>
 *   <li>size = small and colour = red (1/9 of the events),
 *   <li>colour = green or shape = circle (5/9),
 *   <li>size = medium or size = large (2/3).
 * </ol>
 *
 * <p>Paper: J. C. Schlimmer and R. H. Granger, "Incremental learning from noisy data", Machine
 * Learning 1(3), 1986, section 5.
 *
 * <p>Where we differ: the paper turns from concept 1 to 2 to 3 every 40 events, here {@code drift}
 * does; {@code noise} and {@code balance} are additions.
 *
 * <p>Gives category features without missing values. O(1) time an event and O(1) memory.
 *
 * <pre>
 * --source 'drift(streams=[stagger, stagger(concept=2), stagger(concept=3)], positions=[40, 80])'
 * </pre>
 */
@Component(name = "stagger", kinds = Kind.SOURCE, family = "generator", traits = Trait.RANDOMIZED)
public final class Stagger extends Generator {
  public record Parameters(
      @Param(
              value = "Which of the three rules the class follows",
              def = "1",
              range = "[1, 3]",
              origin = "Schlimmer & Granger 1986, first concept")
          int concept,
      @Param(
              value = "Share of the labels that are turned over",
              def = "0%",
              range = "[0, 1]",
              origin = "no noise in the usual experiment")
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

  private static final int SMALL = 0;
  private static final int RED = 0;
  private static final int GREEN = 1;
  private static final int CIRCLE = 0;

  private final int concept;

  public Stagger(Parameters p, Build build) {
    super(
        "stagger",
        Schema.classification(
            List.of(
                Column.category("size", "small", "medium", "large"),
                Column.category("colour", "red", "green", "blue"),
                Column.category("shape", "circle", "square", "triangle")),
            "class",
            "false",
            "true"),
        p.events(),
        p.seed(),
        build,
        p.concept(),
        p.noise(),
        p.balance());
    concept = p.concept();
    noise(p.noise());
    balance(p.balance());
  }

  @Override
  double draw(double[] row, int at) {
    int size = rng.nextInt(3);
    int colour = rng.nextInt(3);
    int shape = rng.nextInt(3);
    row[at] = size;
    row[at + 1] = colour;
    row[at + 2] = shape;
    boolean yes =
        switch (concept) {
          case 1 -> size == SMALL && colour == RED;
          case 2 -> colour == GREEN || shape == CIRCLE;
          default -> size != SMALL;
        };
    return yes ? 1 : 0;
  }
}
