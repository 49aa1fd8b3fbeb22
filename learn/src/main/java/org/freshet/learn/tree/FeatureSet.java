package org.freshet.learn.tree;

import org.freshet.core.Rng;
import org.freshet.core.Schema;

/** The features a leaf observes, numeric and categorical apart, each in rising order of column. */
final class FeatureSet {
  private static final int[] NONE = {};

  final int[] numeric;
  final int[] nominal;

  /** Values a leaf keeps of a numeric feature; 0 where Gaussians do. */
  final int bins;

  /** Columns that perceptrons in the leaf take in; -1 where it has none. */
  final int inputs;

  /** Whether it was made for one leaf, which then counts it; else all leaves share it. */
  private final boolean drawn;

  private FeatureSet(int[] numeric, int[] nominal, int bins, int inputs, boolean drawn) {
    this.drawn = drawn;
    this.numeric = numeric;
    this.nominal = nominal;
    this.bins = bins;
    this.inputs = inputs;
  }

  FeatureSet observedBy(NumericObserver observer, int inputs) {
    return new FeatureSet(numeric, nominal, observer.bins, inputs, drawn);
  }

  static FeatureSet all(Schema schema) {
    int[] columns = new int[schema.width()];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = i;
    }
    return of(schema, columns, columns.length);
  }

  /** A random subspace of the given size, drawn without replacement. */
  static FeatureSet random(Schema schema, int size, Rng rng, int[] columns) {
    for (int i = 0; i < columns.length; i++) {
      columns[i] = i;
    }
    rng.shuffle(columns, columns.length, size);
    java.util.Arrays.sort(columns, 0, size);
    return of(schema, columns, size);
  }

  static FeatureSet of(Schema schema, int[] columns, int size) {
    int n = 0;
    for (int i = 0; i < size; i++) {
      n += schema.column(columns[i]).isCategory() ? 0 : 1;
    }
    int[] numeric = n == 0 ? NONE : new int[n];
    int[] nominal = n == size ? NONE : new int[size - n];
    int a = 0;
    int b = 0;
    for (int i = 0; i < size; i++) {
      if (schema.column(columns[i]).isCategory()) {
        nominal[b++] = columns[i];
      } else {
        numeric[a++] = columns[i];
      }
    }
    return new FeatureSet(numeric, nominal, 0, -1, size < schema.width());
  }

  int size() {
    return numeric.length + nominal.length;
  }

  private static int bytes(int[] columns) {
    return columns.length == 0 ? 0 : 16 + 4 * columns.length;
  }

  /** Bytes a leaf holds by it. */
  int bytes() {
    return drawn ? 32 + bytes(numeric) + bytes(nominal) : 0;
  }
}
