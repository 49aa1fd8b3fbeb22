package org.freshet.neural.ask;

import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.SchemaException;
import org.freshet.core.Trait;
import org.freshet.core.ask.Candidate;
import org.freshet.core.ask.QueryStrategy;
import org.freshet.core.ask.RowEmbedding;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.graph.Activation;
import org.freshet.neural.graph.Dense;
import org.freshet.neural.graph.Detach;
import org.freshet.neural.graph.Graph;
import org.freshet.neural.graph.Input;
import org.freshet.neural.graph.Losses;
import org.freshet.neural.graph.Node;
import org.freshet.neural.graph.Parameter;
import org.freshet.neural.kernel.FloatKernels;
import org.freshet.neural.optimizer.Rule;
import org.freshet.neural.optimizer.Rules;
import org.freshet.neural.optimizer.Steps;

/**
 * NeurONAL: two networks of its own, one that tells the classes and one that tells how wrong the
 * first is, decide what is asked; the cost does not depend on the number of classes. It stands
 * beside any model, one without probabilities too.
 *
 * <p>How it works: f1 takes a row to a score of each class, learnt by squared error to 1 for the
 * label and 0 for others. f2 takes the last hidden layer of f1 to the error that f1 makes, learnt
 * by squared error to y − f1. An event is asked when the gap between the two largest entries of f1
 * + f2 is below 2 γ β, with β = √(K / t) + √(ln(t / δ) / t), K classes and t labels learnt.
 *
 * <p>Paper: Y. Ban, I. Agarwal, Z. Wu, Y. Zhu, K. Weldemariam, H. Tong, J. He, "Neural Active
 * Learning Beyond Bandits", ICLR 2024, algorithm 1 (streams).
 *
 * <p>Where we differ: the paper's γ is tuned by hand for each data set and knows no budget; here it
 * is multiplied by e^{η(rate − 1)} at a question and by e^{η rate} at an event passed by, η =
 * {@code step}, so that in the mean the rate of the budget is asked. The paper's δ is 0.1; f2 sees
 * the hidden layer, not the gradients of all layers. Any label that comes is learnt.
 *
 * <p>Takes all rows of classes; columns are standardised by what was seen of them, wide and sparse
 * rows folded to 1,024 values. Costs a pass through both networks an event, and 4 bytes a weight,
 * three times with adam.
 *
 * <pre>{@code
 * labels: { budget: 3%, ask: { neuronal: { hidden: 100 } } }
 * }</pre>
 */
@Component(
    name = "neuronal",
    kinds = Kind.QUERY_STRATEGY,
    family = "ask",
    traits = {Trait.BOUNDED_MEMORY, Trait.RANDOMIZED})
public final class Neuronal implements QueryStrategy {
  private static final double DELTA = 0.1;
  private static final long MEMORY = 10_000; // events after which older ones fade
  private static final double FARTHEST = 10; // deviations
  private static final double LARGEST = 1e6;
  private static final int MOST_SLOTS = 80;

  /**
   * @param hidden units
   * @param optimizer how weights move
   * @param gamma γ at the beginning
   * @param step η
   */
  public record Parameters(
      @Param(
              value = "units of the hidden layer of each network",
              def = "100",
              range = "[1, 4096]",
              unit = "units",
              origin = "Ban et al. 2024")
          int hidden,
      @Param(
              value = "how weights of both networks move",
              def = "adam(learning_rate=0.001)",
              origin = "Ban et al. 2024 use rates of 0.001 and less")
          Spec optimizer,
      @Param(
              value = "how wide the gap must be at the beginning, in units of its bound",
              def = "1.0",
              range = "(0, 1e6]",
              origin = "moves to what the budget asks for")
          double gamma,
      @Param(
              value = "how fast that follows the rate; 0 keeps it, as in the paper",
              def = "0.05",
              range = "[0, 1]",
              origin = "a choice: some twenty questions")
          double step) {}

  private final Parameters p;
  private final RowEmbedding rows;
  private final Graph graph = new Graph(FloatKernels.fastest());
  private final Input input;
  private final Dense exploit;
  private final Dense explore;
  private final Rule rule;
  private final Steps steps;
  private final double[] row;
  private final double[] mean;
  private final double[] square; // mean squared deviation
  private final float[] one = {1};
  private float[] target = new float[0];
  private long seen;
  private long learnt;
  private double gamma;

