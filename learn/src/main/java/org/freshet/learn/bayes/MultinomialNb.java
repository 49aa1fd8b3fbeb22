package org.freshet.learn.bayes;

import java.util.Arrays;
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
 * Naive Bayes over counts: how often a term stands in a text, how often something happened. It
 * learns from few events, which makes it a good first level for texts behind {@code tfidf} or
 * {@code hashed_ngrams}.
 *
 * <p>How it works: a class is a die with a face for each column, thrown as often as the values of a
 * row say. With N_ci the sum of column i over the events of class c and N_c their total, log P(x |
 * c) = Σ_i x_i log((N_ci + α) / (N_c + α n)), n being the columns that were ever above 0; P(c) is
 * the share of the weight learnt. With {@code complement} a class is told by the events of all
 * others instead, whose sums are steadier where classes differ in size: the score of c is − Σ_i x_i
 * log((N_i − N_ci + α) / (N − N_c + α n)), without a prior. Scores become probabilities by the
 * softmax.
 *
 * <p>Papers: A. McCallum, K. Nigam, "A Comparison of Event Models for Naive Bayes Text
 * Classification", AAAI Workshop on Learning for Text Categorization, 1998; J. D. M. Rennie, L.
 * Shih, J. Teevan, D. R. Karger, "Tackling the Poor Assumptions of Naive Bayes Text Classifiers",
 * ICML 2003, section 3.1 (complement).
 *
 * <p>Where we differ: values may be weights such as those of {@code tfidf}, and a negative value
 * counts by its magnitude, because a signed hash turns half of all terms negative. The weights of
 * the complement are not scaled (their WCNB).
 *
 * <p>Takes dense and sparse rows of numbers, missing ones as 0; a value that is infinite or beyond
 * 1e75 counts as missing; columns from {@code max_features} on are left out. Predicting and
 * learning cost O(classes · stored values); memory is 8 bytes a class and column used, doubled
 * while it grows.
 *
 * <pre>{@code
 * --model 'tfidf(words=[1, 2]) | multinomial_nb(complement=true, alpha=0.1)'
 * }</pre>
 */
@Component(
    name = "multinomial_nb",
    kinds = Kind.CLASSIFIER,
    family = "bayes",
    traits = {
      Trait.NUMERIC,
      Trait.SPARSE,
      Trait.MISSING,
      Trait.OPEN_LABELS,
      Trait.OPEN_FEATURES,
      Trait.WEIGHTS,
      Trait.MERGEABLE,
      Trait.BOUNDED_MEMORY
    })
public final class MultinomialNb implements Classifier, Mergeable {
  /**
   * @param alpha count every column has before it was seen
   * @param complement whether a class is told by the events of the others
   * @param maxFeatures columns of sparse rows used
   */
  public record Parameters(
      @Param(
              value = "count every column has before it was seen",
              def = "1",
              range = "(0, 1e6]",
              origin = "Laplace; the default of scikit-learn")
          double alpha,
      @Param(
              value = "whether a class is told by the events of all others",
              def = "false",
              origin = "the plain form; Rennie et al. 2003 for the other")
          boolean complement,
      @Param(
              value = "sparse columns used; those at or beyond it are left out",
              def = "1048576",
              range = "[1, 67108864]",
              origin = "8 MB a class")
          int maxFeatures) {}

  private static final double MOST = 1e75;
  private static final double[] NONE = {};

  private final Parameters p;
  private final int limit;
  private double[][] sums; // N_ci, class by class
  private double[] total; // N_i
  private double[] mass; // N_c
  private double[] weight;
  private double all; // N
  private double learnt;
  private int used; // n
  private int labels;

  public MultinomialNb(Parameters p, Build build) {
    Schema schema = build.schema();
    this.p = p;
    this.limit = schema.isSparse() ? p.maxFeatures() : schema.width();
    this.total = new double[Math.min(limit, Math.max(16, schema.width()))];
    this.sums = new double[Math.max(2, schema.declaredLabels())][];
    this.mass = new double[sums.length];
    this.weight = new double[sums.length];
    open(schema.declaredLabels());
  }

  private void open(int count) {
    if (count > sums.length) {
      int room = Math.max(count, 2 * sums.length);
      sums = Arrays.copyOf(sums, room);
      mass = Arrays.copyOf(mass, room);
      weight = Arrays.copyOf(weight, room);
    }
    for (; labels < count; labels++) {
      sums[labels] = new double[total.length];
    }
  }

  private void widen(int index) {
    int room = (int) Math.min(limit, Math.max(index + 1L, 2L * total.length));
    total = Arrays.copyOf(total, room);
    for (int c = 0; c < labels; c++) {
      sums[c] = Arrays.copyOf(sums[c], room);
    }
  }

  /** What a stored value counts. */
  private static double count(double v) {
    double m = Math.abs(v);
    return m <= MOST ? m : 0; // NaN too
  }

  @Override
  public int labels() {
    return labels;
  }

