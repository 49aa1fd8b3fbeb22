package org.freshet.neural.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.freshet.core.Rng;
import org.freshet.neural.kernel.ScalarKernels;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Per-example gradients, Fisher information and Hessian-vector products by their definitions. */
class CurvatureTest {
  private static final int ROWS = 4;
  private static final int WIDTH = 3;
  private static final int[] LABELS = {0, 1, 1, 2};
  private static final float[] MEAN = {0.25f, 0.25f, 0.25f, 0.25f};
  private static final float[] ONE = {1};

  private final Graph graph = new Graph(new ScalarKernels());
  private final Input input = graph.input(WIDTH);
  private final int[] label = new int[1];

  @BeforeEach
  void rows() {
    graph.capacity(ROWS);
    Rng rng = new Rng(3);
    for (int r = 0; r < ROWS; r++) {
      for (int i = 0; i < WIDTH; i++) {
        input.value()[r * input.stride() + i] = (float) rng.nextGaussian();
      }
    }
  }

  private Curvature.Loss classes(Node z) {
    return (first, rows) -> {
      if (rows == 1) {
        label[0] = LABELS[first];
        Losses.softmaxCrossEntropy(z, label, ONE, 0, 1);
      } else {
        Losses.softmaxCrossEntropy(z, LABELS, MEAN, 0, rows);
      }
    };
  }

  private Node network() {
    Node hidden = graph.activate(graph.dense("a", input, 5, new Rng(1)), Activation.TANH);
    Node z = graph.dense("b", hidden, 3, new Rng(2));
    graph.capacity(ROWS);
    for (Parameter p : graph.parameters()) {
      p.slots(3);
    }
    return z;
  }

  /** For a linear network the gradient of row i by w_jc is x_ij (p_ic − y_ic). */
  @Test
  void gradientsOfRowsOfALinearNetworkByHand() {
    Dense z = graph.dense("a", input, 3, new Rng(1));
    graph.capacity(ROWS);
    graph.forward(ROWS);
    float[] values = z.value().clone();
    float[] x = input.value().clone();
    new Curvature(graph, input, classes(z))
        .eachRow(
            ROWS,
            r -> {
              double sum = 0;
              for (int c = 0; c < 3; c++) {
                sum += Math.exp(values[r * z.stride() + c]);
              }
              for (int j = 0; j < WIDTH; j++) {
                for (int c = 0; c < 3; c++) {
                  double p = Math.exp(values[r * z.stride() + c]) / sum;
                  double expected = x[r * input.stride() + j] * (p - (LABELS[r] == c ? 1 : 0));
                  assertThat((double) z.weights().gradient()[j * z.stride() + c])
                      .isCloseTo(expected, within(1e-5));
                }
              }
            });
    assertThat(input.value()).as("the rows are there again").isEqualTo(x);
  }

  @Test
  void gradientsOfRowsHaveTheGradientOfTheBatchAsMean() {
    Node z = network();
    graph.forward(ROWS);
    classes(z).add(0, ROWS);
    graph.backward(ROWS);
    float[][] expected = new float[graph.parameters().size()][];
    for (int k = 0; k < expected.length; k++) {
      expected[k] = graph.parameters().get(k).gradient().clone();
    }
    float[][] mean = new float[expected.length][];
    new Curvature(graph, input, classes(z))
        .eachRow(
            ROWS,
            r -> {
              for (int k = 0; k < mean.length; k++) {
                float[] g = graph.parameters().get(k).gradient();
                mean[k] = mean[k] == null ? new float[g.length] : mean[k];
                for (int i = 0; i < g.length; i++) {
                  mean[k][i] += g[i] / ROWS;
                }
              }
            });
    for (int k = 0; k < mean.length; k++) {
      assertThat(mean[k]).usingComparatorWithPrecision(1e-6f).isEqualTo(expected[k]);
    }
  }

