package org.freshet.learn.tree;

import org.freshet.core.Classifier;
import org.freshet.core.Features;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Predicts classes of a stream whose concept is stable: a Hoeffding tree that, where another test
 * turns out better than the one it chose, follows both; between one tree and an ensemble of them.
 *
 * <p>How it works. Leaves split as in {@code hoeffding_tree}. A node that has become a test goes on
 * observing. Each time it took in {@code grace_period} more, let S be the best test it follows and
 * X the best on any other column; when G(X) − G(S) &gt; ε with the bound ε = sqrt(R² ln(1/δ′) /
 * 2n), δ′ being {@code option_confidence}, X becomes another option of the node, with a subtree of
 * its own. A row goes down every option, so it reaches several leaves; the answer is the mean of
 * their probabilities, and all of them learn. No row may reach more than {@code max_options}
 * leaves.
 *
 * <p>Source: B. Pfahringer, G. Holmes, R. Kirkby, "New Options for Hoeffding Trees", Australian
 * Joint Conference on Artificial Intelligence 2007.
 *
 * <p>Where we differ. A node above leaves of which a row reaches the most allowed stops observing,
 * since no option can open there any more; this saves time and changes nothing. Leaves, observers
 * and the rest are those of {@code hoeffding_tree}, with its differences. Tests are compared at the
 * node that observes, never against a subtree; no option is ever removed.
 *
 * <p>Accepts numeric and categorical columns, missing values, new categories and new classes. With
 * d features, c classes and p ≤ {@code max_options} leaves reached: O(p·(depth + c·d)) an example;
 * memory bounded by {@code max_bytes}: at the limit the nodes with least to gain stop observing,
 * inner ones first, and no option opens.
 *
 * <pre>
 * Classifier tree = Components.classifier("hoeffding_option_tree(max_options=3)", schema, 1);
 * tree.learn(Features.of(0.2, 1.5), 1, 1.0);
 * </pre>
 */
@Component(
    name = "hoeffding_option_tree",
    kinds = Kind.CLASSIFIER,
    family = "tree",
    traits = {
      Trait.NUMERIC,
      Trait.CATEGORICAL,
      Trait.MISSING,
      Trait.OPEN_LABELS,
      Trait.WEIGHTS,
      Trait.BOUNDED_MEMORY
    })
public final class HoeffdingOptionTree implements Classifier {
  private final ClassOptions options;

  /** Parameters; the defaults are those of MOA 2024.07. */
  public record Parameters(
      @Param(
              value = "leaves a row may reach",
              def = "5",
              range = "[1, 1000]",
              origin = "Pfahringer et al. 2007; MOA default")
          int maxOptions,
      @Param(
              value = "δ′ of the bound by which another test must be better to become an option",
              def = "0.1",
              range = "(0, 1)",
              origin = "MOA default")
          double optionConfidence,
      @Param(
              value = "weight a node takes in between two attempts to split or to open an option",
              def = "200",
              range = "[1, inf)",
              unit = "events",
              origin = "MOA default")
          double gracePeriod,
      SplitDecision decision,
      TreeLeaves leaves,
      @Param(
              value = "memory limit of the tree",
              def = "32MB",
              range = "[65536, inf)",
              unit = "bytes",
              origin = "MOA default")
          long maxBytes) {}

  public HoeffdingOptionTree(Parameters p, Build build) {
    TreeParameters t =
        new TreeParameters(
            new SplitAttempts(p.gracePeriod, p.decision), p.leaves, build.limit(p.maxBytes));
    this.options = new ClassOptions(t, build.schema(), p.optionConfidence, p.maxOptions);
  }

  /** Number of nodes, option nodes and leaves included. */
  public int nodes() {
    return options.tree().nodes();
  }

  /** The most leaves any row reaches. */
  public int paths() {
    return options.paths();
  }

  @Override
  public int labels() {
    return options.tree().labels();
  }

  @Override
  public void scores(Features x, double[] scores) {
    options.scores(x, scores);
  }

  @Override
  public void learn(Features x, int label, double weight) {
    options.testThenLearn(x, label, label < 0 ? 0 : weight, null);
  }

  @Override
  public void testThenLearn(Features x, int label, double weight, double[] scores) {
    options.testThenLearn(x, label, label < 0 ? 0 : weight, scores);
  }

  @Override
  public void save(StateWriter out) {
    options.save(out);
  }

  @Override
  public void load(StateReader in) {
    options.load(in);
  }

  @Override
  public long memoryBytes() {
    return 16 + options.memoryBytes();
  }
}
