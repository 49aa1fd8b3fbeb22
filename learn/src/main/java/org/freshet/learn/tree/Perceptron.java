package org.freshet.learn.tree;

import java.util.Arrays;

/**
 * One perceptron per class slot of a leaf: σ(w · z) over a bias, the scaled numeric columns and an
 * indicator of each category. Weights of a slot lie together for the numbers; those of a category
 * lie together over the slots, so that categories may be added as they appear. They learn by the
 * gradient of the log loss, which does not vanish where σ is near 0 or 1.
 */
final class Perceptron {
  /** Learning rate at first; it falls with the root of what was learnt, down to the least. */
  private static final double FIRST_RATE = 0.5;

  private static final double LEAST_RATE = 0.01;

  private final int numeric;
  private int slots;
  private double[] weights; // bias and numeric weights at slot · (numeric + 1)
  private final double[][] nominal; // per column: value · slots + slot
  private double taught;

  /** Weight of the examples it answered rightly before it learnt them. */
  double right;

  Perceptron(int numeric, int nominal, int slots) {
    this.numeric = numeric;
    this.slots = slots;
    this.weights = new double[slots * (numeric + 1)];
    this.nominal = new double[nominal][0];
  }

  /** What a child of the leaf begins with: the perceptrons of the classes it inherits. */
  Perceptron heir(int[] codes, int[] kept, int n) {
    Perceptron heir = new Perceptron(numeric, nominal.length, n);
    heir.taught = taught;
    int group = numeric + 1;
    for (int j = 0; j < nominal.length; j++) {
      heir.nominal[j] = new double[nominal[j].length / slots * n];
    }
    for (int s = 0, i = 0; i < n; s++) {
      if (codes[s] != kept[i]) {
        continue;
      }
      System.arraycopy(weights, s * group, heir.weights, i * group, group);
      for (int j = 0; j < nominal.length; j++) {
        for (int v = 0; v < nominal[j].length / slots; v++) {
          heir.nominal[j][v * n + i] = nominal[j][v * slots + s];
        }
      }
      i++;
    }
    return heir;
  }

  /**
   * Writes σ of each slot.
   *
   * @param z scaled numeric values
   * @param categories code per categorical column, below 0 where missing
   */
  void answer(double[] z, int[] categories, double[] out) {
    for (int s = 0; s < slots; s++) {
      int at = s * (numeric + 1);
      double sum = weights[at];
      for (int k = 0; k < numeric; k++) {
        sum += weights[at + 1 + k] * z[k];
      }
      out[s] = sum;
    }
    for (int j = 0; j < nominal.length; j++) {
      int at = categories[j] * slots;
      if (at >= 0 && at < nominal[j].length) {
        for (int s = 0; s < slots; s++) {
          out[s] += nominal[j][at + s];
        }
      }
    }
    for (int s = 0; s < slots; s++) {
      out[s] = 1 / (1 + Math.exp(-out[s]));
    }
  }

  /**
   * One step down the gradient for each slot.
   *
   * @param answers what {@link #answer} wrote
   * @param norm squared length of the input, bias and categories included
   * @return bytes by which new categories made it larger
   */
  int learn(double[] z, int[] categories, double[] answers, int slot, double weight, double norm) {
    taught += weight;
    double rate = Math.max(LEAST_RATE, FIRST_RATE / Math.sqrt(1 + taught / 100));
    // A step beyond 1 / norm would overshoot the answer asked for.
    double step = Math.min(rate * weight, 1 / norm);
    int grown = open(categories);
    for (int s = 0; s < slots; s++) {
      double d = step * ((s == slot ? 1 : 0) - answers[s]);
      int at = s * (numeric + 1);
      weights[at] += d;
      for (int k = 0; k < numeric; k++) {
        weights[at + 1 + k] += d * z[k];
      }
      for (int j = 0; j < nominal.length; j++) {
        if (categories[j] >= 0) {
          nominal[j][categories[j] * slots + s] += d;
        }
      }
    }
    return grown;
  }

  private int open(int[] categories) {
    int grown = 0;
    for (int j = 0; j < nominal.length; j++) {
      int have = nominal[j].length;
      if (categories[j] * slots >= have && categories[j] >= 0) {
        int room = (Integer.highestOneBit(categories[j]) << 1) + (categories[j] == 0 ? 2 : 0);
        nominal[j] = Arrays.copyOf(nominal[j], room * slots);
        grown += 8 * (nominal[j].length - have);
      }
    }
    return grown;
  }

  /** Adds a slot that knows nothing at position {@code at}. */
  void insertSlot(int at) {
    weights = Gaussians.insert(weights, slots, at, numeric + 1);
    for (int j = 0; j < nominal.length; j++) {
      int values = slots == 0 ? 0 : nominal[j].length / slots;
      double[] more = new double[values * (slots + 1)];
      for (int v = 0; v < values; v++) {
        int from = v * slots;
        int to = v * (slots + 1);
        System.arraycopy(nominal[j], from, more, to, at);
        System.arraycopy(nominal[j], from + at, more, to + at + 1, slots - at);
      }
      nominal[j] = more;
    }
    slots++;
  }

  int bytes() {
    int b = 48 + 16 + 8 * weights.length + 16 + 4 * nominal.length;
    for (double[] n : nominal) {
      b += 16 + 8 * n.length;
    }
    return b;
  }

  /** About the bytes it takes, of so many columns, when its leaf has so many classes. */
  static int bytes(int columns, int slots) {
    return 88 + 8 * slots * (columns + 1) + 20 * columns;
  }

  void save(Tape out) {
    out.put(taught);
    out.put(right);
    out.put(weights, 0, weights.length);
    for (double[] n : nominal) {
      out.put(slots == 0 ? 0 : n.length / slots);
      out.put(n, 0, n.length);
    }
  }

  static Perceptron load(Tape in, int numeric, int nominal, int slots) {
    in.need(2 + (long) slots * (numeric + 1));
    Perceptron p = new Perceptron(numeric, nominal, slots);
    p.taught = in.nextDouble();
    p.right = in.nextDouble();
    in.next(p.weights, 0, p.weights.length);
    for (int j = 0; j < nominal; j++) {
      int values = in.nextInt(0, 1 << 24);
      in.need((long) values * slots);
      p.nominal[j] = new double[values * slots];
      in.next(p.nominal[j], 0, values * slots);
    }
    return p;
  }
}
