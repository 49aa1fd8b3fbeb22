package org.freshet.evaluate.protocol;

import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;

/**
 * Tasks of permuted labels: every so many events the classes exchange names at random. What the
 * inputs look like stays useful, what they are called does not.
 *
 * <p>How it works: the shuffled stream is cut into tasks of {@code every} events; it begins again,
 * newly shuffled, when more are wanted. In each task every class is called by the name of one drawn
 * from the seed; the first task keeps the names. A task is tested on all tests, by its names: tasks
 * contradict each other, so the accuracy online and near ahead tells more than what is kept.
 *
 * <p>Paper: M. Elsayed and A. R. Mahmood, "Addressing loss of plasticity and catastrophic
 * forgetting in continual learning", ICLR 2024 (label-permuted EMNIST: {@code every=2500}).
 *
 * <p>Where we differ: nowhere that we know of; the first task is as it is.
 *
 * <p>Costs: the events in memory (a byte a value for pixels, within {@code max_bytes}); {@code
 * points} · tasks² / 2 · {@code sample} predictions for the tests, none with {@code sample=0}.
 *
 * <pre>{@code
 * protocol: { label_permuted: { every: 2500, tasks: 400, sample: 0 } }
 * }</pre>
 */
@Component(
    name = "label_permuted",
    kinds = Kind.PROTOCOL,
    family = "continual",
    traits = Trait.RANDOMIZED)
public final class LabelPermuted extends TaskProtocol {
  public record Parameters(Length length, Testing testing) {}

  private final Parameters p;

  public LabelPermuted(Parameters p, Build build) {
    super("label_permuted", p.testing(), build);
    this.p = p;
  }

  @Override
  Tasks tasks(Split data) {
    return new Renamed(data, p.length(), this);
  }

  private static final class Renamed extends Repeated {
    private final int[][] names;

    Renamed(Split data, Length length, TaskProtocol protocol) {
      super(data, length, protocol);
      names = new int[count()][];
      for (int t = 0; t < names.length; t++) {
        names[t] = Split.upTo(classes());
        if (t > 0) {
          data.rng("names", t).shuffle(names[t], classes(), classes());
        }
      }
    }

    @Override
    int label(int task, int code) {
      return names[task][super.label(task, code)];
    }
  }
}
