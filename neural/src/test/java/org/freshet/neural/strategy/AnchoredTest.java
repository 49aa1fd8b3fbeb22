package org.freshet.neural.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.freshet.core.Classifier;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.consolidation.Trigger;
import org.freshet.neural.graph.Dense;
import org.freshet.neural.graph.Graph;
import org.freshet.neural.graph.Input;
import org.freshet.neural.graph.Losses;
import org.freshet.neural.graph.Node;
import org.freshet.neural.graph.Parameter;
import org.freshet.neural.kernel.ScalarKernels;
import org.freshet.neural.network.Network;
import org.freshet.neural.optimizer.Rules;
import org.freshet.neural.optimizer.Steps;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Strategies that hold weights, or answers, to what was learnt before. */
class AnchoredTest {
  private static final String PLAIN = "mlp(hidden=[20], optimizer=sgd(learning_rate=0.05))";

  private static String with(String strategy) {
    return "mlp(hidden=[20], optimizer=sgd(learning_rate=0.05), strategy=" + strategy + ")";
  }

  @ParameterizedTest
  @ValueSource(strings = {"ewc", "ewc(online=true)", "mas(lambda=0.1)", "si", "lwf"})
  void forgetsLessThanPlainTraining(String strategy) {
    String s = strategy.contains("(") ? strategy.replace(")", ", ") : strategy + "(";
    String model = with(s + "consolidate=every_events(events=1500))");
    double plain = 0;
    double held = 0;
    double last = 0;
    for (int seed = 1; seed <= 3; seed++) {
      plain += TwoTasks.remembered(PLAIN, seed) / 3;
      held += TwoTasks.remembered(model, seed) / 3;
      last += TwoTasks.learntLast(model, seed) / 3;
    }
    assertThat(held).as(model).isGreaterThan(plain + 0.04);
    assertThat(last).as("the second task is learnt all the same").isGreaterThan(0.85);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ewc(lambda=0, consolidate=every_events(events=100))",
        "mas(lambda=0, consolidate=every_events(events=100))",
        "si(lambda=0, consolidate=every_events(events=100))",
        "lwf(lambda=0, consolidate=every_events(events=100))",
        "ewc(consolidate=every_events(events=1000000))",
        "mas(consolidate=every_events(events=1000000))",
        "lwf(consolidate=every_events(events=1000000))"
      })
  void withoutStrengthOrBeforeAnythingIsHeldIsPlainTraining(String strategy) {
    assertThat(answers(with(strategy))).isEqualTo(answers(PLAIN));
  }

  @Test
  void intelligenceIsPlainTrainingUntilSomethingIsHeld() {
    // Its steps are from kept gradients: the same to the last bit with a rule that streams none.
    String adam = "mlp(hidden=[20], optimizer=adam, strategy=%s)";
    assertThat(answers(adam.formatted("si(consolidate=every_events(events=1000000))")))
        .isEqualTo(answers(adam.formatted("experience_replay")));
  }

  private static double[] answers(String model) {
    Classifier c = TwoTasks.learnt(model, 5);
    Rng rng = new Rng(3);
    double[] all = new double[40];
    double[] scores = new double[2];
    for (int i = 0; i < 20; i++) {
      double[] x = new double[TwoTasks.WIDTH];
      Arrays.setAll(x, j -> rng.nextGaussian());
      c.scores(Features.of(x), scores);
      System.arraycopy(scores, 0, all, 2 * i, 2);
    }
    return all;
  }

  // By hand, on a linear model of 3 inputs and 2 classes.

  private static final float RATE = 0.1f;

  private final Graph graph = new Graph(new ScalarKernels());
  private final Input input = graph.input(3);
  private final Parameter w = new Parameter("head_w", 3, 2).gaussian(new Rng(4), 0.5);
  private final Parameter b = new Parameter("head_b", 1, 2);
  private final Network network =
      new Network(graph, input, input, graph.add(new Dense(graph, input, w, b)));
  private Lesson lesson;

  private Strategy begin(Strategy s, int batch) {
    Steps steps =
        new Steps(graph, Rules.rule(Spec.parse("sgd(learning_rate=" + RATE + ")"), build()));
    lesson = new Lesson(network, Objective.CLASSES, steps, null, null, new Rng(1), batch, 0, 0);
    s.begin(lesson);
    graph.capacity(batch);
    return s;
  }

  private static Build build() {
    return Build.of(TwoTasks.schema());
  }

  private Strategy begin(String strategy, int batch) {
    Strategy s = Components.create(Spec.parse(strategy), build(), Method.class).strategy(build());
    return begin(s, batch);
  }

  private void row(int r, int label, double... x) {
    for (int i = 0; i < x.length; i++) {
      input.value()[r * input.stride() + i] = (float) x[i];
    }
    lesson.row(r, label, 0, 1);
  }

  /** Worth given from outside. */
  private static final class Given extends Anchored {
    private float[] next;
    private boolean sum;

    Given(double largest) {
      super(2, largest, new Always());
    }

    @Override
    int slots() {
      return 0;
    }

    @Override
    void consolidate(Lesson l) {
      for (Parameter p : l.network().graph().parameters()) {
        float[] fresh = new float[p.value().length];
        System.arraycopy(next, 0, fresh, 0, Math.min(next.length, fresh.length));
        hold(p, fresh, 1, sum);
      }
    }
  }

  private static final class Always extends Trigger {
    @Override
    public boolean after(double loss, int rows) {
      return true;
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

  @Test
  void pullIsTheGradientOfThePenalty() {
    Given s = new Given(1e9);
    s.next = new float[] {0.5f, 0.25f};
    begin(s, 1);
    row(0, 1, 1, 2, -1);
    s.learn(lesson);
    w.value()[0] += 0.3f;
    w.value()[1] -= 0.2f;
    row(0, 1, 1, 2, -1);
    graph.forward(1);
    Losses.softmaxCrossEntropy(network.head(), lesson.labels(), new float[] {1}, 0, 1);
    graph.backward(1);
    float[] loss = w.gradient().clone();
    double[] penalty = new double[2];
    for (int i = 0; i < 2; i++) {
      w.value()[i] += 1e-3f;
      double up = penalty(s);
      w.value()[i] -= 2e-3f;
      penalty[i] = (up - penalty(s)) / 2e-3;
      w.value()[i] += 1e-3f;
    }
    assertThat(penalty[0]).isCloseTo(2 * 0.5 * 0.3, within(1e-3));
    s.learn(lesson);
    for (int i = 0; i < 2; i++) {
      assertThat((double) w.gradient()[i] - loss[i]).isCloseTo(penalty[i], within(1e-3));
    }
    assertThat(w.gradient()[16]).as("worth nothing").isEqualTo(loss[16]);
  }

  private double penalty(Given s) {
    double sum = 0;
    for (int i = 0; i < w.value().length; i++) {
      double d = w.value()[i] - s.anchor(w)[i];
      sum += 0.5 * s.worth(w)[i] * d * d;
    }
    return sum;
  }

  @Test
  void springsOfAllTimesAreOneToTheMeanOfTheirEnds() {
    Given s = new Given(1e9);
    s.sum = true;
    s.next = new float[] {1, 0};
    begin(s, 1);
    row(0, 1, 1, 2, -1);
    s.learn(lesson);
    float first = w.value()[0];
    s.next = new float[] {3, 0};
    row(0, 0, 1, 2, -1);
    s.learn(lesson);
    float second = w.value()[0];
    assertThat(first).isNotEqualTo(second);
    assertThat(s.worth(w)[0]).isEqualTo(8);
    assertThat(s.anchor(w)[0]).isCloseTo((first + 3 * second) / 4, within(1e-6f));
  }

  @Test
  void aWeightIsWorthNoMoreThanTheLargest() {
    Given s = new Given(5);
    s.next = new float[] {1, 100, Float.POSITIVE_INFINITY, Float.NaN};
    begin(s, 1);
    row(0, 1, 1, 2, -1);
    s.learn(lesson);
    assertThat(Arrays.copyOf(s.worth(w), 2)).containsExactly(2, 5);
    s.next = new float[16];
    Arrays.fill(s.next, Float.NaN);
    s.learn(lesson);
    assertThat(s.worth(w)[0]).as("NaN").isEqualTo(5);
    assertThat(s.anchor(w)[0]).isEqualTo(w.value()[0]);
  }

  @Test
  void awareSynapsesMeasureHowMuchAnswersChange() {
    Strategy s = begin("mas(lambda=3, largest=1e9, consolidate=every_events(events=2))", 2);
    row(0, 1, 1, 2, -1);
    row(1, 0, -0.5, 1, 0.25);
    s.learn(lesson);
    double[][] x = {{1, 2, -1}, {-0.5, 1, 0.25}};
    for (int i = 0; i < 3; i++) {
      for (int c = 0; c < 2; c++) {
        double slope = 0;
        for (double[] row : x) {
          slope += Math.abs(square(row, i, c, 1e-3) - square(row, i, c, -1e-3)) / 2e-3 / 2;
        }
        // Slot 0 is worth: λ Ω, twice as the penalty has no ½.
        assertThat((double) w.slot(0)[i * w.stride() + c]).isCloseTo(2 * 3 * slope, within(2e-2));
      }
    }
  }

  /** ‖z‖² with one weight moved. */
  private double square(double[] x, int i, int c, double by) {
    double sum = 0;
    for (int k = 0; k < 2; k++) {
      double z = b.value()[k];
      for (int j = 0; j < 3; j++) {
        z += x[j] * (w.value()[j * w.stride() + k] + (j == i && k == c ? by : 0));
      }
      sum += z * z;
    }
    return sum;
  }

  @Test
  void elasticWeightsMeasureFisherInformation() {
    // Many rows, all the same: the mean over classes drawn comes near the expectation.
    int rows = 4000;
    Strategy s =
        begin("ewc(lambda=1, largest=1e9, rows=4000, consolidate=every_events(events=4000))", rows);
    for (int r = 0; r < rows; r++) {
      row(r, r % 2, 1, 2, -1);
    }
    s.learn(lesson);
    double z =
        b.value()[1]
            - b.value()[0]
            + w.value()[1]
            - w.value()[0]
            + 2 * (w.value()[17] - w.value()[16])
            - (w.value()[33] - w.value()[32]);
    double p = 1 / (1 + Math.exp(-z));
    for (int i = 0; i < 3; i++) {
      double x = i == 1 ? 2 : 1;
      assertThat((double) w.slot(0)[16 * i]).isCloseTo(x * x * p * (1 - p), within(0.04));
    }
  }

  @Test
  void waysOfWeightsSumToTheFallOfTheLoss() {
    Strategy s = begin("si(consolidate=every_events(events=1000000))", 4);
    double first = 0;
    double last = 0;
    for (int step = 0; step <= 60; step++) {
      row(0, 1, 1, 2, -1);
      row(1, 0, -0.5, 1, 0.25);
      row(2, 1, 0.3, 0.1, 1);
      row(3, 0, 1, -1, 0.5);
      graph.forward(4);
      last =
          Losses.softmaxCrossEntropy(
              network.head(), lesson.labels(), new float[] {.25f, .25f, .25f, .25f}, 0, 4);
      first = step == 0 ? last : first;
      if (step < 60) {
        s.learn(lesson);
      }
    }
    double ways = 0;
    for (Parameter p : graph.parameters()) {
      for (float v : p.slot(2)) {
        ways += v;
      }
    }
    assertThat(first - last).isGreaterThan(0.2);
    assertThat(ways).isCloseTo(first - last, within(0.05 * (first - last)));
  }

  @Test
  void theTeacherIsFollowedByTheGradientOfTheCrossEntropy() {
    Strategy s = begin("lwf(lambda=0.7, temperature=2, consolidate=every_events(events=2))", 1);
    for (int i = 0; i < 2; i++) {
      row(0, 1, 1, 2, -1);
      s.learn(lesson);
    }
    Node z = network.head();
    row(0, 0, 0.5, -1, 2);
    graph.predict(1);
    float[] teacher = Arrays.copyOf(z.value(), 2);
    // A step away from the teacher, then the one looked at.
    s.learn(lesson);
    row(0, 0, 0.5, -1, 2);
    s.learn(lesson);
    float[] now = Arrays.copyOf(z.value(), 2);
    assertThat(now).isNotEqualTo(teacher);
    for (int c = 0; c < 2; c++) {
      double up = taught(teacher, now, c, 1e-3);
      double slope = (up - taught(teacher, now, c, -1e-3)) / 2e-3;
      assertThat((double) z.gradient()[c]).isCloseTo(slope, within(1e-3));
    }
  }

  /** Loss of label 0 and 0.7 of what is taught at temperature 2, with one logit moved. */
  private static double taught(float[] teacher, float[] z, int c, double by) {
    double[] v = {z[0], z[1]};
    v[c] += by;
    double label = Math.log(Math.exp(v[0]) + Math.exp(v[1])) - v[0];
    double t0 = 1 / (1 + Math.exp((teacher[1] - teacher[0]) / 2));
    double p0 = 1 / (1 + Math.exp((v[1] - v[0]) / 2));
    return label - 0.7 * (t0 * Math.log(p0) + (1 - t0) * Math.log(1 - p0));
  }
}
