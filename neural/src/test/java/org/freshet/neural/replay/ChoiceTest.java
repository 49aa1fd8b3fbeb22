package org.freshet.neural.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.freshet.core.Rng;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.neural.graph.Activation;
import org.freshet.neural.graph.Dense;
import org.freshet.neural.graph.Graph;
import org.freshet.neural.graph.Input;
import org.freshet.neural.graph.Node;
import org.freshet.neural.graph.Parameter;
import org.freshet.neural.kernel.ScalarKernels;
import org.freshet.neural.network.Network;
import org.freshet.neural.optimizer.Rules;
import org.freshet.neural.optimizer.Steps;
import org.freshet.neural.strategy.Lesson;
import org.freshet.neural.strategy.Objective;
import org.junit.jupiter.api.Test;

/** Memories and draws that look at the network. */
class ChoiceTest {
  @Test
  void lossAwareGivesUpWhatIsKnown() {
    // Half of the rows fit the network, half have the other class.
    int hard = 0;
    int hardPlain = 0;
    Rng draw = new Rng(3);
    for (int trial = 0; trial < 10; trial++) {
      Trial c = new Trial("loss_aware(size=20, batch=20)");
      Trial plain = new Trial("reservoir(size=20, batch=20)");
      for (int t = 0; t < 300; t++) {
        float[][] row = {{(float) draw.nextGaussian(), (float) draw.nextGaussian()}};
        c.place(row, 0);
        c.network.graph().predict(1);
        int answer = c.network.head().value()[0] > c.network.head().value()[1] ? 0 : 1;
        int label = t % 2 == 0 ? answer : 1 - answer;
        c.offer(row, label);
        plain.offer(row, label);
      }
      for (int i = 0; i < 20; i++) {
        hard += c.wrong(i) ? 1 : 0;
        hardPlain += plain.wrong(i) ? 1 : 0;
      }
    }
    assertThat(hardPlain).isBetween(75, 125);
    assertThat(hard).isGreaterThanOrEqualTo(hardPlain + 20);
  }

  @Test
  void gssKeepsWhatPointsElsewhere() {
    // 95 of 100 rows are alike: a uniform sample would keep about one of the others.
    Trial c = new Trial("gss(size=20, batch=4, compared=3)");
    Rng draw = new Rng(3);
    for (int t = 0; t < 400; t++) {
      boolean rare = t % 20 == 10;
      float x = (float) (0.01 * draw.nextGaussian());
      c.offer(
          new float[][] {rare ? new float[] {-3 + x, 1} : new float[] {1 + x, 1}}, rare ? 1 : 0);
    }
    assertThat(c.memory.held(1)).isGreaterThanOrEqualTo(5);
    assertThat(c.memory.held(0)).isPositive();
  }

  @Test
  void herdingKeepsTheMeanOfTheClass() {
    // Of every class, and of what the network makes of it at length 1; a few rows stand for 400.
    Rng draw = new Rng(5);
    double herded = 0;
    double latest = 0;
    for (int trial = 0; trial < 8; trial++) {
      Trial herding = new Trial("herding(size=6, batch=6)");
      Trial ring = new Trial("ring(size=6)");
      double[] mean = new double[8];
      for (int t = 0; t < 400; t++) {
        float[][] row = {{(float) draw.nextGaussian(), (float) draw.nextGaussian()}};
        herding.offer(row, 0);
        ring.offer(row, 0);
        herding.place(row, 0);
        herding.network.graph().predict(1);
        double[] f = herding.features();
        for (int i = 0; i < 8; i++) {
          mean[i] += f[i] / 400;
        }
      }
      herded += herding.away(mean) / 8;
      latest += ring.away(mean) / 8;
    }
    assertThat(herded).isLessThan(0.5 * latest);
  }

  @Test
  void mirDrawsWhatTheStreamWouldHarmAndLeavesTheWeights() {
    Trial c = new Trial("mir(replay=reservoir(size=20, batch=4), candidates=20, rate=0.5)");
    // Sixteen rows that agree with what comes, four that contradict it.
    for (int i = 0; i < 20; i++) {
      c.offer(new float[][] {{i < 16 ? 1 : 1.01f, 1}}, i < 16 ? 0 : 1);
    }
    float[] before = c.network.graph().parameters().get(0).value().clone();
    c.place(new float[][] {{1, 1}, {1, 1}}, 0, 0);
    int[] places = new int[4];
    assertThat(c.replay.retrieval().draw(c.lesson, 2, 4, places)).isEqualTo(4);
    for (int p : places) {
      assertThat(c.memory.label(p)).isEqualTo(1);
    }
    assertThat(c.network.graph().parameters().get(0).value()).isEqualTo(before);
  }

