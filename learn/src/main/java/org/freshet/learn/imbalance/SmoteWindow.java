package org.freshet.learn.imbalance;

import java.util.Arrays;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * The examples of {@link Csmote}, the newest at most, in a ring: values, labels, and how many were
 * made of each; makes an example between two of a class.
 */
final class SmoteWindow {
  private final int width;
  private final int limit;
  private final ColumnSpread spread;
  private final double[] values;
  private final int[] labels;
  private final int[] madeOf;
  private int oldest;
  private int size;

  private int[] kept = new int[2];
  private long[] made = new long[2];
  private long madeOfAll;

  // The nearest found so far.
  private final double[] distances;
  private final int[] nearest;

  SmoteWindow(Schema schema, int limit, int neighbors) {
    this.width = schema.width();
    this.limit = limit;
    this.spread = new ColumnSpread(schema);
    this.values = new double[Math.multiplyExact(limit, width)];
    this.labels = new int[limit];
    this.madeOf = new int[limit];
    this.distances = new double[neighbors];
    this.nearest = new int[neighbors];
  }

  int size() {
    return size;
  }

  int kept(int label) {
    return label < kept.length ? kept[label] : 0;
  }

  long made(int label) {
    return label < made.length ? made[label] : 0;
  }

  long madeOfAll() {
    return madeOfAll;
  }

  /**
   * The class with the fewest examples in the window, of those that have any; the lowest on a tie.
   */
  int rarest() {
    int rarest = -1;
    for (int c = 0; c < kept.length; c++) {
      if (kept[c] > 0 && (rarest < 0 || kept[c] < kept[rarest])) {
        rarest = c;
      }
    }
    return rarest;
  }

  void add(Features x, int label) {
    if (size == limit) {
      drop();
    }
    if (label >= kept.length) {
      kept = Arrays.copyOf(kept, label + 1);
      made = Arrays.copyOf(made, label + 1);
    }
    int at = (oldest + size++) % limit;
    labels[at] = label;
    madeOf[at] = 0;
    kept[label]++;
    spread.add(x, values, at * width);
  }

  private void drop() {
    int label = labels[oldest];
    kept[label]--;
    made[label] -= madeOf[oldest];
    madeOfAll -= madeOf[oldest];
    oldest = (oldest + 1) % limit;
    size--;
  }

  /** Drops all but the newest examples. */
  void keepNewest(long count) {
    while (size > Math.max(1, count)) {
      drop();
    }
  }

  /** Makes an example of a class that has two or more, into {@code out}. */
  void make(int label, Rng rng, double[] out) {
    int one = leastUsed(label, rng);
    int found = neighbors(one, label);
    int other = found == 0 ? one : nearest[rng.nextInt(found)];
    madeOf[one]++;
    made[label]++;
    madeOfAll++;
    double share = rng.nextDouble();
    for (int c = 0; c < width; c++) {
      double a = values[one * width + c];
      double b = values[other * width + c];
      if (Double.isNaN(a) || Double.isNaN(b)) {
        out[c] = Double.isNaN(a) ? b : a;
      } else if (spread.isCategory(c)) {
        out[c] = share < 0.5 ? a : b;
      } else {
        out[c] = a * (1 - share) + b * share;
      }
    }
  }

  /** One of the examples of a class of which fewest were made: the first from a random place on. */
  private int leastUsed(int label, Rng rng) {
    int start = rng.nextInt(size);
    int best = -1;
    for (int k = 0; k < size; k++) {
      int at = (oldest + (start + k) % size) % limit;
      if (labels[at] == label && (best < 0 || madeOf[at] < madeOf[best])) {
        best = at;
      }
    }
    return best;
  }

  /** Fills {@link #nearest} with the nearest of the same class; returns how many. */
  private int neighbors(int one, int label) {
    int found = 0;
    for (int k = 0; k < size; k++) {
      int at = (oldest + k) % limit;
      if (labels[at] != label || at == one) {
        continue;
      }
      double d = spread.distance(values, one * width, values, at * width);
      if (found == nearest.length && !(d < distances[found - 1])) {
        continue;
      }
      int p = found < nearest.length ? found++ : found - 1;
      while (p > 0 && distances[p - 1] > d) {
        distances[p] = distances[p - 1];
        nearest[p] = nearest[p - 1];
        p--;
      }
      distances[p] = d;
      nearest[p] = at;
    }
    return found;
  }

  void save(StateWriter out) {
    double[] v = new double[size * width];
    int[] l = new int[size];
    int[] m = new int[size];
    for (int k = 0; k < size; k++) {
      int at = (oldest + k) % limit;
      System.arraycopy(values, at * width, v, k * width, width);
      l[k] = labels[at];
      m[k] = madeOf[at];
    }
    out.put("values", v);
    out.put("labels", l);
    out.put("made-of", m);
    spread.save(out);
  }

  void load(StateReader in, int known) {
    int[] l = in.ints("labels");
    if (l.length > limit) {
      throw in.corrupt("labels", "has " + l.length + " examples, allowed " + limit);
    }
    double[] v = in.doubles("values", l.length * width);
    int[] m = in.ints("made-of", l.length);
    oldest = 0;
    size = l.length;
    kept = new int[Math.max(2, known)];
    made = new long[Math.max(2, known)];
    madeOfAll = 0;
    System.arraycopy(v, 0, values, 0, v.length);
    for (int k = 0; k < size; k++) {
      if (l[k] < 0 || l[k] >= known || m[k] < 0) {
        throw in.corrupt(
            "labels", "has an example of label " + l[k] + ", of which " + m[k] + " were made");
      }
      labels[k] = l[k];
      madeOf[k] = m[k];
      kept[l[k]]++;
      made[l[k]] += m[k];
      madeOfAll += m[k];
    }
    spread.load(in);
  }

  long memoryBytes() {
    long bytes = 190 + 8L * values.length + 8L * limit + 12L * nearest.length;
    return bytes + 12L * kept.length + spread.memoryBytes();
  }
}
