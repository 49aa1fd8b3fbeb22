package org.freshet.learn.transform;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Column;
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
 * Gives each category a column of its own that is 1 when the event has it and 0 when not, so that
 * learners that only calculate with numbers can take categories. Rows become sparse, unless {@code
 * dense} is set, for learners that take dense rows only.
 *
 * <p>With m numeric and C category columns, numeric column number j goes to index j, and category
 * number c of category column number j to index m + c · C + j. So an index is known without
 * learning anything, a category that appears for the first time has one at once, and the rows widen
 * as dictionaries grow. The first {@code max_categories} − 1 categories of a column have an index
 * each; all later ones share the last, so that the width is at most m + C · max_categories. No
 * category is dropped: with an intercept the columns of one feature are linearly dependent, which
 * gradient learners and regularised ones do not mind. Dense rows have the same columns, m + C ·
 * max_categories of them from the start: set {@code max_categories} to the most that a column has.
 *
 * <p>Paper: none; dummy coding, as in D. B. Suits, "Use of dummy variables in regression
 * equations", Journal of the American Statistical Association 52, 1957.
 *
 * <p>Where we differ: nowhere, except for the bound. Columns with very many values are better
 * served by {@code feature_hasher}, whose width is fixed.
 *
 * <p>Takes dense rows of numbers and categories. A missing category has no 1; a missing number
 * stays missing. Has no state. O(d + C²) time an event, O(C) memory; with {@code dense} the time is
 * that of a row.
 *
 * <pre>
 * --model 'one_hot | logistic_regression'
 * </pre>
 */
@Component(
    name = "one_hot",
    kinds = Kind.TRANSFORMER,
    family = "transform",
    traits = {
      Trait.MISSING,
      Trait.CATEGORICAL,
      Trait.NUMERIC,
      Trait.MERGEABLE,
      Trait.BOUNDED_MEMORY
    })
public final class OneHot implements Transformer, Mergeable {
  public record Parameters(
      @Param(
              value =
                  "The most categories of a column that are told apart; later ones count as one",
              def = "65536",
              range = "[2, 16777216]",
              origin = "half a megabyte of weights for a column")
          int maxCategories,
      @Param(
              value = "Whether rows are dense, with room for max_categories of each column",
              def = "false",
              origin = "most of a row is 0")
          boolean dense) {}

  private static final int WIDEST = 1 << 20;

  private final boolean dense;
  private final Schema output;
  private final int[] numeric;
  private final int[] category;
  private final int last;
  private final int[] sorted;

  public OneHot(Parameters p, Build build) {
    Schema in = build.schema();
    numeric = NumericColumns.of(in);
    category = new int[in.width() - numeric.length];
    sorted = new int[category.length];
    last =
        (int)
            Math.min(
                p.maxCategories() - 1L,
                (Integer.MAX_VALUE - (long) in.width()) / Math.max(1, category.length) - 1);
    List<Column> named = new ArrayList<>();
    for (int i = 0, j = 0; i < in.width(); i++) {
      if (in.column(i).isCategory()) {
        category[j++] = i;
      } else {
        named.add(in.column(i));
      }
    }
    dense = p.dense();
    if (dense) {
      addColumns(in, p.maxCategories(), named);
    }
    output = dense ? in.withColumns(named) : in.withSparse(named);
  }

  private void addColumns(Schema in, int most, List<Column> to) {
    long width = numeric.length + (long) most * category.length;
    if (width > WIDEST) {
      throw new SchemaException(
          "one_hot would make dense rows of "
              + width
              + " columns, allowed are "
              + WIDEST
              + "; make 'max_categories' smaller");
    }
    for (int code = 0; code < (category.length == 0 ? 0 : most); code++) {
      for (int c : category) {
        to.add(Column.numeric(in.column(c).name() + "=" + code));
      }
    }
  }

  @Override
  public Schema output() {
    return output;
  }

  @Override
  public void transform(Features in, Row out) {
    if (dense) {
      write(in, out.values());
      return;
    }
    for (int j = 0; j < numeric.length; j++) {
      double x = in.get(numeric[j]);
      if (x != 0) {
        out.add(j, x);
      }
    }
    int n = 0;
    for (int j = 0; j < category.length; j++) {
      double code = in.get(category[j]);
      if (code >= 0) {
        insert(n++, numeric.length + (int) Math.min(code, last) * category.length + j);
      }
    }
    for (int k = 0; k < n; k++) {
      out.add(sorted[k], 1);
    }
  }

  private void write(Features in, double[] to) {
    Arrays.fill(to, numeric.length, to.length, 0);
    for (int j = 0; j < numeric.length; j++) {
      to[j] = in.get(numeric[j]);
    }
    for (int j = 0; j < category.length; j++) {
      double code = in.get(category[j]);
      if (code >= 0) {
        to[numeric.length + (int) Math.min(code, last) * category.length + j] = 1;
      }
    }
  }

  /** Keeps the first n + 1 indices in order, for a sparse row must have them rising. */
  private void insert(int n, int index) {
    int at = n;
    while (at > 0 && sorted[at - 1] > index) {
      sorted[at] = sorted[at - 1];
      at--;
    }
    sorted[at] = index;
  }

  @Override
  public boolean isExact() {
    return true;
  }

  /** There is nothing to add: it learns nothing. */
  @Override
  public void add(Learner newer, Learner older, double share) {}

  @Override
  public void save(StateWriter out) {}

  @Override
  public void load(StateReader in) {}

  @Override
  public long memoryBytes() {
    return 48 + 3 * 16 + 4L * (numeric.length + 2L * category.length);
  }
}
