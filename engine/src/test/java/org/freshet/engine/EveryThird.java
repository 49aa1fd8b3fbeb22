package org.freshet.engine;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Features;
import org.freshet.core.ask.Candidate;
import org.freshet.core.ask.QueryStrategy;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Wants the label of every third event, or of all, and keeps a log of what it is told: {@code ?3}
 * asked whether it wants that of event 3, {@code !3} that it is asked for, {@code l3=1} that the
 * row whose first value is 3 is about to be learnt as class 1, {@code drift}.
 */
@Component(
    name = "every_third",
    kinds = Kind.QUERY_STRATEGY,
    family = "test",
    traits = {
      org.freshet.core.Trait.NUMERIC,
      org.freshet.core.Trait.CATEGORICAL,
      org.freshet.core.Trait.MISSING
    })
public final class EveryThird implements QueryStrategy {
  static final List<String> LOG = new ArrayList<>();

  /** Parameters. */
  public record Parameters(
      @Param(value = "one event of so many is wanted", def = "3", origin = "test") int of) {}

  private final int of;
  private long calls;

  public EveryThird(Parameters p, Build build) {
    of = p.of();
  }

  @Override
  public boolean ask(Candidate c) {
    LOG.add("?" + c.event());
    return calls++ % of == 0;
  }

  @Override
  public void asked(Candidate c) {
    LOG.add("!" + c.event());
  }

  @Override
  public void learn(Features x, double label, double weight) {
    LOG.add("l" + (long) x.value(0) + "=" + (long) label);
  }

  @Override
  public void drift() {
    LOG.add("drift");
  }

  @Override
  public void save(StateWriter out) {
    out.put("calls", calls);
  }

  @Override
  public void load(StateReader in) {
    calls = in.longValue("calls");
  }

  @Override
  public long memoryBytes() {
    return 24;
  }
}
