package org.freshet.learn.ensemble;

import java.util.Arrays;
import org.freshet.core.Classifier;
import org.freshet.core.component.Build;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Classifiers of one specification that come and go, oldest first, with numbers kept beside each.
 * Each has a seed of its own, by how many were made before it.
 */
final class Pool {
  private final Spec spec;
  private final Build build;
  private final Classifier[] at;
  private final long[] numbers; // which learner made so far each is
  private final double[][] columns;
  private int size;
  private long made;

  /**
   * @param most the most learners at a time
   * @param maxBytes memory of all of them together
   * @param columns numbers kept beside each learner
   */
  Pool(Spec spec, int most, Build build, long maxBytes, int columns) {
    this.spec = spec;
    this.build = build.withMaxBytes(maxBytes / most);
    this.at = new Classifier[most];
    this.numbers = new long[most];
    this.columns = new double[columns][most];
  }

  int size() {
    return size;
  }

  boolean isFull() {
    return size == at.length;
  }

  Classifier get(int i) {
    return at[i];
  }

  /** The k-th of the numbers beside each learner; the array lasts. */
  double[] column(int k) {
    return columns[k];
  }

  /** An untrained learner, the last from now on, with zeros beside it. */
  Classifier add() {
    numbers[size] = made;
    at[size] = make("member", made++);
    for (double[] c : columns) {
      c[size] = 0;
    }
    return at[size++];
  }

  /** An untrained learner that does not belong to the pool. */
  Classifier make(String purpose, long number) {
    return build.child(purpose, number).create(spec, Classifier.class);
  }

  /** Takes one out; younger ones move up. */
  void remove(int i) {
    size--;
    System.arraycopy(at, i + 1, at, i, size - i);
    System.arraycopy(numbers, i + 1, numbers, i, size - i);
    for (double[] c : columns) {
      System.arraycopy(c, i + 1, c, i, size - i);
    }
    at[size] = null;
  }

  /** The least of the first n numbers of a column; the oldest on a tie. */
  static int least(double[] column, int n) {
    int least = 0;
    for (int i = 1; i < n; i++) {
      if (column[i] < column[least]) {
        least = i;
      }
    }
    return least;
  }

  void save(StateWriter out) {
    out.put("made", made);
    out.put("numbers", Arrays.copyOf(numbers, size));
    for (int k = 0; k < columns.length; k++) {
      out.put("column-" + k, Arrays.copyOf(columns[k], size));
    }
    for (int i = 0; i < size; i++) {
      out.put("member-" + i, at[i]);
    }
  }

  /**
   * @param labels the most labels a member may know
   */
  void load(StateReader in) {
    long[] n = in.longs("numbers");
    if (n.length > at.length) {
      throw in.corrupt("numbers", "has " + n.length + " members, allowed " + at.length);
    }
    Arrays.fill(at, null);
    size = n.length;
    for (int i = 0; i < size; i++) {
      numbers[i] = n[i];
      at[i] = make("member", n[i]);
      in.load("member-" + i, at[i]);
    }
    for (int k = 0; k < columns.length; k++) {
      double[] c = in.doubles("column-" + k, size);
      for (int i = 0; i < size; i++) {
        if (!(c[i] >= 0 && c[i] < Double.POSITIVE_INFINITY)) {
          throw in.corrupt("column-" + k, "has " + c[i] + ", allowed finite numbers from 0 up");
        }
        columns[k][i] = c[i];
      }
    }
    made = in.longValue("made", size, Long.MAX_VALUE - 1);
  }

  long memoryBytes() {
    long bytes = 120 + at.length * (12L + 8 * columns.length) + 24L * columns.length;
    for (int i = 0; i < size; i++) {
      bytes += at[i].memoryBytes();
    }
    return bytes;
  }
}