  @Override
  public void scores(Features x, double[] scores) {
    Arrays.fill(scores, labels, scores.length, 0);
    if (learnt == 0) {
      Arrays.fill(scores, 0, labels, 1.0 / labels);
      return;
    }
    double a = p.alpha();
    double faces = a * Math.max(1, used);
    double length = 0;
    Arrays.fill(scores, 0, labels, 0);
    for (int k = 0; k < x.count(); k++) {
      double v = count(x.value(k));
      int i = x.index(k);
      if (v == 0 || i >= limit) {
        continue;
      }
      length += v;
      double whole = i < total.length ? total[i] : 0;
      for (int c = 0; c < labels; c++) {
        double its = i < total.length ? sums[c][i] : 0;
        scores[c] +=
            p.complement() ? -v * Math.log(Math.max(0, whole - its) + a) : v * Math.log(its + a);
      }
    }
    for (int c = 0; c < labels; c++) {
      if (p.complement() && weight[c] == 0) {
        scores[c] = Double.NEGATIVE_INFINITY; // the others are all there is, and say nothing of it
        continue;
      }
      scores[c] +=
          p.complement()
              ? length * Math.log(Math.max(0, all - mass[c]) + faces)
              : Math.log((weight[c] + 1) / (learnt + labels)) - length * Math.log(mass[c] + faces);
    }
    Kernels.softmax(scores, labels);
  }

  @Override
  public void learn(Features x, int label, double w) {
    if (!(w > 0)) {
      return;
    }
    open(label + 1);
    weight[label] += w;
    learnt += w;
    for (int k = 0; k < x.count(); k++) {
      double v = w * count(x.value(k));
      int i = x.index(k);
      if (v == 0 || i >= limit) {
        continue;
      }
      if (i >= total.length) {
        widen(i);
      }
      used += total[i] == 0 ? 1 : 0;
      total[i] += v;
      sums[label][i] += v;
      mass[label] += v;
      all += v;
    }
  }

  @Override
  public boolean isExact() {
    return true;
  }

  @Override
  public void add(Learner newer, Learner older, double share) {
    MultinomialNb a = (MultinomialNb) newer;
    MultinomialNb b = (MultinomialNb) older;
    open(a.labels);
    if (a.total.length > total.length) {
      widen(a.total.length - 1);
    }
    for (int i = 0; i < a.total.length; i++) {
      double more = more(a.total[i], b.total, i);
      used += total[i] == 0 && more > 0 ? 1 : 0;
      total[i] += more;
    }
    for (int c = 0; c < a.labels; c++) {
      double[] before = c < b.labels ? b.sums[c] : NONE;
      for (int i = 0; i < a.total.length; i++) {
        sums[c][i] += more(a.sums[c][i], before, i);
      }
      mass[c] += more(a.mass[c], b.mass, c);
      weight[c] += more(a.weight[c], b.weight, c);
    }
    all += Math.max(0, a.all - b.all);
    learnt += Math.max(0, a.learnt - b.learnt);
  }

  private static double more(double now, double[] before, int i) {
    return Math.max(0, now - (i < before.length ? before[i] : 0));
  }

  @Override
  public void save(StateWriter out) {
    out.put("labels", labels);
    out.put("weight", Arrays.copyOf(weight, labels));
    out.put("mass", Arrays.copyOf(mass, labels));
    out.put("total", all);
    out.put("learnt", learnt);
    int[] columns = new int[used];
    int n = 0;
    for (int i = 0; i < total.length; i++) {
      if (total[i] != 0) {
        columns[n++] = i;
      }
    }
    out.put("columns", columns);
    out.put("width", total.length);
    out.put("totals", picked(total, columns));
    for (int c = 0; c < labels; c++) {
      out.put("sums-" + c, picked(sums[c], columns));
    }
  }

  private static double[] picked(double[] from, int[] columns) {
    double[] some = new double[columns.length];
    for (int k = 0; k < columns.length; k++) {
      some[k] = from[columns[k]];
    }
    return some;
  }

  @Override
  public void load(StateReader in) {
    int classes = in.labels("labels", 0);
    open(classes);
    labels = classes;
    fill(in, "weight", weight);
    fill(in, "mass", mass);
    all = finite(in, "total", in.doubleValue("total"));
    learnt = finite(in, "learnt", in.doubleValue("learnt"));
    int[] columns = in.ints("columns");
    used = columns.length;
    int width = in.intValue("width", 0, limit);
    total = new double[width];
    spread(in, "totals", columns, total);
    for (int c = 0; c < labels; c++) {
      sums[c] = new double[width];
      spread(in, "sums-" + c, columns, sums[c]);
    }
  }

  private void fill(StateReader in, String name, double[] into) {
    double[] read = in.doubles(name, labels);
    for (int c = 0; c < labels; c++) {
      into[c] = finite(in, name, read[c]);
    }
  }

  private static void spread(StateReader in, String name, int[] columns, double[] into) {
    double[] some = in.doubles(name, columns.length);
    int last = -1;
    for (int k = 0; k < columns.length; k++) {
      if (columns[k] <= last || columns[k] >= into.length) {
        throw in.corrupt("columns", "has " + columns[k] + " after " + last);
      }
      last = columns[k];
      into[last] = finite(in, name, some[k]);
    }
  }

  private static double finite(StateReader in, String name, double v) {
    if (!(v >= 0 && v <= Double.MAX_VALUE)) {
      throw in.corrupt(name, "has " + v + ", allowed finite numbers from 0 up");
    }
    return v;
  }

  @Override
  public long memoryBytes() {
    return 120
        + 16L * sums.length
        + 4L * sums.length
        + 16L
        + 8L * total.length * (labels + 1L)
        + 16L * labels;
  }
}
