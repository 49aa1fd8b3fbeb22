package org.freshet.neural.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.freshet.core.component.Components;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The first steps of every optimizer against its published formulas in double precision. */
class FirstStepsTest {
  private final Map<String, Supplier<Formula>> formulas = new LinkedHashMap<>();

  FirstStepsTest() {
    formulas.put("sgd(learning_rate=0.1)", () -> (m, g) -> Formula.add(m, -0.1, g));
    formulas.put(
        "sgd(learning_rate=0.1, schedule=inverse_scaling, power=0.5)", this::inverseScaling);
    formulas.put("adagrad(learning_rate=0.1, epsilon=0.001)", this::adagrad);
    formulas.put("momentum(learning_rate=0.1, momentum=0.8, weight_decay=0.5)", () -> sgd(false));
    formulas.put(
        "momentum(learning_rate=0.1, momentum=0.8, weight_decay=0.5, nesterov=true)",
        () -> sgd(true));
    formulas.put("rmsprop(learning_rate=0.1, decay=0.7, epsilon=0.01)", this::rmsprop);
    String tag = "tag(learning_rate=0.1, b=3, beta1=0.8, beta2=0.7, epsilon=0.01, tasks=3";
    formulas.put(tag + ", consolidate=every_events(events=1000))", this::rmsprop);
    formulas.put(tag + ", consolidate=every_events(events=" + Line.ROWS + "))", this::tag);
    formulas.put(
        "adam(learning_rate=0.1, beta1=0.8, beta2=0.9, epsilon=0.01)", () -> AdamFormulas.adam(0));
    formulas.put(
        "adamw(learning_rate=0.1, beta1=0.8, beta2=0.9, epsilon=0.01, weight_decay=0.5)",
        () -> AdamFormulas.adam(0.5));
    formulas.put(
        "amsgrad(learning_rate=0.1, beta1=0.8, beta2=0.3, epsilon=0.01, weight_decay=0.5)",
        AdamFormulas::amsgrad);
    formulas.put(
        "adabelief(learning_rate=0.1, beta1=0.8, beta2=0.9, epsilon=0.01)",
        AdamFormulas::adabelief);
    formulas.put(
        "diffgrad(learning_rate=0.1, beta1=0.8, beta2=0.9, epsilon=0.01)", AdamFormulas::diffgrad);
    formulas.put(
        "adan(learning_rate=0.1, beta1=0.9, beta2=0.8, beta3=0.7, epsilon=0.01, weight_decay=0.5)",
        AdamFormulas::adan);
    for (double delta : new double[] {0.0001, 1, 1.2, 100}) {
      formulas.put(
          "adamp(learning_rate=0.1, beta1=0.8, beta2=0.9, epsilon=0.01, weight_decay=0.5, delta="
              + delta
              + ")",
          () -> ProjectedFormulas.adamp(delta));
      formulas.put(
          "sgdp(learning_rate=0.1, momentum=0.8, weight_decay=0.5, delta=" + delta + ")",
          () -> ProjectedFormulas.sgdp(delta));
    }
    formulas.put(
        "adahessian(learning_rate=0.1, beta1=0.8, beta2=0.9)", () -> AdamFormulas.adahessian(1));
    formulas.put(
        "adahessian(learning_rate=0.1, beta1=0.8, beta2=0.9, power=0.5)",
        () -> AdamFormulas.adahessian(0.5));
    formulas.put("sgd_sai(learning_rate=0.1, momentum=0.8, weight_decay=0.5)", this::sgdSai);
    formulas.put("obgd", () -> obgd(1, 2));
    formulas.put("obgd(learning_rate=0.01, kappa=3)", () -> obgd(0.01, 3));
    formulas.put("implicit(learning_rate=0.01)", () -> truncated(0.01));
    formulas.put("implicit(learning_rate=10)", () -> truncated(10));
    formulas.put("implicit(learning_rate=0.1, step=two_step)", this::twoStep);
    formulas.put(
        "implicit(learning_rate=0.1, step=two_step, adaptive=true)", this::twoStepAdaptive);
    formulas.put("upgd(learning_rate=0.1, decay=0.6, noise=0.0, weight_decay=0.5)", this::upgd);
    formulas.put(
        "shrink_and_perturb(learning_rate=0.1, noise=0.0, weight_decay=0.5)",
        () -> (m, g) -> Formula.decayed(m, 0.1, 0.5, g));
    formulas.put(
        "scheduled(optimizer=sgd(learning_rate=0.1), schedule=inverse, steps=2)",
        () -> scheduled(t -> 1 / (1 + t / 2.0)));
    formulas.put(
        "scheduled(optimizer=sgd(learning_rate=0.1), schedule=inverse_root, steps=2)",
        () -> scheduled(t -> 1 / Math.sqrt(1 + t / 2.0)));
    formulas.put(
        "scheduled(optimizer=sgd(learning_rate=0.1), schedule=restart, steps=2)",
        () -> scheduled(t -> 1 / Math.sqrt(1 + t / 2.0)));
    formulas.put(
        "scheduled(optimizer=sgd(learning_rate=0.1), schedule=shift)", () -> scheduled(t -> 1));
    formulas.put("adadagrad(optimizer=adagrad(learning_rate=0.1, epsilon=0.001))", this::adagrad);
  }

