package org.freshet.neural.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Rng;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.neural.graph.Activate;
import org.freshet.neural.graph.Activation;
import org.freshet.neural.graph.Detach;
import org.freshet.neural.graph.Graph;
import org.freshet.neural.graph.Input;
import org.freshet.neural.graph.Node;
import org.freshet.neural.kernel.FloatKernels;
import org.freshet.neural.strategy.Lesson;
import org.freshet.neural.strategy.Strategy;

/**
 * A network that learns without a backward pass: each hidden layer has a random target for each
 * class of its own, and learns to come near it.
 *
 * <p>How it works: hidden layer l gives h_l = f(W_l h_{l−1} + b_l), and its target for class y is
 * t_l = f(B_l y), column y of a fixed random matrix B_l ~ N(0, {@code scale}²). It goes against the
 * gradient of {@code pull} · ½ |h_l − t_l|², of which h_{l−1} is no part; the output layer goes
 * against that of −log P(y). No layer needs anything from those above it.
 *
 * <p>Papers: M. Lomnitz, Z. Daniels, D. Zhang, M. Piacentino, "Learning with Local Gradients at the
 * Edge", 2022 (tpSGD); C. Frenkel, M. Lefebvre, D. Bol, "Learning without Feedback: Fixed Random
 * Learning Signals Allow for Feedforward Training of Deep Neural Networks", Frontiers in
 * Neuroscience 15, 2021 (random targets).
 *
 * <p>Where we differ: the layers are stepped after the forward sweep, not within it. The columns of
 * B_l are drawn from the seed by layer and class, so that classes may open at any time. Sequences
 * are not covered.
 *
 * <p>Takes dense rows of numbers: scale them. A missing value counts as 0. Costs two thirds of
 * backpropagation and is less accurate: a layer is led to features of which each tells some classes
 * from others by a line, and those above see nothing else, so that more than one or two layers do
 * no better (the paper claims to come near backpropagation for shallow networks only); memory is 4
 * bytes a weight, a class and hidden unit, and what the optimizer adds.
 *
 * <pre>{@code
 * Classifier c =
 *     Components.classifier("standard_scaler | target_projection(hidden=[256])", schema, 1);
 * c.testThenLearn(x, label, 1.0, scores);
 * }</pre>
 */
@Component(
    name = "target_projection",
    kinds = Kind.CLASSIFIER,
    family = "neural",
    traits = {
      Trait.NUMERIC,
      Trait.MISSING,
      Trait.OPEN_LABELS,
      Trait.BOUNDED_MEMORY,
      Trait.RANDOMIZED
    })
public final class TargetProjection extends NetworkClassifier {
  /**
   * @param hidden units of each hidden layer
   * @param activation what a hidden unit makes of its sum
   * @param scale deviation of the elements of B
   * @param pull weight of the hidden layers' losses
   * @param optimizer how weights move
   * @param batch labelled events a step
   * @param normalize whether each input is standardised by what was seen of it
   */
  public record Parameters(
      @Param(
              value = "units of each hidden layer, first to last",
              def = "[256]",
              range = "[1, 65536]",
              origin = "one layer, where random targets do best")
          List<Double> hidden,
      @Param(
              value = "what a hidden unit makes of its sum",
              def = "relu",
              origin = "better than tanh in one pass over digits")
          Activation activation,
      @Param(
              value = "deviation of the random numbers that targets are made of",
              def = "1.0",
              range = "(0, 1000]",
              origin = "chosen")
          double scale,
      @Param(
              value = "weight of the loss of hidden layers beside that of the output layer",
              def = "0.1",
              range = "(0, 1000]",
              origin = "chosen on digits: layers that reach their targets tell little else")
          double pull,
      @Param(
              value = "how weights move",
              def = "sgd(learning_rate=0.01)",
              origin = "as hedge_backpropagation")
          Spec optimizer,
      @Param(
              value = "labelled events a step",
              def = "1",
              range = "[1, 256]",
              unit = "events",
              origin = "every label counts at once")
          int batch,
      @Param(
              value =
                  "whether inputs are standardised by their mean and deviation so far, within 10",
              def = "false",
              origin = "as mlp")
          boolean normalize) {

    private Learning learning() {
      return new Learning(optimizer, null, null, batch, normalize, ErrorCost.SQUARED);
    }
  }

  private TargetProjection(Network network, Rows rows, Targets targets, Parameters p, Build build) {
    super(network, rows, p.learning(), targets, build);
  }

  /** The network with its targets. */
  public static TargetProjection create(Parameters p, Build build) {
    Rows rows = new Rows(build.schema(), p.normalize());
    Graph graph = new Graph(FloatKernels.fastest());
    Rng rng = build.rng();
    Input input = graph.input(rows.width());
    List<Activate> layers = new ArrayList<>();
    Node last = input;
    for (int i = 0; i < p.hidden().size(); i++) {
      Node sum = graph.dense("hidden" + i, last, p.hidden().get(i).intValue(), rng);
      layers.add(graph.activate(sum, p.activation()));
      last = graph.add(new Detach(layers.get(i)));
    }
    Network network = Network.of(graph, input, last, build.schema());
    Targets targets = new Targets(layers, p, build.seed());
    targets.open(network.outputs());
    return new TargetProjection(network, rows, targets, p, build);
  }

  /** Each hidden layer learns by itself, the head by the labels. */
  private static final class Targets extends Strategy {
    private final List<Activate> layers;
    private final Parameters p;
    private final long seed;
    private float[][] targets = {}; // of a class, layer by layer
    private int units;

    Targets(List<Activate> layers, Parameters p, long seed) {
      this.layers = layers;
      this.p = p;
      this.seed = seed;
      for (Activate a : layers) {
        units += a.width();
      }
    }

    void open(int classes) {
      int old = targets.length;
      if (classes > old) {
        targets = Arrays.copyOf(targets, classes);
        for (int c = old; c < classes; c++) {
          Rng rng = new Rng(Rng.childSeed(seed, "target", c));
          float[] sums = new float[units];
          for (int i = 0; i < units; i++) {
            sums[i] = (float) (p.scale() * rng.nextGaussian());
          }
          targets[c] = new float[units];
          p.activation().apply(sums, targets[c]);
        }
      }
    }

    @Override
    public void grown(Lesson l, int outputs) {
      open(outputs);
    }

    @Override
    public void learn(Lesson l) {
      int rows = l.streamed();
      l.weigh(0, rows, 1);
      l.forward(rows);
      int at = 0;
      for (int k = 0; k < layers.size(); k++) {
        Node h = layers.get(k);
        for (int r = 0; r < rows; r++) {
          float[] t = targets[l.labels()[r]];
          float w = (float) (p.pull() * l.weights()[r]);
          for (int i = 0; i < h.width(); i++) {
            int place = r * h.stride() + i;
            h.gradient()[place] += w * (h.value()[place] - t[at + i]);
          }
        }
        at += h.width();
      }
      l.loss(0, rows);
      l.step(rows);
    }

    @Override
    public long memoryBytes() {
      return 64 + 40 + 8L * layers.size() + targets.length * (24L + 4L * units);
    }
  }
}
