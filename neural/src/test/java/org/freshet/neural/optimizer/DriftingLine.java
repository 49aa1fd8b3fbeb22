package org.freshet.neural.optimizer;

import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.Rng;
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
 * Linear regression in 20 dimensions whose weights stand still, wander, or jump now and then; how
 * far a model that follows them is from the truth, summed over all steps.
 */
final class DriftingLine {
  enum World {
    STILL,
    WANDERS,
    JUMPS
  }

  private static final int WIDTH = 20;
  private static final int STEPS = 6000;
  private static final double NOISE = 0.5;

  private DriftingLine() {}

  /** Σ ‖w − truth‖², which is the regret in squared error without the noise. */
  static double regret(World world, String optimizer, long seed) {
    Graph graph = new Graph(new ScalarKernels());
    Input input = graph.input(WIDTH);
    Parameter w = new Parameter("w", WIDTH, 1);
    Dense out = graph.add(new Dense(graph, input, w, new Parameter("b", 1, 1)));
    Build build = Build.of(Schema.regression(List.of(Column.numeric("x")), "y")).withSeed(seed);
    Steps steps = new Steps(graph, Rules.rule(Spec.parse(optimizer), build));
    graph.capacity(1);
    Rng rng = new Rng(seed);
    double[] truth = new double[WIDTH];
    float[] y = new float[1];
    float[] one = {1};
    double[] value = new double[1];
    BatchLoss loss = new Known(value);
    double regret = 0;
    for (int t = 0; t < STEPS; t++) {
      if (t == 0 || world == World.JUMPS && t % 1500 == 0) {
        move(truth, 1, rng);
      } else if (world == World.WANDERS) {
        move(truth, 0.02, rng);
      }
      double z = 0;
      for (int i = 0; i < WIDTH; i++) {
        double x = rng.nextGaussian();
        input.value()[i] = (float) x;
        z += truth[i] * x;
        double off = w.value()[i * w.stride()] - truth[i];
        regret += off * off;
      }
      y[0] = (float) (z + NOISE * rng.nextGaussian());
      graph.forward(1);
      value[0] = Losses.squared(out, y, 1, one, 0, 1);
      steps.step(1, loss);
    }
    return regret;
  }

  private static void move(double[] truth, double by, Rng rng) {
    for (int i = 0; i < truth.length; i++) {
      truth[i] += by * rng.nextGaussian();
    }
  }

  private record Known(double[] loss) implements BatchLoss {
    @Override
    public double value() {
      return loss[0];
    }

    @Override
    public double error() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int streamed() {
      return 1;
    }

    @Override
    public double again() {
      throw new UnsupportedOperationException();
    }
  }
}
