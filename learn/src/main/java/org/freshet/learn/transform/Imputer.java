package org.freshet.learn.transform;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Learner;
import org.freshet.core.Mergeable;
import org.freshet.core.Row;
import org.freshet.core.Schema;
import org.freshet.core.Trait;
import org.freshet.core.Transformer;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Suggest;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Fills in missing values from what was seen of the column so far, so that learners which cannot
 * take missing values can follow.
 *
 * <p>A missing number becomes, as {@code numeric} says, the mean of the values seen (m ← m + (x −
 * m) / n), the value of the event before that had one, or the constant {@code value}. A missing
 * category becomes the most frequent one so far, the lowest code on a tie, or the previous one.
 * Before a column has shown any value a number becomes {@code value} and a category the first of
 * its dictionary. Values that are there stay as they are, and are learnt after.
 *
 * <p>{@code columns} restricts it to some columns; several imputers in a row treat different
 * columns differently. With {@code indicators} each of its columns that may have missing values
 * gets one more column at the end, named {@code x_missing}, that is 1 where x was missing and else
 * 0, because that a value is missing often says something.
 *
 * <p>Paper: none for single values so far; the indicator is the dummy-variable adjustment of J.
 * Cohen and P. Cohen, "Applied Multiple Regression/Correlation Analysis for the Behavioral
 * Sciences", 1983, chapter 7.
 *
 * <p>Where we differ: there is no median, which a stream gives in bounded memory only
 * approximately.
 *
 * <p>Takes numeric and category columns; text passes unchanged. Not for sparse rows, where absent
 * is 0. Infinite values are not learnt. Of a category column the first 65,536 categories are
 * counted. O(d) time an event; memory 24 d bytes and 4 for each category.
 *
 * <pre>
 * pipeline: [ imputer: { numeric: previous, indicators: true }, standard_scaler: {}, logistic_regression: {} ]
 * </pre>
 */
@Component(
    name = "imputer",
    kinds = Kind.TRANSFORMER,
    family = "transform",
    traits = {
      Trait.MISSING,
      Trait.CATEGORICAL,
      Trait.NUMERIC,
      Trait.TEXT,
      Trait.MERGEABLE,
      Trait.BOUNDED_MEMORY
    })
public final class Imputer implements Transformer, Mergeable {
  /** What a missing number becomes. */
  public enum ForNumber {
    MEAN,
    PREVIOUS,
    CONSTANT
  }

  /** What a missing category becomes. */
  public enum ForCategory {
    MOST_FREQUENT,
    PREVIOUS
  }

  public record Parameters(
      @Param(
              value = "What a missing number becomes",
              def = "mean",
              origin = "the value of least squared error")
          ForNumber numeric,
      @Param(
              value = "What a missing category becomes",
              def = "most_frequent",
              origin = "the value most often right")
          ForCategory category,
      @Param(
              value = "What a missing number becomes with constant, or before any was seen",
              def = "0",
              origin = "the mean of scaled values")
          double value,
      @Param(value = "The columns it fills; none is all", def = "none") List<String> columns,
      @Param(
              value = "Whether a column is added for each that may be missing: 1 where it was",
              def = "false")
          boolean indicators) {}

  private static final int MAX_CATEGORIES = 1 << 16;

  private final Schema output;
  private final int width;
  private final int[] columns;
  private final boolean[] category;
  private final int[] flagged;
  private final ForNumber forNumber;
  private final ForCategory forCategory;
  private final double[] seen;
  private final double[] fill; // what a missing value becomes now
  private final int[][] counts; // of each category, null for numbers
  private long countBytes;

  public Imputer(Parameters p, Build build) {
    Schema in = build.schema();
    width = in.width();
    forNumber = p.numeric();
    forCategory = p.category();
    columns = p.columns() == null ? fillable(in) : named(in, p.columns());
    category = new boolean[columns.length];
    seen = new double[columns.length];
    fill = new double[columns.length];
    counts = new int[columns.length][];
    for (int j = 0; j < columns.length; j++) {
      category[j] = in.column(columns[j]).isCategory();
      fill[j] = category[j] ? 0 : p.value();
      counts[j] = category[j] && forCategory == ForCategory.MOST_FREQUENT ? new int[4] : null;
      countBytes += counts[j] == null ? 0 : 32;
    }
    flagged = p.indicators() ? mayMiss(in) : new int[0];
    output = in.withColumns(outputColumns(in));
  }

  private static int[] fillable(Schema in) {
    int[] all = new int[in.width()];
    int n = 0;
    for (int i = 0; i < all.length; i++) {
      if (in.column(i).kind() != Column.Kind.TEXT) {
        all[n++] = i;
      }
    }
    return Arrays.copyOf(all, n);
  }

  private static int[] named(Schema in, List<String> names) {
    int[] found = new int[names.size()];
    for (int j = 0; j < found.length; j++) {
      found[j] = in.indexOf(names.get(j));
      if (found[j] < 0) {
        List<String> known = in.columns().stream().map(Column::name).toList();
        throw new ConfigException(
            "",
            "imputer: there is no column '"
                + names.get(j)
                + "'"
                + Suggest.didYouMean(names.get(j), known));
      }
      if (in.column(found[j]).kind() == Column.Kind.TEXT) {
        throw new ConfigException(
            "", "imputer: column '" + names.get(j) + "' is text, expected a number or a category");
      }
    }
    return Arrays.stream(found).sorted().distinct().toArray();
  }

