package org.freshet.learn.tree;

import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;

/**
 * Predicts a number for a stream whose relation is stable: a regression tree that, where several
 * tests are as good, follows all of them at once instead of waiting; an option tree.
 *
 * <p>How it works. The tree is that of {@code fimt_dd}. At an attempt to split, let ε =
 * sqrt(ln(1/δ) / 2n). When the best test, of merit h₁, is surely best, the leaf becomes that test.
 * Otherwise it becomes an option node, under which each test of merit above (1 − ε) h₁ grows a
 * subtree of its own: of m such tests the ⌈m β^l⌉ best, l being the number of option nodes above,
 * as long as there are no more than {@code max_trees}. A row goes down every option; ŷ is the mean
 * of the options at each option node, and each leaf reached learns the row. When no more options
 * may open, the leaf waits for certainty or a tie as in {@code fimt_dd}.
 *
 * <p>Source: E. Ikonomovska, J. Gama, B. Ženko, S. Džeroski, "Speeding-up Hoeffding-based
 * regression trees with options", ICML 2011, section 4, with averaging.
 *
 * <p>Where we differ. Options are averaged always; following the best option only is left out, and
 * so are detectors and alternates: use {@code fimt_dd} where the relation changes. Observers,
 * leaves and missing values are those of {@code fimt_dd}.
 *
 * <p>Accepts numeric columns, categories, missing values. O(t·(depth + d)) an example for the t ≤
 * {@code max_trees} leaves it reaches; memory bounded by {@code max_bytes}: near the limit no
 * options open, and at it the leaves with the smallest squared error stop observing.
 *
 * <pre>
 * Regressor tree = Components.regressor("orto(max_trees=5)", schema, 1);
 * double answer = tree.testThenLearn(Features.of(0.2, 1.5), 3.7, 1.0);
 * </pre>
 */
@Component(
    name = "orto",
    kinds = Kind.REGRESSOR,
    family = "tree",
    traits = {Trait.NUMERIC, Trait.CATEGORICAL, Trait.MISSING, Trait.WEIGHTS, Trait.BOUNDED_MEMORY})
public final class Orto extends TreeRegressor {
  /** Parameters; the defaults are those of MOA 2024.07 unless said. */
  public record Parameters(
      @Param(
              value = "trees held at once, each option counted",
              def = "10",
              range = "[1, 1000]",
              origin = "Ikonomovska et al. 2011; MOA default")
          int maxTrees,
      @Param(
              value = "option nodes on a path",
              def = "10",
              range = "[1, 1000]",
              origin = "MOA default")
          int maxOptionLevel,
      @Param(
              value = "β: share of the tied tests that become options, per level",
              def = "0.9",
              range = "(0, 1]",
              origin = "Ikonomovska et al. 2011; MOA default")
          double optionDecay,
      SplitAttempts attempts,
      ModelLeaves leaves,
      @Param(
              value = "intervals, and so candidate points, per numeric feature; even",
              def = "32",
              range = "[4, 4096]",
              origin = "as in fimt_dd")
          int splitPoints,
      @Param(
              value = "share of a leaf's weight that either side of a split must exceed",
              def = "1%",
              range = "[0, 0.5)",
              origin = "as in hoeffding_tree")
          double minBranch,
      @Param(
              value = "memory limit of the tree",
              def = "32MB",
              range = "[65536, inf)",
              unit = "bytes",
              origin = "as in hoeffding_tree")
          long maxBytes) {}

  public Orto(Parameters p, Build build) {
    super(
        new OptionTree(
            parameters(p, build), build.schema(), p.maxTrees, p.maxOptionLevel, p.optionDecay),
        16);
  }

  private static RegressionParameters parameters(Parameters p, Build build) {
    return new RegressionParameters(
        p.attempts.gracePeriod(),
        p.attempts.decision().splitConfidence(),
        p.attempts.decision().tieThreshold(),
        p.leaves.splitCriterion(),
        p.leaves.leafPrediction(),
        p.leaves.learningRate(),
        p.leaves.learningRateDecay(),
        p.splitPoints + p.splitPoints % 2,
        p.minBranch,
        build.limit(p.maxBytes),
        Integer.MAX_VALUE,
        0,
        false,
        false);
  }

  /** Trees held at once, each option counted. */
  public int trees() {
    return ((OptionTree) tree()).trees();
  }
}
