package org.freshet.learn.imbalance;

import java.util.Arrays;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * A codebook for each class, made by online vector quantisation: the first examples of a class are
 * its codewords, and each later one moves the nearest of them.
 */
final class Codebooks {
  private final int width;
  private final int limit;
  private final ColumnSpread spread;

  // Of each codeword, all classes together, in the order they began.
  private double[] values = new double[0];
  private int[] labels = new int[16];
  private int[] counts = new int[16];
  private double[] weights = new double[16];
  private int size;

  /** Codewords of each class. */
  private int[] kept = new int[2];

  /** How often the category of a codeword was confirmed more than contradicted. */
  private int[] votes = new int[0];

  private final double[] row;

  /**
   * @param limit the most codewords of a class
   */
  Codebooks(Schema schema, int limit) {
    this.width = schema.width();
    this.limit = limit;
    this.spread = new ColumnSpread(schema);
    this.row = new double[width];
    room(16);
  }

  /** Bytes of so many codewords. */
  static long bytes(Schema schema, long codewords) {
    return codewords * (12L * schema.width() + 16);
  }

  int size() {
    return size;
  }

  /** Codewords of a class. */
  int kept(int label) {
    return label < kept.length ? kept[label] : 0;
  }

  int label(int codeword) {
    return labels[codeword];
  }

  /** Examples a codeword stands for. */
  int count(int codeword) {
    return counts[codeword];
  }

  /** Mean weight of the examples it stands for. */
  double weight(int codeword) {
    return weights[codeword] / counts[codeword];
  }

  void read(int codeword, double[] out) {
    System.arraycopy(values, codeword * width, out, 0, width);
  }

  private void room(int codewords) {
    if (values.length < codewords * width || labels.length < codewords) {
      int n = Math.max(codewords, 2 * size);
      values = Arrays.copyOf(values, n * width);
      votes = Arrays.copyOf(votes, n * width);
      labels = Arrays.copyOf(labels, n);
      counts = Arrays.copyOf(counts, n);
      weights = Arrays.copyOf(weights, n);
    }
  }

  void add(Features x, int label, double weight) {
    spread.add(x, row, 0);
    if (label >= kept.length) {
      kept = Arrays.copyOf(kept, label + 1);
    }
    if (kept[label] == limit) {
      move(nearest(label), weight);
      return;
    }
    room(size + 1);
    System.arraycopy(row, 0, values, size * width, width);
    Arrays.fill(votes, size * width, (size + 1) * width, 1);
    labels[size] = label;
    counts[size] = 1;
    weights[size] = weight;
    kept[label]++;
    size++;
  }

  private int nearest(int label) {
    int best = -1;
    double least = Double.POSITIVE_INFINITY;
    for (int k = 0; k < size; k++) {
      if (labels[k] == label) {
        double d = spread.distance(values, k * width, row, 0);
        if (best < 0 || d < least) {
          best = k;
          least = d;
        }
      }
    }
    return best;
  }

  /** A mean of what it stands for; of categories the one that holds the majority, if one does. */
  private void move(int k, double weight) {
    counts[k]++;
    weights[k] += weight;
    double step = weight / weights[k];
    for (int c = 0; c < width; c++) {
      int at = k * width + c;
      double v = row[c];
      if (Double.isNaN(v)) {
        continue;
      }
      if (Double.isNaN(values[at])) {
        values[at] = v;
      } else if (!spread.isCategory(c)) {
        values[at] = (1 - step) * values[at] + step * v;
      } else if (values[at] == v) {
        votes[at]++;
      } else if (--votes[at] < 0) {
        values[at] = v;
        votes[at] = 1;
      }
    }
  }

  /** Forgets the codewords. */
  void clear() {
    size = 0;
    Arrays.fill(kept, 0);
  }

  void save(StateWriter out) {
    out.put("values", values, size * width);
    out.put("labels", labels, size);
    out.put("counts", counts, size);
    out.put("weights", weights, size);
    out.put("votes", votes, size * width);
    spread.save(out);
  }

  /**
   * @param most codewords there may be
   * @param known labels
   */
  void load(StateReader in, int most, int known) {
    int[] l = in.ints("labels");
    if (l.length > most) {
      throw in.corrupt("labels", "has " + l.length + " codewords, allowed " + most);
    }
    double[] v = in.doubles("values", l.length * width);
    int[] n = in.ints("counts", l.length);
    double[] w = in.doubles("weights", l.length);
    int[] confirmed = in.ints("votes", l.length * width);
    size = 0;
    room(l.length);
    kept = new int[Math.max(2, known)];
    for (int k = 0; k < l.length; k++) {
      boolean fits = l[k] >= 0 && l[k] < known && n[k] > 0;
      if (!fits || !(w[k] > 0 && w[k] < Double.POSITIVE_INFINITY) || ++kept[l[k]] > limit) {
        throw in.corrupt(
            "labels", "has a codeword of label " + l[k] + ", count " + n[k] + ", weight " + w[k]);
      }
    }
    size = l.length;
    System.arraycopy(v, 0, values, 0, v.length);
    System.arraycopy(confirmed, 0, votes, 0, confirmed.length);
    System.arraycopy(l, 0, labels, 0, size);
    System.arraycopy(n, 0, counts, 0, size);
    System.arraycopy(w, 0, weights, 0, size);
    spread.load(in);
  }

  long memoryBytes() {
    long codewords = 12L * values.length + 16L * labels.length;
    return 250 + codewords + 4L * kept.length + 8L * row.length + spread.memoryBytes();
  }
}
