package org.freshet.neural.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.freshet.core.Rng;
import org.freshet.neural.kernel.ScalarKernels;
import org.junit.jupiter.api.Test;

class LowRankTest {
  private static final int ROWS = 3;

  private final Graph graph = new Graph(new ScalarKernels());
  private final Input x = graph.input(5).differentiable();
  private final Dense layer = graph.dense("d", x, 18, new Rng(2));
  private final LowRank pair = layer.pair("p", 2);
  private final float[] by = new float[ROWS * layer.stride()];

  LowRankTest() {
    graph.capacity(ROWS);
    Rng rng = new Rng(3);
    for (int r = 0; r < ROWS; r++) {
      for (int i = 0; i < 5; i++) {
        x.value()[r * x.stride() + i] = (float) rng.nextGaussian();
      }
      for (int i = 0; i < 18; i++) {
        by[r * layer.stride() + i] = (float) rng.nextGaussian();
      }
    }
  }

  private double loss() {
    graph.predict(ROWS);
    double sum = 0;
    for (int i = 0; i < by.length; i++) {
      sum += (double) by[i] * layer.value()[i];
    }
    return sum;
  }

  private void gradients() {
    graph.forward(ROWS);
    System.arraycopy(by, 0, layer.gradient(), 0, by.length);
    graph.backward(ROWS);
  }

  private void compare(float[] of, int i, float found) {
    float old = of[i];
    of[i] = old + 1e-2f;
    double up = loss();
    of[i] = old - 1e-2f;
    double down = loss();
    of[i] = old;
    assertThat((double) found).isCloseTo((up - down) / 2e-2, within(2e-2));
  }

  @Test
  void gradientsOfThePairAndTheInput() {
    pair.on(true);
    pair.renew(new Rng(4));
    pair.b().gaussian(new Rng(5), 0.7);
    gradients();
    for (Parameter p : new Parameter[] {pair.a(), pair.b()}) {
      float[] found = p.gradient().clone();
      for (int r = 0; r < p.rows(); r++) {
        for (int c = 0; c < p.columns(); c++) {
          compare(p.value(), r * p.stride() + c, found[r * p.stride() + c]);
        }
      }
    }
    gradients();
    float[] found = x.gradient().clone();
    for (int i = 0; i < 5; i++) {
      compare(x.value(), i, found[i]);
    }
    assertThat(layer.weights().gradient()).as("frozen").containsOnly(0);
    assertThat(layer.bias().gradient()).containsOnly(0);
  }

  @Test
  void aNewPairChangesNothingAndAMergedOneStays() {
    double plain = loss();
    pair.on(true);
    pair.renew(new Rng(4));
    assertThat(loss()).isEqualTo(plain);
    pair.b().gaussian(new Rng(5), 0.7);
    double paired = loss();
    assertThat(paired).isNotCloseTo(plain, within(0.1));
    pair.merge();
    pair.renew(new Rng(6));
    assertThat(loss()).isCloseTo(paired, within(1e-4));
  }

  @Test
  void aPairThatIsOffTakesNoPart() {
    double plain = loss();
    pair.renew(new Rng(4));
    pair.b().gaussian(new Rng(5), 0.7);
    assertThat(loss()).isEqualTo(plain);
    gradients();
    assertThat(pair.a().gradient()).containsOnly(0);
    assertThat(layer.weights().gradient()[0]).isNotZero();
  }
}
