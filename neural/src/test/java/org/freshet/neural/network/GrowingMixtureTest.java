package org.freshet.neural.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.component.Components;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.junit.jupiter.api.Test;

class GrowingMixtureTest {
  private static final int WIDTH = 3;
  private static final String LINEAR = "mlp(hidden=[], optimizer=sgd(learning_rate=0.05))";

  private static GrowingMixture make(int experts, int every, String more) {
    List<Column> columns =
        IntStream.range(0, WIDTH).mapToObj(i -> Column.numeric("x" + i)).toList();
    return (GrowingMixture)
        Components.classifier(
            "growing_mixture(learner=%s, experts=%d, grow=every_events(events=%d)%s)"
                .formatted(LINEAR, experts, every, more),
            Schema.classification(columns, "class", "a", "b"),
            1);
  }

  /** The sign of the second column where the first is below 0, else that of the third. */
  private static int row(double[] x, Rng rng) {
    for (int i = 0; i < WIDTH; i++) {
      x[i] = rng.nextGaussian();
    }
    return x[x[0] < 0 ? 1 : 2] > 0 ? 1 : 0;
  }

  /** Accuracy on the last fifth of the rows. */
  private static double learn(GrowingMixture c, int events) {
    Rng rng = new Rng(4);
    double[] x = new double[WIDTH];
    double[] s = new double[2];
    int right = 0;
    for (int i = 0; i < events; i++) {
      int label = row(x, rng);
      c.testThenLearn(Features.of(x), label, 1, s);
      right += i >= events * 4 / 5 && (s[1] > s[0] ? 1 : 0) == label ? 1 : 0;
    }
    return right / (events / 5.0);
  }

  private static double score(GrowingMixture c, double... x) {
    double[] s = new double[2];
    c.scores(Features.of(x), s);
    assertThat(s[0] + s[1]).isCloseTo(1, within(1e-9));
    return s[1];
  }

  @Test
  void growingChangesNoAnswer() {
    GrowingMixture grows = make(2, 300, "");
    GrowingMixture stays = make(1, 300, "");
    learn(grows, 300);
    learn(stays, 300);
    assertThat(grows.experts()).isEqualTo(2);
    assertThat(stays.experts()).isEqualTo(1);
    assertThat(score(grows, 1, 2, -1)).isCloseTo(score(stays, 1, 2, -1), within(1e-12));
    learn(grows, 100);
    learn(stays, 100);
    assertThat(score(grows, 1, 2, -1)).isNotCloseTo(score(stays, 1, 2, -1), within(1e-3));
  }

  @Test
  void expertsShareOutWhatOneCannotLearn() {
    GrowingMixture two = make(2, 1000, "");
    double mixed = learn(two, 20_000);
    double alone = learn(make(1, 1000, ""), 20_000);
    double still = learn(make(2, 1000, ", learning_rate=0"), 20_000);
    assertThat(mixed).isGreaterThan(alone + 0.12);
    assertThat(mixed).as("gates learn").isGreaterThan(still + 0.05);
  }

  @Test
  void theExpertWithMostLossBecomesTwo() {
    GrowingMixture c = make(3, 300, "");
    learn(c, 599);
    StateReader before = state(c);
    double left = before.child("node1").doubleValue("loss");
    double right = before.child("node2").doubleValue("loss");
    assertThat(left).isNotEqualTo(right);
    learn(c, 1);
    String most = left > right ? "node1" : "node2";
    String other = left > right ? "node2" : "node1";
    assertThat(state(c).child(most).bool("leaf")).isFalse();
    assertThat(state(c).child(other).bool("leaf")).isTrue();
  }

  private static StateReader state(GrowingMixture c) {
    StateWriter out = new StateWriter();
    c.save(out);
    return StateReader.open("state", out.toBytes());
  }

  @Test
  void growsUntilThereAreAll() {
    GrowingMixture c = make(4, 50, "");
    learn(c, 149);
    assertThat(c.experts()).isEqualTo(3);
    learn(c, 300);
    assertThat(c.experts()).isEqualTo(4);
  }
}
