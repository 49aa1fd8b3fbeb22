package org.freshet.neural.network;

import java.util.List;
import org.freshet.core.ConfigException;
import org.freshet.core.Learner;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.SchemaException;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.neural.graph.Activation;
import org.freshet.neural.graph.ElementwiseRecurrent;
import org.freshet.neural.graph.Graph;
import org.freshet.neural.graph.Gru;
import org.freshet.neural.graph.Input;
import org.freshet.neural.graph.Node;
import org.freshet.neural.kernel.FloatKernels;

/**
 * A recurrent network that learns sequences online, with the strategies and memories of {@code
 * mlp}: each row is a sequence, as lags or a window make it, or the stream itself is one.
 *
 * <p>How it works: the cell goes over the steps of the row from first to last; dense layers ({@code
 * hidden}) and the classes or the number see its last state. {@code gru}: gated units, whose
 * gradients go back through all steps. {@code elementwise}: linear units of which none sees
 * another, h ← a ∘ h + √(1 − a²) ∘ (W x + b) with a = σ(ν) learnt, whose gradients are carried
 * along forwards; what they give goes through the activation.
 *
 * <p>With {@code state=fresh} the state begins at 0 in each row. With {@code state=carried}, for
 * elementwise units, it goes on from event to event, and so do its gradients, so that what the
 * units keep of any event before is learnt, however long ago (real-time recurrent learning). An
 * event enters the state when it is learnt, or when it is known that no label will come for it; a
 * late label is late there too. For one state a key put it under {@code per_key}. A row kept in a
 * memory keeps the state it came with (S. Kapturowski et al., "Recurrent Experience Replay in
 * Distributed Reinforcement Learning", ICLR 2019).
 *
 * <p>Papers: K. Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder for
 * Statistical Machine Translation", EMNLP 2014 (gru); A. Orvieto et al., "Resurrecting Recurrent
 * Neural Networks for Long Sequences", ICML 2023 (elementwise); R. J. Williams, D. Zipser, "A
 * Learning Algorithm for Continually Running Fully Recurrent Neural Networks", Neural Computation
 * 1(2), 1989 (gradients forwards).
 *
 * <p>Where we differ: the reset gate is applied after the product with the state, so that all gates
 * are one product; elementwise units have real and not complex a, so that they keep fading sums and
 * no exact delays. Gradients of a carried state are those by the weights as they were at each
 * event, as in Williams and Zipser; no state is carried for gru, whose gradients would have to be
 * cut off.
 *
 * <p>Takes dense rows of numbers, the values of the first step, then of the second and so on; bring
 * them to about −1 … 1 ({@code normalize=true}). Costs, with {@code units} u and s values a step, 3
 * u (u + s) products a step for gru, u s for elementwise; to learn three times this. Gru keeps
 * every step of the batch, elementwise u (s + 2) floats a row, u (s + 3) more in each row that
 * waits or is kept where the state is carried.
 *
 * <pre>{@code
 * Regressor r = Components.regressor("recurrent(steps=24, units=32, normalize=true)", schema, 1);
 * double answer = r.testThenLearn(x, target, 1.0);
 * Regressor s =
 *     Components.regressor("recurrent(steps=1, cell=elementwise, state=carried)", schema, 1);
 * }</pre>
 */
@Component(
    name = "recurrent",
    kinds = {Kind.CLASSIFIER, Kind.REGRESSOR},
    family = "neural",
    traits = {
      Trait.NUMERIC,
      Trait.MISSING,
      Trait.OPEN_LABELS,
      Trait.BOUNDED_MEMORY,
      Trait.RANDOMIZED
    })
public final class Recurrent {
  /** What goes over the steps. */
  public enum Cell {
    /** Gated recurrent units. */
    GRU,
    /** Linear units, each with a memory of its own. */
    ELEMENTWISE
  }

  /** What a row begins with. */
  public enum State {
    /** 0. */
    FRESH,
    /** The state after the event before. */
    CARRIED
  }

  /**
   * @param steps of a row
   * @param cell what goes over them
   * @param state what a row begins with
   * @param units of the cell
   * @param hidden units of each dense layer after it
   * @param activation what a unit makes of its sum
   * @param learning how it learns
   */
  public record Parameters(
      @Param(
              value = "steps of a row, each of as many columns; 0 takes each column as one",
              def = "0",
              range = "[0, 65536]",
              unit = "steps",
              origin = "lags of one number")
          int steps,
      @Param(value = "what goes over the steps", def = "gru", origin = "Cho et al. 2014") Cell cell,
      @Param(
              value = "what a row begins with: nothing, or the state after the event before",
              def = "fresh",
              origin = "what an answer depends on is in its row")
          State state,
      @Param(
              value = "units of the cell",
              def = "32",
              range = "[1, 65536]",
              origin = "small, as one event after the other is learnt")
          int units,
      @Param(
              value = "units of each dense layer after the cell",
              def = "[]",
              range = "[1, 65536]",
              origin = "the answer sees the state")
          List<Double> hidden,
      @Param(
              value = "what a unit of dense layers, and one elementwise, makes of its sum",
              def = "relu",
              origin = "Nair and Hinton, ICML 2010")
          Activation activation,
      Learning learning) {}

  private Recurrent() {}

  /** A classifier or a regressor, as the label asks. */
  public static Learner create(Parameters p, Build build) {
    Schema schema = build.schema();
    int steps = p.steps() == 0 ? schema.width() : p.steps();
    if (schema.isSparse() || steps == 0 || schema.width() % steps != 0) {
      throw new SchemaException(
          "recurrent: "
              + schema.width()
              + " columns are not steps="
              + steps
              + " of as many columns each; give a divisor");
    }
    if (p.state() == State.CARRIED && p.cell() != Cell.ELEMENTWISE) {
      throw new ConfigException(
          "", "recurrent: state=carried is for cell=elementwise, whose gradients go along with it");
    }
    Rows rows = new Rows(schema, p.learning().normalize());
    Network network = network(p, steps, rows, build);
    return schema.target() == Schema.Target.NUMBER
        ? new OfNumbers(network, rows, p, build)
        : new OfClasses(network, rows, p, build);
  }

  private static Network network(Parameters p, int steps, Rows rows, Build build) {
    Graph graph = new Graph(FloatKernels.fastest());
    boolean carried = p.state() == State.CARRIED;
    int size = rows.width() / steps;
    int more = carried ? ElementwiseRecurrent.carried(size, p.units()) : 0;
    Input input = graph.input(Math.addExact(rows.width(), more));
    Rng rng = build.rng();
    Node last;
    if (p.cell() == Cell.GRU) {
      last = graph.add(new Gru(graph, "gru", input, size, p.units(), rng));
    } else {
      ElementwiseRecurrent cell =
          graph.add(
              new ElementwiseRecurrent(
                  graph, "units", input, steps, size, p.units(), carried, rng));
      if (carried) {
        rows.carry(cell);
      }
      last = graph.activate(cell, p.activation());
    }
    for (int i = 0; i < p.hidden().size(); i++) {
      last = graph.dense("hidden" + i, last, p.hidden().get(i).intValue(), rng);
      last = graph.activate(last, p.activation());
    }
    return Network.of(graph, input, last, build.schema());
  }

  private static final class OfClasses extends NetworkClassifier {
    OfClasses(Network network, Rows rows, Parameters p, Build build) {
      super(network, rows, p.learning(), build);
    }
  }

  private static final class OfNumbers extends NetworkRegressor {
    OfNumbers(Network network, Rows rows, Parameters p, Build build) {
      super(network, rows, p.learning(), build);
    }
  }
}
