package org.freshet.learn.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Row;
import org.freshet.core.Schema;
import org.freshet.learn.transform.HashedRow;

/**
 * From an event to its terms and from terms to the row of the next step: the numbers of the event
 * first, then an index for each bucket.
 */
final class TermRow {
  private static final int MOST_DENSE = 1 << 16;

  private final Schema in;
  private final Schema output;
  private final Ngrams ngrams;
  private final HashedRow hashed;
  private final NgramParameters p;
  private final int[] numbers;
  private final long[] columns; // hashes of the columns' names
  private double[] values = new double[32];
  private int count;

  TermRow(NgramParameters p, Schema in, String component) {
    this.p = p;
    this.in = in;
    ngrams = new Ngrams(p, component);
    hashed = new HashedRow(p.buckets(), p.signed());
    columns = new long[in.width()];
    List<Column> named = new ArrayList<>();
    int[] found = new int[in.width()];
    for (int i = 0; i < found.length; i++) {
      columns[i] = HashedRow.append(HashedRow.start(), in.column(i).name());
      if (in.column(i).kind() == Column.Kind.NUMERIC) {
        found[named.size()] = i;
        named.add(in.column(i));
      }
    }
    numbers = Arrays.copyOf(found, named.size());
    output = p.dense() ? dense(named, component) : in.withSparse(named);
  }

  private Schema dense(List<Column> named, String component) {
    if (p.buckets() > MOST_DENSE) {
      throw new ConfigException(
          "",
          component
              + ": dense rows have at most "
              + MOST_DENSE
              + " buckets, found "
              + p.buckets()
              + "; set 'buckets', for example to 4096");
    }
    for (int b = 0; b < p.buckets(); b++) {
      named.add(Column.numeric("term" + b));
    }
    return in.withColumns(named);
  }

  Schema output() {
    return output;
  }

  /** Finds the terms of an event and their counts. */
  void find(Features x) {
    for (int i = 0; i < columns.length; i++) {
      Column c = in.column(i);
      if (c.kind() == Column.Kind.TEXT) {
        if (x.attachment(in.attachmentOf(i)) instanceof CharSequence text) {
          ngrams.cut(text, HashedRow.end(columns[i]), hashed);
        }
      } else if (c.isCategory() && x.get(i) >= 0) {
        String name = c.dictionary().name((int) x.get(i));
        hashed.add(HashedRow.append(HashedRow.end(columns[i]), name), 1);
      }
    }
    count = hashed.sum();
    if (count > values.length) {
      values = new double[Math.max(count, 2 * values.length)];
    }
    for (int k = 0; k < count; k++) {
      values[k] = counted(hashed.value(k));
    }
  }

  private double counted(double n) {
    return p.sublinear() && n != 0 ? Math.copySign(1 + Math.log(Math.abs(n)), n) : n;
  }

  /** Terms found. */
  int count() {
    return count;
  }

  /** Bucket of the k-th term, rising with k. */
  int bucket(int k) {
    return hashed.index(k);
  }

  /** Makes the k-th term count so many times as much. */
  void weigh(int k, double by) {
    values[k] *= by;
  }

  /** Writes the numbers of the event and its terms. */
  void write(Features x, Row out) {
    double scale = p.normalize() ? scale() : 1;
    if (p.dense()) {
      double[] y = out.values();
      Arrays.fill(y, numbers.length, y.length, 0);
      for (int j = 0; j < numbers.length; j++) {
        y[j] = x.get(numbers[j]);
      }
      for (int k = 0; k < count; k++) {
        y[numbers.length + bucket(k)] = scale * values[k];
      }
      return;
    }
    for (int j = 0; j < numbers.length; j++) {
      double v = x.get(numbers[j]);
      if (v != 0) {
        out.add(j, v);
      }
    }
    for (int k = 0; k < count; k++) {
      if (values[k] != 0) {
        out.add(numbers.length + bucket(k), scale * values[k]);
      }
    }
  }

  private double scale() {
    double sum = 0;
    for (int k = 0; k < count; k++) {
      sum += values[k] * values[k];
    }
    return sum > 0 ? 1 / Math.sqrt(sum) : 1;
  }

  long memoryBytes() {
    return 64
        + 3 * 16
        + 4L * numbers.length
        + 8L * (columns.length + values.length)
        + 56 // the parameters
        + ngrams.memoryBytes()
        + hashed.memoryBytes();
  }
}
