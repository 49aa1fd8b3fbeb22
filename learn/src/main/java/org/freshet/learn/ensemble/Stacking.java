package org.freshet.learn.ensemble;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
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
 * Predicts classes by learners of different kinds whose answers are the features of one more
 * learner, which finds out whom to believe for which class.
 *
 * <p>How it works. Each of the N learners gives the probabilities of the classes before it learns
 * an example. These N · C numbers are one row for the learner at the top ({@code meta}), whose
 * answer is the answer of all; it learns that row with the example's label. As the row was made
 * before the learners saw the label, no held-out examples are needed.
 *
 * <p>Source: D. H. Wolpert, "Stacked Generalization", Neural Networks 5, 1992; class probabilities
 * as features: K. M. Ting, I. H. Witten, "Issues in Stacked Generalization", Journal of Artificial
 * Intelligence Research 10, 1999; prequential rows in place of cross-validation are usual for
 * streams (MOA, River).
 *
 * <p>Where we differ. The probabilities of a class are columns only if it is declared, or, where no
 * class is, if it is among the first {@code classes} to appear: classes beyond these are learnt and
 * predicted from the columns of the others. Before anything is learnt the answer is uniform.
 *
 * <p>Accepts what all its learners accept; the top learner sees numbers only. Learners do not
 * depend on each other: they run over blocks of rows on any number of threads, and the top one
 * follows row by row, with the same result bit for bit. The cost is the sum of the learners' and
 * that of the top one in N · C columns; all share {@code max_bytes} evenly and each does at its
 * limit what its own page says.
 *
 * <pre>
 * Classifier c = Components.classifier(
 *     "stacking(learners=[hoeffding_tree, gaussian_nb], meta=softmax_regression)", schema, 1);
 * c.learn(Features.of(0.2, 1.5), 1, 1.0);
 * </pre>
 */
@Component(
    name = "stacking",
    kinds = Kind.CLASSIFIER,
    family = "ensemble",
    traits = {
      Trait.NUMERIC,
      Trait.CATEGORICAL,
      Trait.MISSING,
      Trait.SPARSE,
      Trait.TEXT,
      Trait.OPEN_LABELS,
      Trait.OPEN_FEATURES,
      Trait.BOUNDED_MEMORY,
      Trait.RANDOMIZED,
      Trait.PARALLEL,
      Trait.DIVISIBLE
    })
public final class Stacking extends Panel {
  private final Classifier meta;
  private final int classes;
  private final Batch row; // what the top learner sees of an event
  private final Features view;
  private double[] own = new double[0];

  /** Parameters. */
  public record Parameters(
      @Param(
              value = "whose answers are the features; each may be a pipeline",
              def = "[gaussian_nb, hoeffding_tree, hoeffding_adaptive_tree]",
              kind = Kind.CLASSIFIER,
              origin = "ours")
          List<Spec> learners,
      @Param(
              value = "learns from the answers; may be a pipeline",
              def = "softmax_regression",
              kind = Kind.CLASSIFIER,
              origin = "Ting & Witten 1999: linear; River: logistic regression")
          Spec meta,
      @Param(
              value = "classes whose probabilities are columns where none is declared",
              def = "16",
              range = "[2, 10000]",
              origin = "ours")
          int classes,
      @Param(
              value = "memory limit of all learners and the one at the top",
              def = "256MB",
              range = "[1048576, inf)",
              unit = "bytes",
              origin = "ours")
          long maxBytes) {}

  public Stacking(Parameters p, Build build) {
    super(p.learners, build, share(p, build) * p.learners.size());
    int declared = build.schema().declaredLabels();
    this.classes = declared > 0 ? declared : p.classes;
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < members(); i++) {
      for (int c = 0; c < classes; c++) {
        columns.add(Column.numeric("learner" + i + "_class" + c));
      }
    }
    Schema answers = Schema.classification(columns, "label", build.schema().labels());
    this.row = new Batch(answers, 1);
    row.beginRow();
    row.endRow();
    this.view = row.row(0);
    this.meta =
        build
            .child("meta", 0)
            .withSchema(answers)
            .withMaxBytes(share(p, build))
            .create(p.meta, Classifier.class);
  }

  private static long share(Parameters p, Build build) {
    return build.limit(p.maxBytes) / (p.learners.size() + 1);
  }

  /** The answers as a row for the top learner. */
  private Features row(double[] answers, int stride) {
    double[] values = row.block();
    int n = Math.min(classes, stride);
    for (int i = 0; i < members(); i++) {
      System.arraycopy(answers, i * stride, values, i * classes, n);
      Arrays.fill(values, i * classes + n, (i + 1) * classes, 0);
    }
    return view;
  }

  private double[] own() {
    if (own.length < labels()) {
      own = new double[labels()];
    }
    return own;
  }

  @Override
  protected void join(double[] answers, int stride, int known, double[] out) {
    double[] s = own();
    meta.scores(row(answers, stride), s);
    System.arraycopy(s, 0, out, 0, known);
    Kernels.normalize(out, known);
  }

  @Override
  protected void learnJoining(double[] answers, int stride, int known, int label, double weight) {
    meta.learn(row(answers, stride), label, weight);
  }

  @Override
  public boolean joiningLearns() {
    return true;
  }

  @Override
  public void save(StateWriter out) {
    super.save(out);
    if (joins()) {
      out.put("meta", meta);
    }
  }

  @Override
  public void load(StateReader in) {
    super.load(in);
    if (joins()) {
      in.load("meta", meta);
    }
  }

  @Override
  public long memoryBytes() {
    return super.memoryBytes() + 300 + row.memoryBytes() + 8L * own.length + meta.memoryBytes();
  }
}
