package org.freshet.learn.multilabel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.MultiLabelClassifier;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Predicts which of several labels hold, from any classifier of two classes: one a label, each of
 * which also sees the labels before it. It suits streams whose labels go together.
 *
 * <p>How it works. The classifier of the j-th label in the chain sees the features and the labels 1
 * … j−1: the true ones when it learns, the predicted ones (0 or 1) when it predicts, one after the
 * other. With {@code members} above 1 it is an ensemble of classifier chains: each chain has an
 * order of its own, drawn at random, learns an example k times, k ~ Poisson(1), and the
 * probabilities are averaged. With {@code chain=false} no label sees another: binary relevance.
 *
 * <p>Source: J. Read, B. Pfahringer, G. Holmes, E. Frank, "Classifier Chains for Multi-label
 * Classification", Machine Learning 85, 2011, sections 3 and 4; for streams: J. Read, A. Bifet, G.
 * Holmes, B. Pfahringer, "Scalable and Efficient Multi-label Classification for Evolving Data
 * Streams", Machine Learning 88, 2012.
 *
 * <p>Where we differ. The ensemble averages probabilities, where the paper counts votes and tunes a
 * threshold. One chain keeps the order in which the labels are named. A label whose truth is not
 * known is not learnt, and the labels after it see its prediction.
 *
 * <p>Accepts what its learner takes, dense rows only; missing truths. The labels before it are
 * numeric columns 0 or 1 to the learner. Costs L classifiers a chain; rows are copied, O(d + L).
 * Memory: that of the learners, bounded by {@code max_bytes} where they have a bound.
 *
 * <pre>
 * Schema s = Schema.multiLabel(columns, List.of("rock", "jazz"));
 * MultiLabelClassifier c = (MultiLabelClassifier) Components.create(
 *     Spec.parse("classifier_chain(learner=hoeffding_tree)"), Build.of(s), Learner.class);
 * c.learn(Features.of(0.2, 1.5), new double[] {1, 0}, 1.0);
 * </pre>
 */
@Component(
    name = "classifier_chain",
    kinds = Kind.MULTI_LABEL_CLASSIFIER,
    family = "multilabel",
    traits = {Trait.NUMERIC, Trait.CATEGORICAL, Trait.MISSING, Trait.RANDOMIZED})
public final class ClassifierChain implements MultiLabelClassifier {
  private final Chain[] chains;
  private final int labels;
  private final Rng rng;
  private final double[] own;

  /** Parameters. */
  public record Parameters(
      @Param(
              value = "Classifier of one label; may be a pipeline.",
              def = "hoeffding_tree",
              kind = Kind.CLASSIFIER,
              origin = "Read et al. 2012")
          Spec learner,
      @Param(
              value =
                  "Chains in the ensemble; above 1 each has a random order and bagged examples.",
              def = "1",
              range = "[1, 1000]",
              origin = "Read et al. 2011 use 1 and 10 or more")
          int members,
      @Param(
              value = "Whether labels see those before them; without, binary relevance.",
              def = "true",
              origin = "Read et al. 2011")
          boolean chain,
      @Param(
              value = "memory limit of all learners together",
              def = "256MB",
              range = "[1048576, inf)",
              unit = "bytes",
              origin = "ours")
          long maxBytes) {}

  public ClassifierChain(Parameters p, Build build) {
    this.labels = build.schema().outputs().size();
    this.rng = build.rng();
    this.own = new double[labels];
    this.chains = new Chain[p.members];
    long share = build.limit(p.maxBytes) / ((long) p.members * labels);
    for (int m = 0; m < p.members; m++) {
      int[] order = new int[labels];
      for (int k = 0; k < labels; k++) {
        order[k] = k;
      }
      if (p.members > 1) {
        rng.shuffle(order, labels, labels);
      }
      chains[m] = new Chain(p, build.child("chain", m).withMaxBytes(share), order);
    }
  }

  @Override
  public int labels() {
    return labels;
  }

  @Override
  public void scores(Features x, double[] scores) {
    Arrays.fill(scores, 0, labels, 0);
    for (Chain c : chains) {
      c.predict(x, own);
      for (int k = 0; k < labels; k++) {
        scores[k] += own[k] / chains.length;
      }
    }
  }

