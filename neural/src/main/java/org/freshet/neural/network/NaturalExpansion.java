package org.freshet.neural.network;

import java.util.List;
import org.freshet.core.Rng;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.consolidation.Consolidation;
import org.freshet.neural.consolidation.Trigger;
import org.freshet.neural.graph.Activation;
import org.freshet.neural.graph.Graph;
import org.freshet.neural.graph.Losses;
import org.freshet.neural.graph.Node;
import org.freshet.neural.kernel.FloatKernels;
import org.freshet.neural.strategy.Lesson;
import org.freshet.neural.strategy.Recent;
import org.freshet.neural.strategy.Strategy;

/**
 * A multilayer perceptron that begins small and adds units where, by the natural gradient, they
 * would lower the loss.
 *
 * <p>How it works: from time to time ({@code grow}) it looks at the last {@code rows} rows. For
 * each hidden layer, η = gᵀ F⁻¹ g is the score of the weights that read it, with g the gradient of
 * the loss and F the Fisher matrix; {@code proposals} units with random weights are tried, and the
 * one that raises η most, by Δ, is added if (η + Δ) / η > τ and Δ > α. Weights that read it begin
 * at 0, so that no answer changes; then the next is looked for. Else it learns as {@code mlp}.
 *
 * <p>Paper: R. Mitchell, R. Menzenbach, K. Kersting, M. Mundt, "Self-Expanding Neural Networks",
 * 2023.
 *
 * <p>Where we differ: proposals are drawn, and not improved by gradient steps; Δ is computed, where
 * the paper has a lower bound of it. F is the empirical one, as a Kronecker product, which makes η
 * the sum of the squared canonical correlations of what the layer gives and the gradients of what
 * reads it. It is compared layer by layer. Layers are not added and units not taken away.
 *
 * <p>Takes dense rows of numbers: scale them. A missing value counts as 0. Costs what {@code mlp}
 * of its size costs; to look, rows · units · (units + proposals · inputs) for each layer and unit
 * added.
 *
 * <pre>{@code
 * Classifier c =
 *     Components.classifier("standard_scaler | natural_expansion(hidden=[4])", schema, 1);
 * c.testThenLearn(x, label, 1.0, scores);
 * }</pre>
 */
@Component(
    name = "natural_expansion",
    kinds = Kind.CLASSIFIER,
    family = "neural",
    traits = {
      Trait.NUMERIC,
      Trait.MISSING,
      Trait.OPEN_LABELS,
      Trait.BOUNDED_MEMORY,
      Trait.RANDOMIZED
    })