  @TestFactory
  Stream<DynamicTest> firstSteps() {
    return formulas.entrySet().stream()
        .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> check(e.getKey(), e.getValue().get())));
  }

  /** An optimizer that is added without a formula here fails this. */
  @Test
  void everyOptimizerHasAFormula() {
    TreeSet<String> names = new TreeSet<>();
    formulas.keySet().forEach(s -> names.add(s.replaceAll("\\(.*", "")));
    TreeSet<String> known = new TreeSet<>();
    Components.all().stream()
        .filter(p -> p.className().startsWith("org.freshet.neural.optimizer."))
        .forEach(p -> known.add(p.name()));
    assertThat(known).hasSizeGreaterThan(15);
    assertThat(names).containsAll(known).contains("sgd", "adam", "adagrad");
  }

  private static void check(String spec, Formula formula) {
    Line line = new Line(spec);
    Line.Exact exact = new Line.Exact();
    // Curvature is a difference of floats; sigmoids are approximations good to 1e-4.
    double near = spec.startsWith("adahessian") ? 2e-4 : 3e-6;
    near = spec.startsWith("diffgrad") || spec.startsWith("upgd") ? 1e-5 : near;
    for (int t = 0; t < 4; t++) {
      double[] before = exact.w.clone();
      formula.step(exact, exact.gradient());
      double[] found = line.step();
      for (int i = 0; i < Line.ALL; i++) {
        assertThat(found[i])
            .as("%s, step %d, weight %d, before it %s", spec, t + 1, i, before[i])
            .isCloseTo(exact.w[i], within(near * (t + 1)));
      }
    }
  }

  private interface OfTime {
    double at(int t);
  }

  private static Formula scheduled(OfTime factor) {
    int[] t = {0};
    return (m, g) -> Formula.add(m, -0.1 * factor.at(t[0]++), g);
  }

  private Formula inverseScaling() {
    int[] t = {0};
    return (m, g) -> Formula.add(m, -0.1 / Math.sqrt(++t[0]), g);
  }

  private Formula adagrad() {
    double[] sum = new double[Line.ALL];
    return (m, g) -> {
      for (int i = 0; i < Line.ALL; i++) {
        sum[i] += g[i] * g[i];
        m.w[i] -= 0.1 * g[i] / (Math.sqrt(sum[i]) + 0.001);
      }
    };
  }

  private static Formula sgd(boolean nesterov) {
    double[] v = new double[Line.ALL];
    return (m, g) -> {
      double[] u = new double[Line.ALL];
      for (int i = 0; i < Line.ALL; i++) {
        v[i] = 0.8 * v[i] + g[i];
        u[i] = nesterov ? g[i] + 0.8 * v[i] : v[i];
      }
      Formula.decayed(m, 0.1, 0.5, u);
    };
  }

  private Formula rmsprop() {
    double[] v = new double[Line.ALL];
    return (m, g) -> {
      for (int i = 0; i < Line.ALL; i++) {
        v[i] = 0.7 * v[i] + 0.3 * g[i] * g[i];
        m.w[i] -= 0.1 * g[i] / (Math.sqrt(v[i]) + 0.01);
      }
    };
  }

  /** Each step is a task; the last two before it are remembered. */
  private Formula tag() {
    List<double[][]> earlier = new ArrayList<>();
    return (m, g) -> {
      double[][] now = new double[2][Line.ALL];
      for (int i = 0; i < Line.ALL; i++) {
        now[0][i] = 0.2 * g[i];
        now[1][i] = 0.3 * g[i] * g[i];
      }
      for (int i = 0; i < Line.ALL; i++) {
        double sum = (earlier.isEmpty() ? 1 : Math.exp(-3)) * now[1][i];
        for (double[][] task : earlier) {
          sum += Math.exp(-3 * cosine(now[0], task[0], i < Line.WEIGHTS)) * task[1][i];
        }
        m.w[i] -= 0.1 * g[i] / (Math.sqrt(sum) + 0.01);
      }
      earlier.add(now);
      if (earlier.size() > 2) {
        earlier.remove(0);
      }
    };
  }

  /** Of the part of two vectors that are weights, or offsets. */
  private static double cosine(double[] a, double[] b, boolean weights) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = weights ? 0 : Line.WEIGHTS; i < (weights ? Line.WEIGHTS : Line.ALL); i++) {
      ab += a[i] * b[i];
      aa += a[i] * a[i];
      bb += b[i] * b[i];
    }
    return ab / Math.sqrt(aa * bb);
  }

  private Formula sgdSai() {
    double[] v = new double[Line.ALL];
    double[] scale = new double[2];
    return (m, g) -> {
      if (scale[0] == 0) {
        scale[0] = clarity(g, 0, Line.WEIGHTS);
        scale[1] = clarity(g, Line.WEIGHTS, Line.ALL);
      }
      for (int i = 0; i < Line.ALL; i++) {
        v[i] = 0.8 * v[i] + 0.2 * g[i];
        m.w[i] = m.w[i] * (1 - 0.1 * 0.5) - 0.1 * scale[i < Line.WEIGHTS ? 0 : 1] * v[i];
      }
    };
  }

  private static double clarity(double[] g, int from, int to) {
    double mean = 0;
    double length = 0;
    for (int i = from; i < to; i++) {
      mean += g[i] / (to - from);
      length += g[i] * g[i];
    }
    double squares = 0;
    for (int i = from; i < to; i++) {
      squares += (g[i] - mean) * (g[i] - mean);
    }
    return Math.sqrt(length) / Math.sqrt(squares / (to - from - 1));
  }

  private static Formula obgd(double rate, double kappa) {
    return (m, g) -> {
      double delta = 0;
      for (double[] e : m.errors()) {
        delta += Math.max(Math.abs(e[0]), Math.abs(e[1])) / Line.ROWS;
      }
      double trace = 0;
      for (double d : g) {
        trace += Math.abs(d / delta);
      }
      double bound = rate * kappa * Math.max(delta, 1) * trace;
      Formula.add(m, -(bound > 1 ? rate / bound : rate), g);
    };
  }

  private static Formula truncated(double rate) {
    return (m, g) -> {
      double squares = 0;
      for (double d : g) {
        squares += d * d;
      }
      Formula.add(m, -rate * Math.min(1, m.loss() / (rate * squares)), g);
    };
  }

  private Formula twoStep() {
    return (m, g) -> ahead(m, g, 0.1);
  }

  private Formula twoStepAdaptive() {
    double[] sum = {0};
    return (m, g) -> {
      for (double d : g) {
        sum[0] += d * d;
      }
      ahead(m, g, 0.1 / Math.sqrt(sum[0]));
    };
  }

  private static void ahead(Line.Exact m, double[] g, double rate) {
    double[] start = m.w.clone();
    Formula.add(m, -rate, g);
    double[] there = m.gradient();
    System.arraycopy(start, 0, m.w, 0, Line.ALL);
    Formula.add(m, -rate, there);
  }

  private Formula upgd() {
    double[] u = new double[Line.ALL];
    return (m, g) -> {
      double most = 0;
      for (int i = 0; i < Line.ALL; i++) {
        u[i] = 0.6 * u[i] - 0.4 * g[i] * m.w[i];
        most = Math.max(most, u[i]);
      }
      for (int i = 0; i < Line.ALL; i++) {
        double s = 1 / (1 + Math.exp(-u[i] / most));
        m.w[i] = m.w[i] * (1 - 0.1 * 0.5) - 0.1 * g[i] * (1 - s);
      }
    };
  }
}
