package org.freshet.streams.synthetic;

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
 * Waveforms: 21 noisy samples of a mix of two out of three triangular waves; three classes, one for
 * each pair. The classes overlap: the best possible classifier is right in about 86 % of the
 * events.
 *
 * <p>The waves are h1(m) = max(6 − |m − 11|, 0), h2(m) = h1(m − 4), h3(m) = h1(m + 4) at m = 1 …
 * 21. The class is uniform on 0, 1, 2. With u uniform on [0, 1) and ε(m) standard normal, x(m) = u
 * a(m) + (1 − u) b(m) + ε(m), where (a, b) is (h1, h2) for class 0, (h1, h3) for class 1 and (h2,
 * h3) for class 2. {@code irrelevant} more columns are standard normal; with 19 of them it is the
 * 40-column version.
 *
 * <p>With {@code drift} = n, n of the 21 columns, drawn from the seed, have changed places with
 * irrelevant ones; {@code drift} (the component) puts a stream with it after one without.
 *
 * <p>Paper: L. Breiman, J. H. Friedman, R. A. Olshen and C. J. Stone, "Classification and
 * Regression Trees", Wadsworth 1984, section 2.6.2.
 *
 * <p>Where we differ: nowhere without drift; the change of places is the convention of the stream
 * literature, the choice of places is ours.
 *
 * <p>Gives numeric features without missing values. O(21 + irrelevant) time an event and O(1)
 * memory.
 *
 * <pre>
 * --source 'waveform(irrelevant=19, events=5000)'
 * </pre>
 */
@Component(name = "waveform", kinds = Kind.SOURCE, family = "generator", traits = Trait.RANDOMIZED)
public final class Waveform extends Generator {
  public record Parameters(
      @Param(
              value = "Number of columns that are noise only",
              def = "0",
              range = "[0, 1000]",
              origin = "Breiman et al. 1984: 0, or 19 for the version with 40 columns")
          int irrelevant,
      @Param(
              value = "Number of columns that have changed places with irrelevant ones",
              def = "0",
              range = "[0, 21]",
              origin = "the concept of the book")
          int drift,
      @Param(value = "How many events; none is a stream without end", def = "none", unit = "events")
          Span events,
      @Param(
              value = "Seed of the events; -1 takes the seed of the run",
              def = "-1",
              range = "[-1, inf)")
          long seed) {}

  private static final int SAMPLES = 21;

  /** Centre of each wave, m counted from 1. */
  private static final int[] CENTRES = {11, 15, 7};

  private static final int[] FIRST = {0, 0, 1};
  private static final int[] SECOND = {1, 2, 2};

  private final double[][] waves = new double[3][SAMPLES];
  private final int[] places;

  public Waveform(Parameters p, Build build) {
    super(
        "waveform",
        Schema.classification(columns(p), "class", "0", "1", "2"),
        p.events(),
        p.seed(),
        build,
        p.irrelevant(),
        p.drift());
    for (int w = 0; w < 3; w++) {
      for (int i = 0; i < SAMPLES; i++) {
        waves[w][i] = Math.max(6 - Math.abs(i + 1 - CENTRES[w]), 0);
      }
    }
    Rng layout = new Rng(Rng.childSeed(seed(p.seed(), build), "layout", 0));
    places = places(SAMPLES, p.irrelevant(), p.drift(), layout);
  }

  private static List<Column> columns(Parameters p) {
    if (p.drift() > p.irrelevant()) {
      throw new ConfigException(
          "",
          "parameter 'drift' of waveform is "
              + p.drift()
              + ", but there are only "
              + p.irrelevant()
              + " irrelevant columns to change places with; raise 'irrelevant'");
    }
    return numeric(SAMPLES + p.irrelevant());
  }

  @Override
  double draw(double[] row, int at) {
    int label = rng.nextInt(3);
    double[] a = waves[FIRST[label]];
    double[] b = waves[SECOND[label]];
    double u = rng.nextDouble();
    for (int i = 0; i < SAMPLES; i++) {
      row[at + places[i]] = u * a[i] + (1 - u) * b[i] + rng.nextGaussian();
    }
    for (int i = SAMPLES; i < places.length; i++) {
      row[at + places[i]] = rng.nextGaussian();
    }
    return label;
  }
}