  private int[] mayMiss(Schema in) {
    return Arrays.stream(columns).filter(i -> in.column(i).mayBeMissing()).toArray();
  }

  private List<Column> outputColumns(Schema in) {
    List<Column> all = new ArrayList<>(in.columns());
    for (int i : columns) {
      all.set(i, all.get(i).withMissing(false));
    }
    for (int i : flagged) {
      all.add(Column.numeric(in.column(i).name() + "_missing"));
    }
    return all;
  }

  @Override
  public Schema output() {
    return output;
  }

  @Override
  public void transform(Features in, Row out) {
    double[] y = out.values();
    in.copyTo(y, 0);
    for (int k = 0; k < flagged.length; k++) {
      y[width + k] = Double.isNaN(y[flagged[k]]) ? 1 : 0;
    }
    for (int j = 0; j < columns.length; j++) {
      int c = columns[j];
      if (Double.isNaN(y[c])) {
        y[c] = fill[j];
      }
    }
  }

  @Override
  public void learn(Features in) {
    for (int j = 0; j < columns.length; j++) {
      double x = in.get(columns[j]);
      if (!Double.isFinite(x)) {
        continue;
      }
      if (counts[j] != null) {
        count(j, (int) x);
      } else if (category[j] || forNumber == ForNumber.PREVIOUS) {
        fill[j] = x;
      } else if (forNumber == ForNumber.MEAN) {
        seen[j]++;
        fill[j] = seen[j] == 1 ? x : fill[j] + (x - fill[j]) / seen[j];
      }
    }
  }

  private void count(int j, int code) {
    if (code < 0 || code >= MAX_CATEGORIES) {
      return;
    }
    int[] c = counts[j];
    if (code >= c.length) {
      c = Arrays.copyOf(c, Math.min(MAX_CATEGORIES, Math.max(code + 1, 2 * c.length)));
      countBytes += 4L * (c.length - counts[j].length);
      counts[j] = c;
    }
    if (c[code] < Integer.MAX_VALUE) {
      c[code]++;
    }
    int best = (int) fill[j];
    if (c[code] > c[best] || c[code] == c[best] && code < best) {
      fill[j] = code;
    }
  }

  @Override
  public boolean isExact() {
    return true;
  }

  @Override
  public String unmergeable() {
    for (int j = 0; j < columns.length; j++) {
      if (counts[j] == null && (category[j] || forNumber == ForNumber.PREVIOUS)) {
        return "fills in what the event before had, and cannot be merged: copies have other events"
            + " before; take another filling than 'previous'";
      }
    }
    return null;
  }

  @Override
  public void add(Learner newer, Learner older, double share) {
    Imputer a = (Imputer) newer;
    Imputer b = (Imputer) older;
    Moments m = new Moments();
    for (int j = 0; j < columns.length; j++) {
      if (counts[j] != null) {
        addCounts(j, a.counts[j], b.counts[j]);
      } else if (a.seen[j] > b.seen[j]) {
        m.set(a.seen[j], a.fill[j], 0).less(b.seen[j], b.fill[j], 0).plus(seen[j], fill[j], 0);
        seen[j] = m.count;
        fill[j] = m.mean;
      }
    }
  }

  private void addCounts(int j, int[] newer, int[] older) {
    if (newer.length > counts[j].length) {
      countBytes += 4L * (newer.length - counts[j].length);
      counts[j] = Arrays.copyOf(counts[j], newer.length);
    }
    int[] c = counts[j];
    int best = (int) fill[j];
    for (int code = 0; code < newer.length; code++) {
      long all = (long) c[code] + newer[code] - (code < older.length ? older[code] : 0);
      c[code] = (int) Math.min(Integer.MAX_VALUE, all);
      best = c[code] > c[best] || c[code] == c[best] && code < best ? code : best;
    }
    fill[j] = best;
  }

  @Override
  public void save(StateWriter out) {
    out.put("seen", seen);
    out.put("fill", fill);
    for (int j = 0; j < counts.length; j++) {
      if (counts[j] != null) {
        out.put("counts-" + j, counts[j]);
      }
    }
  }

  @Override
  public void load(StateReader in) {
    System.arraycopy(in.doubles("seen", seen.length), 0, seen, 0, seen.length);
    System.arraycopy(in.doubles("fill", fill.length), 0, fill, 0, fill.length);
    for (int j = 0; j < counts.length; j++) {
      if (counts[j] != null) {
        int[] c = in.ints("counts-" + j);
        boolean fits =
            c.length >= 1 && c.length <= MAX_CATEGORIES && fill[j] >= 0 && fill[j] < c.length;
        if (!fits) {
          throw in.corrupt("counts-" + j, "does not fit the most frequent category " + fill[j]);
        }
        countBytes += 4L * (c.length - counts[j].length);
        counts[j] = c;
      }
    }
  }

  @Override
  public long memoryBytes() {
    return 72 + 6 * 16 + 25L * columns.length + 4L * flagged.length + countBytes;
  }
}