public final class NaturalExpansion extends NetworkClassifier {
  /**
   * @param hidden units of each hidden layer to begin with
   * @param units of each hidden layer at most
   * @param activation what a hidden unit makes of its sum
   * @param grow when to look
   * @param rows that are looked at
   * @param proposals for a unit
   * @param ratio τ
   * @param least α
   * @param optimizer how weights move
   * @param batch labelled events a step
   * @param normalize whether each input is standardised by what was seen of it
   */
  public record Parameters(
      @Param(
              value = "units of each hidden layer to begin with, first to last",
              def = "[4]",
              range = "[1, 65536]",
              origin = "ours; one small layer")
          List<Double> hidden,
      @Param(
              value = "units of a hidden layer at most",
              def = "256",
              range = "[1, 4096]",
              unit = "units",
              origin = "ours")
          int units,
      @Param(value = "what a hidden unit makes of its sum", def = "relu", origin = "as mlp")
          Activation activation,
      @Param(
              value = "when it is looked whether units would help",
              def = "every_events(events=500)",
              origin = "ours; about as many as are looked at")
          Spec grow,
      @Param(
              value = "last labelled rows that are looked at; it waits until there are as many",
              def = "500",
              range = "[10, 10000]",
              unit = "rows",
              origin = "ours")
          int rows,
      @Param(
              value = "random units tried for one that is added",
              def = "32",
              range = "[1, 1000]",
              origin = "ours")
          int proposals,
      @Param(
              value = "by what a unit must multiply the score",
              def = "1.1",
              range = "[1, 1000]",
              origin = "ours")
          double ratio,
      @Param(
              value = "what a unit must add to the score, of which each output has 1 at most",
              def = "0.05",
              range = "[0, 1000]",
              origin = "ours; above what chance gives with 500 rows")
          double least,
      @Param(value = "how weights move", def = "adam", origin = "as mlp") Spec optimizer,
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

  private final WideningNetwork network;

  private NaturalExpansion(WideningNetwork network, Rows rows, Parameters p, Build build) {
    super(network, rows, p.learning(), new Growth(network, p, build), build);
    this.network = network;
  }

  /** The network as it begins. */
  public static NaturalExpansion create(Parameters p, Build build) {
    Rows rows = new Rows(build.schema(), p.normalize());
    Graph graph = new Graph(FloatKernels.fastest());
    int[] hidden = p.hidden().stream().mapToInt(Double::intValue).toArray();
    WideningNetwork network =
        WideningNetwork.of(
            graph,
            graph.input(rows.width()),
            hidden,
            p.activation(),
            p.units(),
            build.schema(),
            build.rng());
    return new NaturalExpansion(network, rows, p, build);
  }

  /** Units of a hidden layer now. */
  public int units(int layer) {
    return network.layer(layer).width();
  }

  /** Plain training, and a look at what units would bring. */
  private static final class Growth extends Strategy {
    private final WideningNetwork network;
    private final Parameters p;
    private final Trigger trigger;
    private final Recent recent;
    private final int[] labels;
    private final float[] weights;

    Growth(WideningNetwork network, Parameters p, Build build) {
      this.network = network;
      this.p = p;
      trigger = build.create(p.grow(), Consolidation.class).trigger();
      recent = new Recent(p.rows(), network.input().stride());
      labels = new int[p.rows()];
      weights = new float[p.rows()];
    }

    @Override
    public void begin(Lesson l) {
      network.graph().capacity(p.rows());
    }

    @Override
    public void learn(Lesson l) {
      int rows = l.streamed();
      for (int r = 0; r < rows; r++) {
        recent.add(network.input().value(), r * network.input().stride(), l.labels()[r]);
      }
      l.weigh(0, rows, 1);
      l.forward(rows);
      double loss = l.loss(0, rows);
      l.step(rows);
      double weight = 0;
      for (int r = 0; r < rows; r++) {
        weight += l.weights()[r];
      }
      if (trigger.after(loss / weight, rows) && recent.size() == p.rows()) {
        for (int i = 0; i < network.hidden(); i++) {
          expand(i, l.rng());
        }
      }
    }

    /** Adds units to a layer as long as they are worth it. */
    private void expand(int layer, Rng rng) {
      if (network.full(layer)) {
        return;
      }
      look();
      double[][] below = values(network.below(layer), 1);
      double[][] gives = values(network.layer(layer), 1 + p.units());
      double[][] gradients = gradients(network.above(layer));
      while (!network.full(layer)) {
        int units = network.layer(layer).width();
        ExpansionScore score =
            new ExpansionScore(gives, 1 + units, gradients, network.above(layer).width());
        Proposal best = null;
        for (int i = 0; i < p.proposals(); i++) {
          Proposal one = new Proposal(below, network.below(layer).width(), p.activation(), rng);
          one.gain = score.gain(one.values);
          best = best == null || one.gain > best.gain ? one : best;
        }
        if (best.gain <= p.least() || best.gain <= (p.ratio() - 1) * score.score()) {
          return;
        }
        network.add(layer, best.weights, best.bias);
        for (int r = 0; r < gives.length; r++) {
          gives[r][1 + units] = best.values[r];
        }
      }
    }

    /** Values and gradients of all nodes for the last rows; no weight moves. */
    private void look() {
      for (int r = 0; r < p.rows(); r++) {
        recent.copyRow(r, network.input().value(), r * network.input().stride());
        labels[r] = recent.label(r);
        weights[r] = 1;
      }
      network.graph().forward(p.rows());
      Losses.softmaxCrossEntropy(network.head(), labels, weights, 0, p.rows());
      network.graph().backward(p.rows());
    }

    /** A 1 for the bias and what a node gave, for each row. */
    private double[][] values(Node of, int room) {
      double[][] to = new double[p.rows()][Math.max(room, 1 + of.width())];
      for (int r = 0; r < to.length; r++) {
        to[r][0] = 1;
        for (int i = 0; i < of.width(); i++) {
          to[r][1 + i] = of.value()[r * of.stride() + i];
        }
      }
      return to;
    }

    private double[][] gradients(Node of) {
      double[][] to = new double[p.rows()][of.width()];
      for (int r = 0; r < to.length; r++) {
        for (int i = 0; i < of.width(); i++) {
          to[r][i] = of.gradient()[r * of.stride() + i];
        }
      }
      return to;
    }

    @Override
    public void save(StateWriter out) {
      trigger.save(out.child("grow"));
      recent.save(out.child("recent"));
    }

    @Override
    public void load(StateReader in, int mostOutputs) {
      trigger.load(in.child("grow"));
      recent.load(in.child("recent"), mostOutputs);
    }

    @Override
    public long memoryBytes() {
      return 80 + trigger.memoryBytes() + recent.memoryBytes() + 8L * p.rows();
    }
  }

  /** A unit with random weights, and what it gives for the rows looked at. */
  private static final class Proposal {
    private final float[] weights;
    private final float bias;
    private final double[] values;
    private double gain;

    /**
     * @param below a 1 and the inputs of each row
     */
    Proposal(double[][] below, int inputs, Activation kind, Rng rng) {
      weights = new float[inputs];
      double scale = Math.sqrt(2.0 / Math.max(1, inputs));
      for (int i = 0; i < inputs; i++) {
        weights[i] = (float) (scale * rng.nextGaussian());
      }
      bias = (float) (scale * rng.nextGaussian());
      float[] sums = new float[below.length];
      for (int r = 0; r < sums.length; r++) {
        double sum = bias;
        for (int i = 0; i < inputs; i++) {
          sum += weights[i] * below[r][1 + i];
        }
        sums[r] = (float) sum;
      }
      kind.apply(sums, sums);
      values = new double[sums.length];
      for (int r = 0; r < sums.length; r++) {
        values[r] = sums[r];
      }
    }
  }
}
