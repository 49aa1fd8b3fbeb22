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
 * The fast incremental Gaussian mixture network: classes as mixtures of normal clouds with full
 * covariances, which open where a row is far from all there are. One pass, no learning rate.
 *
 * <p>How it works: a component j of a class keeps its mean m_j, the inverse Λ_j of its covariance,
 * the logarithm of its determinant, the weight s_j of the rows it stands for, and its age. A row
 * whose d_j² = (x − m_j)ᵀ Λ_j (x − m_j) is at least the 1 − τ quantile of χ² with one degree for
 * each column, for every component of its class, opens one there, with the covariance diag((δ · sd
 * of the column)²). Otherwise each component of the class takes its share r_j ∝ s_j N(x; m_j,
 * Λ_j⁻¹): with w = r_j / s_j after s_j ← s_j + r_j and e = x − m_j, the mean moves by w e and the
 * covariance becomes (1 − w) (C_j + w e eᵀ), which Λ_j and the determinant follow by an update of
 * rank one: no matrix is inverted. A component older than 2 n rows that stands for fewer than n + 1
 * (n columns) is removed. P(c | x) is the share of Σ_j s_j N(x; m_j, Λ_j⁻¹) over the components of
 * c.
 *
 * <p>Paper: R. C. Pinto, P. M. Engel, "A Fast Incremental Gaussian Mixture Model", PLOS ONE 10(10),
 * 2015.
 *
 * <p>Where we differ: the paper's covariance is (1 − w) C + w (1 − w)² e eᵀ − w² e eᵀ, which may
 * cease to be one while a component is young; ours is that of the rows weighed alike. The paper
 * appends the indicators of the class to the row and predicts them by regression; we give each
 * component to a class and apply Bayes' rule, which needs no larger matrices when a class opens.
 * There are at most {@code max_components}: at the limit a far row goes to the nearest of its
 * class, or, for a new class, takes the place of the component with the least weight.
 *
 * <p>Takes dense rows of numbers: scale them first. A missing value counts as 0 and values are held
 * in ±1e6. A row costs components · n² multiplications to predict and as much again for those of
 * its class to learn; memory is 8 n² bytes a component.
 *
 * <pre>{@code
 * Classifier c = Components.classifier("standard_scaler | igmn", schema, 1);
 * c.testThenLearn(x, label, 1.0, scores);
 * }</pre>
 */
@Component(
    name = "igmn",
    kinds = Kind.CLASSIFIER,
    family = "head",
    traits = {Trait.NUMERIC, Trait.MISSING, Trait.OPEN_LABELS, Trait.BOUNDED_MEMORY})
public final class Igmn implements Classifier {
  /**
   * @param tau τ
   * @param delta δ
   * @param maxComponents most components of all classes
   * @param maxBytes most memory
   */
  public record Parameters(
      @Param(
              value = "share of the rows of a component that may open another; small makes few",
              def = "1e-4",
              range = "(0, 0.999]",
              origin = "ours; few components")
          double tau,
      @Param(
              value = "deviations of a new component in those of the columns",
              def = "0.5",
              range = "(0, 100]",
              origin = "ours; usual values are 0.01 to 1")
          double delta,
      @Param(
              value = "most components of all classes",
              def = "100",
              range = "[1, 65536]",
              origin = "bounds time and memory")
          int maxComponents,
      @Param(
              value =
                  "memory limit; rows for which one component a class would not fit are refused",
              def = "512MB",
              range = "[65536, inf)",
              unit = "bytes",
              origin = "800 columns with 100 components")
          long maxBytes) {}

  private final Parameters p;
  private final int n;
  private final int most;
  private final double far;
  private final double[] row;
  private final double[] mean; // of all rows, with the squares for the deviation of each column
  private final double[] squares;
  private long rows;
  private Gaussian[] components = {};
  private double[] logs; // log s_j N(x; m_j, Λ_j⁻¹) of the row at hand
  private int labels;

  public Igmn(Parameters p, Build build) {
    Schema schema = build.schema();
    this.p = p;
    n = schema.width();
    labels = schema.declaredLabels();
    long limit = build.limit(p.maxBytes());
    long each = Gaussian.bytes(n);
    VectorRow.checkBytes("igmn", schema, each * Math.max(2, labels), limit);
    most = (int) Math.min(p.maxComponents(), limit / each);
    far = Gaussian.chiSquare(n, 1 - p.tau());
    row = new double[n];
    mean = new double[n];
    squares = new double[n];
    logs = new double[4];
  }

