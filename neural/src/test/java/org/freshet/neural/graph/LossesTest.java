package org.freshet.neural.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Stream;
import org.freshet.core.Rng;
import org.freshet.neural.kernel.ScalarKernels;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Losses: their gradients against central differences, and values worked out by hand. */
class LossesTest {
  private static final int ROWS = 6;
  private static final int WIDTH = 4;
  private static final int[] LABELS = {0, 1, 1, 3, 0, 1};
  private static final int[] GROUPS = {1, 2, 1, -1, 2};
  private static final boolean[] AMONG = {true, true, false, true};
  private final float[] weight = {0.5f, 1, 0.25f, 2, 1, 0};
  private final float[] y = new float[ROWS * WIDTH];
  private final float[] share = new float[ROWS * WIDTH];

  /** A loss of the node's values, which adds its gradient. */
  private interface Loss {
    double of(Node z);
  }

  @TestFactory
  Stream<DynamicTest> gradients() {
    Rng rng = new Rng(4);
    for (int i = 0; i < y.length; i++) {
      y[i] = (float) rng.nextGaussian();
      share[i] = (float) rng.nextDouble();
    }
    SupervisedContrast contrast = new SupervisedContrast(0.5);
    return Stream.of(
        test("softmax cross-entropy", z -> Losses.softmaxCrossEntropy(z, LABELS, weight, 0, ROWS)),
        test(
            "softmax cross-entropy among some",
            z -> Losses.softmaxCrossEntropy(z, LABELS, weight, 0, ROWS, AMONG)),
        test(
            "sigmoid cross-entropy",
            z -> Losses.sigmoidCrossEntropy(z, share, WIDTH, weight, 0, ROWS)),
        test("squared", z -> Losses.squared(z, y, WIDTH, weight, 0, ROWS)),
        test("huber", z -> Losses.huber(z, y, WIDTH, 0.7, weight, 0, ROWS)),
        test("quantile", z -> Losses.quantile(z, y, WIDTH, 0.2, weight, 0, ROWS)),
        test("distillation", z -> Losses.distill(z, y, WIDTH, 3, 2, weight, 0, ROWS)),
        test("entropy", z -> Losses.entropy(z, weight, 0, ROWS)),
        test("triplets", z -> new Triplets(3).add(z, 1, GROUPS, ROWS - 1, 1, true)),
        test("triplets, apart", z -> new Triplets(30).add(z, 1, GROUPS, ROWS - 1, 1, false)),
        test("supervised contrast", z -> contrast.add(z, LABELS, weight, ROWS)));
  }

  private static DynamicTest test(String name, Loss loss) {
    return DynamicTest.dynamicTest(name, () -> check(loss));
  }

  private static Node node(Rng rng) {
    Graph g = new Graph(new ScalarKernels());
    Input x = g.input(WIDTH).differentiable();
    g.capacity(ROWS);
    for (int r = 0; r < ROWS; r++) {
      for (int i = 0; i < WIDTH; i++) {
        x.value()[r * x.stride() + i] = (float) rng.nextGaussian();
      }
    }
    return x;
  }

  private static void check(Loss loss) {
    Node z = node(new Rng(9));
    loss.of(z);
    float[] found = z.gradient().clone();
    double largest = 0;
    for (int r = 0; r < ROWS; r++) {
      for (int i = 0; i < WIDTH; i++) {
        int at = r * z.stride() + i;
        float old = z.value()[at];
        z.value()[at] = old + 1e-2f;
        double up = loss.of(z);
        z.value()[at] = old - 1e-2f;
        double down = loss.of(z);
        z.value()[at] = old;
        double expected = (up - down) / 2e-2;
        assertThat((double) found[at])
            .as("row %d, column %d", r, i)
            .isCloseTo(expected, within(2e-3 * Math.max(1, Math.abs(expected))));
        largest = Math.max(largest, Math.abs(expected));
      }
    }
    assertThat(largest).as("the loss depends on the values").isGreaterThan(0.05);
  }

