package org.freshet.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.Unlabelled;
import org.freshet.core.component.Span;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.LabelPlan.OnTimeout;
import org.freshet.engine.ask.AskPlan;
import org.freshet.engine.ask.Budget;
import org.junit.jupiter.api.Test;

/** When a learner is shown the events whose labels do not come: {@code u3} shows that of row 3. */
class UnlabelledTest {
  private static final class Noting implements Classifier, Unlabelled {
    final List<String> log = new ArrayList<>();

    @Override
    public int labels() {
      return 3;
    }

    @Override
    public void scores(Features x, double[] scores) {
      scores[0] = 1;
    }

    @Override
    public void learn(Features x, int label, double weight) {
      log.add("l" + (long) x.value(0) + "=" + label);
    }

    @Override
    public void unlabelled(Features x, double weight) {
      log.add("u" + (long) x.value(0));
    }

    @Override
    public void save(StateWriter out) {}

    @Override
    public void load(StateReader in) {}

    @Override
    public long memoryBytes() {
      return 16;
    }
  }

  private final Schema schema = Events.schema("x", "y", "z");
  private final Rows rows = new Rows(schema);
  private final Noting learner = new Noting();

  private String run(LabelPlan plan) {
    learner.log.clear();
    Engine engine = new Engine(schema, learner, plan);
    engine.process(rows.batch, 0, rows.batch.size(), new Outcomes());
    return String.join(" ", learner.log);
  }

  @Test
  void anEventWithNeitherLabelNorIdIsShownAtOnce() {
    rows.event(null, 0, 1).event(null, 1).event(null, 2, 2);
    assertThat(run(LabelPlan.IMMEDIATE)).isEqualTo("l0=1 u1 l2=2");
    assertThat(run(LabelPlan.afterEvents(1))).as("delayed labels").isEqualTo("u1 l0=1");
  }

  @Test
  void anEventThatWaitsIsShownWhenItTimesOut() {
    rows.event("a", 0).event("b", 10).label("b", 20, 1).event("c", 200).label("a", 210, 2);
    assertThat(run(LabelPlan.IMMEDIATE)).isEqualTo("l1=1 l0=2");
    LabelPlan timed = LabelPlan.IMMEDIATE.withTimeout(Span.millis(100), OnTimeout.DROP);
    assertThat(run(timed)).isEqualTo("l1=1 u0");
    LabelPlan imputed = LabelPlan.IMMEDIATE.withTimeout(Span.millis(100), "z");
    assertThat(run(imputed)).as("the plan's class is learnt instead").isEqualTo("l1=1 l0=2");
  }

  @Test
  void anEventWhoseLabelIsNotAskedForIsShownAtOnce() {
    AskPlan plan = new AskPlan(Budget.share(1), Spec.of("every_third"));
    rows.event(null, 0, 1).event(null, 1, 2).event("c", 2, 0).event("d", 3);
    assertThat(run(LabelPlan.IMMEDIATE.withAsk(plan))).isEqualTo("l0=1 u1 u2");
    assertThat(run(LabelPlan.afterEvents(1).withAsk(plan))).isEqualTo("u1 l0=1 u2");
  }

  @Test
  void anEventIsShownWhenTooManyWait() {
    rows.event("a", 0).event("b", 1).event("c", 2).event("d", 3);
    assertThat(run(LabelPlan.IMMEDIATE.withPending(2))).isEqualTo("u0 u1");
  }
}
