package org.freshet.learn.tree;

import java.util.List;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;

/**
 * Predicts classes of a stream that changes, from few examples: an extremely fast decision tree
 * that turns its subtrees around, instead of dropping them, when a better test shows.
 *
 * <p>How it works. Leaves split, and inner nodes are evaluated again every {@code
 * min_samples_reevaluate} of weight, as in {@code extremely_fast_decision_tree}. When another test
 * X_a beats that of an inner node, G(X_a) − G(X_current) &gt; ε, or a tie (ε &lt; {@code
 * tie_threshold_reevaluate}) is won by more than the share {@code min_gain} of G(X_a), the node
 * becomes X_a and its old subtree is kept below each branch, less what no example of that branch
 * can reach: a tree can change its shape without changing what it answers. At most {@code
 * max_branch_length} levels of the old subtree are kept.
 *
 * <p>Source: M. Heyden, H. M. Gomes, E. Fouché, B. Pfahringer, K. Böhm, "Leveraging Plasticity in
 * Incremental Decision Trees", ECML PKDD 2024, PLASTIC; the transposition of subtrees goes back to
 * P. E. Utgoff, "Incremental Induction of Decision Trees", Machine Learning 4, 1989.
 *
 * <p>Where we differ. The paper takes the subtree apart into branches, reorders each and builds a
 * tree of them; here the subtree is restricted to each branch of the new test in one walk, which
 * answers alike. A leaf wholly on one side moves with all it has observed; one across the new test
 * is divided as at a split and begins to observe anew, as do the inner nodes that were put under
 * other examples. Subtrees left with one class or one occupied branch collapse. A better threshold
 * of the same feature does not replace a test.
 *
 * <p>Accepts numeric and categorical columns, missing values, new categories and new classes. With
 * d features, c classes: O(depth·d + c·d) an example, a search O({@code split_points}·c·d), a
 * restructuring O(nodes of the subtree · c); memory O(40·c·d) bytes a node, inner ones too, bounded
 * by {@code max_bytes}: at the limit inner nodes stop observing first, then the leaves with least
 * to gain.
 *
 * <pre>
 * Classifier tree = Components.classifier("plastic(max_depth=10)", schema, 1);
 * tree.learn(Features.of(0.2, 1.5), 1, 1.0);
 * </pre>
 */
@Component(
    name = "plastic",
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
public final class Plastic extends AnytimeTree implements Trees {
  /** Parameters; the defaults are those of CapyMOA. */
  public record Parameters(
      @Param(
              value = "weight a leaf takes in between two attempts to split",
              def = "200",
              range = "[1, inf)",
              unit = "events",
              origin = "Heyden et al. 2024; CapyMOA default")
          double gracePeriod,
      @Param(
              value = "weight an inner node takes in between two evaluations of its test",
              def = "200",
              range = "[1, inf)",
              unit = "events",
              origin = "Heyden et al. 2024; CapyMOA default")
          double minSamplesReevaluate,
      @Param(
              value = "δ of the Hoeffding bound",
              def = "1e-7",
              range = "(0, 1)",
              origin = "Heyden et al. 2024; CapyMOA default")
          double splitConfidence,
      @Param(
              value = "τ: a Hoeffding bound under this settles a tie",
              def = "0.05",
              range = "[0, 1]",
              origin = "Heyden et al. 2024; CapyMOA default")
          double tieThreshold,
      @Param(
              value = "τ at inner nodes: a Hoeffding bound under this settles a tie",
              def = "0.05",
              range = "[0, 1]",
              origin = "Heyden et al. 2024; CapyMOA default")
          double tieThresholdReevaluate,
      @Param(
              value = "share of its merit by which the better test must win a tie at an inner node",
              def = "0.5",
              range = "[0, 1]",
              origin = "Heyden et al. 2024; CapyMOA default")
          double minGain,
      @Param(
              value = "depth at which leaves stay leaves",
              def = "20",
              range = "[1, 1000]",
              origin = "CapyMOA default")
          int maxDepth,
      @Param(
              value = "levels of a subtree that are kept below a new test",
              def = "5",
              range = "[1, 1000]",
              origin = "CapyMOA default")
          int maxBranchLength,
      @Param(value = "merit of a split", def = "info_gain", origin = "CapyMOA default")
          SplitCriterion splitCriterion,
      @Param(value = "how a leaf answers", def = "adaptive", origin = "CapyMOA default")
          LeafPrediction leafPrediction,
      @Param(
              value = "candidate points tried per numeric feature",
              def = "10",
              range = "[1, 1000]",
              origin = "CapyMOA default")
          int splitPoints,
      @Param(
              value = "split categories one against the rest only",
              def = "false",
              origin = "CapyMOA default")
          boolean binarySplits,
      @Param(
              value = "memory limit of the tree",
              def = "32MB",
              range = "[65536, inf)",
              unit = "bytes",
              origin = "CapyMOA default")
          long maxBytes) {}

  public Plastic(Parameters p, Build build) {
    super(
        parameters(p, build),
        build.schema(),
        p.minSamplesReevaluate,
        p.tieThresholdReevaluate,
        p.minGain,
        new Restructuring(p.maxDepth, p.maxBranchLength));
  }

  private static TreeParameters parameters(Parameters p, Build build) {
    return new TreeParameters(
        new SplitAttempts(p.gracePeriod, p.splitConfidence, p.tieThreshold),
        new TreeLeaves(p.splitCriterion, p.leafPrediction, p.splitPoints, p.binarySplits),
        build.limit(p.maxBytes),
        false,
        p.maxDepth,
        0,
        false);
  }

  @Override
  public List<Part> parts() {
    return tree.parts();
  }
}
