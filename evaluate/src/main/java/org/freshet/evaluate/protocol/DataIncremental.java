package org.freshet.evaluate.protocol;

import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;

/**
 * Tasks of more of the same: the shuffled stream cut into pieces, all of the same kind. Nothing
 * changes from task to task, so it is what the other protocols are compared with.
 *
 * <p>How it works: the shuffled stream is cut into {@code tasks} pieces, or pieces of {@code every}
 * events; it begins again, newly shuffled, when more are wanted. Every task is tested on all tests.
 * With {@code shuffle=false} the pieces are those of the stream as it is, drift included.
 *
 * <p>Paper: M. De Lange and T. Tuytelaars, "Continual prototype evolution: learning online from
 * non-stationary data streams", ICCV 2021 (data-incremental learning).
 *
 * <p>Where we differ: theirs is any division of a stream; this is the one without change.
 *
 * <p>Costs: the events in memory (a byte a value for pixels, within {@code max_bytes}); {@code
 * points} · tasks · {@code sample} predictions for the tests.
 *
 * <pre>{@code
 * protocol: { data_incremental: { tasks: 5 } }
 * }</pre>
 */
@Component(
    name = "data_incremental",
    kinds = Kind.PROTOCOL,
    family = "continual",
    traits = Trait.RANDOMIZED)
public final class DataIncremental extends TaskProtocol {
  public record Parameters(Length length, Testing testing) {}

  private final Parameters p;

  public DataIncremental(Parameters p, Build build) {
    super("data_incremental", p.testing(), build);
    this.p = p;
  }

  @Override
  Tasks tasks(Split data) {
    return new Pieces(data, p.length(), this);
  }

  private static final class Pieces extends Repeated {
    Pieces(Split data, Length length, TaskProtocol protocol) {
      super(data, length, protocol);
    }

    @Override
    int testOf(int task) {
      return 0;
    }

    @Override
    boolean change() {
      return false;
    }
  }
}