  @Test
  void fisherInformationIsTheMeanOfTheSquares() {
    Node z = network();
    Curvature c = new Curvature(graph, input, classes(z));
    Parameter w = graph.parameters().get(0);
    float[] expected = new float[w.value().length];
    c.eachRow(
        ROWS,
        r -> {
          for (int i = 0; i < expected.length; i++) {
            expected[i] += w.gradient()[i] * w.gradient()[i] / ROWS;
          }
        });
    c.diagonalFisher(ROWS, 1);
    c.diagonalFisher(ROWS, 1); // again, from 0
    assertThat(w.slot(1)).usingComparatorWithPrecision(1e-6f).isEqualTo(expected);
    assertThat(expected[0]).isGreaterThan(1e-4f);
  }

  /** ½ Σ (x·w − y)² has the Hessian Σ x xᵀ whatever w and y are. */
  @Test
  void hessianOfALinearFit() {
    Dense z = graph.dense("a", input, 1, new Rng(1));
    graph.capacity(ROWS);
    for (Parameter p : graph.parameters()) {
      p.slots(2);
    }
    float[] v = {1, -2, 0.5f};
    for (int i = 0; i < WIDTH; i++) {
      z.weights().slot(0)[i * z.stride()] = v[i];
    }
    z.bias().slot(0)[0] = 3;
    float[] target = {1, 2, 3, 4};
    float[] weight = {1, 1, 1, 1};
    float[] before = z.weights().value().clone();
    new Curvature(graph, input, (first, rows) -> Losses.squared(z, target, 1, weight, 0, rows))
        .hessianVector(ROWS, 0, 1);
    double[] expected = new double[WIDTH + 1];
    for (int r = 0; r < ROWS; r++) {
      int at = r * input.stride();
      double along = 3;
      for (int i = 0; i < WIDTH; i++) {
        along += input.value()[at + i] * v[i];
      }
      for (int i = 0; i < WIDTH; i++) {
        expected[i] += along * input.value()[at + i];
      }
      expected[WIDTH] += along;
    }
    for (int i = 0; i < WIDTH; i++) {
      assertThat((double) z.weights().slot(1)[i * z.stride()]).isCloseTo(expected[i], within(1e-2));
    }
    assertThat((double) z.bias().slot(1)[0]).isCloseTo(expected[WIDTH], within(1e-2));
    assertThat(z.weights().value()).as("the weights are there again").isEqualTo(before);
  }

  /** The Hessian is symmetric: u·Hv = v·Hu, and v·Hv is the second difference of the loss. */
  @Test
  void hessianOfANetwork() {
    Node z = network();
    Curvature c = new Curvature(graph, input, classes(z));
    Rng rng = new Rng(8);
    for (Parameter p : graph.parameters()) {
      for (int r = 0; r < p.rows(); r++) {
        for (int i = 0; i < p.columns(); i++) {
          p.slot(0)[r * p.stride() + i] = (float) rng.nextGaussian();
          p.slot(1)[r * p.stride() + i] = (float) rng.nextGaussian();
        }
      }
    }
    c.hessianVector(ROWS, 0, 2);
    double vHu = along(1, 2);
    double uHu = along(0, 2);
    c.hessianVector(ROWS, 1, 2);
    assertThat(along(0, 2)).isCloseTo(vHu, within(0.01 * Math.abs(uHu)));
    double step = 0.01;
    double up = lossAt(z, step);
    double down = lossAt(z, -step);
    double second = (up - 2 * lossAt(z, 0) + down) / (step * step);
    assertThat(uHu).isCloseTo(second, within(0.03 * Math.abs(second)));
  }

  /** Each weight's product, to three digits of the largest, against the exact one. */
  @Test
  void hessianOfANetworkIsTheExactOne() {
    Node z = network();
    Rng rng = new Rng(8);
    for (Parameter p : graph.parameters()) {
      for (int i = 0; i < p.rows() * p.columns(); i++) {
        p.value()[place(p, i)] += p.rows() == 1 ? (float) rng.nextGaussian() : 0; // biases too
        p.slot(0)[place(p, i)] = (float) rng.nextGaussian();
      }
    }
    new Curvature(graph, input, classes(z)).hessianVector(ROWS, 0, 1);
    double[][] expected = exactProduct();
    double most = 0;
    double off = 0;
    for (int k = 0; k < expected.length; k++) {
      Parameter p = graph.parameters().get(k);
      for (int i = 0; i < expected[k].length; i++) {
        most = Math.max(most, Math.abs(expected[k][i]));
        off = Math.max(off, Math.abs(expected[k][i] - p.slot(1)[place(p, i)]));
      }
    }
    assertThat(most).isGreaterThan(0.1);
    assertThat(off).isLessThan(1e-3 * most);
  }

