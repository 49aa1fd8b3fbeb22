package org.freshet.neural.head;

import java.util.Arrays;
import org.freshet.core.Classifier;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Schema;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * A few prototypes a class, each the mean of the rows it won: a nearest class mean for classes that
 * consist of several groups.
 *
 * <p>How it works: the first rows of a class become its prototypes, up to {@code per_class} of
 * them. Each further row of the class moves the nearest prototype of that class by 1 / n of the
 * way, n the rows it has won, which keeps it their mean. With d_c the squared distance of a row to
 * the nearest prototype of class c, s the mean of that of learnt rows to their own class and k the
 * columns, P(c | x) is the softmax of −k d_c / (2 s).
 *
 * <p>Papers: J. MacQueen, "Some Methods for Classification and Analysis of Multivariate
 * Observations", 5th Berkeley Symposium, 1967 (k-means one row at a time); T. Mensink et al.,
 * "Distance-Based Image Classification: Generalizing to New Classes at Near-Zero Cost", TPAMI
 * 35(11), 2013 (several centroids a class).
 *
 * <p>Where we differ: Mensink et al. run k-means on all rows of a class. With {@code decay} = λ a
 * prototype moves by the share λ at least, so that it follows what drifts. A row equal to a
 * prototype of its class opens no other.
 *
 * <p>Takes dense rows of numbers; a missing value counts as 0 and values are held in ±1e6. Costs
 * classes · per_class · columns to predict; memory is 8 bytes for each.
 *
 * <pre>{@code
 * Classifier c = Components.classifier("standard_scaler | prototypes(per_class=10)", schema, 1);
 * c.testThenLearn(x, label, 1.0, scores);
 * }</pre>
 */
@Component(
    name = "prototypes",
    kinds = Kind.CLASSIFIER,
    family = "head",
    traits = {Trait.NUMERIC, Trait.MISSING, Trait.OPEN_LABELS, Trait.BOUNDED_MEMORY})
public final class Prototypes implements Classifier {
  /**
   * @param perClass most prototypes of a class
   * @param decay least share of the way a prototype moves
   */
  public record Parameters(
      @Param(
              value = "most prototypes of a class; 1 is nearest_class_mean",
              def = "10",
              range = "[1, 4096]",
              origin = "a handful of groups a class")
          int perClass,
      @Param(
              value = "least share of the way to a row that its prototype moves; 0 forgets nothing",
              def = "0",
              range = "[0, 1]",
              origin = "plain means")
          double decay) {}

  private final Parameters p;
  private final int width;
  private final double[] row;
  private double[][][] places = {}; // of class, prototype, column
  private double[][] won = {}; // weight of the rows of each
  private double spread;
  private double learnt;
  private int labels;

  public Prototypes(Parameters p, Build build) {
    Schema schema = build.schema();
    this.p = p;
    width = schema.width();
    row = new double[width];
    open(schema.declaredLabels());
  }

  private void open(int count) {
    if (count > labels) {
      places = Arrays.copyOf(places, count);
      won = Arrays.copyOf(won, count);
      for (int c = labels; c < count; c++) {
        places[c] = new double[0][];
        won[c] = new double[0];
      }
      labels = count;
    }
  }

  @Override
  public int labels() {
    return labels;
  }

  /** Prototype of a class nearest to the row at hand, the first on a tie; −1 where it has none. */
  private int nearest(int c) {
    int best = -1;
    double least = Double.POSITIVE_INFINITY;
    for (int k = 0; k < places[c].length; k++) {
      double d = Kernels.squaredDistance(row, 0, places[c][k], 0, width);
      if (d < least) {
        least = d;
        best = k;
      }
    }
    return best;
  }

  private double distance(int c, int k) {
    return Kernels.squaredDistance(row, 0, places[c][k], 0, width);
  }

  @Override
  public void scores(Features x, double[] scores) {
    Arrays.fill(scores, 0);
    VectorRow.read(x, row, width);
    double sharpness = spread > 0 ? width * learnt / (2 * spread) : 1;
    boolean any = false;
    for (int c = 0; c < labels; c++) {
      int k = nearest(c);
      any |= k >= 0;
      scores[c] = k >= 0 ? -sharpness * distance(c, k) : Double.NEGATIVE_INFINITY;
    }
    if (!any) {
      Arrays.fill(scores, 0, labels, 0);
    }
    if (labels > 0) {
      Kernels.softmax(scores, labels);
    }
  }

  @Override
  public void learn(Features x, int label, double weight) {
    if (!(weight > 0)) {
      return;
    }
    open(label + 1);
    VectorRow.read(x, row, width);
    double w = VectorRow.weight(weight);
    int k = nearest(label);
    double d = k < 0 ? 0 : distance(label, k);
    if (k >= 0) {
      spread += w * d;
      learnt += w;
    }
    int had = places[label].length;
    if (k < 0 || d > 0 && had < p.perClass()) {
      places[label] = Arrays.copyOf(places[label], had + 1);
      places[label][had] = row.clone();
      won[label] = Arrays.copyOf(won[label], had + 1);
      won[label][had] = w;
      return;
    }
    won[label][k] += w;
    double share = Math.max(p.decay(), w / won[label][k]);
    double[] m = places[label][k];
    for (int j = 0; j < width; j++) {
      m[j] += share * (row[j] - m[j]);
    }
  }

  @Override
  public void save(StateWriter out) {
    out.put("labels", labels);
    out.put("spread", spread);
    out.put("learnt", learnt);
    for (int c = 0; c < labels; c++) {
      out.put("won-" + c, won[c]);
      StateWriter.Values all = out.doubles("places-" + c, won[c].length * width);
      for (double[] place : places[c]) {
        all.put(place, 0, width);
      }
      all.end();
    }
  }

  @Override
  public void load(StateReader in) {
    int known = in.labels("labels", labels);
    double[][] weights = new double[known][];
    double[][][] saved = new double[known][][];
    for (int c = 0; c < known; c++) {
      weights[c] = in.doubles("won-" + c);
      int n = weights[c].length;
      if (n > p.perClass()) {
        throw in.corrupt("won-" + c, "has " + n + " prototypes, allowed " + p.perClass());
      }
      double[] all = in.doubles("places-" + c, n * width);
      saved[c] = new double[n][];
      for (int k = 0; k < n; k++) {
        saved[c][k] = Arrays.copyOfRange(all, k * width, (k + 1) * width);
      }
    }
    spread = in.doubleValue("spread");
    learnt = in.doubleValue("learnt");
    won = weights;
    places = saved;
    labels = known;
  }

  @Override
  public long memoryBytes() {
    long bytes = 120 + 8L * width;
    for (int c = 0; c < labels; c++) {
      bytes += 48 + won[c].length * (8L * width + 28);
    }
    return bytes;
  }
}
