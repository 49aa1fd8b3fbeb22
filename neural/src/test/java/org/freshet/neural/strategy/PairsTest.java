package org.freshet.neural.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import org.freshet.core.Classifier;
import org.freshet.core.Features;
import org.freshet.core.state.StateWriter;
import org.junit.jupiter.api.Test;

/** Strategies with low-rank pairs beside frozen layers. */
class PairsTest {
  private static final int SEEDS = 5;

  private static String with(String strategy) {
    return "mlp(hidden=[20], optimizer=sgd(learning_rate=0.05), strategy=" + strategy + ")";
  }

  private static double remembered(String strategy) {
    double sum = 0;
    for (int seed = 1; seed <= SEEDS; seed++) {
      sum += TwoTasks.remembered(with(strategy), seed);
    }
    return sum / SEEDS;
  }

  private static byte[] network(Classifier c) {
    double[] scores = new double[2];
    c.scores(Features.of(1, 2, 3, 4, 5, 6, 7, 8), scores);
    StateWriter out = new StateWriter();
    out.put("scores", scores);
    return out.toBytes();
  }

  @Test
  void isPlainTrainingUntilLayersAreFrozen() {
    String lae = with("lae(consolidate=every_events(events=1000000))");
    assertThat(network(TwoTasks.learnt(lae, 1)))
        .isEqualTo(network(TwoTasks.learnt(with("experience_replay"), 1)));
  }

  @Test
  void theSlowPairRemembersWhatTheFastOneForgets() {
    double both = remembered("lae(consolidate=every_events(events=1500))");
    double fast = remembered("lae(decay=0, consolidate=every_events(events=1500))");
    assertThat(both).isGreaterThan(fast + 0.02);
  }

  @Test
  void penaltiesOnNewPairsHoldWhatOldOnesLearnt() {
    // The first period trains the network, the second gives the first worth.
    double held = remembered("online_lora(consolidate=every_events(events=750))");
    double free = remembered("online_lora(lambda=0, consolidate=every_events(events=750))");
    assertThat(held).isGreaterThan(free + 0.02);
  }

  @Test
  void pairsLearnWhileLayersAreFrozen() {
    for (String s : new String[] {"lae", "online_lora"}) {
      String model = with(s + "(consolidate=every_events(events=1500))");
      assertThat(TwoTasks.learntLast(model, 1)).as(s).isGreaterThan(0.85);
    }
  }
}
