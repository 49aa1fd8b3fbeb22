package org.freshet.learn.bayes;

import java.util.Arrays;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * How often each class had each category of each category column, with Laplace's rule (n + 1)/(N +
 * K): n the weight of the category in the class, N that of the column in the class, K the number of
 * categories seen in the column. log(n + 1) is cached; the denominators are in {@link #constant}.
 */
final class CategoryTable {
  private final int columns;
  private int classes;
  private final double[][] count; // [column][class · room + code]
  private final double[][] logs; // log(count + 1)
  private final int[] room;
  private final double[][] total; // [column][class]
  private final boolean[][] seen; // [column][code]
  private final int[] kinds; // K of each column
  private long bytes;

  CategoryTable(int columns, int classes) {
    this.columns = columns;
    this.classes = classes;
    count = new double[columns][4 * classes];
    logs = new double[columns][4 * classes];
    room = new int[columns];
    Arrays.fill(room, 4);
    total = new double[columns][classes];
    seen = new boolean[columns][4];
    kinds = new int[columns];
    weigh();
  }

  void growClasses(int more) {
    for (int q = 0; q < columns; q++) {
      count[q] = Arrays.copyOf(count[q], more * room[q]);
      logs[q] = Arrays.copyOf(logs[q], more * room[q]);
      total[q] = Arrays.copyOf(total[q], more);
    }
    classes = more;
    weigh();
  }

  /**
   * Σ log(n + 1) over the columns that are not missing (code −1), less the constants of those that
   * are.
   */
  double score(int c, int[] codes, double start) {
    double score = start;
    for (int q = 0; q < columns; q++) {
      int code = codes[q];
      if (code < 0) {
        score += Math.log(total[q][c] + Math.max(1, kinds[q]));
      } else if (code < room[q]) {
        score += logs[q][c * room[q] + code];
      }
    }
    return score;
  }

  /** −Σ log(N + K) of a class. */
  double constant(int c) {
    double log = 0;
    double product = 1;
    for (int q = 0; q < columns; q++) {
      product *= total[q][c] + Math.max(1, kinds[q]);
      if (product > 1e100) {
        log += Math.log(product);
        product = 1;
      }
    }
    return -(log + Math.log(product));
  }

  /**
   * Learns a row; true when it showed a category for the first time, which changes K for all
   * classes.
   */
  boolean learn(int c, int[] codes, double w) {
    boolean opened = false;
    for (int q = 0; q < columns; q++) {
      int code = codes[q];
      if (code < 0) {
        continue;
      }
      if (code >= room[q]) {
        growCodes(q, code);
      }
      if (!seen[q][code]) {
        seen[q][code] = true;
        kinds[q]++;
        opened = true;
      }
      int i = c * room[q] + code;
      double n = count[q][i] + w;
      count[q][i] = n;
      logs[q][i] = Math.log(n + 1);
      total[q][c] += w;
    }
    return opened;
  }

  /** Adds what a table has learnt since it was another; this one has room for all its classes. */
  void add(CategoryTable a, CategoryTable b, int labels) {
    for (int q = 0; q < columns; q++) {
      if (a.room[q] > room[q]) {
        growCodes(q, a.room[q] - 1);
      }
      for (int c = 0; c < labels; c++) {
        total[q][c] += Math.max(0, a.total[q][c] - (c < b.classes ? b.total[q][c] : 0));
        for (int code = 0; code < a.room[q]; code++) {
          double more = a.count[q][c * a.room[q] + code] - b.count(q, c, code);
          if (more > 0) {
            int i = c * room[q] + code;
            count[q][i] += more;
            logs[q][i] = Math.log(count[q][i] + 1);
          }
        }
      }
      for (int code = 0; code < a.room[q]; code++) {
        if (a.seen[q][code] && !seen[q][code]) {
          seen[q][code] = true;
          kinds[q]++;
        }
      }
    }
  }

  private double count(int q, int c, int code) {
    return c < classes && code < room[q] ? count[q][c * room[q] + code] : 0;
  }

  private void growCodes(int q, int code) {
    int more = Math.max(code + 1, 2 * room[q]);
    double[] counts = new double[Math.multiplyExact(classes, more)];
    double[] logged = new double[counts.length];
    for (int c = 0; c < classes; c++) {
      System.arraycopy(count[q], c * room[q], counts, c * more, room[q]);
      System.arraycopy(logs[q], c * room[q], logged, c * more, room[q]);
    }
    count[q] = counts;
    logs[q] = logged;
    seen[q] = Arrays.copyOf(seen[q], more);
    room[q] = more;
    weigh();
  }

  private void weigh() {
    bytes = 56 + columns * (4L * 16 + 4 * 4 + 4 * 8) + 6 * 16;
    for (int q = 0; q < columns; q++) {
      bytes += 16L * count[q].length + 8L * total[q].length + seen[q].length;
    }
  }

  void save(StateWriter out, int labels) {
    for (int q = 0; q < columns; q++) {
      StateWriter column = out.child("column-" + q);
      column.put("room", room[q]);
      column.put("count", count[q], labels * room[q]);
      column.put("total", total[q], labels);
      byte[] flags = new byte[room[q]];
      for (int i = 0; i < flags.length; i++) {
        flags[i] = (byte) (seen[q][i] ? 1 : 0);
      }
      column.put("seen", flags);
    }
  }

  void load(StateReader in, int labels, int capacity, int mostCategories) {
    classes = capacity;
    for (int q = 0; q < columns; q++) {
      StateReader column = in.child("column-" + q);
      int n = column.intValue("room", 1, Math.max(4, 2 * mostCategories));
      room[q] = n;
      count[q] =
          Arrays.copyOf(
              column.doubles("count", Math.multiplyExact(labels, n)),
              Math.multiplyExact(capacity, n));
      total[q] = Arrays.copyOf(column.doubles("total", labels), capacity);
      logs[q] = new double[count[q].length];
      for (int i = 0; i < labels * n; i++) {
        logs[q][i] = count[q][i] > 0 ? Math.log(count[q][i] + 1) : 0;
      }
      byte[] flags = column.bytes("seen");
      if (flags.length != n) {
        throw column.corrupt("seen", "has " + flags.length + " values, expected " + n);
      }
      seen[q] = new boolean[n];
      kinds[q] = 0;
      for (int i = 0; i < n; i++) {
        seen[q][i] = flags[i] != 0;
        kinds[q] += seen[q][i] ? 1 : 0;
      }
    }
    weigh();
  }

  long memoryBytes() {
    return bytes;
  }
}
