package org.freshet.learn.bayes;

import java.util.Arrays;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Learner;
import org.freshet.core.Mergeable;
import org.freshet.core.Schema;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Naive Bayes for any number of classes over numeric and category columns mixed: it learns fast
 * from few events, needs no tuning, and forgets nothing, so put it in {@code drift_reset} where the
 * world changes.
 *
 * <p>How it works: features are taken as independent given the class, so P(c | x) is proportional
 * to P(c) Π P(x_i | c). P(c) is the share of the weight learnt. A numeric column has a normal
 * density per class, its mean and variance (over n − 1) kept incrementally; a category has (n +
 * 1)/(N + K), with n its weight in the class, N the weight of the class and K the categories the
 * column has shown. In log space the densities are a quadratic form, Σ (x − μ)²/(2σ²), with 1/(2σ²)
 * cached per class and column and everything that does not depend on x in one constant per class. A
 * class is given up as soon as it is more than 40 nats behind one that is finished: its probability
 * rounds to 0 either way.
 *
 * <p>Papers: P. Langley, W. Iba, K. Thompson, "An Analysis of Bayesian Classifiers", AAAI 1992 (the
 * rule); G. H. John, P. Langley, "Estimating Continuous Distributions in Bayesian Classifiers", UAI
 * 1995, section 2 (normal densities); D. H. D. West, "Updating Mean and Variance Estimates: An
 * Improved Method", Communications of the ACM 22(9), 1979 (the incremental moments).
 *
 * <p>Where we differ: a column that is constant in a class has no density; the class counts 1 where
 * the value is equal and as good as 0 where it is not (variances under 5e-101 too). A product of
 * densities underflows; sums of logarithms do not, so the best class is found where all products
 * are 0.
 *
 * <p>Takes numbers, categories, missing values (left out of the product and of the sums), weights
 * as copies, new classes, new categories, and sparse rows, whose absent columns are 0 and learnt as
 * such; a column first seen late has been 0 until then. A value that is infinite or beyond 1e75 in
 * magnitude counts as missing, as do categories from {@code max_categories} on; sparse columns from
 * {@code max_features} on are not used. Weights are counts of events: a class needs more than 1 in
 * total before it has variances. Predicting costs O(classes · d), learning O(d); memory is 24 ·
 * classes · d bytes, 32 once a value was missing, and 16 bytes a class and category. Copies merge
 * exactly: all it keeps are sums over examples.
 *
 * <pre>{@code
 * Classifier nb = Components.classifier("gaussian_nb", schema, 1);
 * nb.testThenLearn(x, label, 1.0, scores);
 * }</pre>
 */
@Component(
    name = "gaussian_nb",
    kinds = Kind.CLASSIFIER,
    family = "bayes",
    traits = {
      Trait.NUMERIC,
      Trait.CATEGORICAL,
      Trait.SPARSE,
      Trait.MISSING,
      Trait.OPEN_LABELS,
      Trait.OPEN_FEATURES,
      Trait.WEIGHTS,
      Trait.MERGEABLE,
      Trait.BOUNDED_MEMORY
    })
public final class GaussianNb implements Classifier, Mergeable {
  /** How far, in nats, a class may be behind before {@link Kernels#softmax} gives it 0. */
  private static final double HOPELESS = 40;

  /** A best score below it means that every class has a constant column contradicted. */
  private static final double IMPOSSIBLE = -1e30;

  /**
   * @param maxFeatures columns of sparse rows used
   * @param maxCategories categories used per column
   */
  public record Parameters(
      @Param(
              value = "sparse columns used; those at or beyond it are left out",
              def = "65536",
              range = "[1, 16777216]",
              origin = "3 MB for two classes; each event costs time for every column used")
          int maxFeatures,
      @Param(
              value = "categories used per column; further ones count as missing",
              def = "65536",
              range = "[1, 16777216]",
              origin = "2 MB a column for two classes")
          int maxCategories) {}

  private final Parameters parameters;
  private final boolean sparse;
  private final boolean plain; // dense and all numeric: column k is slot k
  private final int[] numeric;
  private final int[] category;
  private final GaussianTable gaussians;
  private final CategoryTable categories;
  private int labels;
  private double[] weight;
  private double[] constant;
  private int likely; // class to score first: the last learnt; changes no result

  // The row at hand.
  private double[] x;
  private final int[] codes;
  private boolean complete;
  private double[] row; // where the numeric values lie, from rowAt on: in x, or in the batch itself
  private int rowAt;

