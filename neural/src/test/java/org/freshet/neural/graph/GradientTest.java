package org.freshet.neural.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.BiFunction;
import java.util.function.ObjIntConsumer;
import java.util.stream.Stream;
import org.freshet.core.Rng;
import org.freshet.neural.kernel.ScalarKernels;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Gradients of every operation against central differences, by all weights and the input. */
class GradientTest {
  private static final int ROWS = 5;

  private static final Shape IMAGE = Shape.of(3, 4, 2);

  @TestFactory
  Stream<DynamicTest> operations() {
    return Stream.concat(
        Stream.of(Activation.values())
            .map(a -> test(a.name(), 6, (g, x) -> g.activate(g.dense("d", x, 9, new Rng(2)), a))),
        Stream.of(
            test("dense", 6, (g, x) -> g.dense("d", x, 17, R())),
            test("layer norm", 6, (g, x) -> g.add(new LayerNorm(g, "n", g.dense("d", x, 9, R())))),
            test(
                "cosine",
                6,
                (g, x) ->
                    g.add(new Cosine(g, x, new Parameter("c", 6, 5).gaussian(new Rng(2), 1), 3))),
            test("attenuate", 6, (g, x) -> g.add(new Attenuate(x))),
            test("add", 6, (g, x) -> g.add(new Add(g.dense("d", x, 6, R()), x))),
            test("concatenate", 6, (g, x) -> g.add(new Concatenate(g.dense("d", x, 5, R()), x, x))),
            test(
                "convolution",
                24,
                (g, x) -> g.add(new Convolution(g, "c", x, IMAGE, 3, 3, 2, 1, R()))),
            test(
                "convolution of a convolution, 2 pixels a step",
                24,
                (g, x) -> {
                  Convolution c = g.add(new Convolution(g, "c", x, IMAGE, 3, 3, 3, 1, R()));
                  return g.add(new Convolution(g, "e", c, c.shape(), 2, 2, 3, 2, R()));
                }),
            test(
                "convolution of a sequence",
                12,
                (g, x) -> g.add(new Convolution(g, "c", x, Shape.of(1, 6, 2), 4, 1, 3, 1, R()))),
            test(
                "largest of a window",
                24,
                (g, x) -> g.add(new Pool(x, IMAGE, Pool.Kind.MAX, 2, 2))),
            test("mean of a window", 24, (g, x) -> g.add(new Pool(x, IMAGE, Pool.Kind.MEAN, 3, 2))),
            test("gated recurrent", 12, (g, x) -> g.add(new Gru(g, "g", x, 3, 7, R()))),
            test(
                "gated recurrent on a dense layer",
                3,
                (g, x) -> g.add(new Gru(g, "g", g.dense("d", x, 8, R()), 2, 5, R()))),
            test(
                "elementwise recurrent",
                12,
                (g, x) -> g.add(new ElementwiseRecurrent(g, "e", x, 3, 7, R()))),
            norm(BatchNorm.Statistics.BATCH),
            norm(BatchNorm.Statistics.ADAPTIVE),
            norm(BatchNorm.Statistics.FROZEN),
            dropout()));
  }

  private static Rng R() {
    return new Rng(2);
  }

  /** Where statistics are constants, a prediction after the pass uses the same ones. */
  private static DynamicTest norm(BatchNorm.Statistics s) {
    return DynamicTest.dynamicTest(
        "batch norm, " + s,
        () ->
            check(
                24,
                (g, x) -> g.add(new BatchNorm(g, "n", x, IMAGE, s, 0.1)),
                s == BatchNorm.Statistics.BATCH ? (g, rows) -> g.forward(rows) : Graph::predict));
  }

  /** Every pass with the same draws. */
  private static DynamicTest dropout() {
    Rng rng = new Rng(3);
    long[] state = rng.state();
    return DynamicTest.dynamicTest(
        "dropout",
        () ->
            check(
                6,
                (g, x) -> g.add(new Dropout(g.dense("d", x, 9, R()), 0.4, rng)),
                (g, rows) -> {
                  rng.restore(state);
                  g.forward(rows);
                }));
  }

  private static DynamicTest test(String name, int width, BiFunction<Graph, Input, Node> build) {
    return DynamicTest.dynamicTest(name, () -> check(width, build, Graph::predict));
  }

  /** The loss is a fixed random combination of the outputs, so that every one counts. */
  private static double loss(Node out, float[] by) {
    double sum = 0;
    for (int r = 0; r < ROWS; r++) {
      for (int i = 0; i < out.width(); i++) {
        sum += (double) by[r * out.stride() + i] * out.value()[r * out.stride() + i];
      }
    }
    return sum;
  }

  private static void check(
      int width, BiFunction<Graph, Input, Node> build, ObjIntConsumer<Graph> pass) {
    Graph g = new Graph(new ScalarKernels());
    Input x = g.input(width).differentiable();
    Node out = build.apply(g, x);
    g.capacity(ROWS);
    Rng rng = new Rng(7);
    float[] by = new float[ROWS * out.stride()];
    for (int r = 0; r < ROWS; r++) {
      for (int i = 0; i < x.width(); i++) {
        x.value()[r * x.stride() + i] = (float) rng.nextGaussian();
      }
      for (int i = 0; i < out.width(); i++) {
        by[r * out.stride() + i] = (float) rng.nextGaussian();
      }
    }
    g.forward(ROWS);
    System.arraycopy(by, 0, out.gradient(), 0, by.length);
    g.backward(ROWS);
    float[] byInput = x.gradient().clone();
    for (Parameter p : g.parameters()) {
      float[] found = p.gradient().clone();
      for (int i = 0; i < p.rows() * p.stride(); i++) {
        if (i % p.stride() < p.columns()) {
          compare(g, pass, out, by, p.value(), i, found[i], p.name());
        } else {
          assertThat(found[i]).as("padding of %s", p.name()).isZero();
        }
      }
    }
    for (int r = 0; r < ROWS; r++) {
      for (int i = 0; i < x.width(); i++) {
        int at = r * x.stride() + i;
        compare(g, pass, out, by, x.value(), at, byInput[at], "input");
      }
    }
  }

  private static void compare(
      Graph g,
      ObjIntConsumer<Graph> pass,
      Node out,
      float[] by,
      float[] of,
      int i,
      float found,
      String what) {
    float old = of[i];
    float step = 1e-2f;
    of[i] = old + step;
    pass.accept(g, ROWS);
    double up = loss(out, by);
    of[i] = old - step;
    pass.accept(g, ROWS);
    double down = loss(out, by);
    of[i] = old;
    double expected = (up - down) / (2 * step);
    assertThat((double) found)
        .as("%s[%d]", what, i)
        .isCloseTo(expected, within(2e-2 * Math.max(1, Math.abs(expected))));
  }
}
