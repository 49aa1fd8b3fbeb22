package org.freshet.learn.tree;

import java.util.List;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;

/**
 * Predicts classes of a stream whose concept is stable or changes slowly, and gets there with fewer
 * examples than a Hoeffding tree: it splits as soon as a split is useful and goes back on it when a
 * better one shows.
 *
 * <p>How it works. A leaf splits on its best test X_a when its merit beats that of no split, G(X_a)
 * − 0 &gt; ε, where the Hoeffding tree compares with the second best; or when ε &lt; τ. Inner nodes
 * go on observing the examples that pass. Every {@code min_samples_reevaluate} of weight a node
 * searches again: when G(X_a) − G(X_current) &gt; ε the subtree is dropped and the node becomes the
 * test X_a over new leaves. ε is the Hoeffding bound sqrt(R² ln(1/δ) / 2n).
 *
 * <p>Source: C. Manapragada, G. Webb, M. Salehi, "Extremely Fast Decision Tree", KDD 2018,
 * Hoeffding Anytime Tree, algorithms 1 to 3.
 *
 * <p>Where we differ. G(X_current) is the merit of the node's very test, at its threshold; a better
 * threshold of the same feature does not replace it. Ties are settled at leaves only: at inner
 * nodes a tie costs a subtree and brings nothing (RandomRBF with drift loses 8 points, Agrawal 10).
 * No test of positive merit is ever beaten by no test, so nodes are not turned back into leaves.
 * Growing, leaves and missing values are those of {@code hoeffding_tree}.
 *
 * <p>Accepts numeric and categorical columns, missing values (left out of the statistics, sent down
 * the heavier branch), new categories and new classes. With d features, c classes: O(depth·d + c·d)
 * an example, a search O({@code split_points}·c·d); memory O(40·c·d) bytes a node, inner ones too,
 * bounded by {@code max_bytes}: at the limit inner nodes stop observing first, then the leaves with
 * least to gain.
 *
 * <pre>
 * Classifier tree =
 *     Components.classifier("extremely_fast_decision_tree(min_samples_reevaluate=500)", schema, 1);
 * tree.learn(Features.of(0.2, 1.5), 1, 1.0);
 * </pre>
 */
@Component(
    name = "extremely_fast_decision_tree",
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
public final class ExtremelyFastDecisionTree extends AnytimeTree implements Trees {
  /** Parameters; the defaults are those of MOA 2024.07. */
  public record Parameters(
      @Param(
              value = "weight a leaf takes in between two attempts to split",
              def = "200",
              range = "[1, inf)",
              unit = "events",
              origin = "Manapragada et al. 2018; MOA default")
          double gracePeriod,
      @Param(
              value = "weight an inner node takes in between two evaluations of its test",
              def = "2000",
              range = "[1, inf)",
              unit = "events",
              origin = "Manapragada et al. 2018; MOA default")
          double minSamplesReevaluate,
      @Param(
              value = "δ of the Hoeffding bound",
              def = "1e-7",
              range = "(0, 1)",
              origin = "Manapragada et al. 2018; MOA default")
          double splitConfidence,
      @Param(
              value = "τ: a Hoeffding bound under this settles a tie",
              def = "0.05",
              range = "[0, 1]",
              origin = "Manapragada et al. 2018; MOA default")
          double tieThreshold,
      TreeLeaves leaves,
      @Param(
              value = "memory limit of the tree",
              def = "32MB",
              range = "[65536, inf)",
              unit = "bytes",
              origin = "MOA default")
          long maxBytes) {}

  public ExtremelyFastDecisionTree(Parameters p, Build build) {
    super(
        parameters(p, build),
        build.schema(),
        p.minSamplesReevaluate,
        0,
        0,
        ExtremelyFastDecisionTree::replace);
  }

  private static TreeParameters parameters(Parameters p, Build build) {
    return new TreeParameters(
        new SplitAttempts(p.gracePeriod, p.splitConfidence, p.tieThreshold),
        p.leaves,
        build.limit(p.maxBytes));
  }

  private static void replace(GrowingTree tree, Node<Leaf> n, int depth) {
    tree.release(n);
    tree.split(n);
  }

  @Override
  public List<Part> parts() {
    return tree.parts();
  }
}
