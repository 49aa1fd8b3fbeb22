package org.freshet.neural.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.SchemaException;
import org.freshet.core.Unlabelled;
import org.freshet.core.component.Components;
import org.freshet.neural.graph.ElementwiseRecurrent;
import org.freshet.neural.graph.Graph;
import org.freshet.neural.graph.Input;
import org.freshet.neural.graph.Parameter;
import org.freshet.neural.kernel.ScalarKernels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A recurrent network whose state goes from event to event. */
class CarriedStateTest {
  private static final int EVENTS = 6;
  private static final int SIZE = 2;
  private static final int UNITS = 3;
  private static final Schema ONE =
      Schema.classification(List.of(Column.numeric("x")), "y", "no", "yes");

  /** Event by event gives bit for bit what one long row gives, with the same gradients. */
  @Test
  void aStreamIsOneLongSequence() {
    Rng rng = new Rng(4);
    float[] x = new float[EVENTS * SIZE];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) rng.nextGaussian();
    }
    Graph whole = new Graph(new ScalarKernels());
    Input all = whole.input(EVENTS * SIZE);
    ElementwiseRecurrent sequence =
        whole.add(new ElementwiseRecurrent(whole, "e", all, SIZE, UNITS, new Rng(1)));
    whole.capacity(1);
    System.arraycopy(x, 0, all.value(), 0, x.length);
    whole.forward(1);

    Graph graph = new Graph(new ScalarKernels());
    Input in = graph.input(SIZE + ElementwiseRecurrent.carried(SIZE, UNITS));
    ElementwiseRecurrent cell =
        graph.add(new ElementwiseRecurrent(graph, "e", in, 1, SIZE, UNITS, true, new Rng(1)));
    graph.capacity(2);
    float[] state = new float[cell.carried()];
    float[] row = new float[SIZE + state.length];
    for (int e = 0; e < EVENTS; e++) {
      System.arraycopy(x, e * SIZE, row, 0, SIZE);
      System.arraycopy(state, 0, row, SIZE, state.length);
      if (e < EVENTS - 1) {
        cell.advance(row, 0, state);
      }
    }
    System.arraycopy(row, 0, in.value(), in.stride(), row.length); // a fresh row before it
    graph.forward(2);

    for (int i = 0; i < UNITS; i++) {
      assertThat(cell.value()[cell.stride() + i]).isEqualTo(sequence.value()[i]);
      sequence.gradient()[i] = i - 1.5f;
      cell.gradient()[cell.stride() + i] = i - 1.5f;
    }
    whole.backward(1);
    graph.backward(2);
    for (int k = 0; k < 3; k++) {
      Parameter expected = whole.parameters().get(k);
      assertThat(graph.parameters().get(k).gradient())
          .as(expected.name())
          .isEqualTo(expected.gradient());
    }
  }

  /**
   * One unit with ν = 0, so a = ½ and s = √(1 − a²); W = 2, b = 0; events 1 and 3: h₁ = 2 s and h₂
   * = ½ h₁ + 6 s.
   */
  @Test
  void gradientsByHand() {
    Graph graph = new Graph(new ScalarKernels());
    Input in = graph.input(1 + ElementwiseRecurrent.carried(1, 1));
    ElementwiseRecurrent cell =
        graph.add(new ElementwiseRecurrent(graph, "e", in, 1, 1, 1, true, new Rng(1)));
    graph.capacity(1);
    Parameter w = graph.parameters().get(0);
    Parameter b = graph.parameters().get(1);
    Parameter nu = graph.parameters().get(2);
    w.fill(2);
    nu.fill(0);
    float[] row = new float[1 + cell.carried()];
    row[0] = 1;
    float[] state = new float[cell.carried()];
    cell.advance(row, 0, state);
    in.value()[0] = 3;
    System.arraycopy(state, 0, in.value(), 1, state.length);
    graph.forward(1);
    cell.gradient()[0] = 1;
    graph.backward(1);
    double s = Math.sqrt(0.75);
    assertThat((double) cell.value()[0]).isCloseTo(7 * s, within(1e-5));
    assertThat((double) w.gradient()[0]).isCloseTo(3.5 * s, within(1e-5));
    assertThat((double) b.gradient()[0]).isCloseTo(1.5 * s, within(1e-5));
    double first = -0.5 / s * 2; // of h₁ = s · 2 by a
    double byA = 2 * s + 0.5 * first - 0.5 / s * 6;
    assertThat((double) nu.gradient()[0]).isCloseTo(0.25 * byA, within(1e-5));
  }

  /** The label is the bit of the event before; share right of the last 1,000 of 3,000 events. */
  private static double echoed(String settings) {
    Classifier c = Components.classifier("recurrent(steps=1, " + settings + ")", ONE, 1);
    Rng rng = new Rng(9);
    double[] scores = new double[2];
    double[] row = new double[1];
    Features x = Features.of(row);
    int bit = 0;
    int right = 0;
    for (int i = 0; i < 3000; i++) {
      int label = bit;
      bit = rng.nextInt(2);
      row[0] = 2 * bit - 1;
      c.testThenLearn(x, label, 1, scores);
      right += i >= 2000 && scores[1] > scores[0] == (label == 1) ? 1 : 0;
    }
    return right / 1000.0;
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ", batch=4", ", batch=4, replay=reservoir(size=200, batch=8)"})
  void whatWasAnEventAgoIsLearntOnlyWithTheState(String learning) {
    String cell =
        "cell=elementwise, units=16, hidden=[16], optimizer=adam(learning_rate=0.01)" + learning;
    assertThat(echoed(cell + ", state=carried")).isGreaterThan(0.95);
    assertThat(echoed(cell)).isBetween(0.45, 0.55);
  }

  /** Every second event has no label, and it is the one that the next label is about. */
  @Test
  void eventsWithoutALabelEnterTheState() {
    String spec =
        "recurrent(steps=1, cell=elementwise, state=carried, units=16,"
            + " optimizer=adam(learning_rate=0.01))";
    for (boolean shown : new boolean[] {true, false}) {
      Classifier c = Components.classifier(spec, ONE, 1);
      Rng rng = new Rng(9);
      double[] scores = new double[2];
      int right = 0;
      for (int i = 0; i < 2000; i++) {
        int bit = rng.nextInt(2);
        if (shown) {
          Unlabelled.show(c, Features.of(2 * bit - 1), 1);
        }
        c.testThenLearn(Features.of(rng.nextInt(2) * 2 - 1), bit, 1, scores);
        right += i >= 1000 && scores[1] > scores[0] == (bit == 1) ? 1 : 0;
      }
      if (shown) {
        assertThat(right).isGreaterThan(950);
      } else {
        assertThat(right).isBetween(450, 550);
      }
    }
  }

  @Test
  void predictingLeavesTheState() {
    String spec = "recurrent(steps=1, cell=elementwise, state=carried, units=4)";
    Classifier c = Components.classifier(spec, ONE, 1);
    Classifier looked = Components.classifier(spec, ONE, 1);
    double[] scores = new double[2];
    double[] other = new double[2];
    for (int i = 0; i < 50; i++) {
      Features x = Features.of(new double[] {i % 5});
      looked.scores(Features.of(new double[] {7}), other);
      looked.scores(x, other);
      looked.testThenLearn(x, i % 2, 1, other);
      c.testThenLearn(x, i % 2, 1, scores);
      assertThat(other).isEqualTo(scores);
    }
  }

  @Test
  void whatCannotCarryAStateIsRefused() {
    assertThatThrownBy(() -> Components.classifier("recurrent(state=carried, units=4)", ONE, 1))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("cell=elementwise");
    assertThatThrownBy(
            () ->
                Components.classifier(
                    "recurrent(cell=elementwise, state=carried, strategy=semicon, replay=reservoir)",
                    ONE,
                    1))
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("carried state");
  }
}