  @Override
  public int labels() {
    return labels;
  }

  /** Number of components there are. */
  public int components() {
    return components.length;
  }

  @Override
  public void scores(Features x, double[] scores) {
    Arrays.fill(scores, 0);
    if (labels == 0) {
      return;
    }
    VectorRow.read(x, row, n);
    measure();
    double top = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < components.length; j++) {
      top = Math.max(top, logs[j]);
    }
    for (int j = 0; j < components.length && top > Double.NEGATIVE_INFINITY; j++) {
      scores[components[j].label] += Math.exp(logs[j] - top);
    }
    Kernels.normalize(scores, labels);
  }

  private void measure() {
    for (int j = 0; j < components.length; j++) {
      logs[j] = components[j].logLikelihood(row) + Math.log(components[j].weight);
    }
  }

  @Override
  public void learn(Features x, int label, double weight) {
    if (!(weight > 0)) {
      return;
    }
    labels = Math.max(labels, label + 1);
    VectorRow.read(x, row, n);
    observe();
    measure();
    double w = VectorRow.weight(weight);
    double near = Double.POSITIVE_INFINITY;
    double top = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < components.length; j++) {
      if (components[j].label == label) {
        near = Math.min(near, components[j].distance);
        top = Math.max(top, logs[j]);
      }
    }
    boolean fresh = near == Double.POSITIVE_INFINITY;
    if (fresh || near >= far && components.length < most) {
      add(label, w);
      return;
    }
    share(label, w, top);
    prune();
  }

  /** Means and deviations of the columns. */
  private void observe() {
    rows++;
    for (int j = 0; j < n; j++) {
      double d = row[j] - mean[j];
      mean[j] += d / rows;
      squares[j] += d * (row[j] - mean[j]);
    }
  }

  private void add(int label, double w) {
    int at = components.length;
    if (at == most) {
      at = 0;
      for (int j = 1; j < components.length; j++) {
        at = components[j].weight < components[at].weight ? j : at;
      }
    } else {
      components = Arrays.copyOf(components, at + 1);
      logs = logs.length > at ? logs : Arrays.copyOf(logs, 2 * at);
    }
    double[] deviations = new double[n];
    for (int j = 0; j < n; j++) {
      double s = Math.sqrt(squares[j] / rows);
      deviations[j] = p.delta() * (s > 1e-9 ? s : 1);
    }
    components[at] = new Gaussian(label, w, row, deviations);
  }

  private void share(int label, double w, double top) {
    double sum = 0;
    for (int j = 0; j < components.length; j++) {
      if (components[j].label == label) {
        sum += Math.exp(logs[j] - top);
      }
    }
    for (int j = 0; j < components.length; j++) {
      if (components[j].label == label) {
        components[j].learn(row, w * Math.exp(logs[j] - top) / sum);
      }
    }
  }

  /** Removes what stood for too little for too long, but never the last of a class. */
  private void prune() {
    for (int j = components.length - 1; j >= 0; j--) {
      Gaussian g = components[j];
      if (g.age > 2L * n && g.weight < n + 1 && others(g) > 0) {
        Gaussian[] left = Arrays.copyOf(components, components.length - 1);
        System.arraycopy(components, j + 1, left, j, left.length - j);
        components = left;
      }
    }
  }

  private int others(Gaussian of) {
    int count = -1;
    for (Gaussian g : components) {
      count += g.label == of.label ? 1 : 0;
    }
    return count;
  }

  @Override
  public void save(StateWriter out) {
    out.put("labels", labels);
    out.put("rows", rows);
    out.put("mean", mean);
    out.put("squares", squares);
    out.put("components", components.length);
    for (int j = 0; j < components.length; j++) {
      components[j].save(out.child("component-" + j));
    }
  }

  @Override
  public void load(StateReader in) {
    labels = in.labels("labels", labels);
    rows = in.longValue("rows", 0, Long.MAX_VALUE);
    System.arraycopy(in.doubles("mean", n), 0, mean, 0, n);
    System.arraycopy(in.doubles("squares", n), 0, squares, 0, n);
    int count = in.intValue("components", 0, most);
    Gaussian[] saved = new Gaussian[count];
    for (int j = 0; j < count; j++) {
      saved[j] = new Gaussian(in.child("component-" + j), n, labels);
    }
    components = saved;
    logs = new double[Math.max(4, count)];
  }

  @Override
  public long memoryBytes() {
    return 150 + 24L * n + 8L * logs.length + components.length * Gaussian.bytes(n);
  }
}
