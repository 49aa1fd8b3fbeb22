package org.freshet.neural.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.management.ManagementFactory;
import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.graph.Graph;
import org.freshet.neural.graph.Parameter;
import org.freshet.neural.kernel.ScalarKernels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every optimizer does in a network; the names are checked for in {@link FirstStepsTest}. */
class OptimizersTest {
  /** Class 1 where the signs of the first two columns agree: no linear model sees it. */
  private static final class Signs {
    private final Rng rng;
    final double[] row = new double[4];
    final Features x = Features.of(row);
    final double[] scores = new double[2];
    int label;

    Signs(long seed) {
      rng = new Rng(seed);
    }

    void next() {
      for (int i = 0; i < row.length; i++) {
        row[i] = rng.nextGaussian();
      }
      label = row[0] > 0 == row[1] > 0 ? 1 : 0;
    }
  }

  private static Classifier network(String optimizer, long seed) {
    List<Column> columns =
        List.of("a", "b", "c", "d").stream().map(n -> Column.numeric(n)).toList();
    return Components.classifier(
        "mlp(hidden=[24], batch=2, optimizer=" + optimizer + ")",
        Schema.classification(columns, "class", "0", "1"),
        seed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sgd(learning_rate=0.1)",
        "sgd(learning_rate=1, schedule=inverse_scaling)",
        "adagrad",
        "momentum",
        "momentum(nesterov=true)",
        "rmsprop(learning_rate=0.01)",
        "tag(learning_rate=0.01, consolidate=every_events(events=1300))",
        "adam(learning_rate=0.01)",
        "adamw(learning_rate=0.01)",
        "amsgrad(learning_rate=0.01)",
        "adabelief(learning_rate=0.01)",
        "diffgrad(learning_rate=0.01)",
        "adan(learning_rate=0.01)",
        "adamp(learning_rate=0.01)",
        "sgdp",
        "adahessian(learning_rate=0.05)",
        "sgd_sai",
        "obgd",
        "implicit",
        "implicit(step=two_step)",
        "implicit(adaptive=true, learning_rate=1)",
        "upgd(learning_rate=0.2)",
        "shrink_and_perturb(learning_rate=0.1)",
        "scheduled(optimizer=sgd(learning_rate=0.2), schedule=inverse_root, steps=1000)",
        "scheduled(optimizer=sgd(learning_rate=0.2), schedule=restart, steps=1000)",
        "scheduled(optimizer=adam(learning_rate=0.01))",
        "adadagrad(most_batch=16)"
      })
  void learnsAndGoesOnBitForBit(String optimizer) {
    Signs s = new Signs(3);
    Classifier c = network(optimizer, 1);
    int right = 0;
    for (int i = 0; i < 6000; i++) {
      s.next();
      c.testThenLearn(s.x, s.label, 1, s.scores);
      right += i >= 5000 && s.scores[1] > s.scores[0] == (s.label == 1) ? 1 : 0;
    }
    assertThat(right).as("of the last 1,000; a constant answer has 500").isGreaterThan(800);

    StateWriter out = new StateWriter();
    c.save(out);
    Classifier restored = network(optimizer, 1);
    restored.load(StateReader.open("test", out.toBytes()));
    double[] other = new double[2];
    for (int i = 0; i < 300; i++) {
      s.next();
      c.testThenLearn(s.x, s.label, 1, s.scores);
      restored.testThenLearn(s.x, s.label, 1, other);
      assertThat(other).as("event %d after the restore", i).isEqualTo(s.scores);
    }
    allocatesNothing(c, s);
  }

  private static void allocatesNothing(Classifier c, Signs s) {
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long id = Thread.currentThread().getId();
    threads.getThreadAllocatedBytes(id);
    long before = threads.getThreadAllocatedBytes(id);
    for (int i = 0; i < 1000; i++) {
      s.next();
      c.testThenLearn(s.x, s.label, 1, s.scores);
    }
    // An object a step would be 8,000 bytes at least.
    assertThat(threads.getThreadAllocatedBytes(id) - before).isLessThan(4000);
  }