  @Test
  void valuesByHand() {
    Graph g = new Graph(new ScalarKernels());
    Input z = g.input(1).differentiable();
    g.capacity(1);
    z.value()[0] = 3;
    float[] one = {1};
    float[] target = {1};
    assertThat(Losses.squared(z, target, 1, one, 0, 1)).isEqualTo(2); // ½ 2²
    assertThat(Losses.huber(z, target, 1, 1, one, 0, 1)).isEqualTo(1.5); // 2 − ½
    assertThat(Losses.quantile(z, target, 1, 0.2, one, 0, 1)).isCloseTo(1.6, within(1e-12));
    assertThat(Losses.sigmoidCrossEntropy(z, target, 1, one, 0, 1))
        .isCloseTo(Math.log1p(Math.exp(-3)), within(1e-12));
    assertThat(Losses.entropy(z, one, 0, 1)).isZero(); // one class is sure
  }

  @Test
  void aClassOfNoRowIsAColumnMore() {
    Node all = node(new Rng(9));
    Graph g = new Graph(new ScalarKernels());
    Input z = g.input(WIDTH - 1).differentiable();
    Input unseen = g.input(1).differentiable();
    g.capacity(ROWS);
    for (int r = 0; r < ROWS; r++) {
      System.arraycopy(all.value(), r * all.stride(), z.value(), r * z.stride(), WIDTH - 1);
      unseen.value()[r * unseen.stride()] = all.value()[r * all.stride() + WIDTH - 1];
    }
    int[] labels = {0, 1, 1, 2, 0, 1};
    double expected = Losses.softmaxCrossEntropy(all, labels, weight, 0, ROWS);
    assertThat(Losses.softmaxCrossEntropy(z, unseen, labels, weight, 0, ROWS))
        .isCloseTo(expected, within(1e-9));
    for (int r = 0; r < ROWS; r++) {
      for (int c = 0; c < WIDTH; c++) {
        Node part = c < WIDTH - 1 ? z : unseen;
        assertThat(part.gradient()[r * part.stride() + c % (WIDTH - 1)])
            .isCloseTo(all.gradient()[r * all.stride() + c], within(1e-6f));
      }
    }
  }

  @Test
  void tripletsByHand() {
    Graph g = new Graph(new ScalarKernels());
    Input z = g.input(2).differentiable();
    g.capacity(4);
    float[][] rows = {{2, 0}, {0, 3}, {-1, 0}, {5, 5}};
    for (int r = 0; r < 4; r++) {
      System.arraycopy(rows[r], 0, z.value(), r * z.stride(), 2);
    }
    int[] group = {0, 0, 5, -1};
    Triplets t = new Triplets(1);
    // first: 2 − 4 + 1 < 0; second: 2 − 2 + 1 = 1; third: 0 − 2 + 1 < 0
    assertThat(t.add(z, 0, group, 4, 3, true)).isCloseTo(1, within(1e-9));
    // of the first the second is the farthest: 2 (n₀ − n₁), along the circle, by the length 2
    assertThat(z.gradient()[0]).isZero();
    assertThat(z.gradient()[1]).isEqualTo(-1);
    assertThat(z.gradient()[3 * z.stride()]).isZero();
    // without the pull and with a margin of 3: −4 + 3 < 0; −2 + 3; −2 + 3
    assertThat(new Triplets(3).add(z, 0, group, 4, 3, false)).isCloseTo(2, within(1e-9));
    assertThat(t.add(z, 0, new int[] {1, 1, -1, -1}, 4, 3, true)).isZero();
  }

  @Test
  void contrastOfTwoPairsByHand() {
    Graph g = new Graph(new ScalarKernels());
    Input z = g.input(2).differentiable();
    g.capacity(4);
    float[][] rows = {{2, 0}, {5, 0}, {0, 1}, {0, 3}};
    for (int r = 0; r < 4; r++) {
      System.arraycopy(rows[r], 0, z.value(), r * z.stride(), 2);
    }
    // each row: its one fellow has similarity 1, the two others 0
    double expected = 4 * (Math.log(Math.E + 2) - 1);
    double loss =
        new SupervisedContrast(1).add(z, new int[] {7, 7, 2, 2}, new float[] {1, 1, 1, 1}, 4);
    assertThat(loss).isCloseTo(expected, within(1e-6));
  }
}
