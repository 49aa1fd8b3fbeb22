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
import org.freshet.neural.matrix.Symmetric;

/**
 * The class whose mean is nearest. The smallest head that forgets nothing, and the line every other
 * must beat on the same features.
 *
 * <p>How it works: each class keeps its weight n_c and the mean m_c of its rows. The distance of a
 * row is |x − m_c|², or 1 − cos(x, m_c) with {@code metric=cosine}. With s the mean distance of
 * learnt rows to the mean of their own class and k the columns, P(c | x) is the softmax of −k d_c /
 * (2 s): for squared distances the classes are taken as normal with one variance, s / k, in every
 * direction.
 *
 * <p>Paper: T. Mensink, J. Verbeek, F. Perronnin, G. Csurka, "Distance-Based Image Classification:
 * Generalizing to New Classes at Near-Zero Cost", TPAMI 35(11), 2013, without a learnt metric.
 *
 * <p>Where we differ: with {@code decay} = λ a mean moves by no less than the share λ of the
 * distance, so that it follows what drifts. Classes never seen have probability 0 once another has
 * been.
 *
 * <p>Takes dense rows of numbers; a missing value counts as 0 and values are held in ±1e6. Costs
 * classes · columns to predict, columns to learn; memory is 8 bytes a class and column.
 *
 * <pre>{@code
 * Classifier c = Components.classifier("standard_scaler | nearest_class_mean", schema, 1);
 * c.testThenLearn(x, label, 1.0, scores);
 * }</pre>
 */
@Component(
    name = "nearest_class_mean",
    kinds = Kind.CLASSIFIER,
    family = "head",
    traits = {Trait.NUMERIC, Trait.MISSING, Trait.OPEN_LABELS, Trait.BOUNDED_MEMORY})
public final class NearestClassMean implements Classifier {
  /** How rows are compared. */
  public enum Metric {
    EUCLIDEAN,
    COSINE
  }

  /**
   * @param metric how rows are compared
   * @param decay least share of the way a mean moves
   */
  public record Parameters(
      @Param(
              value = "how rows are compared with means",
              def = "euclidean",
              origin = "Mensink et al. 2013")
          Metric metric,
      @Param(
              value =
                  "least share of the way to a row that the mean of its class moves; 0 forgets nothing",
              def = "0",
              range = "[0, 1]",
              origin = "plain means")
          double decay) {}

  private final Parameters p;
  private final int width;
  private final double[] row;
  private double[][] means = {};
  private double[] weights = {};
  private double spread; // Σ of distances to the mean of the own class
  private double learnt; // weight of the rows in it
  private int labels;

  public NearestClassMean(Parameters p, Build build) {
    Schema schema = build.schema();
    this.p = p;
    width = schema.width();
    row = new double[width];
    open(schema.declaredLabels());
  }

  private void open(int count) {
    if (count > labels) {
      means = Arrays.copyOf(means, count);
      for (int c = labels; c < count; c++) {
        means[c] = new double[width];
      }
      weights = Arrays.copyOf(weights, count);
      labels = count;
    }
  }

  @Override
  public int labels() {
    return labels;
  }

  @Override
  public void scores(Features x, double[] scores) {
    Arrays.fill(scores, 0);
    VectorRow.read(x, row, width);
    boolean any = false;
    double sharpness = spread > 0 ? width * learnt / (2 * spread) : 1;
    for (int c = 0; c < labels; c++) {
      boolean seen = weights[c] > 0;
      any |= seen;
      scores[c] = seen ? -sharpness * distance(c) : Double.NEGATIVE_INFINITY;
    }
    if (!any) {
      Arrays.fill(scores, 0, labels, 0);
    }
    if (labels > 0) {
      Kernels.softmax(scores, labels);
    }
  }

  private double distance(int c) {
    double[] m = means[c];
    if (p.metric() == Metric.EUCLIDEAN) {
      return Kernels.squaredDistance(row, 0, m, 0, width);
    }
    double norms = Symmetric.dot(row, row, 0, width) * Symmetric.dot(m, m, 0, width);
    return norms > 0 ? 1 - Symmetric.dot(row, m, 0, width) / Math.sqrt(norms) : 1;
  }

  @Override
  public void learn(Features x, int label, double weight) {
    if (!(weight > 0)) {
      return;
    }
    open(label + 1);
    VectorRow.read(x, row, width);
    double w = VectorRow.weight(weight);
    if (weights[label] > 0) {
      spread += w * distance(label);
      learnt += w;
    }
    weights[label] += w;
    double share = Math.max(p.decay(), w / weights[label]);
    double[] m = means[label];
    for (int j = 0; j < width; j++) {
      m[j] += share * (row[j] - m[j]);
    }
  }

  @Override
  public void save(StateWriter out) {
    out.put("labels", labels);
    out.put("weights", weights);
    for (int c = 0; c < labels; c++) {
      out.put("mean-" + c, means[c]);
    }
    out.put("spread", spread);
    out.put("learnt", learnt);
  }

  @Override
  public void load(StateReader in) {
    int known = in.labels("labels", labels);
    double[] w = in.doubles("weights", known);
    double[][] m = new double[known][];
    for (int c = 0; c < known; c++) {
      m[c] = in.doubles("mean-" + c, width);
    }
    labels = known;
    weights = w;
    means = m;
    spread = in.doubleValue("spread");
    learnt = in.doubleValue("learnt");
  }

  @Override
  public long memoryBytes() {
    return 96 + 8L * width + labels * (8L * width + 28);
  }
}
