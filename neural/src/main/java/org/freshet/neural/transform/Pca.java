package org.freshet.neural.transform;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.Features;
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
import org.freshet.neural.matrix.Scatter;
import org.freshet.neural.matrix.Symmetric;

/**
 * Principal components: the directions in which rows differ most, found as rows come. Makes wide
 * rows narrow before neighbours and heads whose cost grows with the square of the columns.
 *
 * <p>How it works: the mean m and the covariance S of all rows seen are kept exactly. A row becomes
 * Q (x − m) with the rows of Q orthonormal, at first the first columns themselves. Whenever the
 * rows seen have grown by a tenth (from {@code 2 · components} on), Q is found anew from where it
 * stood: {@code sweeps} times Q ← orthonormal(Q S), then Q is turned so that its components are
 * uncorrelated and in falling order of variance.
 *
 * <p>Papers: I. T. Jolliffe, "Principal Component Analysis", 2nd edition, Springer 2002; H.
 * Rutishauser, "Simultaneous Iteration Method for Symmetric Matrices", Numerische Mathematik 16,
 * 1970.
 *
 * <p>Where we differ: components move while they are learnt, which heads that keep rows cannot
 * follow. With {@code freeze_after} mean and components stand still after so many rows, as those of
 * an encoder do.
 *
 * <p>Takes dense rows of numbers; a missing value counts as the mean, and values are held in ±1e6.
 * A row costs components · n multiplications for n columns, and n² / 2 while they are learnt;
 * memory is 4 n² bytes, twice that while components are found; rows too wide for {@code max_bytes}
 * are refused.
 *
 * <pre>
 * pipeline: [ standard_scaler: {}, pca: { components: 10 }, nearest_class_mean: {} ]
 * </pre>
 */
@Component(
    name = "pca",
    kinds = Kind.TRANSFORMER,
    family = "transform",
    traits = {Trait.NUMERIC, Trait.MISSING, Trait.BOUNDED_MEMORY})
public final class Pca implements Transformer {
  /**
   * @param components columns it writes
   * @param freezeAfter rows after which it stands still
   * @param sweeps steps of the iteration at a time
   * @param whiten whether components are divided by their standard deviation
   * @param maxBytes most memory
   */
  public record Parameters(
      @Param(
              value = "components, the columns it writes; no more than there are columns",
              def = "16",
              range = "[1, 4096]",
              origin = "most of what moves together in tens of columns")
          int components,
      @Param(
              value = "rows after which mean and components stand still; 0 for never",
              def = "0",
              range = "[0, inf)",
              unit = "events",
              origin = "streams change")
          long freezeAfter,
      @Param(
              value = "steps of the iteration whenever components are found anew",
              def = "8",
              range = "[1, 1000]",
              origin = "each starts where the last ended")
          int sweeps,
      @Param(
              value = "whether components are divided by their standard deviation",
              def = "false",
              origin = "distances stay as they were")
          boolean whiten,
      @Param(
              value = "memory limit; wider rows are refused",
              def = "512MB",
              range = "[65536, inf)",
              unit = "bytes",
              origin = "11,000 columns")
          long maxBytes) {}

  private static final double LARGEST = 1e6;

  private final Parameters p;
  private final Schema output;
  private final int n;
  private final int k;
  private final Scatter scatter;
  private final double[][] q;
  private final double[] deviations; // of the components, for whitening
  private final double[] mean;
  private final double[] row;
  private long seen;
  private long next; // rows seen when components are found next

  public Pca(Parameters p, Build build) {
    Schema schema = build.schema();
    this.p = p;
    n = schema.width();
    k = Math.min(p.components(), n);
    long need = bytes();
    if (need > build.limit(p.maxBytes())) {
      throw new SchemaException(
          "pca keeps "
              + (need >> 20)
              + " MB for rows of "
              + n
              + " columns, but 'max_bytes' leaves "
              + (build.limit(p.maxBytes()) >> 20)
              + " MB; raise it, or hash or select columns first");
    }
    List<Column> made = new ArrayList<>();
    for (int c = 0; c < k; c++) {
      made.add(Column.numeric("pc" + (c + 1)));
    }
    output = schema.withColumns(made);
    scatter = new Scatter(n);
    q = new double[k][n];
    for (int c = 0; c < k; c++) {
      q[c][c] = 1;
    }
    deviations = new double[k];
    Arrays.fill(deviations, 1);
    mean = new double[n];
    row = new double[n];
    next = 2L * k;
  }

  private long bytes() {
    return 200 + Scatter.bytes(n) + k * (8L * n + 28) + 16L * n;
  }

  @Override
  public Schema output() {
    return output;
  }

  private void read(Features in) {
    for (int j = 0; j < n; j++) {
      double v = in.get(j);
      row[j] = Double.isNaN(v) ? mean[j] : Math.max(-LARGEST, Math.min(LARGEST, v));
    }
  }

  @Override
  public void transform(Features in, Row out) {
    read(in);
    for (int j = 0; j < n; j++) {
      row[j] -= mean[j];
    }
    double[] to = out.values();
    for (int c = 0; c < k; c++) {
      double v = Symmetric.dot(q[c], row, 0, n);
      to[c] = p.whiten() ? v / deviations[c] : v;
    }
  }

  @Override
  public void learn(Features in) {
    if (p.freezeAfter() > 0 && seen >= p.freezeAfter()) {
      return;
    }
    read(in);
    scatter.add(row, mean, (double) seen / (seen + 1));
    seen++;
    for (int j = 0; j < n; j++) {
      mean[j] += (row[j] - mean[j]) / seen;
    }
    if (seen == p.freezeAfter()) {
      find(Math.max(50, p.sweeps()));
    } else if (seen >= next) {
      find(p.sweeps());
      next = seen + Math.max(1, seen / 10);
    }
  }

  private void find(int sweeps) {
    double[][] s = Symmetric.lower(n);
    scatter.copyTo(s, 1.0 / seen, 0);
    double[] variances = new PrincipalAxes(s, n, q).iterate(sweeps);
    double most = Math.max(variances[0], Double.MIN_NORMAL);
    for (int c = 0; c < k; c++) {
      deviations[c] = Math.sqrt(Math.max(variances[c], 1e-12 * most));
    }
  }

  @Override
  public void save(StateWriter out) {
    out.put("seen", seen);
    out.put("next", next);
    out.put("mean", mean);
    out.put("deviations", deviations);
    for (int c = 0; c < k; c++) {
      out.put("component-" + c, q[c]);
    }
    scatter.save(out.child("scatter"));
  }

  @Override
  public void load(StateReader in) {
    seen = in.longValue("seen", 0, Long.MAX_VALUE);
    next = in.longValue("next", 0, Long.MAX_VALUE);
    System.arraycopy(in.doubles("mean", n), 0, mean, 0, n);
    System.arraycopy(in.doubles("deviations", k), 0, deviations, 0, k);
    for (int c = 0; c < k; c++) {
      System.arraycopy(in.doubles("component-" + c, n), 0, q[c], 0, n);
    }
    scatter.load(in.child("scatter"));
  }

  @Override
  public long memoryBytes() {
    return bytes();
  }
}
