package org.freshet.neural.ask;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Learner;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.ask.Candidate;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.junit.jupiter.api.Test;

class NeuronalTest {
  /** An event without a model: the strategy has its own. */
  private static final class Event implements Candidate {
    private Features x;

    @Override
    public Features x() {
      return x;
    }

    @Override
    public long event() {
      return 0;
    }

    @Override
    public int labels() {
      return 0;
    }

    @Override
    public double score(int code) {
      return 0;
    }

    @Override
    public double predicted() {
      return -1;
    }

    @Override
    public double rate() {
      return 0.1;
    }

    @Override
    public boolean allowed() {
      return true;
    }

    @Override
    public Learner learner() {
      throw new IllegalStateException("there is none");
    }
  }

  /** The sides of a line: what is asked in the end lies near it, and is a tenth of the events. */
  @Test
  void asksNearTheBorderAtTheRate() {
    List<Column> columns = new ArrayList<>();
    columns.add(Column.numeric("u"));
    columns.add(Column.numeric("v"));
    Schema schema = Schema.classification(columns, "y", "a", "b");
    Neuronal s =
        (Neuronal)
            Components.create(
                Spec.parse("neuronal(hidden=20, optimizer=adam(learning_rate=0.01))"),
                Build.of(schema),
                org.freshet.core.ask.QueryStrategy.class);
    Event c = new Event();
    Rng rng = new Rng(3);
    double asked = 0;
    double near = 0;
    double all = 0;
    for (int n = 0; n < 6000; n++) {
      double u = rng.nextGaussian();
      double v = 5 + 3 * rng.nextGaussian();
      c.x = Features.of(u, v);
      boolean ask = s.ask(c);
      if (ask) {
        s.learn(c.x, u > 0 ? 1 : 0, 1);
      }
      if (n >= 3000) {
        all += Math.abs(u) / 3000;
        asked += ask ? 1 : 0;
        near += ask ? Math.abs(u) : 0;
      }
    }
    assertThat(asked / 3000).isBetween(0.08, 0.12);
    assertThat(near / asked).isLessThan(0.5 * all);
  }
}
