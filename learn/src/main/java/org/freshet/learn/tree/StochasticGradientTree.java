package org.freshet.learn.tree;

import java.util.Arrays;
import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Learner;
import org.freshet.core.Regressor;
import org.freshet.core.Schema;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Predicts classes or numbers by trees that grow to lower the loss itself and correct their leaves
 * for ever: for streams that change slowly, and where probabilities matter, not only the class.
 *
 * <p>How it works. Each example gives the gradient g and hessian h of its loss at the tree's
 * answer, so that a step u of that answer changes the loss by about g·u + h·u²/2. Leaves sum up g,
 * h and their products, per interval of each numeric feature and per category. Every {@code
 * grace_period} the best step of the whole leaf, u = −Σg / (Σh + λ), and the best test with a step
 * on each side are found. A t-test over the examples decides: when the test gains surely over the
 * step, the leaf becomes that test; else when the step gains surely over none, the value moves and
 * the sums begin anew. Numbers are learnt by squared error (g = ŷ − y, h = 1), classes by the log
 * loss (g = p − [y = c], h = p(1 − p)): one tree for two classes, c − 1 trees for c of them, class
 * 0 being the reference of the softmax.
 *
 * <p>Source: H. Gouk, B. Pfahringer, E. Frank, "Stochastic Gradient Trees", Asian Conference on
 * Machine Learning (ACML), 2019.
 *
 * <p>Where we differ. The paper tests the best candidate, split or step, against doing nothing; we
 * test a split against the step, so that a leaf whose level is off is moved, not split. The first
 * {@code grace_period} of weight moves the base of the answers (class odds, mean) from example to
 * example, so that they are sensible before the first step. The intervals need no warm-up: they
 * widen as values come. Categories are split one against the rest. A step of the log loss goes no
 * further than 2 in log odds: where p is near 0 or 1 the parabola is not the loss. The t-test uses
 * Wallace's normal deviate.
 *
 * <p>Accepts numeric and categorical columns, missing and infinite values (sent down the heavier
 * side), new categories and new classes (another tree). With d features, c classes and b intervals:
 * O(c·(depth + d)) an example, an attempt O(c·d·b); memory O(48·b·d) bytes a leaf and tree, bounded
 * by {@code max_bytes}, which the trees share evenly: at the limit the leaves with the smallest
 * gradients stop observing and only go on moving their values.
 *
 * <pre>
 * Classifier c = Components.classifier("stochastic_gradient_tree(max_depth=6)", schema, 1);
 * c.learn(Features.of(0.2, 1.5), 1, 1.0);
 * </pre>
 */
@Component(
    name = "stochastic_gradient_tree",
    kinds = {Kind.CLASSIFIER, Kind.REGRESSOR},
    family = "tree",
    traits = {
      Trait.NUMERIC,
      Trait.CATEGORICAL,
      Trait.MISSING,
      Trait.OPEN_LABELS,
      Trait.WEIGHTS,
      Trait.BOUNDED_MEMORY
    })
public final class StochasticGradientTree {
  /** Step of a log odds at once; see the class. */
  private static final double LARGEST_STEP = 2;

  /** Greater targets are passed over: the products of their gradients would overflow. */
  private static final double LARGEST = 1e70;

  /** Parameters. */
  public record Parameters(
      @Param(
              value = "weight a leaf takes in between two attempts to split or to move",
              def = "200",
              range = "[1, inf)",
              unit = "events",
              origin = "CapyMOA and River default")
          double gracePeriod,
      @Param(
              value = "p-value under which a change of the tree counts as sure",
              def = "1e-6",
              range = "(0, 1)",
              origin = "CapyMOA default; River has 1e-7")
          double splitConfidence,
      @Param(
              value = "λ: holds values of leaves with little evidence back",
              def = "0.1",
              range = "[0, inf)",
              origin = "CapyMOA and River default")
          double lambda,
      @Param(
              value = "intervals a numeric feature is summed up in; an odd number is raised by one",
              def = "64",
              range = "[4, 4096]",
              origin = "River default")
          int splitPoints,
      @Param(
              value = "depth at which leaves stay leaves; 0 for no limit",
              def = "0",
              range = "[0, 1000000]",
              origin = "no limit")
          int maxDepth,
      @Param(
              value = "memory limit of all trees together",
              def = "32MB",
              range = "[65536, inf)",
              unit = "bytes",
              origin = "as in hoeffding_tree")
          long maxBytes) {}

  private StochasticGradientTree() {}

  /** A classifier or a regressor, as the label asks. */
  public static Learner create(Parameters p, Build build) {
    return build.schema().target() == Schema.Target.NUMBER
        ? new OfRegressor(p, build)
        : new OfClassifier(p, build);
  }

  /** A tree of log odds for each class but the first. */
  static final class OfClassifier implements Classifier {
    private final Parameters p;
    private final Schema schema;
    private final long limit;
    private final double[] xs;
    private GradientTree[] trees = new GradientTree[0];
    private int labels;

    /** Weight of each class in the first examples, which set the base of its answers. */
    private double[] first = new double[2];

    private double warm;
    private double[] odds = new double[2]; // base of each class
    private double[] own = new double[2];

    OfClassifier(Parameters p, Build build) {
      this.p = p;
      this.schema = build.schema();
      this.limit = build.limit(p.maxBytes);
      this.xs = new double[schema.width()];
      open(schema.declaredLabels());
    }

