package org.freshet.learn.linear;

import org.freshet.core.Features;
import org.freshet.core.Learner;
import org.freshet.core.Mergeable;
import org.freshet.core.Regressor;
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
 * Linear regression learnt one event at a time, with the loss that fits the question: the mean
 * (squared), the median (absolute), the mean without outliers (huber), a quantile, or a tube in
 * which errors cost nothing (epsilon_insensitive). Scale features first ({@code standard_scaler}):
 * one rate serves all columns.
 *
 * <p>How it works: ŷ = w·x + b. With e = ŷ − y each label moves w by the rule of the optimizer
 * along L'(e) x, where L'(e) is e (squared, L = ½e²), sgn e (absolute), e cut to ±{@code
 * huber_delta} (huber), −τ below and 1 − τ above the target (quantile), and sgn e where |e| exceeds
 * ε, else 0 (epsilon_insensitive). b moves by plain steps at a rate of its own and is not
 * penalised. The weight of an event multiplies its gradient; the product is clipped at {@code
 * clip_gradient}. With squared loss and sgd a step that would carry ŷ past y ends at y: plain steps
 * run away once the rate times |x|² is above 2, which a few hundred standardised columns reach.
 *
 * <p>Papers: B. Widrow, M. E. Hoff, "Adaptive Switching Circuits", IRE WESCON, 1960 (squared); P.
 * J. Huber, "Robust Estimation of a Location Parameter", Annals of Mathematical Statistics 35(1),
 * 1964; R. Koenker, G. Bassett, "Regression Quantiles", Econometrica 46(1), 1978; V. Vapnik, "The
 * Nature of Statistical Learning Theory", 1995, section 6.1 (ε); N. Karampatziakis, J. Langford,
 * "Online Importance Weight Aware Updates", UAI, 2011 (no step past the target); the optimizers
 * name theirs.
 *
 * <p>Where we differ: of the 2011 paper we take the bound, not the curve, so that all smaller steps
 * are plain ones; libraries which write L = e² move twice as far per step.
 *
 * <p>Takes dense and sparse rows of numbers; sparse rows may open columns below {@code
 * max_features}, those beyond are left out. A missing value counts as 0, which after {@code
 * standard_scaler} is the mean; so does one that is infinite or beyond 1e100 in magnitude, and an
 * event whose target is not finite is passed over. Predicting and learning cost O(stored values);
 * memory is 8 bytes a column and what the optimizer adds.
 *
 * <pre>{@code
 * Regressor r = Components.regressor("standard_scaler | linear_regression(loss=huber)", schema, 1);
 * double answer = r.testThenLearn(x, target, 1.0);
 * }</pre>
 */
@Component(
    name = "linear_regression",
    kinds = Kind.REGRESSOR,
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
public final class LinearRegression implements Regressor, Embedder, Mergeable {
  /** What an error costs. */
  public enum Loss {
    SQUARED,
    ABSOLUTE,
    HUBER,
    QUANTILE,
    EPSILON_INSENSITIVE
  }

  /**
   * @param loss what an error costs
   * @param descent how weights move, and what holds them down
   * @param interceptLearningRate rate of b
   * @param clipGradient bound on the gradient by the margin
   * @param huberDelta where huber turns from squared to absolute
   * @param quantile τ
   * @param epsilon ε
   * @param maxFeatures columns of sparse rows used
   */
  public record Parameters(
      @Param(
              value = "what an error costs",
              def = "squared",
              origin = "the mean is what most ask for")
          Loss loss,
      Descent descent,
      @Param(
              value = "rate of the intercept; 0 leaves it out",
              def = "0.01",
              range = "[0, inf)",
              origin = "the default of River")
          double interceptLearningRate,
      @Param(
              value = "bound on the derivative of the loss, times the weight of the event",
              def = "1e12",
              range = "(0, 1e30]",
              origin = "the default of River: only keeps numbers finite")
          double clipGradient,
      @Param(
              value = "size of error from which huber grows linearly",
              def = "1.0",
              range = "(0, inf)",
              unit = "units of the target",
              origin = "the scale of a target that was standardised")
          double huberDelta,
      @Param(
              value = "quantile that the loss quantile predicts",
              def = "0.5",
              range = "(0, 1)",
              origin = "the median")
          double quantile,
      @Param(
              value = "size of error that costs nothing with epsilon_insensitive",
              def = "0.1",
              range = "[0, inf)",
              unit = "units of the target",
              origin = "the default of River and scikit-learn")
          double epsilon,
      @Param(
              value = "sparse columns used; those at or beyond it are left out",
              def = "4194304",
              range = "[1, 67108864]",
              origin = "32 MB an array; hash wider rows with feature_hasher")
          int maxFeatures) {}

  private final Parameters p;
  private final UsableRow usable;
  private final RowEmbedding embedding;
  private final LinearFunction function;

  public LinearRegression(Parameters p, Build build) {
    Schema schema = build.schema();
    this.p = p;
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

  /** b. */
  public double intercept() {
    return function.intercept();
  }

  /** w_i, 0 for a column not seen yet. */
  public double weight(int column) {
    return column < function.weights().columns() ? function.weights().get(column) : 0;
  }

  @Override
  public double predict(Features x) {
    return function.at(usable.of(x));
  }

  @Override
  public void learn(Features x, double target, double weight) {
    testThenLearn(x, target, weight);
  }

  @Override
  public double testThenLearn(Features x, double target, double weight) {
    Features row = usable.of(x);
    double y = function.at(row);
    if (weight > 0 && Double.isFinite(target)) {
      function.step(row, slope(y - target) * (p.loss == Loss.SQUARED ? tame(weight) : weight));
    }
    return y;
  }

  /** The weight, cut so that the step ends at the target where it would pass it. */
  private double tame(double weight) {
    return Math.min(weight, 1 / function.reach(usable.squaredNorm()));
  }

  /** L'(e). */
  private double slope(double error) {
    return switch (p.loss) {
      case SQUARED -> error;
      case ABSOLUTE -> Math.signum(error);
      case HUBER -> Math.max(-p.huberDelta, Math.min(p.huberDelta, error));
      case QUANTILE -> error < 0 ? -p.quantile : error > 0 ? 1 - p.quantile : 0;
      case EPSILON_INSENSITIVE -> Math.abs(error) > p.epsilon ? Math.signum(error) : 0;
    };
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
    function.add(((LinearRegression) newer).function, ((LinearRegression) older).function, share);
  }

  @Override
  public void save(StateWriter out) {
    function.save(out);
  }

  @Override
  public void load(StateReader in) {
    function.load(in);
  }

  @Override
  public long memoryBytes() {
    return 32 + 16 + embedding.memoryBytes() + function.memoryBytes();
  }
}
