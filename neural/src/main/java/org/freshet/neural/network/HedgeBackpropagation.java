package org.freshet.neural.network;

import org.freshet.core.Rng;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.neural.graph.Activation;
import org.freshet.neural.graph.Dense;
import org.freshet.neural.graph.Graph;
import org.freshet.neural.graph.Input;
import org.freshet.neural.graph.Node;
import org.freshet.neural.graph.Parameter;
import org.freshet.neural.kernel.FloatKernels;

/**
 * Online deep learning by hedge backpropagation: a deep network with a classifier on every layer,
 * which finds out while it learns how deep it should be.
 *
 * <p>How it works: classifier l is a softmax f_l on hidden layer l; classifier 0 sits on the input.
 * The answer is Σ α_l f_l(x). Each step goes against the gradient of Σ α_l ℓ_l, with ℓ_l the
 * log-loss of classifier l: so a classifier learns at the rate η α_l, and a hidden layer from all
 * classifiers above it. Then α_l ← α_l β^ℓ_l, no α_l below s / (number of classifiers), and all are
 * brought to sum 1. Shallow classifiers carry the start, deep ones take over when they are better.
 *
 * <p>Paper: D. Sahoo, Q. Pham, J. Lu, S. C. H. Hoi, "Online Deep Learning: Learning Deep Neural
 * Networks on the Fly", IJCAI 2018, algorithm 1.
 *
 * <p>Where we differ: the classifiers' weights start at 0, those of hidden layers at N(0, 2 /
 * inputs). With a batch, ℓ_l in the exponent is the sum over its rows. A loss above 1000 counts as
 * 1000. The bound s / (number of classifiers) is on α before it is brought to sum 1, as in the
 * paper.
 *
 * <p>Takes dense rows of numbers: scale them. A missing value counts as 0. Costs what the deepest
 * network costs and a classifier a layer; memory is 4 bytes a weight and what the optimizer adds.
 *
 * <pre>{@code
 * Classifier c =
 *     Components.classifier("standard_scaler | hedge_backpropagation(layers=16)", schema, 1);
 * c.testThenLearn(x, label, 1.0, scores);
 * }</pre>
 */
@Component(
    name = "hedge_backpropagation",
    kinds = Kind.CLASSIFIER,
    family = "neural",
    traits = {
      Trait.NUMERIC,
      Trait.MISSING,
      Trait.OPEN_LABELS,
      Trait.BOUNDED_MEMORY,
      Trait.RANDOMIZED
    })
public final class HedgeBackpropagation extends NetworkClassifier {
  /**
   * @param layers hidden layers
   * @param units of each
   * @param activation what a hidden unit makes of its sum
   * @param beta β
   * @param smoothing s
   * @param optimizer how weights move
   * @param batch labelled events a step
   * @param normalize whether each input is standardised by what was seen of it
   */
  public record Parameters(
      @Param(
              value = "hidden layers, each with a classifier on it",
              def = "8",
              range = "[1, 64]",
              origin = "chosen; the paper has up to 20")
          int layers,
      @Param(
              value = "units of each hidden layer",
              def = "100",
              range = "[1, 65536]",
              origin = "Sahoo et al. 2018, section 4.2")
          int units,
      @Param(
              value = "what a hidden unit makes of its sum",
              def = "relu",
              origin = "Sahoo et al. 2018, section 4.2")
          Activation activation,
      @Param(
              value = "a classifier's share is multiplied by this to the power of its loss",
              def = "0.99",
              range = "(0, 1)",
              origin = "Sahoo et al. 2018, section 4.2")
          double beta,
      @Param(
              value = "the share of a classifier is at least this over their number",
              def = "0.2",
              range = "[0, 1]",
              origin = "Sahoo et al. 2018, section 4.2")
          double smoothing,
      @Param(
              value = "how weights move",
              def = "sgd(learning_rate=0.01)",
              origin = "Sahoo et al. 2018, section 4.2")
          Spec optimizer,
      @Param(
              value = "labelled events a step",
              def = "1",
              range = "[1, 256]",
              unit = "events",
              origin = "the paper learns one at a time")
          int batch,
      @Param(
              value = "whether inputs are standardised by their mean and deviation so far",
              def = "false",
              origin = "as mlp")
          boolean normalize) {

    private Learning learning() {
      return new Learning(optimizer, null, null, batch, normalize, ErrorCost.SQUARED);
    }
  }

  private final Hedge hedge;

  private HedgeBackpropagation(Network network, Rows rows, Hedge hedge, Parameters p, Build build) {
    super(network, rows, p.learning(), hedge, build);
    this.hedge = hedge;
  }

  /** The network with its classifiers. */
  public static HedgeBackpropagation create(Parameters p, Build build) {
    Rows rows = new Rows(build.schema(), p.normalize());
    Graph graph = new Graph(FloatKernels.fastest());
    Rng rng = build.rng();
    Input input = graph.input(rows.width());
    Dense[] heads = new Dense[p.layers() + 1];
    Node last = input;
    for (int i = 0; i < p.layers(); i++) {
      heads[i] = head(graph, i, last, build);
      last = graph.activate(graph.dense("hidden" + i, last, p.units(), rng), p.activation());
    }
    Network network = Network.of(graph, input, last, build.schema());
    heads[p.layers()] = network.head();
    Hedge hedge = new Hedge(heads, p.beta(), p.smoothing());
    return new HedgeBackpropagation(network, rows, hedge, p, build);
  }

  private static Dense head(Graph graph, int layer, Node on, Build build) {
    int outputs = Math.max(1, build.schema().declaredLabels());
    Parameter w = new Parameter("head" + layer + "_w", on.width(), outputs);
    Parameter b = new Parameter("head" + layer + "_b", 1, outputs);
    return graph.add(new Dense(graph, on, w, b));
  }

  /** The share of each classifier in the answer, that on the input first. */
  public double[] shares() {
    return hedge.shares();
  }
}
