package org.freshet.neural.network;

import java.util.List;
import org.freshet.core.Learner;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.SchemaException;
import org.freshet.core.Trait;
import org.freshet.core.ask.Embedder;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.neural.graph.Activation;
import org.freshet.neural.graph.Dropout;
import org.freshet.neural.graph.EmbeddingBag;
import org.freshet.neural.graph.Graph;
import org.freshet.neural.graph.Input;
import org.freshet.neural.graph.LayerNorm;
import org.freshet.neural.graph.Node;
import org.freshet.neural.graph.Parameter;
import org.freshet.neural.kernel.FloatKernels;

/**
 * A multilayer perceptron that learns online, with a memory of rows to learn again when wanted.
 *
 * <p>How it works: h_0 = x, h_l = f(W_l h_{l−1} + b_l) for each hidden layer, and P(c | x) is the
 * softmax of W h_L + b; a number is W h_L + b itself. Every {@code batch} labelled events it takes
 * one step of the optimizer on the mean of −log P(y), or of the error's cost ({@code loss}); with
 * {@code replay} that many rows of the memory are added to the batch (experience replay). Weights
 * of hidden layers start from N(0, 2 / inputs).
 *
 * <p>Papers: D. E. Rumelhart, G. E. Hinton, R. J. Williams, "Learning Representations by
 * Back-propagating Errors", Nature 323, 1986; K. He et al., "Delving Deep into Rectifiers", ICCV
 * 2015 (the start); A. Chaudhry et al., "On Tiny Episodic Memories in Continual Learning", 2019
 * (replay).
 *
 * <p>Where we differ: the weights of the output layer start at 0, so that a new class starts like
 * the first ones and scores are uniform before anything is learnt. The weight of an event
 * multiplies its loss. A number is learnt in deviations from its mean so far, so that one rate
 * serves targets of any scale.
 *
 * <p>Takes dense rows of numbers: scale them ({@code normalize=true}, or {@code standard_scaler} in
 * front) and turn categories into columns ({@code one_hot}). A missing value counts as 0; values
 * are held in ±1e6. Sparse rows cost what they store: the first layer is a table with a vector for
 * each column, drawn from N(0, 1/4) when the column is first learnt, and a step moves the vectors
 * of the batch alone, so that an optimizer with a momentum moves others only when they come again.
 * Costs a multiplication a weight to predict and two or three to learn; memory is 4 bytes a weight
 * and what the optimizer, the batch and the memory add.
 *
 * <pre>{@code
 * Classifier c = Components.classifier("standard_scaler | mlp(hidden=[100])", schema, 1);
 * c.testThenLearn(x, label, 1.0, scores);
 * }</pre>
 */
@Component(
    name = "mlp",
    kinds = {Kind.CLASSIFIER, Kind.REGRESSOR},
    family = "neural",
    traits = {
      Trait.NUMERIC,
      Trait.MISSING,
      Trait.SPARSE,
      Trait.OPEN_LABELS,
      Trait.OPEN_FEATURES,
      Trait.BOUNDED_MEMORY,
      Trait.RANDOMIZED
    })
public final class Mlp {
  /**
   * @param hidden units of each hidden layer
   * @param activation what a hidden unit makes of its sum
   * @param layerNorm whether hidden layers are normalised
   * @param dropout share of hidden units left out while learning
   * @param maxFeatures columns of sparse rows used
   * @param maxValues values of a sparse row used
   * @param learning how it learns
   */
  public record Parameters(
      @Param(
              value = "units of each hidden layer, first to last; none is a linear model",
              def = "[100]",
              range = "[1, 65536]",
              origin = "one layer of 100, as in scikit-learn")
          List<Double> hidden,
      @Param(
              value = "what a hidden unit makes of its sum",
              def = "relu",
              origin = "Nair and Hinton, ICML 2010")
          Activation activation,
      @Param(
              value = "whether the sums of each hidden layer are brought to mean 0 and variance 1",
              def = "false",
              origin = "Ba, Kiros and Hinton 2016")
          boolean layerNorm,
      @Param(
              value = "share of hidden units left out at random while learning",
              def = "0.0",
              range = "[0, 1)",
              origin = "none: an online learner sees each row once")
          double dropout,
      @Param(
              value = "sparse columns used; those at or beyond it are left out",
              def = "65536",
              range = "[1, 16777216]",
              origin = "26 MB for 100 units; hash wider rows with feature_hasher")
          int maxFeatures,
      @Param(
              value = "values of a sparse row used, the first ones",
              def = "512",
              range = "[1, 65536]",
              unit = "values",
              origin = "a page of text; each row kept has room for so many")
          int maxValues,
      Learning learning) {}

  private static final int FIRST_COLUMNS = 64;
  private static final double SPARSE_DEVIATION = 0.5; // He et al. for a row of eight ones

  private Mlp() {}

  /** A classifier or a regressor, as the label asks. */
  public static Learner create(Parameters p, Build build) {
    Schema schema = build.schema();
    Rows rows =
        schema.isSparse()
            ? new Rows(p.maxValues(), p.maxFeatures())
            : new Rows(schema, p.learning().normalize());
    if (schema.isSparse() && p.hidden().isEmpty()) {
      throw new SchemaException(
          "mlp without a hidden layer takes no sparse rows; use softmax_regression, or hidden=[100]");
    }
    Network network = network(p, rows, build);
    return schema.target() == Schema.Target.NUMBER
        ? new OfNumbers(network, rows, p, build)
        : new OfClasses(network, rows, p, build);
  }

  private static Network network(Parameters p, Rows rows, Build build) {
    Graph graph = new Graph(FloatKernels.fastest());
    Input input = graph.input(rows.width());
    Rng rng = build.rng();
    Node last = input;
    for (int i = 0; i < p.hidden().size(); i++) {
      int units = p.hidden().get(i).intValue();
      last =
          i == 0 && build.schema().isSparse()
              ? bag(graph, input, units, p.maxFeatures(), build)
              : graph.dense("hidden" + i, last, units, rng);
      if (p.layerNorm()) {
        last = graph.add(new LayerNorm(graph, "hidden" + i + "_norm", last));
      }
      last = graph.activate(last, p.activation());
      if (p.dropout() > 0) {
        last = graph.add(new Dropout(last, p.dropout(), build.child("dropout", i).rng()));
      }
    }
    return Network.of(graph, input, last, build.schema());
  }

  private static Node bag(Graph graph, Input input, int units, int most, Build build) {
    int columns = Math.min(most, Math.max(FIRST_COLUMNS, build.schema().width()));
    Parameter table = new Parameter("hidden0_w", columns, units);
    table.growing(most, SPARSE_DEVIATION, build.child("hidden0", 0).seed());
    return graph.add(new EmbeddingBag(graph, input, table, new Parameter("hidden0_b", 1, units)));
  }

  private static final class OfClasses extends NetworkClassifier implements Embedder {
    OfClasses(Network network, Rows rows, Parameters p, Build build) {
      super(network, rows, p.learning(), build);
    }
  }

  private static final class OfNumbers extends NetworkRegressor implements Embedder {
    OfNumbers(Network network, Rows rows, Parameters p, Build build) {
      super(network, rows, p.learning(), build);
    }
  }
}
