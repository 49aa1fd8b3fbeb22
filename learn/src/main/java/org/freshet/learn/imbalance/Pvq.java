package org.freshet.learn.imbalance;

import java.util.Arrays;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.Features;
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
 * Predicts classes of very different size in a stream too large to learn whole: trains any learner
 * on a small sample in which large classes are represented by codewords and rare ones by all their
 * examples (PVQ, parallel vector quantisation).
 *
 * <p>How it works. The stream is cut into parts of {@code window} examples. In each part every
 * class has a codebook of its own. Its first K examples ({@code codewords}) become its codewords;
 * each later one, x, moves the nearest codeword c by c ← c + (x − c) / n, with n the examples that
 * c stands for, x among them: c is their mean. At the end of the part the learner learns the
 * codewords of all classes, and the codebooks begin anew. A class with at most K examples in the
 * part is so learnt as it is, a larger one shrinks to K.
 *
 * <p>Source: M. Sultan, "Sampling Streaming Data with Parallel Vector Quantization – PVQ",
 * arXiv:2210.01792, 2022; the rule by which codewords move: J. MacQueen, "Some Methods for
 * Classification and Analysis of Multivariate Observations", 5th Berkeley Symposium, 1967.
 *
 * <p>Where we differ. The parts follow each other instead of lying on several machines; codebooks
 * do not depend on each other, which is all that is parallel in the method. Distances are over
 * columns divided by their standard deviation; categories and missing values count 1 where they
 * differ, and a codeword has the category of the majority of its examples, where there is one. A
 * codeword weighs the mean of its examples' weights.
 *
 * <p>Accepts what its learner accepts of dense rows. It answers evenly until the first part is
 * over, and what it learns is up to {@code window} examples old. An example costs O(K · d) with d
 * columns, and a K-th to all of what its learner costs; memory 12 · d + 16 bytes a codeword, of
 * which there are K for each class, at most {@code window}, which shrinks where they would take
 * over a quarter of the memory that is left to this learner.
 *
 * <pre>
 * Classifier c = Components.classifier("pvq(learner=hoeffding_tree, codewords=50)", schema, 1);
 * c.learn(Features.of(0.2, 1.5), 1, 1.0);
 * </pre>
 */
@Component(
    name = "pvq",
    kinds = Kind.CLASSIFIER,
    family = "imbalance",
    traits = {Trait.NUMERIC, Trait.CATEGORICAL, Trait.MISSING, Trait.OPEN_LABELS, Trait.RANDOMIZED})
public final class Pvq implements Classifier {
  private final Classifier learner;
  private final Codebooks codebooks;
  private final int declared;
  private final int window;
  private final Batch one; // the codeword being learnt
  private final Features view;
  private int labels;
  private int filled;
  private long learnt;

  /** Parameters. */
  public record Parameters(
      @Param(
              value = "learns the sample; may be a pipeline",
              def = "adaptive_random_forest",
              kind = Kind.CLASSIFIER,
              origin = "Sultan 2022 trains random forests and others")
          Spec learner,
      @Param(
              value = "examples of a part",
              def = "1000",
              range = "[2, 1000000]",
              unit = "events",
              origin = "ours")
          int window,
      @Param(
              value = "K, the most codewords of a class in a part",
              def = "100",
              range = "[1, 100000]",
              origin = "ours")
          int codewords) {}

  public Pvq(Parameters p, Build build) {
    Schema schema = build.schema();
    long most = build.maxBytes() / 4 / Codebooks.bytes(schema, 1);
    this.window = (int) Math.max(2, Math.min(p.window, most));
    long left = build.maxBytes() - Codebooks.bytes(schema, window);
    this.learner =
        build
            .child("learner", 0)
            .withWorkers(build.workers())
            .withMaxBytes(left)
            .create(p.learner, Classifier.class);
    this.codebooks = new Codebooks(schema, p.codewords);
    this.declared = schema.declaredLabels();
    this.labels = declared;
    this.one = new Batch(schema, 1);
    one.beginRow();
    one.endRow();
    this.view = one.row(0);
  }

  /** Codewords of a class in the part that is being read. */
  public int kept(int label) {
    return codebooks.kept(label);
  }

  /** Examples and codewords the learner has learnt so far. */
  public long learnt() {
    return learnt;
  }

  @Override
  public int labels() {
    return labels;
  }

  @Override
  public void scores(Features x, double[] scores) {
    if (learner.labels() > 0) {
      learner.scores(x, scores);
    } else {
      Arrays.fill(scores, 0);
      Arrays.fill(scores, 0, labels, 1.0 / labels);
    }
  }

  @Override
  public void learn(Features x, int label, double weight) {
    if (label < 0 || !(weight > 0)) {
      return;
    }
    labels = Math.max(labels, label + 1);
    codebooks.add(x, label, weight);
    if (++filled == window) {
      learnSample();
    }
  }

  private void learnSample() {
    for (int k = 0; k < codebooks.size(); k++) {
      codebooks.read(k, one.block());
      learner.learn(view, codebooks.label(k), codebooks.weight(k));
    }
    learnt += codebooks.size();
    codebooks.clear();
    filled = 0;
  }

  @Override
  public void save(StateWriter out) {
    out.put("labels", labels);
    out.put("learner", learner);
    codebooks.save(out.child("codebooks"));
    out.put("filled", filled);
    out.put("learnt", learnt);
  }

  @Override
  public void load(StateReader in) {
    labels = in.labels("labels", declared);
    in.load("learner", learner);
    filled = in.intValue("filled", 0, window - 1);
    codebooks.load(in.child("codebooks"), filled, labels);
    learnt = in.longValue("learnt", 0, Long.MAX_VALUE / 2);
  }

  @Override
  public long memoryBytes() {
    return 150 + one.memoryBytes() + learner.memoryBytes() + codebooks.memoryBytes();
  }
}
