package org.freshet.evaluate.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.junit.jupiter.api.Test;

class LabelSetsTest {
  private static void event(LabelSets s, double weight, double[] truths, double[] answers) {
    for (int k = 0; k < truths.length; k++) {
      s.add(k, truths[k], answers[k]);
    }
    s.end(weight);
  }

  /**
   * By hand: sets {a} for {a, b}, right {b}, and both empty with the third label not known, of
   * weights 1, 1 and 2.
   */
  @Test
  void metricsByHand() {
    LabelSets s = new LabelSets(3);
    event(s, 1, new double[] {1, 1, 0}, new double[] {1, 0, 0});
    event(s, 1, new double[] {0, 1, 0}, new double[] {0, 1, 0});
    event(s, 2, new double[] {0, 0, Double.NaN}, new double[] {0, 0, 1});
    event(s, 0, new double[] {1, 1, 1}, new double[] {0, 0, 0}); // no weight, no part
    assertThat(s.values())
        .containsExactly(
            entry("subset_accuracy", 0.75),
            entry("jaccard", (0.5 + 1 + 2) / 4),
            entry("f1_micro", 2 * 2 / 5.0),
            entry("f1_macro", (1 + 2 / 3.0 + 0) / 3));
    StateWriter out = new StateWriter();
    s.save(out);
    LabelSets t = new LabelSets(3);
    t.load(StateReader.open("test", out.toBytes()));
    assertThat(t.values()).isEqualTo(s.values());
  }
}
