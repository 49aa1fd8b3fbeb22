package org.freshet.learn.tree;

import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * What the perceptrons in the leaves of one tree share: the scaling of the columns, which is that
 * of the whole tree so that a child can go on with the weights of its parent, and the input and the
 * answers at the leaf visited last. Missing and infinite values are put at the mean.
 */
final class Perceptrons {
  private final LeafPrediction prediction;
  private final int[] numeric;
  private final int[] nominal;
  private final InputScaler scaler;
  private final double[] row;
  private final double[] z;
  private final int[] categories;
  private double norm;
  private double[] answers = new double[8];
  private int best;
  private int known; // slots asked

  Perceptrons(LeafPrediction prediction, Schema schema) {
    FeatureSet all = FeatureSet.all(schema);
    this.prediction = prediction;
    this.numeric = all.numeric;
    this.nominal = all.nominal;
    this.scaler = new InputScaler(schema);
    this.row = new double[schema.width()];
    this.z = new double[numeric.length];
    this.categories = new int[nominal.length];
  }

  /** Asks the perceptrons of a leaf, if it has any. */
  void visit(Features x, Leaf leaf) {
    for (int f : numeric) {
      double v = x.get(f);
      row[f] = Double.isInfinite(v) ? Double.NaN : v;
    }
    norm = scaler.scale(row, z);
    for (int j = 0; j < nominal.length; j++) {
      double v = x.get(nominal[j]);
      categories[j] = v >= 0 ? (int) v : -1;
      norm += v >= 0 ? 1 : 0;
    }
    ask(leaf);
  }

  private void ask(Leaf leaf) {
    best = -1;
    known = leaf.slots;
    if (leaf.perceptron == null || leaf.slots == 0) {
      return;
    }
    if (answers.length < leaf.slots) {
      answers = new double[2 * leaf.slots];
    }
    leaf.perceptron.answer(z, categories, answers);
    best = 0;
    for (int s = 1; s < leaf.slots; s++) {
      best = answers[s] > answers[best] ? s : best;
    }
  }

  /** Whether the leaf visited answers by its perceptrons. */
  boolean answer(Leaf leaf) {
    return best >= 0
        && (!prediction.chooses
            || leaf.perceptron.right >= Math.max(leaf.bayesRight, leaf.majorityRight));
  }

  /** The slot of the class they answer. */
  int best() {
    return best;
  }

  /** Writes their answers as probabilities. */
  void write(Leaf leaf, double[] scores) {
    double sum = 0;
    for (int s = 0; s < leaf.slots; s++) {
      sum += answers[s];
    }
    for (int s = 0; s < leaf.slots; s++) {
      scores[leaf.codes[s]] = sum > 0 ? answers[s] / sum : 1.0 / leaf.slots;
    }
  }

  /**
   * Learns an example at the leaf visited, which has a slot for its class by now.
   *
   * @return bytes by which the leaf grew
   */
  int learn(Leaf leaf, int slot, double weight) {
    int before = leaf.perceptron == null ? 0 : leaf.perceptron.bytes();
    if (leaf.perceptron == null) {
      leaf.perceptron = new Perceptron(numeric.length, nominal.length, leaf.slots);
    } else if (best == slot) {
      leaf.perceptron.right += weight;
    }
    if (best < 0 || known != leaf.slots) {
      ask(leaf); // a class that is new to the leaf has a slot now
    }
    leaf.perceptron.learn(z, categories, answers, slot, weight, norm);
    scaler.learn(row, weight);
    return leaf.perceptron.bytes() - before;
  }

  long bytes() {
    return 200
        + scaler.bytes()
        + 8L * (row.length + z.length + answers.length)
        + 4L * categories.length;
  }

  void save(Leaf leaf, Tape out) {
    out.put(leaf.perceptron == null ? 0 : 1);
    if (leaf.perceptron != null) {
      leaf.perceptron.save(out);
    }
  }

  void load(Leaf leaf, Tape in) {
    if (in.nextInt(0, 1) == 1) {
      leaf.perceptron = Perceptron.load(in, numeric.length, nominal.length, leaf.slots);
    }
  }

  void save(StateWriter out) {
    scaler.save(out);
  }

  void load(StateReader in) {
    scaler.load(in);
  }
}
