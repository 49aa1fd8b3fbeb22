package org.freshet.learn.imbalance;

import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.DriftDetector;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.learn.drift.Adwin;

/**
 * Predicts classes of which one is rare: trains any learner on the stream and, besides, on made-up
 * examples of the rare class, until that is as frequent as asked (C-SMOTE).
 *
 * <p>How it works. A window W keeps the examples since the class shares last changed, by ADWIN over
 * whether an example is of the rare class. Each example is learnt; then, while the rare class, with
 * what was made from it, has less than the share {@code threshold} of W with what was made, and has
 * {@code min_size} examples in W, one more is made: a rare example of W of which fewest were made
 * yet, one of its {@code neighbors} nearest rare ones, and a random point on the line between the
 * two. The learner learns it. The rare class is the one with the fewest examples in W.
 *
 * <p>Source: A. Bernardo, H. M. Gomes, J. Montiel, B. Pfahringer, A. Bifet, E. Della Valle,
 * "C-SMOTE: Continuous Synthetic Minority Oversampling for Evolving Data Streams", IEEE Big Data
 * 2020, algorithm 1; the made-up examples: N. V. Chawla et al., "SMOTE", Journal of Artificial
 * Intelligence Research 16, 2002.
 *
 * <p>Where we differ. W is bounded: {@code window} examples at most, as long as nothing changes
 * (the paper's and MOA's grow). Distances are over columns divided by their standard deviation, so
 * that no unit outweighs another; categories count 1 where they differ and are taken from either
 * end of the line; a missing value is taken from the other end. With several classes the rarest is
 * balanced against all others. At most {@code burst} examples are made at an event.
 *
 * <p>Accepts what its learner accepts of dense rows. One example costs its learner once, and for
 * each example made O(m · d), with m rare examples in W of d columns, and the learner once more;
 * memory 8 · d + 100 bytes for each example of {@code window}, besides the learner.
 *
 * <pre>
 * Classifier c = Components.classifier("csmote(learner=hoeffding_tree, window=1000)", schema, 1);
 * c.learn(Features.of(0.2, 1.5), 1, 1.0);
 * </pre>
 */
@Component(
    name = "csmote",
    kinds = Kind.CLASSIFIER,
    family = "imbalance",
    traits = {Trait.NUMERIC, Trait.CATEGORICAL, Trait.MISSING, Trait.OPEN_LABELS, Trait.RANDOMIZED})
public final class Csmote implements Classifier {
  private final Classifier learner;
  private final SmoteWindow window;
  private final Adwin change;
  private final Rng rng;
  private final double threshold;
  private final int minSize;
  private final int burst;
  private final Batch made; // the example being made
  private final Features view;
  private double[] own = new double[8];

  /** Parameters. */
  public record Parameters(
      @Param(
              value = "learns the stream and what is made; may be a pipeline",
              def = "adaptive_random_forest",
              kind = Kind.CLASSIFIER,
              origin = "Bernardo et al. 2020; MOA default")
          Spec learner,
      @Param(
              value = "neighbours one end of the line is chosen from",
              def = "5",
              range = "[1, 100]",
              origin = "Chawla et al. 2002; MOA default")
          int neighbors,
      @Param(
              value = "share of the rare class to reach",
              def = "0.5",
              range = "(0, 0.5]",
              origin = "Bernardo et al. 2020; MOA default")
          double threshold,
      @Param(
              value = "examples the rare class must have in the window before any is made",
              def = "100",
              range = "[2, 1000000]",
              unit = "events",
              origin = "MOA default")
          int minSize,
      @Param(
              value = "the most examples kept",
              def = "1000",
              range = "[4, 1000000]",
              unit = "events",
              origin = "ours; Bernardo et al. 2020 set no limit")
          int window,
      @Param(
              value = "the most examples made at an event",
              def = "10",
              range = "[1, 1000]",
              origin = "ours")
          int burst,
      @Param(
              value = "δ of ADWIN",
              def = "0.002",
              range = "(0, 1)",
              origin = "Bifet & Gavaldà 2007; MOA default")
          double delta) {}

  public Csmote(Parameters p, Build build) {
    this.learner =
        build.child("learner", 0).withWorkers(build.workers()).create(p.learner, Classifier.class);
    this.window = new SmoteWindow(build.schema(), p.window, p.neighbors);
    this.change = new Adwin(p.delta);
    this.rng = build.child("smote", 0).rng();
    this.threshold = p.threshold;
    this.minSize = p.minSize;
    this.burst = p.burst;
    this.made = new Batch(build.schema(), 1);
    made.beginRow();
    made.endRow();
    this.view = made.row(0);
  }

  /** Examples of a label in the window, and made of them. */
  public int kept(int label) {
    return window.kept(label);
  }

  /** Examples made of those of a label in the window. */
  public long made(int label) {
    return window.made(label);
  }

  @Override
  public int labels() {
    return learner.labels();
  }

  @Override
  public void scores(Features x, double[] scores) {
    learner.scores(x, scores);
  }

  @Override
  public void learn(Features x, int label, double weight) {
    if (label < 0 || !(weight > 0)) {
      return;
    }
    if (own.length < Math.max(labels(), label + 1)) {
      own = new double[2 * Math.max(labels(), label + 1)];
    }
    testThenLearn(x, label, weight, own);
  }

  @Override
  public void testThenLearn(Features x, int label, double weight, double[] scores) {
    if (label < 0 || !(weight > 0)) {
      learner.scores(x, scores);
      return;
    }
    learner.testThenLearn(x, label, weight, scores);
    window.add(x, label);
    if (change.update(label == window.rarest() ? 1 : 0) == DriftDetector.DRIFT) {
      window.keepNewest(change.width());
    }
    balance();
  }

  private void balance() {
    int rare = window.rarest();
    if (window.kept(rare) < minSize || window.kept(rare) == window.size()) {
      return;
    }
    for (int k = 0; k < burst; k++) {
      double some = window.kept(rare) + window.made(rare);
      double all = window.size() + window.madeOfAll();
      if (some >= threshold * all) {
        return;
      }
      window.make(rare, rng, made.block());
      learner.learn(view, rare, 1);
    }
  }

  @Override
  public void save(StateWriter out) {
    out.put("learner", learner);
    window.save(out.child("window"));
    out.put("change", change);
    rng.save(out, "rng");
  }

  @Override
  public void load(StateReader in) {
    in.load("learner", learner);
    window.load(in.child("window"), labels());
    in.load("change", change);
    rng.load(in, "rng");
  }

  @Override
  public long memoryBytes() {
    long scratch = 300 + 8L * own.length + made.memoryBytes();
    return scratch + learner.memoryBytes() + window.memoryBytes() + change.memoryBytes();
  }
}