    private void open(int count) {
      if (count <= labels) {
        return;
      }
      labels = count;
      int room = Math.max(2, count);
      first = Arrays.copyOf(first, room);
      odds = Arrays.copyOf(odds, room);
      own = new double[room];
      int before = trees.length;
      trees = Arrays.copyOf(trees, count - 1);
      for (int c = 0; c < trees.length; c++) {
        long share = limit / trees.length;
        if (c >= before) {
          trees[c] = new GradientTree(p, schema, LARGEST_STEP, share);
        }
        trees[c].nodes.limit(share);
      }
      base();
    }

    private void base() {
      for (int c = 0; c < labels; c++) {
        odds[c] = Math.log((first[c] + 1) / (first[0] + 1));
      }
    }

    /** Nodes of all trees. */
    int nodes() {
      int n = 0;
      for (GradientTree t : trees) {
        n += t.nodes.count();
      }
      return n;
    }

    @Override
    public int labels() {
      return labels;
    }

    @Override
    public void scores(Features x, double[] scores) {
      Arrays.fill(scores, labels, scores.length, 0);
      if (labels == 0) {
        return;
      }
      scores[0] = 0;
      for (int c = 1; c < labels; c++) {
        scores[c] = odds[c] + trees[c - 1].visit(x);
      }
      Kernels.softmax(scores, labels);
    }

    @Override
    public void learn(Features x, int label, double weight) {
      if (!(weight > 0)) {
        return;
      }
      open(label + 1);
      scores(x, own);
      absorb(x, label, weight, own);
    }

    @Override
    public void testThenLearn(Features x, int label, double weight, double[] scores) {
      scores(x, scores);
      if (label >= labels) {
        learn(x, label, weight); // the new class changes the scores the gradients need
      } else if (label >= 0 && weight > 0) {
        absorb(x, label, weight, scores);
      }
    }

    /** Learns the row last visited, whose scores are given. */
    private void absorb(Features x, int label, double weight, double[] scores) {
      if (warm < p.gracePeriod) {
        warm += weight;
        first[label] += weight;
        base();
      }
      GradientTree.prepare(x, xs);
      for (int c = 1; c < labels; c++) {
        double s = scores[c];
        trees[c - 1].learnLast(x, xs, c == label ? s - 1 : s, s * (1 - s), weight);
      }
    }

    @Override
    public void save(StateWriter out) {
      out.put("labels", labels);
      out.put("warm", warm);
      out.put("first", first);
      for (int c = 0; c < trees.length; c++) {
        trees[c].save(out.child("tree-" + c));
      }
    }

    @Override
    public void load(StateReader in) {
      int count = in.labels("labels", schema.declaredLabels());
      double[] weights = in.doubles("first", Math.max(2, count));
      warm = in.doubleValue("warm");
      if (!(warm >= 0)) {
        throw in.corrupt("warm", "is no weight");
      }
      labels = 0;
      trees = new GradientTree[0];
      open(count);
      System.arraycopy(weights, 0, first, 0, weights.length);
      base();
      for (int c = 0; c < trees.length; c++) {
        trees[c].load(in.child("tree-" + c));
      }
    }

    @Override
    public long memoryBytes() {
      long bytes = 200 + 8L * (xs.length + first.length + odds.length + own.length);
      for (GradientTree t : trees) {
        bytes += 4 + t.memoryBytes();
      }
      return bytes;
    }
  }

  /** One tree of differences from the mean of the first targets. */
  static final class OfRegressor implements Regressor, Trees {
    private final Parameters p;
    private final GradientTree tree;
    private final double[] xs;
    private double warm;
    private double base;

    OfRegressor(Parameters p, Build build) {
      this.p = p;
      this.tree =
          new GradientTree(p, build.schema(), Double.POSITIVE_INFINITY, build.limit(p.maxBytes));
      this.xs = new double[build.schema().width()];
    }

    int nodes() {
      return tree.nodes.count();
    }

    @Override
    public List<Part> parts() {
      FlatTree flat =
          FlatTree.of(
              tree.nodes.root(),
              leaf -> leaf.seen,
              (leaf, label) -> base + leaf.value,
              (x, label) -> predict(x));
      return List.of(new Part(flat, 1));
    }

    @Override
    public double predict(Features x) {
      return base + tree.visit(x);
    }

    @Override
    public void learn(Features x, double target, double weight) {
      testThenLearn(x, target, weight);
    }

    @Override
    public double testThenLearn(Features x, double target, double weight) {
      double answer = predict(x);
      if (!(weight > 0 && Math.abs(target) <= LARGEST)) {
        return answer;
      }
      if (warm < p.gracePeriod) {
        warm += weight;
        base += (target - base) * weight / warm;
      }
      // Of the new base, lest the first of large targets outweighs all others.
      double gradient = base + tree.last() - target;
      GradientTree.prepare(x, xs);
      tree.learnLast(x, xs, gradient, 1, weight);
      return answer;
    }

    @Override
    public void save(StateWriter out) {
      out.put("warm", warm);
      out.put("base", base);
      tree.save(out);
    }

    @Override
    public void load(StateReader in) {
      warm = in.doubleValue("warm");
      if (!(warm >= 0)) {
        throw in.corrupt("warm", "is no weight");
      }
      base = in.doubleValue("base");
      tree.load(in);
    }

    @Override
    public long memoryBytes() {
      return 64 + 8L * xs.length + tree.memoryBytes();
    }
  }
}
