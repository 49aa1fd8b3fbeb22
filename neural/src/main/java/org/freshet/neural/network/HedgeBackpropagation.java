package org.freshet.neural.network;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Rng;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.neural.graph.Activation;
import org.freshet.neural.graph.Attenuate;
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
 * <p>How it works: classifier l is a softmax f_l on hidden layer l. The answer is Σ α_l f_l(x).
 * Hidden layers go against the gradient of Σ α_l ℓ_l, with ℓ_l the log-loss of classifier l, so
 * each learns from all classifiers above it by their shares; each classifier goes against the
 * gradient of its own loss. Then α_l ← α_l β^ℓ_l, no α_l below s / (number of classifiers), and all
 * are brought to sum 1. Shallow classifiers carry the start, deep ones take over when they are
 * better.
 *
 * <p>Paper: D. Sahoo, Q. Pham, J. Lu, S. C. H. Hoi, "Online Deep Learning: Learning Deep Neural
 * Networks on the Fly", IJCAI 2018.
 *
 * <p>Where we differ: classifiers learn at the full rate η, and not at η α_l, unless {@code scaled}
 * asks for the paper's rate, which makes the start slow: with 16 layers each classifier begins at a
 * sixteenth of the rate. The classifier on the input is left out unless {@code linear} asks for it:
 * where it is best at first it gets nearly all of the share, and hidden layers then hardly learn.
 * The classifiers' weights start at 0, those of hidden layers at N(0, 2 / inputs). With a batch,
 * ℓ_l in the exponent is the sum over its rows. A loss above 1000 counts as 1000. {@code beta} and
 * {@code smoothing} are the authors', who learn millions of events; on some ten thousand {@code
 * beta=0.8, smoothing=0.05} leaves depths that are too great sooner, and less to them.
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
   * @param linear whether there is a classifier on the input
   * @param scaled whether classifiers learn at the rate of their share
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
              origin = "chosen")
          int layers,
      @Param(
              value = "units of each hidden layer",
              def = "100",
              range = "[1, 65536]",
              origin = "the authors' code")
          int units,
      @Param(
              value = "what a hidden unit makes of its sum",
              def = "relu",
              origin = "the authors' code")
          Activation activation,
      @Param(
              value = "whether there is a classifier on the input too",
              def = "false",
              origin = "its fast start would keep hidden layers from learning")
          boolean linear,
      @Param(
              value = "whether a classifier learns at the rate times its share, as in the paper",
              def = "false",
              origin = "the full rate starts faster")
          boolean scaled,
      @Param(
              value = "a classifier's share is multiplied by this to the power of its loss",
              def = "0.99",
              range = "(0, 1)",
              origin = "the authors' code")
          double beta,
      @Param(
              value = "the share of a classifier is at least this over their number",
              def = "0.2",
              range = "[0, 1]",
              origin = "the authors' code")
          double smoothing,
      @Param(
              value = "how weights move",
              def = "sgd(learning_rate=0.01)",
              origin = "the authors' code")
          Spec optimizer,
      @Param(
              value = "labelled events a step",
              def = "1",
              range = "[1, 256]",
              unit = "events",
              origin = "the paper learns one at a time")
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
    List<Attenuate> gates = new ArrayList<>();
    List<Dense> heads = new ArrayList<>();
    Node last = input;
    for (int i = 0; i < p.layers(); i++) {
      if (i > 0 || p.linear()) {
        gates.add(graph.add(new Attenuate(last)));
        heads.add(head(graph, i, gates.get(gates.size() - 1), build));
      }
      last = graph.activate(graph.dense("hidden" + i, last, p.units(), rng), p.activation());
    }
    gates.add(graph.add(new Attenuate(last)));
    Network network = Network.of(graph, input, gates.get(gates.size() - 1), build.schema());
    heads.add(network.head());
    Hedge hedge = new Hedge(gates, heads, p.scaled(), p.beta(), p.smoothing());
    return new HedgeBackpropagation(network, rows, hedge, p, build);
  }

  private static Dense head(Graph graph, int layer, Node on, Build build) {
    int outputs = Math.max(1, build.schema().declaredLabels());
    Parameter w = new Parameter("head" + layer + "_w", on.width(), outputs);
    Parameter b = new Parameter("head" + layer + "_b", 1, outputs);
    return graph.add(new Dense(graph, on, w, b));
  }

  /** The share of each classifier in the answer, the lowest first. */
  public double[] shares() {
    return hedge.shares();
  }
}