  public GaussianNb(Parameters p, Build build) {
    Schema schema = build.schema();
    parameters = p;
    sparse = schema.isSparse();
    numeric = columns(schema, org.freshet.core.Column.Kind.NUMERIC);
    category = columns(schema, org.freshet.core.Column.Kind.CATEGORY);
    plain = !sparse && numeric.length == schema.width();
    labels = schema.declaredLabels();
    int capacity = Math.max(2, labels);
    int slots = sparse ? Math.min(schema.width(), p.maxFeatures()) : numeric.length;
    weight = new double[capacity];
    constant = new double[capacity];
    Arrays.fill(constant, Double.NEGATIVE_INFINITY);
    gaussians = new GaussianTable(capacity, slots);
    categories = category.length == 0 ? null : new CategoryTable(category.length, capacity);
    x = new double[slots];
    codes = new int[category.length];
  }

  private static int[] columns(Schema schema, org.freshet.core.Column.Kind kind) {
    int[] at = new int[schema.width()];
    int n = 0;
    for (int i = 0; i < at.length && !schema.isSparse(); i++) {
      if (schema.column(i).kind() == kind) {
        at[n++] = i;
      }
    }
    return Arrays.copyOf(at, n);
  }

  @Override
  public int labels() {
    return labels;
  }

  @Override
  public void scores(Features row, double[] scores) {
    read(row);
    score(scores, 0, scores.length);
  }

  @Override
  public void learn(Features row, int label, double w) {
    if (w > 0) {
      makeRoom(row, label);
      read(row);
      update(label, w);
    }
  }

  @Override
  public void testThenLearn(Features row, int label, double w, double[] scores) {
    read(row);
    score(scores, 0, scores.length);
    if (label >= 0 && w > 0) {
      if (makeRoom(row, label)) {
        read(row);
      }
      update(label, w);
    }
  }

  /** Rows of a dense numeric batch are scored where they lie. */
  @Override
  public void testThenLearn(Batch rows, int from, int to, double[] scores, int stride) {
    if (!plain) {
      Classifier.super.testThenLearn(rows, from, to, scores, stride);
      return;
    }
    for (int r = from; r < to; r++) {
      row = rows.block();
      rowAt = r * x.length;
      complete = isComplete(row, rowAt, x.length);
      if (!complete) {
        read(rows.row(r));
      }
      score(scores, (r - from) * stride, stride);
      int label = rows.labelCode(r);
      double w = rows.weight(r);
      if (label >= 0 && w > 0) {
        makeRoom(null, label);
        update(label, w);
      }
    }
    row = x;
    rowAt = 0;
  }

  private static boolean isComplete(double[] a, int at, int n) {
    boolean whole = true;
    for (int i = at; i < at + n; i++) {
      whole &= Math.abs(a[i]) <= GaussianTable.LARGEST;
    }
    return whole;
  }

  /** Copies the row to {@link #x} and {@link #codes}; what cannot be used becomes NaN or −1. */
  private void read(Features features) {
    row = x;
    rowAt = 0;
    boolean whole = true;
    if (plain) {
      for (int k = 0; k < x.length; k++) {
        double v = features.value(k);
        if (!(Math.abs(v) <= GaussianTable.LARGEST)) {
          v = Double.NaN;
          whole = false;
        }
        x[k] = v;
      }
      complete = whole;
      return;
    }
    if (sparse) {
      whole = spread(features);
    } else {
      for (int j = 0; j < numeric.length; j++) {
        double v = features.value(numeric[j]);
        if (!(Math.abs(v) <= GaussianTable.LARGEST)) {
          v = Double.NaN;
          whole = false;
        }
        x[j] = v;
      }
      for (int j = 0; j < category.length; j++) {
        double v = features.value(category[j]);
        codes[j] = v >= 0 && v < parameters.maxCategories() ? (int) v : -1;
      }
    }
    complete = whole;
  }

  private boolean spread(Features row) {
    boolean whole = true;
    Arrays.fill(x, 0);
    for (int k = 0; k < row.count() && row.index(k) < x.length; k++) {
      double v = row.value(k);
      if (!(Math.abs(v) <= GaussianTable.LARGEST)) {
        v = Double.NaN;
        whole = false;
      }
      x[row.index(k)] = v;
    }
    return whole;
  }

  /** Writes the probabilities to scores[at …] and zeros behind them, room in all. */
  private void score(double[] scores, int at, int room) {
    int n = labels;
    double[] start = constant;
    double floor = Double.NEGATIVE_INFINITY;
    if (likely < n) {
      double s = score(likely, start[likely], floor);
      scores[at + likely] = s;
      floor = s - HOPELESS;
    }
    for (int c = 0; c < n; c++) {
      if (c == likely) {
        continue;
      }
      double s = start[c];
      if (s != Double.NEGATIVE_INFINITY) {
        s = score(c, s, floor);
        floor = Math.max(floor, s - HOPELESS);
      }
      scores[at + c] = s;
    }
    if (floor < IMPOSSIBLE) {
      scoreImpossible(scores, at);
    }
    for (int c = at + n; c < at + room; c++) {
      scores[c] = 0;
    }
    if (n > 0) {
      Kernels.softmax(scores, at, n);
    }
  }