  public Neuronal(Parameters p, Build build) {
    Schema schema = build.schema();
    if (schema.target() != Schema.Target.CLASS) {
      throw new SchemaException(
          "neuronal learns classes, but the label '"
              + schema.labelName()
              + "' is none; use d_optimal");
    }
    this.p = p;
    gamma = p.gamma();
    rows = new RowEmbedding(schema, RowEmbedding.MOST);
    row = new double[rows.width()];
    mean = new double[rows.width()];
    square = new double[rows.width()];
    input = graph.input(rows.width());
    Rng rng = build.rng();
    int classes = Math.max(1, schema.declaredLabels());
    Node last = graph.activate(graph.dense("f1", input, p.hidden(), rng), Activation.RELU);
    exploit = head("f1_head", last, classes);
    Node under = graph.add(new Detach(last));
    Node beside = graph.activate(graph.dense("f2", under, p.hidden(), rng), Activation.RELU);
    explore = head("f2_head", beside, classes);
    rule = Rules.rule(p.optimizer(), build.child("optimizer", 0));
    steps = new Steps(graph, rule);
    graph.capacity(1);
  }

  private Dense head(String name, Node last, int classes) {
    Parameter w = new Parameter(name + "_w", last.width(), classes);
    return graph.add(new Dense(graph, last, w, new Parameter(name + "_b", 1, classes)));
  }

  @Override
  public boolean ask(Candidate c) {
    rows.write(c.x(), row);
    see();
    put();
    graph.predict(1);
    boolean ask = gap() < 2 * gamma * bound();
    if (c.allowed()) {
      gamma *= Math.exp(p.step() * (c.rate() - (ask ? 1 : 0)));
    }
    gamma = Math.max(1 / LARGEST, Math.min(LARGEST, gamma));
    return ask;
  }

  /** f between the best two classes; 0 with fewer. */
  private double gap() {
    double first = Double.NEGATIVE_INFINITY;
    double second = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < exploit.width(); k++) {
      double f = exploit.value()[k] + explore.value()[k];
      second = Math.max(second, Math.min(first, f));
      first = Math.max(first, f);
    }
    return exploit.width() < 2 ? 0 : first - second;
  }

  /** β. */
  private double bound() {
    double t = learnt + 1;
    return Math.sqrt(exploit.width() / t) + Math.sqrt(Math.log(t / DELTA) / t);
  }

  private void see() {
    seen = Math.min(seen + 1, MEMORY);
    for (int i = 0; i < row.length; i++) {
      double d = row[i] - mean[i];
      mean[i] += d / seen;
      square[i] += (d * (row[i] - mean[i]) - square[i]) / seen;
    }
  }

  private void put() {
    for (int i = 0; i < row.length; i++) {
      double z = square[i] > 0 ? (row[i] - mean[i]) / Math.sqrt(square[i]) : 0;
      input.value()[i] = (float) Math.max(-FARTHEST, Math.min(FARTHEST, z));
    }
  }

  @Override
  public void learn(Features x, double label, double weight) {
    int y = (int) label;
    if (!(weight > 0) || y < 0) {
      return;
    }
    if (y >= exploit.width()) {
      exploit.grow(y + 1);
      explore.grow(y + 1);
    }
    rows.write(x, row);
    put();
    graph.forward(1);
    int n = exploit.width();
    if (target.length < n) {
      target = new float[2 * n];
    }
    one[0] = (float) Math.min(weight, LARGEST);
    aim(y, n, null);
    Losses.squared(exploit, target, n, one, 0, 1);
    aim(y, n, exploit.value());
    Losses.squared(explore, target, n, one, 0, 1);
    steps.step(1);
    learnt++;
  }

  /** 1 for the label, less what is known already. */
  private void aim(int y, int n, float[] known) {
    for (int k = 0; k < n; k++) {
      target[k] = (k == y ? 1 : 0) - (known == null ? 0 : known[k]);
    }
  }

  @Override
  public void save(StateWriter out) {
    graph.save(out.child("networks"));
    rule.save(out.child("optimizer"));
    out.put("labels", exploit.width());
    out.put("mean", mean);
    out.put("square", square);
    out.put("seen", seen);
    out.put("learnt", learnt);
    out.put("gamma", gamma);
  }

  @Override
  public void load(StateReader in) {
    int n = in.labels("labels", exploit.width());
    if (n > exploit.width()) {
      exploit.grow(n);
      explore.grow(n);
    }
    graph.load(in.child("networks"), 1 << 20, MOST_SLOTS);
    rule.load(in.child("optimizer"));
    System.arraycopy(in.doubles("mean", mean.length), 0, mean, 0, mean.length);
    System.arraycopy(in.doubles("square", square.length), 0, square, 0, square.length);
    seen = in.longValue("seen", 0, MEMORY);
    learnt = in.longValue("learnt", 0, Long.MAX_VALUE - 2);
    gamma = in.doubleValue("gamma");
    if (!(gamma > 0)) {
      throw in.corrupt("gamma", "is " + gamma);
    }
  }

  @Override
  public long memoryBytes() {
    return 120
        + rows.memoryBytes()
        + graph.memoryBytes()
        + steps.memoryBytes()
        + 100
        + 24L * row.length
        + 4L * target.length;
  }
}
