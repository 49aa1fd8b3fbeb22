package org.freshet.neural.head;

import java.util.Arrays;
import org.freshet.core.Classifier;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Schema;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * An output layer on pairs of features after winner-take-all: rows of different tasks have
 * different winners, and so different weights.
 *
 * <p>How it works: the {@code winners} largest values of a row are kept, those above 0, at length 1
 * together; all others are 0: h. The logit of class c is Σ V_c[i,j] h_i h_j over pairs i &lt; j of
 * winners, and P(c | x) is the softmax. A step goes against the gradient of −log P(y), which is 0
 * for every pair that has not won.
 *
 * <p>Paper: S. Keskinen, "Task Agnostic Continual Learning with Pairwise Layer Architecture", 2024.
 *
 * <p>Where we differ: the features are given and not learnt ({@code random_relu} in front); the
 * winners are brought to length 1. {@code pairs=false} takes the winners alone, a linear layer, to
 * compare with.
 *
 * <p>Takes dense rows of numbers; a missing value counts as 0. Costs winners² / 2 additions a
 * class; memory is 4 bytes a class and pair of columns: 20 MB for ten classes and 1,000 columns. A
 * row wider than {@code max_bytes} allows is refused.
 *
 * <pre>{@code
 * Classifier c =
 *     Components.classifier("random_relu(units=1000) | standard_scaler | pairwise_layer", schema, 1);
 * c.testThenLearn(x, label, 1.0, scores);
 * }</pre>
 */
@Component(
    name = "pairwise_layer",
    kinds = Kind.CLASSIFIER,
    family = "head",
    traits = {Trait.NUMERIC, Trait.MISSING, Trait.OPEN_LABELS, Trait.BOUNDED_MEMORY})
public final class PairwiseLayer implements Classifier {
  /**
   * @param winners values kept of a row
   * @param pairs whether pairs of them are the features, or they themselves
   * @param learningRate of the steps
   * @param maxBytes of weights
   */
  public record Parameters(
      @Param(
              value = "values kept of a row, the largest",
              def = "50",
              range = "[2, 1000]",
              origin = "one in twenty of 1,000 columns")
          int winners,
      @Param(
              value = "whether weights are on pairs of winners, or on winners alone",
              def = "true",
              origin = "Keskinen 2024")
          boolean pairs,
      @Param(
              value = "rate of the steps",
              def = "0.5",
              range = "(0, inf)",
              origin = "chosen: rows have length 1")
          double learningRate,
      @Param(
              value = "memory of the weights of 16 classes at most",
              def = "256MB",
              range = "[1, inf)",
              unit = "bytes",
              origin = "2,800 columns")
          long maxBytes) {}

  private static final int FIRST_CLASSES = 4;

  private final Parameters p;
  private final int width;
  private final int rows; // of weights
  private final double[] row;
  private final int[] winners;
  private final float[] value;
  private float[] weights; // class by class for each row, stride apart
  private int stride;
  private double[] answer;
  private int labels;

  public PairwiseLayer(Parameters p, Build build) {
    this.p = p;
    Schema schema = build.schema();
    width = schema.width();
    long pairs = p.pairs() ? (long) width * (width - 1) / 2 : width;
    VectorRow.checkBytes("pairwise_layer", schema, 16 * 4 * pairs, build.limit(p.maxBytes()));
    rows = (int) pairs;
    row = new double[width];
    winners = new int[Math.min(width, p.winners())];
    value = new float[winners.length];
    labels = schema.declaredLabels();
    stride = FIRST_CLASSES;
    weights = new float[Math.multiplyExact(rows, stride)];
    answer = new double[stride];
    open(labels);
  }

  private void open(int count) {
    labels = Math.max(labels, count);
    int wide = stride;
    while (wide < labels) {
      wide *= 2;
    }
    if (wide > stride) {
      float[] more = new float[Math.multiplyExact(rows, wide)];
      for (int i = 0; i < rows; i++) {
        System.arraycopy(weights, i * stride, more, i * wide, stride);
      }
      weights = more;
      stride = wide;
      answer = new double[wide];
    }
  }

