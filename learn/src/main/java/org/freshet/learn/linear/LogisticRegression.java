package org.freshet.learn.linear;

import java.util.Arrays;
import org.freshet.core.Classifier;
import org.freshet.core.DataException;
import org.freshet.core.Features;
import org.freshet.core.Learner;
import org.freshet.core.Mergeable;
import org.freshet.core.Schema;
import org.freshet.core.SchemaException;
import org.freshet.core.Trait;
import org.freshet.core.ask.Embedder;
import org.freshet.core.ask.RowEmbedding;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Logistic regression for two classes: fast, small, well calibrated, and at home on wide sparse
 * rows. Scale dense features first ({@code standard_scaler}), turn categories into columns ({@code
 * one_hot} or {@code feature_hasher}).
 *
 * <p>How it works: P(class 1 | x) = 1/(1 + e^−m) with the margin m = w·x + b. Each label moves w
 * against the gradient of −log P, which is (P − y) x with y 1 or 0, by the rule of the optimizer; b
 * moves by plain steps at a rate of its own and is not penalised. The weight of an event multiplies
 * its gradient; the product with P − y is clipped at {@code clip_gradient}.
 *
 * <p>Papers: D. R. Cox, "The Regression Analysis of Binary Sequences", Journal of the Royal
 * Statistical Society B 20(2), 1958 (the model); the optimizers name theirs.
 *
 * <p>Where we differ: a large weight is one large step, as in most libraries, and not the integral
 * over many small ones of N. Karampatziakis, J. Langford, "Online Importance Weight Aware Updates",
 * UAI 2011, which has closed forms only for plain gradient descent.
 *
 * <p>Takes dense and sparse rows of numbers; sparse rows may open columns below {@code
 * max_features}, those beyond are left out. A missing value counts as 0, which after {@code
 * standard_scaler} is the mean; so does one that is infinite or beyond 1e100 in magnitude. Only two
 * classes: a schema that declares more is refused, and an event of a third class is refused with a
 * {@code DataException} that leaves the model as it was. Predicting costs O(stored values),
 * learning the same; memory is 8 bytes a column and what the optimizer adds.
 *
 * <pre>{@code
 * Classifier c = Components.classifier(
 *     "standard_scaler | logistic_regression(optimizer=sgd(learning_rate=0.1))", schema, 1);
 * c.testThenLearn(x, label, 1.0, scores);
 * }</pre>
 */
@Component(
    name = "logistic_regression",
    kinds = Kind.CLASSIFIER,
    family = "linear",
    traits = {
      Trait.NUMERIC,
      Trait.MISSING,
      Trait.SPARSE,
      Trait.OPEN_FEATURES,
      Trait.WEIGHTS,
      Trait.MERGEABLE,
      Trait.BOUNDED_MEMORY
    })
public final class LogisticRegression implements Classifier, Embedder, Mergeable {
  /**
   * @param descent how weights move, and what holds them down
   * @param interceptLearningRate rate of b
   * @param clipGradient bound on the gradient by the margin
   * @param maxFeatures columns of sparse rows used
   */
  public record Parameters(
      Descent descent,
      @Param(
              value = "rate of the intercept; 0 leaves it out",
              def = "0.01",
              range = "[0, inf)",
              origin = "the default of River")
          double interceptLearningRate,
      @Param(
              value = "bound on the gradient by the margin, times the weight of the event",
              def = "1e12",
              range = "(0, 1e30]",
              origin = "the default of River: only keeps numbers finite")
          double clipGradient,
      @Param(
              value = "sparse columns used; those at or beyond it are left out",
              def = "4194304",
              range = "[1, 67108864]",
              origin = "32 MB an array; hash wider rows with feature_hasher")
          int maxFeatures) {}

  private final Schema schema;
  private final UsableRow usable;
  private final RowEmbedding embedding;
  private final LinearFunction function;
  private int labels;

  public LogisticRegression(Parameters p, Build build) {
    schema = build.schema();
    labels = schema.declaredLabels();
    if (labels > 2) {
      throw new SchemaException(
          "logistic_regression tells 2 classes apart, but the label '"
              + schema.labelName()
              + "' declares "
              + labels
              + "; use softmax_regression");
    }
    int limit = schema.isSparse() ? p.maxFeatures() : schema.width();
    usable = new UsableRow(limit);
    embedding = new RowEmbedding(schema, RowEmbedding.MOST);
    Optimizer optimizer = build.create(p.descent.optimizer(), Optimizer.class);
    function =
        new LinearFunction(
            optimizer.weights(Math.min(schema.width(), limit), p.descent.l1(), p.descent.l2()),
            p.interceptLearningRate(),
            p.clipGradient(),
            limit);
  }

  @Override
  public int labels() {
    return labels;
  }

  /** b. */
  public double intercept() {
    return function.intercept();
  }

  /** w_i, 0 for a column not seen yet. */
  public double weight(int column) {
    return column < function.weights().columns() ? function.weights().get(column) : 0;
  }

  @Override
  public void scores(Features x, double[] scores) {
    write(probability(function.at(usable.of(x))), scores);
  }

  private static double probability(double margin) {
    return 1 / (1 + Math.exp(-margin));
  }

  /** With fewer than two classes known there is nothing to tell apart. */
  private void write(double p, double[] scores) {
    Arrays.fill(scores, 0);
    if (labels == 2) {
      scores[0] = 1 - p;
      scores[1] = p;
    } else if (labels == 1) {
      scores[0] = 1;
    }
  }

  @Override
  public void learn(Features x, int label, double weight) {
    if (weight > 0) {
      check(label);
      Features row = usable.of(x);
      update(row, label, weight, probability(function.at(row)));
    }
  }

  @Override
  public void testThenLearn(Features x, int label, double weight, double[] scores) {
    Features row = usable.of(x);
    double p = probability(function.at(row));
    write(p, scores);
    if (label >= 0 && weight > 0) {
      check(label);
      update(row, label, weight, p);
    }
  }

  private void update(Features row, int label, double weight, double p) {
    labels = Math.max(labels, label + 1);
    function.step(row, (p - label) * weight);
  }

  private void check(int label) {
    if (label > 1) {
      String name = label < schema.labels().size() ? schema.labels().name(label) : "code " + label;
      throw new DataException(
          "logistic_regression",
          0,
          schema.labelName(),
          "label '"
              + schema.labelName()
              + "' has a third class '"
              + name
              + "', allowed are 2; use softmax_regression");
    }
  }

  /** The row itself; a wide one is folded. */
  @Override
  public int embeddingWidth() {
    return embedding.width();
  }

  @Override
  public void embedding(Features x, double[] into) {
    embedding.write(x, into);
  }

  @Override
  public void add(Learner newer, Learner older, double share) {
    LogisticRegression a = (LogisticRegression) newer;
    labels = Math.max(labels, a.labels);
    function.add(a.function, ((LogisticRegression) older).function, share);
  }

  @Override
  public void save(StateWriter out) {
    out.put("labels", labels);
    function.save(out);
  }

  @Override
  public void load(StateReader in) {
    labels = in.intValue("labels", 0, 2);
    function.load(in);
  }

  @Override
  public long memoryBytes() {
    return 40 + 16 + embedding.memoryBytes() + function.memoryBytes();
  }
}