  /**
   * No class has seen such a row: what contradicts a constant column costs a finite amount each.
   */
  private void scoreImpossible(double[] scores, int at) {
    for (int c = 0; c < labels; c++) {
      if (weight[c] > 0) {
        double s = categories == null ? constant[c] : categories.score(c, codes, constant[c]);
        scores[at + c] = gaussians.scoreFinite(c, row, rowAt, s);
      }
    }
  }

  private double score(int c, double start, double floor) {
    double s = categories == null ? start : categories.score(c, codes, start);
    return complete
        ? gaussians.score(c, row, rowAt, s, floor)
        : gaussians.scoreIncomplete(c, row, rowAt, s);
  }

  /**
   * Opens the class and, for sparse rows, the columns of a row to be learnt; true if {@link #x} is
   * a new array, to be read anew.
   */
  private boolean makeRoom(Features row, int label) {
    int slots = gaussians.features();
    int need = slots;
    if (sparse && row.count() > 0) {
      int last = row.index(row.count() - 1);
      need = Math.max(slots, Math.min(parameters.maxFeatures(), last + 1));
    }
    return makeRoom(label, need);
  }

  private boolean makeRoom(int label, int need) {
    int slots = gaussians.features();
    boolean fresh = label >= weight.length || need > slots;
    if (fresh) {
      int classes = label < weight.length ? weight.length : Math.max(label + 1, 2 * weight.length);
      int room =
          need > slots ? Math.max(need, Math.min(2 * slots, parameters.maxFeatures())) : slots;
      gaussians.grow(classes, room, weight);
      growClasses(classes);
      if (need > slots) {
        x = new double[room];
      }
    }
    labels = Math.max(labels, label + 1);
    return fresh;
  }

  private void growClasses(int more) {
    int had = weight.length;
    if (more > had) {
      weight = Arrays.copyOf(weight, more);
      constant = Arrays.copyOf(constant, more);
      Arrays.fill(constant, had, more, Double.NEGATIVE_INFINITY);
      if (categories != null) {
        categories.growClasses(more);
      }
    }
  }

  private void update(int label, double w) {
    double total = weight[label] + w;
    weight[label] = total;
    gaussians.learn(label, row, rowAt, w, total, complete, weight);
    if (categories != null && categories.learn(label, codes, w)) {
      recompute();
    } else {
      constant[label] = constantOf(label);
    }
    likely = label;
  }

  private double constantOf(int c) {
    if (!(weight[c] > 0)) {
      return Double.NEGATIVE_INFINITY;
    }
    double k = gaussians.constant(c, weight[c]);
    return categories == null ? k : k + categories.constant(c);
  }

  private void recompute() {
    for (int c = 0; c < labels; c++) {
      constant[c] = constantOf(c);
    }
  }

  @Override
  public boolean isExact() {
    return true;
  }

  @Override
  public void add(Learner newer, Learner older, double share) {
    GaussianNb a = (GaussianNb) newer;
    GaussianNb b = (GaussianNb) older;
    makeRoom(a.labels - 1, a.gaussians.features());
    gaussians.add(a.gaussians, Arrays.copyOf(a.weight, a.labels), b.gaussians, b.weight, weight);
    if (categories != null) {
      categories.add(a.categories, b.categories, a.labels);
    }
    for (int c = 0; c < a.labels; c++) {
      weight[c] += Math.max(0, a.weight[c] - (c < b.labels ? b.weight[c] : 0));
    }
    recompute();
  }

  @Override
  public void save(StateWriter out) {
    out.put("weight", weight, labels);
    gaussians.save(out.child("numeric"), labels);
    if (categories != null) {
      categories.save(out.child("category"), labels);
    }
  }

  @Override
  public void load(StateReader in) {
    double[] saved = in.doubles("weight");
    labels = saved.length;
    int capacity = Math.max(2, labels);
    weight = Arrays.copyOf(saved, capacity);
    constant = new double[capacity];
    Arrays.fill(constant, Double.NEGATIVE_INFINITY);
    int slots = gaussians.features();
    gaussians.load(
        in.child("numeric"), saved, capacity, sparse ? parameters.maxFeatures() : numeric.length);
    if (!sparse && gaussians.features() != slots) {
      throw in.child("numeric")
          .corrupt("features", "is " + gaussians.features() + ", expected " + slots);
    }
    if (categories != null) {
      categories.load(in.child("category"), labels, capacity, parameters.maxCategories());
    }
    x = new double[gaussians.features()];
    likely = 0;
    recompute();
  }

  @Override
  public long memoryBytes() {
    long own = 88 + 16 * 5 + 16L * weight.length + 8L * x.length;
    own += 4L * (numeric.length + category.length + codes.length);
    return own + gaussians.memoryBytes() + (categories == null ? 0 : categories.memoryBytes());
  }
}
