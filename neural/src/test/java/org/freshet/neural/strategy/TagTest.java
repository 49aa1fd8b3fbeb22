package org.freshet.neural.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import org.freshet.core.Classifier;
import org.junit.jupiter.api.Test;

/** The optimizer TAG on two tasks, of which it knows the length. */
class TagTest {
  private static final int SEEDS = 8;

  /** Accuracy on both tasks after both were learnt. */
  private static double both(String optimizer) {
    String model = "mlp(hidden=[20], batch=5, optimizer=" + optimizer + ")";
    double sum = 0;
    for (int seed = 1; seed <= SEEDS; seed++) {
      Classifier c = TwoTasks.learnt(model, seed);
      for (int task = 0; task < 2; task++) {
        sum += TwoTasks.accuracy(c, task, seed + 100);
      }
    }
    return sum / (2 * SEEDS);
  }

  @Test
  void keepsTasksApart() {
    String ends = ", consolidate=every_events(events=" + TwoTasks.EVENTS + "))";
    assertThat(both("tag(learning_rate=0.002, b=2" + ends))
        .isGreaterThan(both("rmsprop(learning_rate=0.002, decay=0.99)") + 0.01);
  }
}
