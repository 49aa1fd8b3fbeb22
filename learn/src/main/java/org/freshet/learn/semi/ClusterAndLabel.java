package org.freshet.learn.semi;

import org.freshet.core.Features;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Teaches a classifier, where labels do not come, the label that the events nearby had. For streams
 * with few labels whose classes lie in clumps.
 *
 * <p>How it works. {@code clusters} centres follow all rows, with a label or without: the first
 * different rows open them, then each row moves the nearest one by 1/n of its distance, n the rows
 * it has had, and by no less than 1/{@code window}. A cluster keeps the labels given in it, fading
 * by 1 − 1/window a label. An event without a label is learnt as the class with most labels in its
 * cluster if these are at least {@code min_labels} and its share s of them is at least {@code
 * purity}; the weight is {@code weight} · s. A drift that brings other labels makes a cluster
 * impure, and it is silent until they prevail.
 *
 * <p>Papers: A. Demiriz, K. Bennett, M. Embrechts, "Semi-Supervised Clustering Using Genetic
 * Algorithms", ANNIE 1999, and X. Zhu, "Semi-Supervised Learning Literature Survey", 2008, section
 * 2.4 (cluster, then label); J. MacQueen, "Some Methods for Classification and Analysis of
 * Multivariate Observations", Berkeley Symposium 1967 (centres that follow a stream).
 *
 * <p>Where we differ: clusters and labels are kept online and forget.
 *
 * <p>Takes dense numeric rows; missing values stand where the centre does, and columns are divided
 * by their deviations. The learner sees the same rows and may be a pipeline. Costs the learner and
 * O(clusters · columns) an event; memory 8 · clusters · (columns + classes) bytes.
 *
 * <pre>{@code
 * Classifier c = Components.classifier("cluster_and_label(learner=gaussian_nb, clusters=100)", schema, 1);
 * }</pre>
 */
@Component(
    name = "cluster_and_label",
    kinds = Kind.CLASSIFIER,
    family = "semi",
    traits = {Trait.MISSING, Trait.NUMERIC, Trait.OPEN_LABELS, Trait.RANDOMIZED})
public final class ClusterAndLabel extends Teaching {
  /** Parameters. */
  public record Parameters(
      @Param(
              value = "classifier that is taught; may be a pipeline",
              def = "hoeffding_tree",
              kind = Kind.CLASSIFIER,
              origin = "ours")
          Spec learner,
      @Param(
              value = "centres that follow the rows",
              def = "50",
              range = "[1, 100000]",
              origin = "ours")
          int clusters,
      @Param(
              value = "share of a cluster's labels that its class must have to be taught",
              def = "0.95",
              range = "[0, 1]",
              origin = "ours")
          double purity,
      @Param(
              value = "labels a cluster must hold, as far as not faded, for its class to be taught",
              def = "2",
              range = "[0, inf)",
              unit = "labels",
              origin = "ours")
          double minLabels,
      @Param(
              value = "rows and labels a cluster looks back on",
              def = "1000",
              range = "[2, 1000000000]",
              unit = "events",
              origin = "ours")
          double window,
      @Param(
              value = "weight of a class that is taught, beside 1 of a label",
              def = "0.5",
              range = "[0, 1]",
              origin = "ours")
          double weight) {}

  private final Parameters p;
  private final Clusters clusters;
  private int top;

  public ClusterAndLabel(Parameters p, Build build) {
    super(p.learner, build);
    this.p = p;
    clusters = new Clusters(build.schema().width(), p.clusters, p.window);
  }

  @Override
  void learnt(Features x, int label, double importance, double[] scores, int known) {
    clusters.label(clusters.add(x, importance), label, importance);
  }

  @Override
  double guess(Features x, double importance, double[] scratch) {
    int cluster = clusters.add(x, importance);
    double total = clusters.total(cluster);
    if (!(total > 0) || total < p.minLabels) {
      return 0;
    }
    top = clusters.top(cluster);
    double share = clusters.of(cluster, top) / total;
    return share >= p.purity ? p.weight * share : 0;
  }

  @Override
  int guessed() {
    return top;
  }

  @Override
  public void save(StateWriter out) {
    super.save(out);
    clusters.save(out.child("clusters"));
  }

  @Override
  public void load(StateReader in) {
    super.load(in);
    clusters.load(in.child("clusters"), Math.max(1, labels()));
  }

  @Override
  public long memoryBytes() {
    return super.memoryBytes() + clusters.memoryBytes();
  }
}
