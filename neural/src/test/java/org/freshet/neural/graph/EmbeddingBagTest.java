package org.freshet.neural.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Rng;
import org.freshet.neural.kernel.ScalarKernels;
import org.junit.jupiter.api.Test;

/** The sum of vectors is a dense layer on the row spread out, for values and for gradients. */
class EmbeddingBagTest {
  private static final int COLUMNS = 11;
  private static final int UNITS = 5;
  private static final float[][] SPARSE = {
    {2, 7, 9, 0, 1.5f, -2, 0.5f, 0}, // columns 2, 7, 9 and their values; the rest is empty
    {7, 0, 0, 0, 3, 0, 0, 0},
    {0, 0, 0, 0, 0, 0, 0, 0},
  };

  @Test
  void equalsADenseLayer() {
    Parameter table = new Parameter("t", COLUMNS, UNITS).gaussian(new Rng(1), 1);
    Parameter bias = new Parameter("b", 1, UNITS).gaussian(new Rng(2), 1);
    Graph sparse = new Graph(new ScalarKernels());
    Input in = sparse.input(8);
    EmbeddingBag bag = sparse.add(new EmbeddingBag(sparse, in, table, bias));
    Graph dense = new Graph(new ScalarKernels());
    Input spread = dense.input(COLUMNS);
    Parameter w = new Parameter("w", COLUMNS, UNITS).gaussian(new Rng(1), 1);
    Parameter b = new Parameter("b", 1, UNITS).gaussian(new Rng(2), 1);
    Dense layer = dense.add(new Dense(dense, spread, w, b));
    sparse.capacity(3);
    dense.capacity(3);
    for (int r = 0; r < 3; r++) {
      System.arraycopy(SPARSE[r], 0, in.value(), r * in.stride(), 8);
      for (int k = 0; k < 4; k++) {
        spread.value()[r * spread.stride() + (int) SPARSE[r][k]] += SPARSE[r][4 + k];
      }
    }
    sparse.forward(3);
    dense.forward(3);
    Rng rng = new Rng(5);
    for (int r = 0; r < 3; r++) {
      for (int i = 0; i < UNITS; i++) {
        int at = r * bag.stride() + i;
        assertThat(bag.value()[at]).isCloseTo(layer.value()[at], within(1e-6f));
        float g = (float) rng.nextGaussian();
        bag.gradient()[at] = g;
        layer.gradient()[at] = g;
      }
    }
    sparse.backward(3);
    dense.backward(3);
    assertThat(table.gradient()).usingComparatorWithPrecision(1e-5f).isEqualTo(w.gradient());
    assertThat(bias.gradient()).usingComparatorWithPrecision(1e-5f).isEqualTo(b.gradient());
  }

  /** Each column of the batch once, whatever number of rows has it; others are not touched. */
  @Test
  void updatesSeeTheColumnsOfTheBatchAlone() {
    Parameter table = new Parameter("t", COLUMNS, UNITS).gaussian(new Rng(1), 1);
    Graph g = new Graph(new ScalarKernels());
    Input in = g.input(8);
    g.add(new EmbeddingBag(g, in, table, new Parameter("b", 1, UNITS)));
    g.capacity(3);
    for (int r = 0; r < 3; r++) {
      System.arraycopy(SPARSE[r], 0, in.value(), r * in.stride(), 8);
    }
    List<Integer> seen = new ArrayList<>();
    g.forward(3);
    g.backward(
        3,
        new Update() {
          @Override
          public void product(Parameter p, float[] x, int at, int stride, float[] d, int rows) {}

          @Override
          public void stretch(Parameter p, int at, float[] from, int fromAt, int n) {
            seen.add(at / table.stride());
          }
        });
    assertThat(seen).containsExactly(2, 7, 9);
  }
}
