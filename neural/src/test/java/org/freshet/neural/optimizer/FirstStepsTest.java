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
  /** A published rule, with its state: moves the weights of a model that knows its gradients. */
  private interface Formula {
    void step(Line.Exact m, double[] g);
  }

  private final Map<String, Supplier<Formula>> formulas = new LinkedHashMap<>();

  FirstStepsTest() {
    formulas.put("sgd(learning_rate=0.1)", () -> (m, g) -> add(m, -0.1, g));
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
    formulas.put("adam(learning_rate=0.1, beta1=0.8, beta2=0.9, epsilon=0.01)", () -> adam(0));
    formulas.put(
        "adamw(learning_rate=0.1, beta1=0.8, beta2=0.9, epsilon=0.01, weight_decay=0.5)",
        () -> adam(0.5));
    formulas.put(
        "amsgrad(learning_rate=0.1, beta1=0.8, beta2=0.3, epsilon=0.01, weight_decay=0.5)",
        this::amsgrad);
    formulas.put(
        "adabelief(learning_rate=0.1, beta1=0.8, beta2=0.9, epsilon=0.01)", this::adabelief);
    formulas.put("diffgrad(learning_rate=0.1, beta1=0.8, beta2=0.9, epsilon=0.01)", this::diffgrad);
    formulas.put(
        "adan(learning_rate=0.1, beta1=0.9, beta2=0.8, beta3=0.7, epsilon=0.01, weight_decay=0.5)",
        this::adan);
    for (double delta : new double[] {0.0001, 1, 1.2, 100}) {
      formulas.put(
          "adamp(learning_rate=0.1, beta1=0.8, beta2=0.9, epsilon=0.01, weight_decay=0.5, delta="
              + delta
              + ")",
          () -> adamp(delta));
      formulas.put(
          "sgdp(learning_rate=0.1, momentum=0.8, weight_decay=0.5, delta=" + delta + ")",
          () -> sgdp(delta));
    }
    formulas.put("adahessian(learning_rate=0.1, beta1=0.8, beta2=0.9)", () -> adahessian(1));
    formulas.put(
        "adahessian(learning_rate=0.1, beta1=0.8, beta2=0.9, power=0.5)", () -> adahessian(0.5));
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
        () -> (m, g) -> decayed(m, 0.1, 0.5, g));
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

  private static void add(Line.Exact m, double by, double[] v) {
    for (int i = 0; i < Line.ALL; i++) {
      m.w[i] += by * v[i];
    }
  }

  private static void decayed(Line.Exact m, double rate, double decay, double[] step) {
    for (int i = 0; i < Line.ALL; i++) {
      m.w[i] = m.w[i] * (1 - rate * decay) - rate * step[i];
    }
  }

  private interface OfTime {
    double at(int t);
  }

  private static Formula scheduled(OfTime factor) {
    int[] t = {0};
    return (m, g) -> add(m, -0.1 * factor.at(t[0]++), g);
  }

  private Formula inverseScaling() {
    int[] t = {0};
    return (m, g) -> add(m, -0.1 / Math.sqrt(++t[0]), g);
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
      decayed(m, 0.1, 0.5, u);
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

  /** What the family of Adam shares: moments with β 0.8 and {@code beta2}, corrected. */
  private static class Means {
    final double[] m = new double[Line.ALL];
    final double[] v = new double[Line.ALL];
    final double beta2;
    int t;

    Means(double beta2) {
      this.beta2 = beta2;
    }

    void mean(double[] g) {
      t++;
      for (int i = 0; i < Line.ALL; i++) {
        m[i] = 0.8 * m[i] + 0.2 * g[i];
      }
    }

    void square(double[] g) {
      for (int i = 0; i < Line.ALL; i++) {
        v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
      }
    }

    double corrected(int i) {
      return m[i] / (1 - Math.pow(0.8, t));
    }

    double root(double of) {
      return Math.sqrt(of / (1 - Math.pow(beta2, t)));
    }
  }

  private static Formula adam(double decay) {
    Means k = new Means(0.9);
    return (m, g) -> {
      k.mean(g);
      k.square(g);
      double[] u = new double[Line.ALL];
      for (int i = 0; i < Line.ALL; i++) {
        u[i] = k.corrected(i) / (k.root(k.v[i]) + 0.01);
      }
      decayed(m, 0.1, decay, u);
    };
  }

  private Formula amsgrad() {
    Means k = new Means(0.3);
    double[] most = new double[Line.ALL];
    return (m, g) -> {
      k.mean(g);
      k.square(g);
      double[] u = new double[Line.ALL];
      for (int i = 0; i < Line.ALL; i++) {
        most[i] = Math.max(most[i], k.v[i]);
        u[i] = k.corrected(i) / (k.root(most[i]) + 0.01);
      }
      decayed(m, 0.1, 0.5, u);
    };
  }

  private Formula adabelief() {
    Means k = new Means(0.9);
    return (m, g) -> {
      k.mean(g);
      double[] off = new double[Line.ALL];
      for (int i = 0; i < Line.ALL; i++) {
        off[i] = g[i] - k.m[i];
      }
      k.square(off);
      for (int i = 0; i < Line.ALL; i++) {
        k.v[i] += 0.01;
        m.w[i] -= 0.1 * k.corrected(i) / (k.root(k.v[i]) + 0.01);
      }
    };
  }

  private Formula diffgrad() {
    Means k = new Means(0.9);
    double[] last = new double[Line.ALL];
    return (m, g) -> {
      k.mean(g);
      k.square(g);
      for (int i = 0; i < Line.ALL; i++) {
        double friction = 1 / (1 + Math.exp(-Math.abs(last[i] - g[i])));
        last[i] = g[i];
        m.w[i] -= 0.1 * friction * k.corrected(i) / (k.root(k.v[i]) + 0.01);
      }
    };
  }

  private Formula adan() {
    double[] mean = new double[Line.ALL];
    double[] change = new double[Line.ALL];
    double[] square = new double[Line.ALL];
    double[][] last = {null};
    int[] t = {0};
    return (m, g) -> {
      t[0]++;
      for (int i = 0; i < Line.ALL; i++) {
        double d = last[0] == null ? 0 : g[i] - last[0][i];
        mean[i] = 0.9 * mean[i] + 0.1 * g[i];
        change[i] = 0.8 * change[i] + 0.2 * d;
        square[i] = 0.7 * square[i] + 0.3 * Math.pow(g[i] + 0.8 * d, 2);
        double root = Math.sqrt(square[i] / (1 - Math.pow(0.7, t[0]))) + 0.01;
        double u =
            mean[i] / (1 - Math.pow(0.9, t[0])) + 0.8 * change[i] / (1 - Math.pow(0.8, t[0]));
        m.w[i] = (m.w[i] - 0.1 * u / root) / (1 + 0.1 * 0.5);
      }
      last[0] = g;
    };
  }

  /** The matrix is weights 0 to 5, whose units are the even and the odd ones; the bias is as is. */
  private static boolean project(double[] w, double[] g, double[] u, double delta) {
    double cosine = Math.max(cosine(w, g, 0, 2), cosine(w, g, 1, 2));
    if (cosine < delta / Math.sqrt(3)) {
      without(w, u, 0, 2);
      without(w, u, 1, 2);
      return true;
    }
    if (cosine(w, g, 0, 1) < delta / Math.sqrt(6)) {
      without(w, u, 0, 1);
      return true;
    }
    return false;
  }

  private static double cosine(double[] a, double[] b, int from, int by) {
    return Math.abs(dot(a, b, from, by)) / Math.sqrt(dot(a, a, from, by) * dot(b, b, from, by));
  }

  private static double dot(double[] a, double[] b, int from, int by) {
    double sum = 0;
    for (int i = from; i < Line.WEIGHTS; i += by) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void without(double[] w, double[] u, int from, int by) {
    double share = dot(w, u, from, by) / dot(w, w, from, by);
    for (int i = from; i < Line.WEIGHTS; i += by) {
      u[i] -= share * w[i];
    }
  }

  private static void projected(Line.Exact m, double[] g, double[] u, double decay, double delta) {
    boolean free = project(m.w, g, u, delta);
    for (int i = 0; i < Line.ALL; i++) {
      double d = i < Line.WEIGHTS && free ? 0.1 * decay : decay;
      m.w[i] = m.w[i] * (1 - 0.1 * d) - 0.1 * u[i];
    }
  }

  private static Formula adamp(double delta) {
    Means k = new Means(0.9);
    return (m, g) -> {
      k.mean(g);
      k.square(g);
      double[] u = new double[Line.ALL];
      for (int i = 0; i < Line.ALL; i++) {
        u[i] = k.corrected(i) / (k.root(k.v[i]) + 0.01);
      }
      projected(m, g, u, 0.5, delta);
    };
  }

  private static Formula sgdp(double delta) {
    double[] v = new double[Line.ALL];
    return (m, g) -> {
      for (int i = 0; i < Line.ALL; i++) {
        v[i] = 0.8 * v[i] + g[i];
      }
      projected(m, g, v.clone(), 0.5 / (1 - 0.8), delta);
    };
  }

  /** The Hessian is diagonal, so z ∘ (H z) is its diagonal for every z. */
  private static Formula adahessian(double power) {
    Means k = new Means(0.9);
    return (m, g) -> {
      k.mean(g);
      k.square(Line.CURVATURE);
      for (int i = 0; i < Line.ALL; i++) {
        m.w[i] -= 0.1 * k.corrected(i) / (Math.pow(k.root(k.v[i]), power) + 1e-4);
      }
    };
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
      add(m, -(bound > 1 ? rate / bound : rate), g);
    };
  }

  private static Formula truncated(double rate) {
    return (m, g) -> {
      double squares = 0;
      for (double d : g) {
        squares += d * d;
      }
      add(m, -rate * Math.min(1, m.loss() / (rate * squares)), g);
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
    add(m, -rate, g);
    double[] there = m.gradient();
    System.arraycopy(start, 0, m.w, 0, Line.ALL);
    add(m, -rate, there);
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
