package org.freshet.streams.synthetic;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Span;

/**
 * LED display: the digit shown by seven lights, some of them wrong, among lights that mean nothing.
 * Ten classes, all features are on or off.
 *
 * <p>The digit is uniform on 0 … 9. Its seven segments, in the order top, upper left, upper right,
 * middle, lower left, lower right, bottom, are each turned over with probability {@code noise},
 * independent of each other; {@code irrelevant} more lights are on with probability 1/2. With 10 %
 * noise the best possible classifier is right in 74.0 % of the events, whatever the number of
 * irrelevant ones.
 *
 * <p>With {@code drift} = n, n of the segments, drawn from the seed, have changed places with
 * irrelevant lights; put between a stream without it and one with it, {@code drift} (the component)
 * makes the drifting LED stream of the literature.
 *
 * <p>Paper: L. Breiman, J. H. Friedman, R. A. Olshen and C. J. Stone, "Classification and
 * Regression Trees", Wadsworth 1984, section 2.6.1 (7 lights, 10 %; with 17 irrelevant ones section
 * 5.5.2).
 *
 * <p>Where we differ: nowhere without drift; the change of places is the convention of the stream
 * literature, the choice of places is ours.
 *
 * <p>Gives category features off and on, without missing values. O(irrelevant) time an event and
 * O(1) memory.
 *
 * <pre>
 * --source 'drift(before=led, after=led(drift=4), positions=10000)'
 * </pre>
 */
@Component(name = "led", kinds = Kind.SOURCE, family = "generator", traits = Trait.RANDOMIZED)
public final class Led extends Generator {
  public record Parameters(
      @Param(
              value = "Probability that a segment is turned over",
              def = "10%",
              range = "[0, 1]",
              origin = "Breiman et al. 1984")
          double noise,
      @Param(
              value = "Number of lights that mean nothing",
              def = "17",
              range = "[0, 1000]",
              origin = "Breiman et al. 1984: 24 lights in all")
          int irrelevant,
      @Param(
              value = "Number of segments that have changed places with irrelevant lights",
              def = "0",
              range = "[0, 7]",
              origin = "the concept of the paper")
          int drift,
      @Param(value = "How many events; none is a stream without end", def = "none", unit = "events")
          Span events,
      @Param(
              value = "Seed of the events; -1 takes the seed of the run",
              def = "-1",
              range = "[-1, inf)")
          long seed) {}

  /** Segments of each digit, top first, as bits from the highest of seven. */
  private static final int[] DIGITS = {
    0b1110111, 0b0010010, 0b1011101, 0b1011011, 0b0111010,
    0b1101011, 0b1101111, 0b1010010, 0b1111111, 0b1111011
  };

  private static final int SEGMENTS = 7;

  private final double noise;
  private final int[] places;

  public Led(Parameters p, Build build) {
    super(
        "led",
        Schema.classification(columns(p), "digit", names("", 0, 10)),
        p.events(),
        p.seed(),
        build,
        p.noise(),
        p.irrelevant(),
        p.drift());
    noise = p.noise();
    Rng layout = new Rng(Rng.childSeed(seed(p.seed(), build), "layout", 0));
    places = places(SEGMENTS, p.irrelevant(), p.drift(), layout);
  }

  private static List<Column> columns(Parameters p) {
    if (p.drift() > p.irrelevant()) {
      throw new ConfigException(
          "",
          "parameter 'drift' of led is "
              + p.drift()
              + ", but there are only "
              + p.irrelevant()
              + " irrelevant lights to change places with; raise 'irrelevant'");
    }
    List<Column> columns = new ArrayList<>();
    for (int i = 1; i <= SEGMENTS + p.irrelevant(); i++) {
      columns.add(Column.category("light" + i, "off", "on"));
    }
    return columns;
  }

  @Override
  double draw(double[] row, int at) {
    int digit = rng.nextInt(10);
    int shown = DIGITS[digit];
    for (int i = 0; i < SEGMENTS; i++) {
      int bit = shown >> (SEGMENTS - 1 - i) & 1;
      row[at + places[i]] = rng.nextDouble() < noise ? 1 - bit : bit;
    }
    for (int i = SEGMENTS; i < places.length; i++) {
      row[at + places[i]] = rng.nextBoolean() ? 1 : 0;
    }
    return digit;
  }
}
