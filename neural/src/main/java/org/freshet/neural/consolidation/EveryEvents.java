package org.freshet.neural.consolidation;

import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Takes stock after every so many labelled events, whatever the loss: for streams whose tasks have
 * a known length, and as the plain thing to compare with.
 *
 * <p>How it works: counts events; with the batch that makes them {@code events} it takes stock and
 * counts from 0 again.
 *
 * <p>Source: none; the consolidation at the end of a task of James Kirkpatrick et al., "Overcoming
 * Catastrophic Forgetting in Neural Networks", PNAS 114(13), 2017, on a clock.
 *
 * <p>Where we differ: tasks are not told, so a period may begin in one task and end in another.
 *
 * <p>Costs nothing; keeps one number.
 *
 * <pre>{@code
 * mlp(hidden=[100], strategy=ewc(consolidate=every_events(events=5000)))
 * }</pre>
 */
@Component(name = "every_events", kinds = Kind.PART, family = "consolidation")
public final class EveryEvents implements Consolidation {
  /**
   * @param events length of a period
   */
  public record Parameters(
      @Param(
              value = "labelled events from one time to the next",
              def = "1000",
              range = "[1, 1000000000]",
              unit = "events",
              origin = "chosen; the length of a task where it is known")
          int events) {}

  private final Parameters p;

  public EveryEvents(Parameters p, Build build) {
    this.p = p;
  }

  @Override
  public Trigger trigger() {
    return new Clock(p.events());
  }

  private static final class Clock extends Trigger {
    private final int period;
    private int seen;

    Clock(int period) {
      this.period = period;
    }

    @Override
    public boolean after(double loss, int rows) {
      seen += rows;
      if (seen < period) {
        return false;
      }
      seen = 0;
      return true;
    }

    @Override
    public void save(StateWriter out) {
      out.put("seen", (long) seen);
    }

    @Override
    public void load(StateReader in) {
      seen = in.intValue("seen", 0, period - 1);
    }

    @Override
    public long memoryBytes() {
      return 24;
    }
  }
}
