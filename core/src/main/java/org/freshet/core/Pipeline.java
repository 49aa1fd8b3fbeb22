package org.freshet.core;

import java.util.List;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Transformers, then a classifier or a regressor. Each event is transformed step by step ({@link
 * #transform}); the transformers learn at the event ({@link #observe}), the learner at the label,
 * from the very row it predicted from.
 *
 * <p>Used as a classifier or regressor itself ({@link #of}), learn(x, y) does at once what an
 * engine does at two times: it observes the event and then learns its label.
 *
 * <p>Copies merge where all steps do. It is exact where the learner is and no step learns: what the
 * learner saw was scaled by what its own copy's scaler had seen until then.
 */
public abstract sealed class Pipeline implements Unlabelled, DriftReporter, Mergeable
    permits Pipeline.OfClassifier, Pipeline.OfRegressor, Pipeline.OfLabels, Pipeline.OfTargets {
  private static final DriftLog NONE = new DriftLog();
  private final Transformer[] steps;
  private final Row[] rows;
  private final Yielding[] yielding; // of a step, null where it never does
  private final boolean readsLabels;

  private Pipeline(List<Transformer> steps) {
    this.steps = steps.toArray(new Transformer[0]);
    this.rows = new Row[this.steps.length];
    this.yielding = new Yielding[this.steps.length];
    boolean reads = false;
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Row.of(this.steps[i].output());
      yielding[i] = this.steps[i] instanceof Yielding y && y.mayGiveUp() ? y : null;
      reads |=
          org.freshet.core.component.Components.describe(this.steps[i])
              .map(c -> c.traits().contains(Trait.READS_LABELS))
              .orElse(true);
    }
    this.readsLabels = reads;
  }

  /** The learner itself when there are no transformers, else a {@link Pipeline} of its kind. */
  public static Learner of(List<Transformer> steps, Learner learner) {
    if (steps.isEmpty()) {
      return learner;
    }
    if (learner instanceof SetClassifier c) {
      return new OfSets(steps, c);
    }
    if (learner instanceof Classifier c) {
      return new OfClassifier(steps, c);
    }
    if (learner instanceof IntervalRegressor r) {
      return new OfIntervals(steps, r);
    }
    if (learner instanceof Regressor r) {
      return new OfRegressor(steps, r);
    }
    if (learner instanceof MultiLabelClassifier c) {
      return new OfLabels(steps, c);
    }
    if (learner instanceof MultiTargetRegressor r) {
      return new OfTargets(steps, r);
    }
    throw new SchemaException(
        "a pipeline ends in a classifier or a regressor, found "
            + learner.getClass().getSimpleName());
  }

  /** The learner at the end. */
  public abstract Learner learner();

  /** The transformers, in order. */
  public final List<Transformer> transformers() {
    return List.of(steps);
  }

  /** The columns of the rows the learner sees. */
  public Schema learnerSchema() {
    return steps[steps.length - 1].output();
  }

  /**
   * Whether a transformer learns from labels, so that the next row depends on the label before it.
   */
  public boolean readsLabels() {
    return readsLabels;
  }

  /**
   * Whether a transformer may give up features by what the learner has learnt, so that the next row
   * depends on the label before it.
   */
  public boolean yields() {
    for (Yielding y : yielding) {
      if (y != null) {
        return true;
      }
    }
    return false;
  }

  /** The row the learner sees; pure, valid until the next call. */
  public Features transform(Features x) {
    Features in = x;
    for (int i = 0; i < steps.length; i++) {
      rows[i].begin(in);
      steps[i].transform(in, rows[i]);
      in = rows[i].view();
    }
    return in;
  }

  /**
   * The row the learner sees; each transformer then learns from the event. Valid until the next
   * call.
   */
  public Features observe(Features x) {
    Features in = x;
    for (int i = 0; i < steps.length; i++) {
      Row out = rows[i];
      out.begin(in);
      steps[i].transform(in, out);
      steps[i].learn(in);
      if (yielding[i] != null && yielding[i].isShort()) {
        yielding[i].giveUp(learner(), learnerSchema());
      }
      in = out.view();
    }
    return in;
  }

  /** Rows that will be transformed or observed next. */
  public void expect(Batch batch, int from, int to) {
    steps[0].expect(batch, from, to);
  }

  /**
   * Tells the transformers a label. Needed only if {@link #readsLabels()}.
   *
   * @param x the event's own row, before any step; steps that read labels use its key, id and time
   */
  public void label(Features x, double label) {
    if (readsLabels) {
      for (Transformer step : steps) {
        step.label(x, label);
      }
    }
  }

  /** The transformers learn from the event, and the learner if it can. */
  @Override
  public void unlabelled(Features x, double weight) {
    Features row = observe(x);
    Unlabelled.show(learner(), row, weight);
  }

  @Override
  public DriftLog drifts() {
    return learner() instanceof DriftReporter r ? r.drifts() : NONE;
  }

  /** Step by step; only where {@link Mergeable#refusal} is null. */
  @Override
  public void add(Learner newer, Learner older, double share) {
    Pipeline a = (Pipeline) newer;
    Pipeline b = (Pipeline) older;
    for (int i = 0; i < steps.length; i++) {
      ((Mergeable) steps[i]).add(a.steps[i], b.steps[i], share);
    }
    ((Mergeable) learner()).add(a.learner(), b.learner(), share);
  }

  @Override
  public void save(StateWriter out) {
    for (int i = 0; i < steps.length; i++) {
      out.put("step-" + i, steps[i]);
    }
    out.put("learner", learner());
  }

  @Override
  public void load(StateReader in) {
    for (int i = 0; i < steps.length; i++) {
      in.load("step-" + i, steps[i]);
    }
    in.load("learner", learner());
  }

  @Override
  public long memoryBytes() {
    long bytes = 64 + learner().memoryBytes();
    for (int i = 0; i < steps.length; i++) {
      bytes += steps[i].memoryBytes() + rows[i].memoryBytes();
    }
    return bytes;
  }

  /** A pipeline that ends in a classifier. */
  public static sealed class OfClassifier extends Pipeline implements Classifier permits OfSets {
    private final Classifier learner;

    private OfClassifier(List<Transformer> steps, Classifier learner) {
      super(steps);
      this.learner = learner;
    }

    @Override
    public Classifier learner() {
      return learner;
    }

    @Override
    public int labels() {
      return learner.labels();
    }

    @Override
    public void scores(Features x, double[] scores) {
      learner.scores(transform(x), scores);
    }

    @Override
    public void learn(Features x, int label, double weight) {
      Features row = observe(x);
      learner.learn(row, label, weight);
      label(x, label);
    }

    @Override
    public void testThenLearn(Features x, int label, double weight, double[] scores) {
      if (label < 0) {
        scores(x, scores);
        return;
      }
      Features row = observe(x);
      learner.testThenLearn(row, label, weight, scores);
      label(x, label);
    }
  }

  /** A pipeline that ends in a regressor. */
  public static sealed class OfRegressor extends Pipeline implements Regressor permits OfIntervals {
    private final Regressor learner;

    private OfRegressor(List<Transformer> steps, Regressor learner) {
      super(steps);
      this.learner = learner;
    }

    @Override
    public Regressor learner() {
      return learner;
    }

    @Override
    public double predict(Features x) {
      return learner.predict(transform(x));
    }

    @Override
    public void learn(Features x, double target, double weight) {
      Features row = observe(x);
      learner.learn(row, target, weight);
      label(x, target);
    }

    @Override
    public double testThenLearn(Features x, double target, double weight) {
      if (Double.isNaN(target)) {
        return predict(x);
      }
      Features row = observe(x);
      double y = learner.testThenLearn(row, target, weight);
      label(x, target);
      return y;
    }
  }

  /** A pipeline that ends in a classifier with sets. */
  public static final class OfSets extends OfClassifier implements SetClassifier {
    private final SetClassifier learner;

    private OfSets(List<Transformer> steps, SetClassifier learner) {
      super(steps, learner);
      this.learner = learner;
    }

    @Override
    public double nominalCoverage() {
      return learner.nominalCoverage();
    }

    @Override
    public int set(Features x, boolean[] in) {
      return learner.set(transform(x), in);
    }

    @Override
    public void testThenLearn(Features x, int label, double weight, double[] scores, boolean[] in) {
      if (label < 0) {
        Features row = transform(x);
        learner.set(row, in);
        learner.scores(row, scores);
        return;
      }
      Features row = observe(x);
      learner.testThenLearn(row, label, weight, scores, in);
      label(x, label);
    }
  }

  /** A pipeline that ends in a regressor with intervals. */
  public static final class OfIntervals extends OfRegressor implements IntervalRegressor {
    private final IntervalRegressor learner;

    private OfIntervals(List<Transformer> steps, IntervalRegressor learner) {
      super(steps, learner);
      this.learner = learner;
    }

    @Override
    public double nominalCoverage() {
      return learner.nominalCoverage();
    }

    @Override
    public void interval(Features x, double[] bounds) {
      learner.interval(transform(x), bounds);
    }

    @Override
    public double testThenLearn(Features x, double target, double weight, double[] bounds) {
      if (Double.isNaN(target)) {
        Features row = transform(x);
        learner.interval(row, bounds);
        return learner.predict(row);
      }
      Features row = observe(x);
      double y = learner.testThenLearn(row, target, weight, bounds);
      label(x, target);
      return y;
    }
  }

  /** A pipeline that ends in a classifier of several labels. */
  public static final class OfLabels extends Pipeline implements MultiLabelClassifier {
    private final MultiLabelClassifier learner;

    private OfLabels(List<Transformer> steps, MultiLabelClassifier learner) {
      super(steps);
      this.learner = learner;
    }

    @Override
    public Learner learner() {
      return learner;
    }

    @Override
    public int labels() {
      return learner.labels();
    }

    @Override
    public void scores(Features x, double[] scores) {
      learner.scores(transform(x), scores);
    }

    @Override
    public void learn(Features x, double[] truths, double weight) {
      learner.learn(observe(x), truths, weight);
    }

    @Override
    public void testThenLearn(Features x, double[] truths, double weight, double[] scores) {
      learner.testThenLearn(observe(x), truths, weight, scores);
    }
  }

  /** A pipeline that ends in a regressor of several targets. */
  public static final class OfTargets extends Pipeline implements MultiTargetRegressor {
    private final MultiTargetRegressor learner;

    private OfTargets(List<Transformer> steps, MultiTargetRegressor learner) {
      super(steps);
      this.learner = learner;
    }

    @Override
    public Learner learner() {
      return learner;
    }

    @Override
    public int targets() {
      return learner.targets();
    }

    @Override
    public void predict(Features x, double[] answers) {
      learner.predict(transform(x), answers);
    }

    @Override
    public void learn(Features x, double[] truths, double weight) {
      learner.learn(observe(x), truths, weight);
    }

    @Override
    public void testThenLearn(Features x, double[] truths, double weight, double[] answers) {
      learner.testThenLearn(observe(x), truths, weight, answers);
    }
  }
}
