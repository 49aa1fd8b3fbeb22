package org.freshet.learn.transform;

import java.util.Arrays;
import org.freshet.core.Features;
import org.freshet.core.Learner;
import org.freshet.core.Mergeable;
import org.freshet.core.Row;
import org.freshet.core.Schema;
import org.freshet.core.SchemaException;
import org.freshet.core.Trait;
import org.freshet.core.Transformer;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Scales each numeric column to mean 0 and standard deviation 1, by what was seen of it so far. Put
 * it before learners that compare or add up columns: linear models, neighbours, networks. Trees do
 * not need it.
 *
 * <p>For a column let n be the number of values seen, m their mean and S the sum of their squared
 * distances from it. A value x becomes (x − m) / s with the population deviation s = √(S / n), and
 * 0 where s is 0 (nothing or one constant seen). Then x is learnt: n ← n + 1, δ = x − m, m ← m + δ
 * / n, S ← S + δ (x − m). With {@code decay} = λ the past fades: n ← (1 − λ) n + 1 and S ← (1 − λ)
 * S + δ (x − m), so that a value k events old has the weight (1 − λ)^k.
 *
 * <p>Sparse rows are only divided by s, never centred, because then they would no longer be sparse;
 * s counts the absent values as the zeros they are, and the zeros between two occurrences of a
 * column are merged when it occurs again, by Chan's formula.
 *
 * <p>Papers: B. P. Welford, "Note on a method for calculating corrected sums of squares and
 * products", Technometrics 4(3), 1962; T. F. Chan, G. H. Golub and R. J. LeVeque, "Algorithms for
 * computing the sample variance", The American Statistician 37(3), 1983, equation (1.3); D. H. D.
 * West, "Updating mean and variance estimates", Communications of the ACM 22(9), 1979, for weights.
 *
 * <p>Where we differ: nowhere. Compared with libraries that learn an event before they scale it,
 * the first events come out differently, because here an event is scaled by the past alone.
 *
 * <p>Takes numeric columns, missing values (they stay missing and are not learnt), dense and sparse
 * rows; categories and text pass unchanged. Infinite values and those beyond ±1e150, whose square
 * would overflow, are not learnt. O(d) time an event, 24 d bytes; of sparse rows the columns from
 * {@code max_features} on pass unscaled.
 *
 * <p>Copies merge exactly, by the sums of each (Chan et al.); not with {@code decay}, where what is
 * older would have to be known to be taken out.
 *
 * <pre>
 * pipeline: [ standard_scaler: {}, logistic_regression: {} ]
 * </pre>
 */
@Component(
    name = "standard_scaler",
    kinds = Kind.TRANSFORMER,
    family = "transform",
    traits = {
      Trait.MISSING,
      Trait.CATEGORICAL,
      Trait.NUMERIC,
      Trait.SPARSE,
      Trait.TEXT,
      Trait.OPEN_FEATURES,
      Trait.MERGEABLE,
      Trait.BOUNDED_MEMORY
    })
public final class StandardScaler {
  public record Parameters(
      @Param(
              value = "Whether the mean is subtracted (dense rows only)",
              def = "true",
              origin = "the usual meaning of standardising")
          boolean withMean,
      @Param(
              value = "Whether values are divided by the standard deviation",
              def = "true",
              origin = "the usual meaning of standardising")
          boolean withStd,
      @Param(
              value =
                  "Share of the past that is forgotten with each event; 0 forgets nothing (dense rows only)",
              def = "0",
              range = "[0, 1)",
              origin = "Welford 1962")
          double decay,
      @Param(
              value = "Sparse columns from this index on pass unscaled",
              def = "16777216",
              range = "[1, 268435456]",
              origin = "384 MB when all of them occur")
          int maxFeatures) {}

  /** Larger values are not learnt: their square would overflow. */
  private static final double LARGEST = 1e150;

  /** A smaller sum of squares counts as none: its reciprocal would overflow. */
  private static final double LEAST = 1e-280;

  private StandardScaler() {}

  /** The dense or the sparse scaler. */
  public static Transformer create(Parameters p, Build build) {
    if (!build.schema().isSparse()) {
      return new Dense(p, build.schema());
    }
    if (p.decay() > 0) {
      throw new SchemaException(
          "standard_scaler cannot forget on sparse rows, but the rows are sparse and 'decay' is "
              + p.decay()
              + "; set 'decay: 0'");
    }
    return new Sparse(p, build.schema());
  }

  private static final class Dense implements Transformer, Mergeable {
    private final Schema schema;
    private final int[] columns;
    private final double keep;
    private final boolean withMean;
    private final boolean withStd;
    private final double[] n;
    private final double[] mean;
    private final double[] squares;

    Dense(Parameters p, Schema schema) {
      this.schema = schema;
      columns = NumericColumns.of(schema);
      keep = 1 - p.decay();
      withMean = p.withMean();
      withStd = p.withStd();
      n = new double[columns.length];
      mean = new double[columns.length];
      squares = new double[columns.length];
    }

    @Override
    public Schema output() {
      return schema;
    }

    @Override
    public void transform(Features in, Row out) {
      double[] y = out.values();
      in.copyTo(y, 0);
      for (int j = 0; j < columns.length; j++) {
        int c = columns[j];
        double x = withMean ? y[c] - mean[j] : y[c];
        if (withStd) {
          double s = squares[j];
          x = s > LEAST ? x * Math.sqrt(n[j] / s) : Double.isNaN(x) ? x : 0;
        }
        y[c] = x;
      }
    }

