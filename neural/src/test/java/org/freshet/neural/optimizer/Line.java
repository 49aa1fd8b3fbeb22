package org.freshet.neural.optimizer;

import java.util.Arrays;
import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Spec;
import org.freshet.neural.graph.Dense;
import org.freshet.neural.graph.Graph;
import org.freshet.neural.graph.Input;
import org.freshet.neural.graph.Losses;
import org.freshet.neural.graph.Parameter;
import org.freshet.neural.kernel.ScalarKernels;

/**
 * A linear model of three inputs and two outputs on four rows, learnt by a rule; {@link Exact} is
 * the same in double precision. Columns of the rows (and the 1 of the bias) are at right angles, so
 * the Hessian of the squared loss is diagonal: 1, ¼, 4 and 1 for the bias.
 */
final class Line implements BatchLoss {
  static final int ROWS = 4;
  static final int WEIGHTS = 6;
  static final int ALL = 8;
  static final double[][] X = {{1, 0.5, 2}, {1, -0.5, -2}, {-1, 0.5, -2}, {-1, -0.5, 2}};
  static final double[][] Y = {{1, -0.5}, {0.25, 2}, {-1, 0.5}, {0.75, -1.5}};
  static final double[] START = {0.3, -0.2, 0.5, 0.4, -0.6, 0.1, 0.05, -0.15};
  static final double[] CURVATURE = {1, 1, 0.25, 0.25, 4, 4, 1, 1};

  final Graph graph = new Graph(new ScalarKernels());
  final Rule rule;
  private final Input input = graph.input(3);
  private final Parameter w = new Parameter("w", 3, 2);
  private final Parameter b = new Parameter("b", 1, 2);
  private final Dense out = graph.add(new Dense(graph, input, w, b));
  private final Steps steps;
  private final float[] y = new float[2 * ROWS];
  private final float[] weight = new float[ROWS];
  private double value;
  private int rows = ROWS;

  Line(String optimizer) {
    rule = Rules.rule(Spec.parse(optimizer), build());
    steps = new Steps(graph, rule);
    graph.capacity(ROWS);
    for (int i = 0; i < WEIGHTS; i++) {
      w.value()[i / 2 * w.stride() + i % 2] = (float) START[i];
    }
    b.value()[0] = (float) START[WEIGHTS];
    b.value()[1] = (float) START[WEIGHTS + 1];
    for (int r = 0; r < ROWS; r++) {
      weight[r] = 1f / ROWS;
      for (int c = 0; c < 2; c++) {
        y[2 * r + c] = (float) Y[r][c];
      }
    }
  }

  static Build build() {
    return Build.of(Schema.regression(List.of(Column.numeric("x")), "y")).withSeed(1);
  }

  /** One step; weights from then on. */
  double[] step() {
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < 3; i++) {
        input.value()[r * input.stride() + i] = (float) X[r][i];
      }
    }
    loss();
    steps.step(rows, rule.needsLoss() ? this : null);
    return weights();
  }

  /** A step whose gradients are all 0. */
  void idle() {
    graph.forward(rows);
    value = 0;
    Arrays.fill(weight, 0);
    steps.step(rows, rule.needsLoss() ? this : null);
  }

  private void loss() {
    graph.forward(rows);
    value = Losses.squared(out, y, 2, weight, 0, rows);
  }

  double[] weights() {
    double[] all = new double[ALL];
    for (int i = 0; i < WEIGHTS; i++) {
      all[i] = w.value()[i / 2 * w.stride() + i % 2];
    }
    all[WEIGHTS] = b.value()[0];
    all[WEIGHTS + 1] = b.value()[1];
    return all;
  }

  Iterable<Parameter> parameters() {
    return graph.parameters();
  }

  @Override
  public double value() {
    return value;
  }

  @Override
  public double error() {
    double sum = 0;
    for (int r = 0; r < rows; r++) {
      float[] g = out.gradient();
      int at = r * out.stride();
      sum += Math.max(Math.abs(g[at]), Math.abs(g[at + 1]));
    }
    return sum;
  }

  @Override
  public int streamed() {
    return rows;
  }

  @Override
  public double again() {
    loss();
    graph.backward(rows);
    return value;
  }

  /** The model in double precision. */
  static final class Exact {
    final double[] w = START.clone();

    double[][] errors() {
      double[][] e = new double[ROWS][2];
      for (int r = 0; r < ROWS; r++) {
        for (int c = 0; c < 2; c++) {
          e[r][c] =
              w[c] * X[r][0] + w[2 + c] * X[r][1] + w[4 + c] * X[r][2] + w[WEIGHTS + c] - Y[r][c];
        }
      }
      return e;
    }

    double loss() {
      double sum = 0;
      for (double[] e : errors()) {
        sum += 0.5 * (e[0] * e[0] + e[1] * e[1]) / ROWS;
      }
      return sum;
    }

    /** Of the mean loss by each weight. */
    double[] gradient() {
      double[] g = new double[ALL];
      for (int r = 0; r < ROWS; r++) {
        double[] row = rowGradient(r);
        for (int i = 0; i < ALL; i++) {
          g[i] += row[i] / ROWS;
        }
      }
      return g;
    }

    double[] rowGradient(int r) {
      double[] e = errors()[r];
      double[] g = new double[ALL];
      for (int c = 0; c < 2; c++) {
        for (int i = 0; i < 3; i++) {
          g[2 * i + c] = e[c] * X[r][i];
        }
        g[WEIGHTS + c] = e[c];
      }
      return g;
    }
  }
}