  @Override
  public void learn(Features x, double[] truths, double weight) {
    boolean known = false;
    for (int k = 0; k < labels; k++) {
      known |= !Double.isNaN(truths[k]);
    }
    if (!known || !(weight > 0)) {
      return;
    }
    for (Chain c : chains) {
      int k = chains.length == 1 ? 1 : rng.nextPoisson(1);
      if (k > 0) {
        c.learn(x, truths, k * weight);
      }
    }
  }

  @Override
  public void save(StateWriter out) {
    rng.save(out, "rng");
    for (int m = 0; m < chains.length; m++) {
      chains[m].save(out.child("chain-" + m));
    }
  }

  @Override
  public void load(StateReader in) {
    rng.load(in, "rng");
    for (int m = 0; m < chains.length; m++) {
      chains[m].load(in.child("chain-" + m));
    }
  }

  @Override
  public long memoryBytes() {
    long bytes = 120 + 8L * labels;
    for (Chain c : chains) {
      bytes += c.memoryBytes();
    }
    return bytes;
  }

  /** The classifiers of all labels, in an order. */
  private static final class Chain {
    private final int[] order;
    private final Link[] links;

    Chain(Parameters p, Build build, int[] order) {
      this.order = order;
      this.links = new Link[order.length];
      for (int j = 0; j < order.length; j++) {
        links[j] = new Link(p, build, j, p.chain ? j : 0);
      }
    }

    /** Writes the probability of each label, by label. */
    void predict(Features x, double[] out) {
      for (int j = 0; j < links.length; j++) {
        links[j].begin(x);
        for (int b = 0; b < links[j].before; b++) {
          links[j].set(b, out[order[b]] >= 0.5 ? 1 : 0);
        }
        out[order[j]] = links[j].probability();
      }
    }

    void learn(Features x, double[] truths, double weight) {
      for (int j = 0; j < links.length; j++) {
        double truth = truths[order[j]];
        links[j].begin(x);
        for (int b = 0; b < links[j].before; b++) {
          links[j].set(b, links[b].seen);
        }
        links[j].learn(truth, weight);
      }
    }

    void save(StateWriter out) {
      for (int j = 0; j < links.length; j++) {
        out.put("link-" + j, links[j].classifier);
      }
    }

    void load(StateReader in) {
      for (int j = 0; j < links.length; j++) {
        in.withLabels(2).load("link-" + j, links[j].classifier);
      }
    }

    long memoryBytes() {
      long bytes = 64 + 8L * links.length;
      for (Link l : links) {
        bytes += 160 + 8L * l.row.length + l.classifier.memoryBytes();
      }
      return bytes;
    }
  }

  /** The classifier of one label with its row: the features, then the labels before it. */
  private static final class Link {
    final org.freshet.core.Classifier classifier;
    final int before;
    final double[] row;
    private final int width;
    private final Features view;
    private final double[] scores = new double[2];

    /** The label last learnt, or what was predicted where it was not known. */
    double seen;

    Link(Parameters p, Build build, int j, int before) {
      this.before = before;
      Schema schema = build.schema();
      this.width = schema.width();
      List<Column> columns = new ArrayList<>(schema.columns());
      for (int b = 0; b < before; b++) {
        columns.add(Column.numeric("label before " + (b + 1)));
      }
      this.row = new double[columns.size()];
      this.view = Features.of(row);
      this.classifier =
          build
              .child("link", j)
              .withSchema(Schema.classification(columns, "holds", "0", "1"))
              .create(p.learner, org.freshet.core.Classifier.class);
    }

    void begin(Features x) {
      x.copyTo(row, 0);
    }

    void set(int b, double label) {
      row[width + b] = label;
    }

    double probability() {
      classifier.scores(view, scores);
      return scores[1];
    }

    void learn(double truth, double weight) {
      if (Double.isNaN(truth)) {
        seen = probability() >= 0.5 ? 1 : 0;
      } else {
        seen = truth > 0 ? 1 : 0;
        classifier.learn(view, truth > 0 ? 1 : 0, weight);
      }
    }
  }
}