  /**
   * Denormal numbers make arithmetic tens of times slower: what fades must stop far enough above
   * them for products with rates.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "momentum",
        "rmsprop",
        "tag(tasks=3, consolidate=every_events(events=200))",
        "adam(beta2=0.99)",
        "adamw(beta2=0.99)",
        "amsgrad(beta2=0.99)",
        "adabelief(beta2=0.99)",
        "diffgrad(beta2=0.99)",
        "adan",
        "adamp(beta2=0.99)",
        "sgdp",
        "adahessian(beta2=0.99)",
        "sgd_sai",
        "upgd(decay=0.99, noise=0.0)"
      })
  void slotsFadeWithoutDenormals(String optimizer) {
    Line line = new Line(optimizer);
    line.step();
    assertThat(least(line)).isGreaterThan(1e-9f);
    for (int t = 0; t < 10_000; t++) {
      line.idle();
      float least = least(line);
      if (least < 1e-35f) {
        throw new AssertionError("a slot holds " + least + " after " + t + " steps");
      }
    }
  }

  /** The least size in any slot that is not 0. */
  private static float least(Line line) {
    float least = Float.MAX_VALUE;
    for (Parameter p : line.parameters()) {
      for (int k = 0; k < p.slots(); k++) {
        for (float v : p.slot(k)) {
          least = v == 0 ? least : Math.min(least, Math.abs(v));
        }
      }
    }
    return least;
  }

  @Test
  void noiseHasTheDeviationAskedFor() {
    Parameter p = new Parameter("w", 400, 400);
    Rule rule =
        Rules.rule(
            Spec.parse("shrink_and_perturb(learning_rate=0.5, noise=0.2, weight_decay=0.0)"),
            Line.build());
    rule.begin();
    rule.step(p, p.value(), new float[p.value().length], new float[0][], p.value().length);
    double sum = 0;
    double squares = 0;
    for (float v : p.value()) {
      sum += v;
      squares += (double) v * v;
    }
    int n = p.value().length;
    assertThat(sum / n).isCloseTo(0, within(0.003));
    assertThat(Math.sqrt(squares / n)).isCloseTo(0.5 * 0.2, within(0.002));
  }

  /** A bias of a hundredth of the noise would move all weights together by 50 times as much. */
  @Test
  void noiseDoesNotDrift() {
    Parameter p = new Parameter("w", 64, 64);
    Rule rule =
        Rules.rule(
            Spec.parse("shrink_and_perturb(learning_rate=1, noise=1.0, weight_decay=0.0)"),
            Line.build());
    float[] g = new float[p.value().length];
    int steps = 5000;
    for (int t = 0; t < steps; t++) {
      rule.begin();
      rule.step(p, p.value(), g, new float[0][], g.length);
    }
    double sum = 0;
    double squares = 0;
    for (float v : p.value()) {
      sum += v;
      squares += (double) v * v;
    }
    // Each step adds two stretches of 2,048, so their mean has a deviation of 1/64.
    assertThat(sum / g.length).isCloseTo(0, within(3 * Math.sqrt(steps) / 64));
    assertThat(Math.sqrt(squares / g.length)).isCloseTo(Math.sqrt(steps), within(4.0));
  }

  /** The weight of highest utility is shaken least, a useless one half as far as by plain noise. */
  @Test
  void upgdProtectsWhatIsUseful() {
    double useful = 0;
    double useless = 0;
    for (int seed = 0; seed < 200; seed++) {
      Parameter p = new Parameter("w", 1, 2);
      p.slots(1);
      p.slot(0)[0] = 1;
      Rule rule =
          Rules.rule(
              Spec.parse("upgd(learning_rate=1, noise=1.0, decay=0.5, weight_decay=0.0)"),
              Line.build().withSeed(seed));
      rule.begin();
      Graph g = new Graph(new ScalarKernels());
      g.use(p);
      g.backward(0);
      rule.survey(g.parameters(), null, 1);
      rule.step(p, p.value(), p.gradient(), new float[][] {p.slot(0)}, p.value().length);
      useful += p.value()[0] * p.value()[0] / 200;
      useless += p.value()[1] * p.value()[1] / 200;
    }
    double kept = 1 - 1 / (1 + Math.exp(-1));
    assertThat(Math.sqrt(useful)).isCloseTo(kept, within(0.05));
    assertThat(Math.sqrt(useless)).isCloseTo(0.5, within(0.08));
  }

  @Test
  void refusesWhatCannotWork() {
    assertThatThrownBy(() -> network("obgd, strategy=er_ace, replay=reservoir", 1))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("er_ace does not tell");
    assertThatThrownBy(() -> network("sgd(schedule=optimal)", 1))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("inverse_scaling");
    assertThatThrownBy(() -> network("scheduled(optimizer=scheduled)", 1))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("schedule inside");
  }