  @Test
  void aserDrawsWhatSpeaksForTheMemoryAgainstTheStream() {
    Trial c =
        new Trial(
            "aser(replay=reservoir(size=20, batch=4), candidates=16, compared=4, neighbours=3)");
    // Class 1 is kept near (1, 1), where the stream now brings class 0; class 0 is kept elsewhere.
    for (int i = 0; i < 20; i++) {
      boolean near = i % 2 == 0;
      c.offer(new float[][] {{near ? 1 + 0.01f * i : -2, near ? 1 : -1}}, near ? 1 : 0);
    }
    c.place(new float[][] {{1, 1}, {1.1f, 1}}, 0, 0);
    int[] places = new int[4];
    assertThat(c.replay.retrieval().draw(c.lesson, 2, 4, places)).isEqualTo(4);
    for (int p : places) {
      assertThat(c.memory.label(p)).isEqualTo(1);
      assertThat(c.first(p)).isCloseTo(1.1f, within(0.2f));
    }
  }

  /** A small network with a memory. */
  private static final class Trial {
    private static final int BATCH = 4;
    private final Rng rng = new Rng(9);
    private final Network network;
    private final Lesson lesson;
    private final Memory memory;
    private final Replay replay;

    private Trial(String spec) {
      Graph g = new Graph(new ScalarKernels());
      Input in = g.input(2);
      Node hidden = g.activate(g.dense("hidden", in, 8, rng), Activation.RELU);
      Dense head =
          g.add(
              new Dense(
                  g,
                  hidden,
                  new Parameter("head_w", 8, 2).gaussian(rng, 0.5),
                  new Parameter("head_b", 1, 2)));
      network = new Network(g, in, hidden, head);
      replay = Components.create(Spec.parse(spec), Build.of(null), Replay.class);
      memory = replay.memory(in.stride());
      Steps steps = new Steps(g, Rules.rule(Spec.parse("sgd(learning_rate=0.1)"), Build.of(null)));
      lesson =
          new Lesson(
              network,
              Objective.CLASSES,
              steps,
              memory,
              replay.retrieval(),
              rng,
              BATCH,
              replay.batch(),
              1);
      g.capacity(BATCH + replay.batch() + replay.room());
    }

    /** Rows of a batch with labels, reviewed and offered. */
    private void offer(float[][] x, int... labels) {
      place(x, labels);
      memory.review(lesson);
      float[] rows = network.input().value().clone();
      place(x, labels);
      System.arraycopy(network.input().value(), 0, rows, 0, x.length * network.input().stride());
      for (int r = 0; r < x.length; r++) {
        memory.offer(rows, r, labels[r], rng);
      }
    }

    private void place(float[][] x, int... labels) {
      for (int r = 0; r < x.length; r++) {
        int at = r * network.input().stride();
        System.arraycopy(x[r], 0, network.input().value(), at, 2);
        lesson.row(r, labels[r], 0, 1);
      }
    }

    private float first(int place) {
      float[] x = new float[network.input().stride()];
      memory.copyRow(place, x, 0);
      return x[0];
    }

    private boolean wrong(int place) {
      memory.copyRow(place, network.input().value(), 0);
      network.graph().predict(1);
      float[] z = network.head().value();
      return (z[0] > z[1] ? 0 : 1) != memory.label(place);
    }

    /** What the last hidden layer gives for row 0, at length 1. */
    private double[] features() {
      double[] f = new double[8];
      double sum = 0;
      for (int i = 0; i < 8; i++) {
        f[i] = network.features().value()[i];
        sum += f[i] * f[i];
      }
      double length = Math.sqrt(sum);
      return Arrays.stream(f).map(v -> v / Math.max(1e-8, length)).toArray();
    }

    private double away(double[] from) {
      double[] mean = new double[8];
      for (int i = 0; i < memory.size(); i++) {
        memory.copyRow(i, network.input().value(), 0);
        network.graph().predict(1);
        double[] f = features();
        for (int j = 0; j < 8; j++) {
          mean[j] += f[j] / memory.size();
        }
      }
      double sum = 0;
      for (int j = 0; j < 8; j++) {
        sum += (mean[j] - from[j]) * (mean[j] - from[j]);
      }
      return Math.sqrt(sum);
    }
  }
}
