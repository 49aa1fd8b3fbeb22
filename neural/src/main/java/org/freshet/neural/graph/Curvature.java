package org.freshet.neural.graph;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * What lies behind the gradient of a batch: those of its rows one by one, the diagonal of the
 * Fisher information, and products with the Hessian. All of them leave the rows and the weights as
 * they were, and values and {@link Parameter#gradient()} as the last pass made them.
 */
public final class Curvature {
  /** A loss of some rows of the graph, from values that are there. */
  public interface Loss {
    /**
     * Adds its gradient to {@link Node#gradient()} of any nodes.
     *
     * @param first which row of the batch lies in row 0 of the graph
     * @param rows how many there are
     */
    void add(int first, int rows);
  }

  private final Graph graph;
  private final Input input;
  private final Loss loss;
  private float[] batch = {};
  private float[][] kept = {}; // weights while others are tried

  public Curvature(Graph graph, Input input, Loss loss) {
    this.graph = graph;
    this.input = input;
    this.loss = loss;
  }

  /**
   * Gradients row by row: a pass for each, so that any operation will do. A statistic of the batch
   * is one of a single row here.
   *
   * @param rows in the input, which are there again at the end
   * @param told called with each row, while its gradient is in {@link Parameter#gradient()}
   */
  public void eachRow(int rows, IntConsumer told) {
    float[] x = input.value();
    int n = input.stride();
    if (batch.length < rows * n) {
      batch = new float[rows * n];
    }
    System.arraycopy(x, 0, batch, 0, rows * n);
    for (int r = 0; r < rows; r++) {
      System.arraycopy(batch, r * n, x, 0, n);
      graph.forward(1);
      loss.add(r, 1);
      graph.backward(1);
      told.accept(r);
    }
    System.arraycopy(batch, 0, x, 0, n);
  }

  /**
   * The mean over the rows of the squared gradients of each. It is the empirical Fisher information
   * where the loss is −ln P(label), and an unbiased draw of the true one where labels were drawn
   * from the network's own answers.
   *
   * @param slot of each parameter, overwritten
   */
  public void diagonalFisher(int rows, int slot) {
    List<Parameter> all = graph.parameters();
    for (int k = 0; k < all.size(); k++) {
      Arrays.fill(all.get(k).slot(slot), 0);
    }
    eachRow(
        rows,
        r -> {
          for (int k = 0; k < all.size(); k++) {
            square(all.get(k).gradient(), 1f / rows, all.get(k).slot(slot));
          }
        });
  }

  private static void square(float[] g, float share, float[] sum) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += share * g[i] * g[i];
    }
  }

  /**
   * H v, with H the Hessian of the loss of the batch: (∇L(w + ε v) − ∇L(w − ε v)) / 2ε, for an ε
   * that moves the weights by a hundredth of their length. Two passes for any operation. Off by
   * ε²/6 times the third derivative along v, and by what rounding of gradients, 1e-7 of them, makes
   * when divided by ε: together below a thousandth of the largest element for smooth units.
   * Rectified units have no second derivative where they bend; those that bend within ε count by
   * the mean over it.
   *
   * @param rows in the input
   * @param v slot with the direction
   * @param to slot for the product, overwritten
   */
  public void hessianVector(int rows, int v, int to) {
    List<Parameter> all = graph.parameters();
    double length = 0;
    double weights = 0;
    for (int k = 0; k < all.size(); k++) {
      length += squared(all.get(k).slot(v));
      weights += squared(all.get(k).value());
    }
    if (length == 0) {
      for (int k = 0; k < all.size(); k++) {
        Arrays.fill(all.get(k).slot(to), 0);
      }
      return;
    }
    float step = (float) (0.01 * Math.sqrt(Math.max(1, weights) / length));
    gradientAt(rows, v, step);
    for (int k = 0; k < all.size(); k++) {
      Parameter p = all.get(k);
      System.arraycopy(p.gradient(), 0, p.slot(to), 0, p.value().length);
    }
    gradientAt(rows, v, -step);
    for (int k = 0; k < all.size(); k++) {
      half(all.get(k).slot(to), all.get(k).gradient(), 0.5f / step);
    }
  }

  private static void half(float[] up, float[] down, float scale) {
    for (int i = 0; i < up.length; i++) {
      up[i] = scale * (up[i] - down[i]);
    }
  }

  /** The weights are kept aside and not computed back, so that they stay bit for bit. */
  private void gradientAt(int rows, int v, float step) {
    List<Parameter> all = graph.parameters();
    if (kept.length < all.size()) {
      kept = Arrays.copyOf(kept, all.size());
    }
    for (int k = 0; k < all.size(); k++) {
      float[] w = all.get(k).value();
      if (kept[k] == null || kept[k].length != w.length) {
        kept[k] = new float[w.length];
      }
      System.arraycopy(w, 0, kept[k], 0, w.length);
      move(w, all.get(k).slot(v), step);
    }
    graph.forward(rows);
    loss.add(0, rows);
    graph.backward(rows);
    for (int k = 0; k < all.size(); k++) {
      System.arraycopy(kept[k], 0, all.get(k).value(), 0, kept[k].length);
    }
  }

  private static void move(float[] w, float[] v, float step) {
    for (int i = 0; i < w.length; i++) {
      w[i] += step * v[i];
    }
  }

  private static double squared(float[] a) {
    double sum = 0;
    for (float f : a) {
      sum += (double) f * f;
    }
    return sum;
  }
}
