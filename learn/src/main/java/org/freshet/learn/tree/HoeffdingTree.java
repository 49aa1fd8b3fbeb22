package org.freshet.learn.tree;

import java.util.List;
import org.freshet.core.Features;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Predicts classes of an endless stream whose concept is stable or changes slowly: a decision tree
 * that grows while it predicts, known as VFDT.
 *
 * <p>How it works. Each example is sorted to a leaf, which keeps statistics of its n examples.
 * Every {@code grace_period} of weight the leaf ranks the possible tests by their merit G. With the
 * range R of G, the best of them, X_a, is with probability 1 − δ truly better than the runner-up
 * X_b when G(X_a) − G(X_b) &gt; ε = sqrt(R² ln(1/δ) / 2n), the Hoeffding bound; then, or when ε
 * &lt; τ shows a tie, the leaf becomes that test. Numeric features are summed up by one Gaussian
 * per class and tried at equally spaced points; categories by counts. Leaves answer by majority,
 * naive Bayes, or whichever has been right more often in that leaf; or by a perceptron σ(w·z) per
 * class on the scaled columns z, whose weights the children of a leaf inherit. With {@code
 * max_nodes} a tree that grows larger begins anew from one leaf, so that small trees follow change
 * sooner.
 *
 * <p>Source: P. Domingos, G. Hulten, "Mining High-Speed Data Streams", KDD 2000, table 1; Gaussian
 * observers and adaptive leaves: J. Gama, R. Rocha, P. Medas, "Accurate Decision Trees for Mining
 * High-Speed Data Streams", KDD 2003, and G. Holmes, R. Kirkby, B. Pfahringer, "Stress-testing
 * Hoeffding Trees", PKDD 2005; size limit: A. Bifet, G. Holmes, B. Pfahringer, R. Kirkby, R.
 * Gavaldà, "New Ensemble Methods for Evolving Data Streams", KDD 2009, section 4; perceptrons: A.
 * Bifet, G. Holmes, B. Pfahringer, E. Frank, "Fast Perceptron Decision Tree Learning from Evolving
 * Data Streams", PAKDD 2010.
 *
 * <p>Where we differ. Not splitting has no merit of its own unless {@code pre_prune} is set (then
 * it competes with merit 0, as in the paper): a lone feature that passes the branch rule splits at
 * once, as in MOA. Children inherit the class weights estimated at the split. Scores of naive Bayes
 * are compared as logarithms, so they never underflow. A leaf in which nothing varies forgets its
 * observations and begins anew. Perceptrons learn by the log loss, at a rate that falls from 0.5 to
 * 0.01 with the root of what the leaf and its ancestors learnt (the paper: squared error, one
 * rate), on columns scaled by their mean and deviation in the whole stream.
 *
 * <p>Accepts numeric and categorical columns, missing values (left out of the statistics, sent down
 * the heavier branch), new categories (a new branch at a multiway test) and new classes. An
 * infinite value counts as missing. With d features and c classes in a leaf: O(depth + c·d) an
 * example, a split attempt O({@code split_points}·c·d); memory O(40·c·d) bytes a leaf, bounded by
 * {@code max_bytes}: at the limit the leaves with least to gain stop observing.
 *
 * <pre>
 * Classifier tree = Components.classifier("hoeffding_tree(grace_period=100)", schema, 1);
 * tree.learn(Features.of(0.2, 1.5), 1, 1.0);
 * </pre>
 */
