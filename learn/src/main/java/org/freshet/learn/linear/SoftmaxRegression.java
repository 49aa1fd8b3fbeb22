package org.freshet.learn.linear;

import java.util.Arrays;
import org.freshet.core.Classifier;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Learner;
import org.freshet.core.Mergeable;
import org.freshet.core.Schema;
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
 * Softmax (multinomial logistic) regression for any number of classes, which may open mid-stream.
 * Scale dense features first ({@code standard_scaler}), turn categories into columns ({@code
 * one_hot} or {@code feature_hasher}).
 *
 * <p>How it works: each class c has a margin m_c = w_c·x + b_c, and P(c | x) = e^{m_c} / Σ_j
 * e^{m_j}. Each label y moves every w_c against the gradient of −log P(y), which is (P(c) − [c =
 * y]) x, by the rule of the optimizer; b_c moves by plain steps at a rate of its own and is not
 * penalised. The weight of an event multiplies its gradient; each product is clipped at {@code
 * clip_gradient}.
 *
 * <p>Papers: J. S. Bridle, "Probabilistic Interpretation of Feedforward Classification Network
 * Outputs, with Relationships to Statistical Pattern Recognition", Neurocomputing, NATO ASI F68,
 * 1990 (the model); the optimizers name theirs.
 *
 * <p>Where we differ: a class seen for the first time starts with weights 0 and its optimizer at
 * the first step. A large weight is one large step, as in {@code logistic_regression}. With two
 * classes both weight vectors are kept, so a step moves the margin between them twice as far as
 * there.
 *
 * <p>Takes dense and sparse rows of numbers; sparse rows may open columns below {@code
 * max_features}, those beyond are left out. A missing value counts as 0, which after {@code
 * standard_scaler} is the mean; so does one that is infinite or beyond 1e100 in magnitude.
 * Predicting and learning cost O(classes · stored values); memory is 8 bytes a class and column and
 * what the optimizer adds.
 *
 * <pre>{@code
 * Classifier c = Components.classifier("standard_scaler | softmax_regression", schema, 1);
 * c.testThenLearn(x, label, 1.0, scores);
 * }</pre>
 */
@Component(
    name = "softmax_regression",
    kinds = Kind.CLASSIFIER,
    family = "linear",
    traits = {
      Trait.NUMERIC,
      Trait.MISSING,
      Trait.SPARSE,
      Trait.OPEN_LABELS,
      Trait.OPEN_FEATURES,
      Trait.WEIGHTS,
      Trait.MERGEABLE,
      Trait.BOUNDED_MEMORY
    })
public final class SoftmaxRegression implements Classifier, Embedder, Mergeable {
  /**
   * @param descent how weights move, and what holds them down
   * @param interceptLearningRate rate of b
   * @param clipGradient bound on the gradient by a margin
   * @param maxFeatures columns of sparse rows used
   */
  public record Parameters(
      Descent descent,
      @Param(
              value = "rate of the intercepts; 0 leaves them out",
              def = "0.01",
              range = "[0, inf)",
              origin = "as in logistic_regression")
          double interceptLearningRate,
      @Param(
              value = "bound on the gradient by a margin, times the weight of the event",
              def = "1e12",
              range = "(0, 1e30]",
              origin = "as in logistic_regression")
          double clipGradient,
      @Param(
              value = "sparse columns used; those at or beyond it are left out",
              def = "4194304",
              range = "[1, 67108864]",
              origin = "32 MB an array and class; hash wider rows with feature_hasher")
          int maxFeatures) {}

  private final Parameters p;
  private final Optimizer optimizer;
  private final UsableRow usable;
  private final RowEmbedding embedding;
  private final int columns;
  private final int limit;
  private LinearFunction[] functions;
  private double[] probabilities; // of the event being learnt
  private int labels;

  public SoftmaxRegression(Parameters p, Build build) {
    Schema schema = build.schema();
    this.p = p;
    optimizer = build.create(p.descent.optimizer(), Optimizer.class);
    limit = schema.isSparse() ? p.maxFeatures() : schema.width();
    columns = Math.min(schema.width(), limit);
    usable = new UsableRow(limit);
    embedding = new RowEmbedding(schema, RowEmbedding.MOST);
    functions = new LinearFunction[Math.max(2, schema.declaredLabels())];
    probabilities = new double[functions.length];
    open(schema.declaredLabels());
  }

  private void open(int count) {
    if (count > functions.length) {
      int room = Math.max(count, 2 * functions.length);
      functions = Arrays.copyOf(functions, room);
      probabilities = new double[room];
    }
    for (; labels < count; labels++) {
      functions[labels] = function();
    }
  }

  private LinearFunction function() {
    return new LinearFunction(
        optimizer.weights(columns, p.descent.l1(), p.descent.l2()),
        p.interceptLearningRate(),
        p.clipGradient(),
        limit);
  }

  @Override
  public int labels() {
    return labels;
  }

  /** b_c. */
  public double intercept(int label) {
    return functions[label].intercept();
  }

  /** w_ci, 0 for a column not seen yet. */
  public double weight(int label, int column) {
    Weights w = functions[label].weights();
    return column < w.columns() ? w.get(column) : 0;
  }

  @Override
  public void scores(Features x, double[] scores) {
    Arrays.fill(scores, 0);
    score(usable.of(x), scores);
  }

  private void score(Features row, double[] scores) {
    for (int c = 0; c < labels; c++) {
      scores[c] = functions[c].at(row);
    }
    if (labels > 0) {
      Kernels.softmax(scores, labels);
    }
  }

  @Override
  public void learn(Features x, int label, double weight) {
    if (weight > 0) {
      Features row = usable.of(x);
      open(label + 1);
      score(row, probabilities);
      update(row, label, weight);
    }
  }

  @Override
  public void testThenLearn(Features x, int label, double weight, double[] scores) {
    Features row = usable.of(x);
    Arrays.fill(scores, 0);
    score(row, scores);
    if (label < 0 || !(weight > 0)) {
      return;
    }
    if (label < labels) {
      System.arraycopy(scores, 0, probabilities, 0, labels);
    } else {
      open(label + 1);
      score(row, probabilities);
    }
    update(row, label, weight);
  }

  private void update(Features row, int label, double weight) {
    for (int c = 0; c < labels; c++) {
      double error = probabilities[c] - (c == label ? 1 : 0);
      functions[c].step(row, error * weight);
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
    SoftmaxRegression a = (SoftmaxRegression) newer;
    SoftmaxRegression b = (SoftmaxRegression) older;
    LinearFunction fresh = function();
    open(a.labels);
    for (int c = 0; c < a.labels; c++) {
      functions[c].add(a.functions[c], c < b.labels ? b.functions[c] : fresh, share);
    }
  }

  @Override
  public void save(StateWriter out) {
    out.put("labels", labels);
    for (int c = 0; c < labels; c++) {
      functions[c].save(out.child("class-" + c));
    }
  }

  @Override
  public void load(StateReader in) {
    int n = in.intValue("labels", 0, Integer.MAX_VALUE);
    for (int c = 0; c < n; c++) {
      open(c + 1);
      functions[c].load(in.child("class-" + c));
    }
  }

  @Override
  public long memoryBytes() {
    long each = labels == 0 ? 0 : functions[0].memoryBytes();
    return 72 + 16 + 32 + embedding.memoryBytes() + 12L * functions.length + labels * each;
  }
}