  /** The norm test by the gradients of single rows, in double precision. */
  @Test
  void batchGrowsByTheNormTest() {
    Line.Exact exact = new Line.Exact();
    double[] mean = exact.gradient();
    double length = 0;
    double variance = 0;
    for (int i = 0; i < Line.ALL; i++) {
      length += mean[i] * mean[i];
      for (int r = 0; r < Line.ROWS; r++) {
        variance += Math.pow(exact.rowGradient(r)[i] - mean[i], 2) / (Line.ROWS - 1);
      }
    }
    double theta = 0.4;
    int wanted = (int) Math.ceil(variance / (theta * theta * length));
    assertThat(wanted).isBetween(Line.ROWS + 1, 200);
    Line line = new Line("adadagrad(theta=0.4)");
    assertThat(line.rule.batch(1)).isEqualTo(2);
    line.step();
    assertThat(line.rule.batch(1)).isEqualTo(wanted);
    Line low = new Line("adadagrad(theta=0.4, most_batch=5)");
    low.step();
    assertThat(low.rule.batch(1)).isEqualTo(5);
    Line content = new Line("adadagrad(theta=100)");
    content.step();
    assertThat(content.rule.batch(3)).isEqualTo(3);
  }

  /**
   * Fahrbach et al. 2023: without knowing the world, near the best constant rate of a grid (which
   * is chosen in hindsight) in each, and better than rates that only fall where the world moves.
   */
  @Test
  void scheduleFollowsTheWorld() {
    double[] most = {0.95, 1.1, 0.9}; // seen: 0.91, 1.07, 0.86
    for (DriftingLine.World w : DriftingLine.World.values()) {
      double best = Double.POSITIVE_INFINITY;
      for (int k = 0; k < 20; k++) {
        best = Math.min(best, regret(w, "sgd(learning_rate=" + 5e-4 * Math.pow(1.25, k) + ")"));
      }
      double found = regret(w, scheduled("shift", 20));
      assertThat(found / best).as("%s", w).isLessThan(most[w.ordinal()]);
      if (w != DriftingLine.World.STILL) {
        assertThat(found).isLessThan(0.7 * regret(w, scheduled("inverse", 200)));
        assertThat(found).isLessThan(0.7 * regret(w, scheduled("inverse_root", 50)));
      }
    }
    // A fall that begins anew at a jump, beside the same fall.
    assertThat(regret(DriftingLine.World.JUMPS, scheduled("restart", 50)))
        .isLessThan(0.7 * regret(DriftingLine.World.JUMPS, scheduled("inverse_root", 50)));
  }

  private static String scheduled(String schedule, int steps) {
    return "scheduled(optimizer=sgd(learning_rate=0.045), schedule="
        + schedule
        + ", steps="
        + steps
        + ")";
  }

  private static double regret(DriftingLine.World world, String optimizer) {
    double sum = 0;
    for (int seed = 1; seed <= 3; seed++) {
      sum += DriftingLine.regret(world, optimizer, seed);
    }
    return sum;
  }

  /**
   * Weights before a normalisation only grow longer under momentum; adamp and sgdp keep them short.
   */
  @ParameterizedTest
  @ValueSource(strings = {"adam adamp", "momentum sgdp"})
  void projectionKeepsFreeWeightsShort(String pair) {
    String[] names = pair.split(" ");
    assertThat(length(names[1])).isLessThan(0.8 * length(names[0]));
  }

  /** Length of random weights after steps against gradients at right angles to them. */
  private static double length(String optimizer) {
    Parameter p = new Parameter("w", 64, 16).gaussian(new Rng(5), 0.1);
    Rule rule = Rules.rule(Spec.parse(optimizer + "(learning_rate=0.02)"), Line.build());
    Rng rng = new Rng(6);
    float[][] slots = new float[rule.slots()][p.value().length];
    float[] g = new float[p.value().length];
    for (int t = 0; t < 300; t++) {
      for (int c = 0; c < 16; c++) {
        double along = 0;
        double square = 0;
        for (int i = c; i < g.length; i += 16) {
          g[i] = (float) rng.nextGaussian();
          along += g[i] * p.value()[i];
          square += p.value()[i] * p.value()[i];
        }
        for (int i = c; i < g.length; i += 16) {
          g[i] -= (float) (along / square * p.value()[i]);
        }
      }
      rule.begin();
      rule.step(p, p.value(), g, slots, g.length);
    }
    double sum = 0;
    for (float v : p.value()) {
      sum += v * v;
    }
    return Math.sqrt(sum);
  }
}
