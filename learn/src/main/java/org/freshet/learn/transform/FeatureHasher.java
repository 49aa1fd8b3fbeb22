package org.freshet.learn.transform;

import java.util.List;
import org.freshet.core.Column;
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
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Hashes numbers, categories and words into a sparse row of a fixed width: the way to take any
 * number of categories or words in bounded memory, without a dictionary.
 *
 * <p>Each feature has a name: that of the column for a number, column and category for a category,
 * column and word for a word of a text, the index for a column of a sparse row. Its value is the
 * number, 1 for a category, and how often it occurs for a word. With the hash h of the name into 0
 * … 2^bits − 1 and the sign hash ξ into {−1, +1} the row is φ_i(x) = Σ over the features j with
 * h(j) = i of ξ(j) x_j. The signs make the inner product of two hashed rows that of the unhashed
 * ones on average, where features that share an index would add up otherwise.
 *
 * <p>Paper: K. Weinberger, A. Dasgupta, J. Langford, A. Smola and J. Attenberg, "Feature hashing
 * for large scale multitask learning", ICML 2009, definition 1.
 *
 * <p>Where we differ: index and sign are bits of one 64-bit hash (FNV-1a with a final mix) of the
 * characters. Words are runs of letters and digits.
 *
 * <p>Takes all kinds of columns, dense and sparse rows, new categories and new columns; a missing
 * value is left out, as if it were 0. Has no state. O(characters + k log k) time an event with k
 * features; memory is that of the longest row. An event may allocate only when it has more features
 * than any before.
 *
 * <pre>
 * --model 'feature_hasher(bits=20) | logistic_regression'
 * </pre>
 */
@Component(
    name = "feature_hasher",
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
public final class FeatureHasher implements Transformer, Mergeable {
  public record Parameters(
      @Param(
              value = "Rows are 2^bits wide",
              def = "18",
              range = "[1, 30]",
              unit = "bits",
              origin = "Vowpal Wabbit")
          int bits,
      @Param(
              value = "Whether half of the features count negatively",
              def = "true",
              origin = "Weinberger et al. 2009")
          boolean signed,
      @Param(
              value = "Whether words are taken in lower case",
              def = "true",
              origin = "usual for text")
          boolean lowerCase) {}

  private final Schema in;
  private final Schema output;
  private final boolean lowerCase;
  private final long[] columnHash;
  private final HashedRow row;

  public FeatureHasher(Parameters p, Build build) {
    in = build.schema();
    output = in.withSparse(List.of());
    row = new HashedRow(1 << p.bits(), p.signed());
    lowerCase = p.lowerCase();
    columnHash = new long[in.isSparse() ? 0 : in.width()];
    for (int i = 0; i < columnHash.length; i++) {
      columnHash[i] = HashedRow.append(HashedRow.start(), in.column(i).name());
    }
  }

  @Override
  public Schema output() {
    return output;
  }

  @Override
  public void transform(Features x, Row out) {
    if (x.isSparse()) {
      for (int k = 0; k < x.count(); k++) {
        row.add(HashedRow.start() ^ x.index(k), x.value(k));
      }
    } else {
      for (int i = 0; i < columnHash.length; i++) {
        column(x, i);
      }
    }
    write(out);
  }

  private void column(Features x, int i) {
    Column c = in.column(i);
    switch (c.kind()) {
      case NUMERIC -> row.add(columnHash[i], x.get(i));
      case CATEGORY -> {
        double code = x.get(i);
        if (code >= 0) {
          row.add(
              HashedRow.append(HashedRow.end(columnHash[i]), c.dictionary().name((int) code)), 1);
        }
      }
      case TEXT -> {
        if (x.attachment(in.attachmentOf(i)) instanceof CharSequence text) {
          words(columnHash[i], text);
        }
      }
    }
  }

  private void words(long column, CharSequence text) {
    long start = HashedRow.end(column);
    long h = start;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isLetterOrDigit(c)) {
        h = HashedRow.append(h, lowerCase ? Character.toLowerCase(c) : c);
      } else if (h != start) {
        row.add(h, 1);
        h = start;
      }
    }
    if (h != start) {
      row.add(h, 1);
    }
  }

  private void write(Row out) {
    int n = row.sum();
    for (int k = 0; k < n; k++) {
      out.add(row.index(k), row.value(k));
    }
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
    return 32 + 16 + 8L * columnHash.length + row.memoryBytes();
  }
}
