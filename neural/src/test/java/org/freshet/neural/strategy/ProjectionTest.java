package org.freshet.neural.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.freshet.core.Rng;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.neural.graph.Activation;
import org.freshet.neural.graph.Dense;
import org.freshet.neural.graph.Graph;
import org.freshet.neural.graph.Input;
import org.freshet.neural.graph.Losses;
import org.freshet.neural.graph.Node;
import org.freshet.neural.graph.Parameter;
import org.freshet.neural.kernel.ScalarKernels;
import org.freshet.neural.network.Network;
import org.freshet.neural.optimizer.Rules;
import org.freshet.neural.optimizer.Steps;
import org.freshet.neural.replay.Memory;
import org.freshet.neural.replay.Replay;
import org.freshet.neural.replay.Retrieval;
import org.junit.jupiter.api.Test;

/** Steps of A-GEM and GEM against their definitions. */
class ProjectionTest {
  private static final float RATE = 0.1f;
  private static final float[][] STREAM = {{1, 2, -1}, {0.5f, -1, 1}};
  private static final float[] KEPT = {1, 1.8f, -0.9f};

  private static Network network() {
    Rng rng = new Rng(2);
    Graph g = new Graph(new ScalarKernels());
    Input in = g.input(3);
    Node hidden = g.activate(g.dense("hidden", in, 6, rng), Activation.TANH);
    Parameter w = new Parameter("head_w", 6, 3).gaussian(rng, 0.1);
    Dense head = g.add(new Dense(g, hidden, w, new Parameter("head_b", 1, 3)));
    g.capacity(4);
    return new Network(g, in, hidden, head);
  }

  private static void put(Network n, int row, float[] x) {
    System.arraycopy(x, 0, n.input().value(), row * n.input().stride(), x.length);
  }

  /** The gradient of the mean loss of rows, by all weights, in one vector. */
  private static double[] gradient(float[][] x, int[] labels) {
    Network n = network();
    float[] weights = new float[x.length];
    for (int r = 0; r < x.length; r++) {
      put(n, r, x[r]);
      weights[r] = 1f / x.length;
    }
    n.graph().forward(x.length);
    Losses.softmaxCrossEntropy(n.head(), labels, weights, 0, x.length);
    n.graph().backward(x.length);
    return vector(n, true);
  }

  private static double[] vector(Network n, boolean gradient) {
    return n.graph().parameters().stream()
        .flatMap(p -> Stream.of(gradient ? p.gradient() : p.value()))
        .flatMapToDouble(ProjectionTest::doubles)
        .toArray();
  }

  private static DoubleStream doubles(float[] a) {
    return IntStream.range(0, a.length).mapToDouble(i -> a[i]);
  }

  /** How the weights move by a batch of the stream, with one row of class {@code kept} kept. */
  private static double[] moved(String strategy, int kept) {
    Network n = network();
    Build build = Build.of(null);
    Memory memory =
        Components.create(Spec.parse("ring(size=1)"), build, Replay.class)
            .memory(n.input().stride());
    memory.offer(Arrays.copyOf(KEPT, n.input().stride()), 0, kept, new Rng(1));
    Steps steps = new Steps(n.graph(), Rules.rule(Spec.parse("sgd(learning_rate=0.1)"), build));
    Lesson l =
        new Lesson(n, Objective.CLASSES, steps, memory, Retrieval.UNIFORM, new Rng(1), 2, 1, 1);
    Strategy s = Components.create(Spec.parse(strategy), build, Method.class).strategy(build);
    s.attach(n);
    s.begin(l);
    for (int r = 0; r < 2; r++) {
      put(n, r, STREAM[r]);
      l.row(r, r, 0, 1);
    }
    double[] before = vector(n, false);
    s.learn(l);
    double[] after = vector(n, false);
    for (int i = 0; i < after.length; i++) {
      after[i] = (after[i] - before[i]) / -RATE;
    }
    return after;
  }

  private static double product(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @Test
  void agemTakesAwayWhatHarmsTheMemory() {
    double[] g = gradient(STREAM, new int[] {0, 1});
    double[] r = gradient(new float[][] {KEPT}, new int[] {2});
    double along = product(g, r);
    assertThat(along).isNegative();
    double[] expected = new double[g.length];
    for (int i = 0; i < g.length; i++) {
      expected[i] = g[i] - along / product(r, r) * r[i];
    }
    assertThat(product(expected, r)).isCloseTo(0, within(1e-6));
    assertThat(moved("agem", 2)).containsExactly(expected, within(1e-5));
    assertThat(moved("gem(margin=0)", 2)).containsExactly(expected, within(1e-5));
  }

  @Test
  void agemIsPlainWhereTheMemoryGains() {
    double[] g = gradient(STREAM, new int[] {0, 1});
    assertThat(product(g, gradient(new float[][] {KEPT}, new int[] {0}))).isPositive();
    assertThat(moved("agem", 0)).containsExactly(g, within(1e-5));
  }

  @Test
  void gemsSharesAreTheBestThatAreNotNegative() {
    Rng rng = new Rng(6);
    int n = 5;
    double[][] rows = new double[n][8];
    double[] g = new double[8];
    for (int i = 0; i < 8; i++) {
      g[i] = rng.nextGaussian();
      for (double[] row : rows) {
        row[i] = rng.nextGaussian();
      }
    }
    double[][] products = new double[n][n];
    double[] along = new double[n];
    for (int i = 0; i < n; i++) {
      along[i] = product(rows[i], g);
      for (int j = 0; j < n; j++) {
        products[i][j] = product(rows[i], rows[j]);
      }
    }
    double[] v = new double[n];
    Gem.solve(products, along, n, v);
    double[] step = g.clone();
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < 8; k++) {
        step[k] += v[i] * rows[i][k];
      }
    }
    // Karush-Kuhn-Tucker: no class gets worse, and only those count that would.
    assertThat(Arrays.stream(along).min().orElse(0)).isNegative();
    for (int i = 0; i < n; i++) {
      assertThat(v[i]).isNotNegative();
      assertThat(product(step, rows[i])).isGreaterThan(-1e-6);
      assertThat(v[i] * product(step, rows[i])).isCloseTo(0, within(1e-6));
    }
  }

  @Test
  void gradientsAreOneVector() {
    Network n = network();
    put(n, 0, KEPT);
    List<Parameter> all = n.graph().parameters();
    n.graph().forward(1);
    Losses.softmaxCrossEntropy(n.head(), new int[] {1}, new float[] {1}, 0, 1);
    n.graph().backward(1);
    KeptGradients kept = new KeptGradients();
    kept.keep(all);
    double[] g = vector(n, true);
    assertThat(kept.square()).isCloseTo(product(g, g), within(1e-6));
    kept.addTo(all, -1);
    assertThat(vector(n, true)).containsOnly(0);
    assertThat(kept.product(all)).isZero();
  }
}