    @Override
    public void learn(Features in) {
      for (int j = 0; j < columns.length; j++) {
        double x = in.get(columns[j]);
        if (Math.abs(x) <= LARGEST) {
          double count = keep * n[j] + 1;
          double before = x - mean[j];
          double m = mean[j] + before / count;
          n[j] = count;
          mean[j] = m;
          squares[j] = keep * squares[j] + before * (x - m);
        }
      }
    }

    @Override
    public boolean isExact() {
      return true;
    }

    @Override
    public String unmergeable() {
      return keep == 1 ? null : "forgets, and cannot be merged; set 'decay: 0'";
    }

    @Override
    public void add(Learner newer, Learner older, double share) {
      Dense a = (Dense) newer;
      Dense b = (Dense) older;
      Moments m = new Moments();
      for (int j = 0; j < n.length; j++) {
        m.set(a.n[j], a.mean[j], a.squares[j]).less(b.n[j], b.mean[j], b.squares[j]);
        if (m.count > 0) {
          m.plus(n[j], mean[j], squares[j]);
          n[j] = m.count;
          mean[j] = m.mean;
          squares[j] = m.squares;
        }
      }
    }

    @Override
    public void save(StateWriter out) {
      out.put("n", n);
      out.put("mean", mean);
      out.put("squares", squares);
    }

    @Override
    public void load(StateReader in) {
      copy(in.doubles("n", n.length), n);
      copy(in.doubles("mean", n.length), mean);
      copy(in.doubles("squares", n.length), squares);
    }

    private static void copy(double[] from, double[] to) {
      System.arraycopy(from, 0, to, 0, to.length);
    }

    @Override
    public long memoryBytes() {
      return 48 + 4 * 16 + 28L * columns.length;
    }
  }

  /**
   * Statistics of a column stand at the event it last occurred in; the zeros since are merged on
   * use.
   */
  private static final class Sparse implements Transformer, Mergeable {
    private final Schema schema;
    private final boolean withStd;
    private final int maxFeatures;
    private long events;
    private long[] seen = new long[16]; // events up to which mean and squares stand
    private double[] mean = new double[16];
    private double[] squares = new double[16];

    Sparse(Parameters p, Schema schema) {
      this.schema = schema;
      withStd = p.withStd();
      maxFeatures = p.maxFeatures();
    }

    @Override
    public Schema output() {
      return schema;
    }

    @Override
    public void transform(Features in, Row out) {
      for (int k = 0; k < in.count(); k++) {
        int i = in.index(k);
        double x = in.value(k);
        if (withStd && i < maxFeatures) {
          double s = i < mean.length ? squaresNow(i) : 0;
          x = s > LEAST ? x * Math.sqrt(events / s) : Double.isNaN(x) ? x : 0;
        }
        out.add(i, x);
      }
    }

    /** Sum of squared distances from the mean, the zeros since the last occurrence included. */
    private double squaresNow(int i) {
      double old = seen[i];
      double zeros = events - old;
      return squares[i] + mean[i] * mean[i] * (old * zeros / Math.max(events, 1));
    }

    @Override
    public void learn(Features in) {
      int n = in.count();
      reserve(n == 0 ? 0 : Math.min(in.index(n - 1) + 1, maxFeatures));
      for (int k = 0; k < n; k++) {
        int i = in.index(k);
        double x = in.value(k);
        if (i < maxFeatures && Math.abs(x) <= LARGEST) {
          learn(i, x);
        }
      }
      events++;
    }

    private void learn(int i, double x) {
      squares[i] = squaresNow(i);
      if (events > 0) {
        mean[i] *= (double) seen[i] / events;
      }
      double before = x - mean[i];
      mean[i] += before / (events + 1);
      squares[i] += before * (x - mean[i]);
      seen[i] = events + 1;
    }

    private void reserve(int width) {
      if (width > mean.length) {
        int size = (int) Math.min(Math.max(width, mean.length * 3L / 2), maxFeatures);
        seen = Arrays.copyOf(seen, size);
        mean = Arrays.copyOf(mean, size);
        squares = Arrays.copyOf(squares, size);
      }
    }

    @Override
    public boolean isExact() {
      return true;
    }

    @Override
    public void add(Learner newer, Learner older, double share) {
      Sparse a = (Sparse) newer;
      Sparse b = (Sparse) older;
      if (a.events <= b.events) {
        return;
      }
      reserve(a.mean.length);
      long all = events + a.events - b.events;
      for (int i = 0; i < mean.length; i++) {
        Moments m = a.now(i).less(b.events, b.meanNow(i), b.squaresOf(i));
        m.plus(events, meanNow(i), squaresOf(i));
        mean[i] = m.mean;
        squares[i] = m.squares;
        seen[i] = all;
      }
      events = all;
    }

    private Moments now(int i) {
      return new Moments().set(events, meanNow(i), squaresOf(i));
    }

    private double meanNow(int i) {
      return i < mean.length && events > 0 ? mean[i] * ((double) seen[i] / events) : 0;
    }

    private double squaresOf(int i) {
      return i < mean.length ? squaresNow(i) : 0;
    }

    @Override
    public void save(StateWriter out) {
      out.put("events", events);
      out.put("seen", seen);
      out.put("mean", mean);
      out.put("squares", squares);
    }

    @Override
    public void load(StateReader in) {
      events = in.longValue("events", 0, Long.MAX_VALUE);
      seen = in.longs("seen");
      for (long s : seen) {
        if (s < 0 || s > events) {
          throw in.corrupt("seen", "has the count " + s + " outside 0 to " + events);
        }
      }
      mean = in.doubles("mean", seen.length);
      squares = in.doubles("squares", seen.length);
    }

    @Override
    public long memoryBytes() {
      return 48 + 3 * 16 + 24L * mean.length;
    }
  }
}
