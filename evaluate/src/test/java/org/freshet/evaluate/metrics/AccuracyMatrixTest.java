package org.freshet.evaluate.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every metric against numbers worked out by hand. */
class AccuracyMatrixTest {
  private static final double NONE = Double.NaN;

  private static AccuracyMatrix three() {
    AccuracyMatrix m = new AccuracyMatrix(3);
    m.untrained(0, 0.1);
    m.untrained(1, 0.2);
    m.untrained(2, 0.3);
    m.add(0, false, new double[] {0.5});
    m.add(0, true, new double[] {0.9, 0.25});
    m.add(1, false, new double[] {0.4, 0.6});
    m.add(1, true, new double[] {0.95, 0.8, 0.35});
    m.add(2, false, new double[] {0.3, 0.5, 0.5});
    m.add(2, true, new double[] {0.6, 0.7, 0.9});
    return m;
  }

  @Test
  void threeTasks() {
    Map<String, Double> v = three().values();
    is(v, "final_accuracy", (0.6 + 0.7 + 0.9) / 3);
    // the means over the tasks so far at the six times
    is(v, "average_anytime_accuracy", (0.5 + 0.9 + 0.5 + 0.875 + 1.3 / 3 + 2.2 / 3) / 6);
    // lowest after their ends: 0.3 (of 0.4, 0.95, 0.3, 0.6) and 0.5 (of 0.5, 0.7)
    is(v, "worst_case_accuracy", 0.9 / 3 + 2.0 / 3 * (0.3 + 0.5) / 2);
    // the best of the first task was at the end of the second
    is(v, "forgetting", ((0.95 - 0.6) + (0.8 - 0.7)) / 2);
    is(v, "backward_transfer", ((0.6 - 0.9) + (0.7 - 0.8)) / 2);
    is(v, "forward_transfer", ((0.25 - 0.2) + (0.35 - 0.3)) / 2);
    assertThat(v.keySet())
        .containsExactly(
            "final_accuracy",
            "average_anytime_accuracy",
            "worst_case_accuracy",
            "forgetting",
            "backward_transfer",
            "forward_transfer");
  }

  private static void is(Map<String, Double> v, String name, double expected) {
    assertThat(v.get(name)).as(name).isCloseTo(expected, within(1e-12));
  }

  @Test
  void cellsOfTheMatrix() {
    AccuracyMatrix m = three();
    assertThat(m.ended()).isEqualTo(3);
    assertThat(m.end(1, 0)).isEqualTo(0.95);
    assertThat(m.end(0, 1)).as("the next task, before it").isEqualTo(0.25);
    assertThat(m.end(0, 2)).as("not measured").isNaN();
    assertThat(m.lowest(0)).isEqualTo(0.3);
    assertThat(m.lowest(2)).as("nothing came after the last").isNaN();
  }

  @Test
  void whatIsNotDefinedIsAbsent() {
    assertThat(new AccuracyMatrix(2).values()).isEmpty();
    AccuracyMatrix one = new AccuracyMatrix(1);
    one.untrained(0, 0);
    one.add(0, true, new double[] {0.75});
    assertThat(one.values())
        .isEqualTo(
            Map.of(
                "final_accuracy", 0.75,
                "average_anytime_accuracy", 0.75,
                "worst_case_accuracy", 0.75));
  }

  /** A task without tests is left out of every mean. */
  @Test
  void aTaskWithoutTests() {
    AccuracyMatrix m = new AccuracyMatrix(3);
    m.untrained(0, 0);
    m.untrained(1, NONE);
    m.untrained(2, 0);
    m.add(0, true, new double[] {0.8, NONE});
    m.add(1, true, new double[] {0.6, NONE, 0.1});
    m.add(2, true, new double[] {0.4, NONE, 1});
    Map<String, Double> v = m.values();
    is(v, "final_accuracy", 0.7);
    is(v, "average_anytime_accuracy", (0.8 + 0.6 + 0.7) / 3);
    is(v, "worst_case_accuracy", 1.0 / 3 + 2.0 / 3 * 0.4);
    is(v, "forgetting", 0.4);
    is(v, "backward_transfer", -0.4);
    is(v, "forward_transfer", 0.1);
  }
}