  @Override
  public int labels() {
    return labels;
  }

  @Override
  public void scores(Features x, double[] scores) {
    Arrays.fill(scores, 0);
    if (labels > 0) {
      answer(x);
      System.arraycopy(answer, 0, scores, 0, labels);
    }
  }

  @Override
  public void learn(Features x, int label, double weight) {
    if (!(weight > 0)) {
      return;
    }
    open(label + 1);
    int n = answer(x);
    answer[label] -= 1;
    // A step of 2 turns the logits of a row of length 1 over; more would not come to rest.
    double rate = Math.min(2, p.learningRate() * VectorRow.weight(weight));
    for (int i = 0; i < n; i++) {
      if (p.pairs()) {
        for (int j = i + 1; j < n; j++) {
          move(pair(winners[i], winners[j]), -rate * value[i] * value[j]);
        }
      } else {
        move(winners[i], -rate * value[i]);
      }
    }
  }

  private void move(int at, double by) {
    for (int c = 0; c < labels; c++) {
      weights[at * stride + c] += (float) (by * answer[c]);
    }
  }

  /** Probabilities of all classes, from the winners; returns how many there are. */
  private int answer(Features x) {
    int n = compete(x);
    Arrays.fill(answer, 0);
    for (int i = 0; i < n; i++) {
      if (p.pairs()) {
        for (int j = i + 1; j < n; j++) {
          add(pair(winners[i], winners[j]), value[i] * value[j]);
        }
      } else {
        add(winners[i], value[i]);
      }
    }
    Kernels.softmax(answer, labels);
    return n;
  }

  private void add(int at, float by) {
    for (int c = 0; c < labels; c++) {
      answer[c] += by * weights[at * stride + c];
    }
  }

  /** The place of a pair i &lt; j. */
  private static int pair(int i, int j) {
    return j * (j - 1) / 2 + i;
  }

  /** Finds the winners, in the order of columns, and their values; returns how many there are. */
  private int compete(Features x) {
    VectorRow.read(x, row, width);
    int n = 0;
    for (int i = 0; i < width; i++) {
      if (row[i] > 0 && (n < winners.length || row[i] > row[winners[0]])) {
        n = enter(i, n);
      }
    }
    Arrays.sort(winners, 0, n);
    double squares = 0;
    for (int i = 0; i < n; i++) {
      squares += row[winners[i]] * row[winners[i]];
    }
    for (int i = 0; i < n; i++) {
      value[i] = (float) (row[winners[i]] / Math.sqrt(squares));
    }
    return n;
  }

  /** Puts a column into the heap of winners, whose first is the one to go: the smallest, last. */
  private int enter(int column, int n) {
    if (n < winners.length) {
      int at = n;
      while (at > 0 && below(column, winners[(at - 1) / 2])) {
        winners[at] = winners[(at - 1) / 2];
        at = (at - 1) / 2;
      }
      winners[at] = column;
      return n + 1;
    }
    int at = 0;
    while (2 * at + 1 < n) {
      int child = 2 * at + 1;
      child += child + 1 < n && below(winners[child + 1], winners[child]) ? 1 : 0;
      if (!below(winners[child], column)) {
        break;
      }
      winners[at] = winners[child];
      at = child;
    }
    winners[at] = column;
    return n;
  }

  private boolean below(int a, int b) {
    return row[a] < row[b] || row[a] == row[b] && a > b;
  }

  @Override
  public void save(StateWriter out) {
    out.put("labels", (long) labels);
    out.put("stride", (long) stride);
    out.put("weights", weights);
  }

  @Override
  public void load(StateReader in) {
    open(in.labels("labels", labels));
    in.intValue("stride", stride, stride);
    float[] w = in.floats("weights");
    if (w.length != weights.length) {
      throw in.corrupt("weights", "has " + w.length + " values, expected " + weights.length);
    }
    System.arraycopy(w, 0, weights, 0, w.length);
  }

  @Override
  public long memoryBytes() {
    return 80
        + 5 * 16
        + 4L * (weights.length + winners.length + value.length)
        + 8L * (row.length + answer.length);
  }
}