@Component(
    name = "hoeffding_tree",
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
public final class HoeffdingTree implements Retested, Trees {
  private final GrowingTree tree;
  private final int maxNodes;

  /** Parameters; the defaults are those of MOA 2024.07. */
  public record Parameters(
      @Param(
              value = "weight a leaf takes in between two attempts to split",
              def = "200",
              range = "[1, inf)",
              unit = "events",
              origin = "Domingos & Hulten 2000 (n_min); MOA default")
          double gracePeriod,
      @Param(
              value = "δ of the Hoeffding bound: the chance of a wrong choice at a split",
              def = "1e-7",
              range = "(0, 1)",
              origin = "Domingos & Hulten 2000; MOA default")
          double splitConfidence,
      @Param(
              value = "τ: a Hoeffding bound under this splits though two tests are tied",
              def = "0.05",
              range = "[0, 1]",
              origin = "Domingos & Hulten 2000; MOA default")
          double tieThreshold,
      @Param(
              value = "merit of a split",
              def = "info_gain",
              origin = "Domingos & Hulten 2000; MOA default")
          SplitCriterion splitCriterion,
      @Param(value = "how a leaf answers", def = "adaptive", origin = "MOA default")
          LeafPrediction leafPrediction,
      @Param(
              value = "candidate points tried per numeric feature, evenly spaced inside its range",
              def = "10",
              range = "[1, 1000]",
              origin = "MOA default")
          int splitPoints,
      @Param(
              value = "what a leaf keeps of a numeric feature to find a threshold by",
              def = "gaussian",
              origin = "MOA default")
          NumericObserver numericObserver,
      @Param(
              value = "share of a leaf's weight that at least two branches must exceed",
              def = "1%",
              range = "[0, 0.5]",
              origin = "MOA default")
          double minBranch,
      @Param(
              value = "split categories one against the rest only",
              def = "false",
              origin = "MOA default")
          boolean binarySplits,
      @Param(
              value = "let not splitting compete with merit 0 (textbook VFDT)",
              def = "false",
              origin = "MOA behaves so")
          boolean prePrune,
      @Param(
              value = "depth at which leaves stay leaves; 0 for no limit",
              def = "0",
              range = "[0, 1000000]",
              origin = "no limit")
          int maxDepth,
      @Param(
              value = "nodes beyond which the tree begins anew from one leaf; 0 for no limit",
              def = "0",
              range = "[0, inf)",
              unit = "nodes",
              origin = "no limit; Bifet et al. 2009 limit the trees of a bag")
          int maxNodes,
      @Param(
              value = "memory limit of the tree",
              def = "32MB",
              range = "[65536, inf)",
              unit = "bytes",
              origin = "MOA default")
          long maxBytes) {}

  public HoeffdingTree(Parameters p, Build build) {
    this.maxNodes = p.maxNodes == 0 ? Integer.MAX_VALUE : p.maxNodes;
    this.tree =
        new GrowingTree(
            new TreeParameters(
                new SplitAttempts(p.gracePeriod, p.splitConfidence, p.tieThreshold),
                new TreeLeaves(
                    p.splitCriterion,
                    p.leafPrediction,
                    p.splitPoints,
                    p.numericObserver,
                    p.binarySplits),
                build.limit(p.maxBytes),
                p.minBranch,
                p.prePrune,
                p.maxDepth == 0 ? Integer.MAX_VALUE : p.maxDepth,
                0,
                false,
                TreeParameters.Growth.HOEFFDING),
            build.schema(),
            null);
  }

  /** Number of nodes, leaves included. */
  public int nodes() {
    return tree.nodes();
  }

  @Override
  public List<Part> parts() {
    return tree.parts();
  }

  @Override
  public int labels() {
    return tree.labels();
  }

  @Override
  public void scores(Features x, double[] scores) {
    tree.scores(x, scores);
  }

  @Override
  public void learn(Features x, int label, double weight) {
    if (weight > 0) {
      tree.learn(x, label, weight);
      keepSmall();
    }
  }

  private void keepSmall() {
    if (tree.nodes() > maxNodes) {
      tree.reset();
    }
  }

  @Override
  public void testThenLearn(Features x, int label, double weight, double[] scores) {
    tree.testThenLearn(x, label, label < 0 ? 0 : weight, scores);
    keepSmall();
  }

  @Override
  public boolean testLearnTest(Features x, int label, double weight, double[] scores) {
    testThenLearn(x, label, weight, scores);
    return tree.answers(x, label, label >= 0 && weight > 0);
  }

  @Override
  public void save(StateWriter out) {
    tree.save(out);
  }

  @Override
  public void load(StateReader in) {
    tree.load(in);
  }

  @Override
  public long memoryBytes() {
    return 16 + tree.memoryBytes();
  }
}