  private static int place(Parameter p, int i) {
    return i / p.columns() * p.stride() + i % p.columns();
  }

  /**
   * H v of the network above: each step of the gradient differentiated along v (Pearlmutter, "Fast
   * Exact Multiplication by the Hessian", Neural Computation 6(1), 1994), in double precision. What
   * is called d… is a derivative along v.
   */
  private double[][] exactProduct() {
    Parameter a = graph.parameters().get(0);
    Parameter c = graph.parameters().get(1);
    Parameter b = graph.parameters().get(2);
    Parameter e = graph.parameters().get(3);
    int n = a.columns();
    int m = b.columns();
    double[][] product = {new double[WIDTH * n], new double[n], new double[n * m], new double[m]};
    for (int r = 0; r < ROWS; r++) {
      float[] x = input.value();
      int at = r * input.stride();
      double[] h = new double[n];
      double[] dSum = new double[n];
      for (int j = 0; j < n; j++) {
        double sum = c.value()[j];
        dSum[j] = c.slot(0)[j];
        for (int i = 0; i < WIDTH; i++) {
          sum += x[at + i] * a.value()[i * a.stride() + j];
          dSum[j] += x[at + i] * a.slot(0)[i * a.stride() + j];
        }
        h[j] = Math.tanh(sum);
      }
      double[] p = new double[m];
      double[] dz = new double[m];
      double total = 0;
      for (int k = 0; k < m; k++) {
        double z = e.value()[k];
        dz[k] = e.slot(0)[k];
        for (int j = 0; j < n; j++) {
          z += h[j] * b.value()[j * b.stride() + k];
          dz[k] += h[j] * b.slot(0)[j * b.stride() + k];
          dz[k] += (1 - h[j] * h[j]) * dSum[j] * b.value()[j * b.stride() + k];
        }
        p[k] = Math.exp(z);
        total += p[k];
      }
      double mean = 0;
      for (int k = 0; k < m; k++) {
        p[k] /= total;
        mean += p[k] * dz[k];
      }
      double[] g = new double[m]; // by the outputs
      double[] dg = new double[m];
      for (int k = 0; k < m; k++) {
        g[k] = (p[k] - (LABELS[r] == k ? 1 : 0)) * MEAN[r];
        dg[k] = p[k] * (dz[k] - mean) * MEAN[r];
        product[3][k] += dg[k];
      }
      for (int j = 0; j < n; j++) {
        double slope = 1 - h[j] * h[j];
        double byH = 0;
        double dByH = 0;
        for (int k = 0; k < m; k++) {
          byH += g[k] * b.value()[j * b.stride() + k];
          dByH += dg[k] * b.value()[j * b.stride() + k] + g[k] * b.slot(0)[j * b.stride() + k];
          product[2][j * m + k] += dg[k] * h[j] + g[k] * slope * dSum[j];
        }
        double dBySum = dByH * slope + byH * -2 * h[j] * slope * dSum[j];
        product[1][j] += dBySum;
        for (int i = 0; i < WIDTH; i++) {
          product[0][i * n + j] += dBySum * x[at + i];
        }
      }
    }
    return product;
  }

  private double along(int a, int b) {
    double sum = 0;
    for (Parameter p : graph.parameters()) {
      for (int i = 0; i < p.value().length; i++) {
        sum += (double) p.slot(a)[i] * p.slot(b)[i];
      }
    }
    return sum;
  }

  private double lossAt(Node z, double step) {
    for (Parameter p : graph.parameters()) {
      for (int i = 0; i < p.value().length; i++) {
        p.value()[i] += (float) (step * p.slot(0)[i]);
      }
    }
    graph.forward(ROWS);
    double loss = Losses.softmaxCrossEntropy(z, LABELS, MEAN, 0, ROWS);
    for (Parameter p : graph.parameters()) {
      for (int i = 0; i < p.value().length; i++) {
        p.value()[i] -= (float) (step * p.slot(0)[i]);
      }
    }
    return loss;
  }
}
