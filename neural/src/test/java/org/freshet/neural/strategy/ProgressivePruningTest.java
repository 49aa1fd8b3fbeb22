package org.freshet.neural.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.freshet.core.Classifier;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.junit.jupiter.api.Test;

class ProgressivePruningTest {
  private static String with(String strategy) {
    return "mlp(hidden=[20, 20], optimizer=sgd(learning_rate=0.05), strategy=" + strategy + ")";
  }

  private static float[] weights(Classifier c, String name) {
    StateWriter out = new StateWriter();
    c.save(out);
    StateReader in = StateReader.open("state", out.toBytes());
    return in.child("network").child(name).floats("w");
  }

  private static double density(Classifier c) {
    int kept = 0;
    int all = 0;
    for (String name : new String[] {"hidden0_w", "hidden1_w"}) {
      for (float w : weights(c, name)) {
        kept += w != 0 ? 1 : 0;
        all++;
      }
    }
    return kept / (double) all;
  }

  @Test
  void theShareLeftFallsToTheDensity() {
    // Two tasks of 1,500 events: 3 periods of 10, and all 10.
    assertThat(density(learnt("density=0.25, periods=10, consolidate=every_events(events=1000)")))
        .isCloseTo(Math.pow(0.25, 0.3), within(0.01));
    assertThat(density(learnt("density=0.25, periods=10, consolidate=every_events(events=100)")))
        .isCloseTo(0.25, within(0.01));
  }

  private static Classifier learnt(String parameters) {
    return TwoTasks.learnt(with("progressive_pruning(" + parameters + ")"), 1);
  }

  @Test
  void whatIsLeftIsWhatIsNeeded() {
    String prune = "progressive_pruning(density=0.2, consolidate=every_events(events=200))";
    double plain = 0;
    double pruned = 0;
    for (int seed = 1; seed <= 3; seed++) {
      plain += TwoTasks.learntLast(with("experience_replay"), seed) / 3;
      pruned += TwoTasks.learntLast(with(prune), seed) / 3;
    }
    assertThat(pruned).isGreaterThan(plain - 0.02);
  }

  @Test
  void densityOneIsPlainTraining() {
    Classifier one = learnt("density=1, consolidate=every_events(events=100)");
    Classifier plain = TwoTasks.learnt(with("experience_replay"), 1);
    assertThat(weights(one, "hidden0_w")).isEqualTo(weights(plain, "hidden0_w"));
    assertThat(weights(one, "head_w")).isEqualTo(weights(plain, "head_w"));
  }
}
