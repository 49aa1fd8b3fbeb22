package org.freshet.evaluate.protocol;

import org.freshet.core.Column;
import org.freshet.core.Schema;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;

/**
 * Tasks of permuted inputs: every so many events the columns exchange places at random, and stay
 * there until the next task. What was learnt about columns is void, what was learnt about learning
 * is not.
 *
 * <p>How it works: the shuffled stream is cut into tasks of {@code every} events; it begins again,
 * newly shuffled, when more are wanted. The columns of each task are put in an order drawn from the
 * seed; the first task keeps its own. A task is tested on all tests, in its order of columns.
 *
 * <p>Papers: I. J. Goodfellow, M. Mirza, D. Xiao, A. Courville and Y. Bengio, "An empirical
 * investigation of catastrophic forgetting in gradient-based neural networks", 2013; M. Elsayed and
 * A. R. Mahmood, "Addressing loss of plasticity and catastrophic forgetting in continual learning",
 * ICLR 2024 (input-permuted MNIST: {@code every=5000}). The plasticity they look at is the accuracy
 * online, which the report gives for each task; {@code sample=0} leaves the tests out.
 *
 * <p>Where we differ: nowhere that we know of; the first task is as it is.
 *
 * <p>Costs: the events in memory (a byte a value for pixels, within {@code max_bytes}), one copy a
 * value; {@code points} · tasks² / 2 · {@code sample} predictions for the tests.
 *
 * <pre>{@code
 * protocol: { input_permuted: { every: 5000, tasks: 200, sample: 0 } }
 * }</pre>
 */
@Component(
    name = "input_permuted",
    kinds = Kind.PROTOCOL,
    family = "continual",
    traits = Trait.RANDOMIZED)
public final class InputPermuted extends TaskProtocol {
  public record Parameters(Length length, Testing testing) {}

  private final Parameters p;

  public InputPermuted(Parameters p, Build build) {
    super("input_permuted", p.testing(), build);
    this.p = p;
  }

  @Override
  Tasks tasks(Split data) {
    Schema schema = data.train().schema();
    if (schema.isSparse()
        || schema.columns().stream().anyMatch(c -> c.kind() != Column.Kind.NUMERIC)) {
      throw refused(
          "exchanges columns, which must be dense and all numeric; leave others out with '--ignore'");
    }
    return new Permuted(data, p.length(), this);
  }

  private static final class Permuted extends Repeated {
    Permuted(Split data, Length length, TaskProtocol protocol) {
      super(data, length, protocol);
    }

    @Override
    Look look(int task) {
      if (task == 0) {
        return null;
      }
      int[] from = Split.upTo(data.train().schema().width());
      data.rng("columns", task).shuffle(from, from.length, from.length);
      return (row, to, at) -> {
        for (int i = 0; i < from.length; i++) {
          to[at + i] = row[from[i]];
        }
      };
    }
  }
}
