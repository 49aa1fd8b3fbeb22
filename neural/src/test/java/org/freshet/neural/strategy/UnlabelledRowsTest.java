package org.freshet.neural.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.Unlabelled;
import org.freshet.core.component.Components;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Strategies that need the labels of kept rows only learn rows that have none. */
class UnlabelledRowsTest {
  private static final Schema SCHEMA =
      Schema.classification(List.of(Column.numeric("a"), Column.numeric("b")), "y", "0", "1");

  private static Classifier make(String strategy, String memory) {
    return Components.classifier(
        "mlp(hidden=[8], batch=4, strategy=" + strategy + ", replay=" + memory + ")", SCHEMA, 3);
  }

  private static byte[] bytes(Classifier c) {
    StateWriter out = new StateWriter();
    c.save(out);
    return out.toBytes();
  }

  /** One label in seven; {@code restored} is saved and loaded every so often. */
  private static Classifier run(String strategy, String memory, boolean all, boolean restored) {
    Classifier c = make(strategy, memory);
    Rng rng = new Rng(5);
    for (int i = 0; i < 200; i++) {
      int y = rng.nextInt(2);
      Features x = Features.of(2 * y - 1 + rng.nextGaussian(), rng.nextGaussian());
      if (i % 7 == 0) {
        c.learn(x, y, 1);
      } else if (all) {
        ((Unlabelled) c).unlabelled(x, 1);
      }
      if (restored && i % 11 == 0) {
        Classifier again = make(strategy, memory);
        again.load(StateReader.open("test", bytes(c)));
        c = again;
      }
    }
    return c;
  }

  @ParameterizedTest
  @ValueSource(strings = {"semicon", "ccic"})
  void rowsWithoutLabelsAreLearntAndNotKept(String strategy) {
    String memory = "reservoir(size=1000, batch=8)";
    byte[] all = bytes(run(strategy, memory, true, false));
    assertThat(all).isNotEqualTo(bytes(run(strategy, memory, false, false)));
    assertThat(bytes(run(strategy, memory, true, true))).isEqualTo(all);
    StateReader kept = StateReader.open("test", all).child("memory");
    assertThat(kept.ints("labels")).hasSize(29).containsOnly(0, 1);
  }

  @Test
  void otherStrategiesLetThemPass() {
    String memory = "reservoir(size=50, batch=8)";
    assertThat(bytes(run("experience_replay", memory, true, false)))
        .isEqualTo(bytes(run("experience_replay", memory, false, false)));
  }

  @Test
  void aMemoryThatReviewsLabelsLetsThemPass() {
    String memory = "loss_aware(size=50, batch=8)";
    assertThat(bytes(run("semicon", memory, true, false)))
        .isEqualTo(bytes(run("semicon", memory, false, false)));
  }
}
