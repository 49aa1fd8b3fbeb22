package org.freshet.neural.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.freshet.core.Rng;
import org.freshet.neural.kernel.ScalarKernels;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Gradients of every operation against central differences, by all weights and the input. */
class GradientTest {
  private static final int ROWS = 5;

  @TestFactory
  Stream<DynamicTest> operations() {
    return Stream.concat(
        Stream.of(Activation.values())
            .map(a -> test(a.name(), (g, x) -> g.activate(g.dense("d", x, 9, new Rng(2)), a))),
        Stream.of(
            test("dense", (g, x) -> g.dense("d", x, 17, new Rng(2))),
            test(
                "layer norm",
                (g, x) -> g.add(new LayerNorm(g, "n", g.dense("d", x, 9, new Rng(2)))))));
  }

  private static DynamicTest test(String name, BiFunction<Graph, Input, Node> build) {
    return DynamicTest.dynamicTest(name, () -> check(build));
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

  private static void check(BiFunction<Graph, Input, Node> build) {
    Graph g = new Graph(new ScalarKernels());
    Input x = g.input(6).differentiable();
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
          compare(g, out, by, p.value(), i, found[i], p.name());
        } else {
          assertThat(found[i]).as("padding of %s", p.name()).isZero();
        }
      }
    }
    for (int r = 0; r < ROWS; r++) {
      for (int i = 0; i < x.width(); i++) {
        int at = r * x.stride() + i;
        compare(g, out, by, x.value(), at, byInput[at], "input");
      }
    }
  }

  private static void compare(
      Graph g, Node out, float[] by, float[] of, int i, float found, String what) {
    float old = of[i];
    float step = 1e-2f;
    of[i] = old + step;
    g.predict(ROWS);
    double up = loss(out, by);
    of[i] = old - step;
    g.predict(ROWS);
    double down = loss(out, by);
    of[i] = old;
    double expected = (up - down) / (2 * step);
    assertThat((double) found)
        .as("%s[%d]", what, i)
        .isCloseTo(expected, within(2e-2 * Math.max(1, Math.abs(expected))));
  }
}
