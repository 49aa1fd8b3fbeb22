package org.freshet.learn.calibrate;

import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.Composite;
import org.freshet.core.DriftLog;
import org.freshet.core.DriftReporter;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Trait;
import org.freshet.core.Unlabelled;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Makes the probabilities of a classifier honest: of the events to which it gives 70 %, about 70 %
 * then are of that class. For learners that are too sure of themselves (naive Bayes, boosting) or
 * not sure enough (forests), wherever probabilities are acted on.
 *
 * <p>How it works. At each label the calibrator learns from the probabilities p that the learner
 * gave before it learnt the event, so it never sees an answer the label had a part in. {@code
 * platt}: for each class σ(a · logit p + b). {@code temperature}: all log p divided by one T.
 * {@code isotonic}: for each class the share of truths in equal bins of p, made monotonous by
 * pooling adjacent violators, straight lines between. The results are divided by their sum. a, b
 * and 1/T follow the gradient g of the log loss by online Newton steps θ ← θ − A⁻¹ g with A = Σ g
 * gᵀ; A and the bins forget with the factor 1 − 1/window, so that the calibration follows drifts.
 *
 * <p>Papers: J. Platt, "Probabilistic Outputs for Support Vector Machines", Advances in Large
 * Margin Classifiers, 1999; C. Gupta, A. Ramdas, "Online Platt Scaling with Calibeating", ICML
 * 2023, algorithm 1 (online Newton steps); C. Guo, G. Pleiss, Y. Sun, K. Weinberger, "On
 * Calibration of Modern Neural Networks", ICML 2017, section 4 (temperature); B. Zadrozny, C.
 * Elkan, "Transforming Classifier Scores into Accurate Multiclass Probability Estimates", KDD 2002
 * (isotonic, one class against the rest, normalised).
 *
 * <p>Where we differ: moments fade instead of being summed for ever; a and 1/T stay in 0.01 … 100,
 * so the order of a class's scores never turns; p counts as at least 1e-12; isotonic regression is
 * that of bins, each with one event of its own middle to begin with.
 *
 * <p>Takes what its learner takes. A weight above 0 counts as one event for the calibrator. An
 * event whose class was not known teaches it nothing. The predicted class may change with {@code
 * platt} and {@code isotonic}. Costs the learner and O(K) an event, O(K · bins) with {@code
 * isotonic}; memory 40 bytes a class, or 40 · bins with {@code isotonic}.
 *
 * <pre>{@code
 * Classifier c = Components.classifier("calibrated(learner=gaussian_nb, method=platt)", schema, 1);
 * }</pre>
 */
@Component(
    name = "calibrated",
    kinds = Kind.CLASSIFIER,
    family = "calibrate",
    traits = {
      Trait.MISSING,
      Trait.CATEGORICAL,
      Trait.NUMERIC,
      Trait.SPARSE,
      Trait.TEXT,
      Trait.OPEN_LABELS,
      Trait.OPEN_FEATURES,
      Trait.RANDOMIZED,
      Trait.PARALLEL
    })
public final class Calibrated implements Classifier, Unlabelled, DriftReporter, Composite {

  /** How probabilities are mapped. */
  public enum Method {
    PLATT,
    TEMPERATURE,
    ISOTONIC
  }

  /** Parameters. */
  public record Parameters(
      @Param(
              value = "classifier whose probabilities are calibrated; may be a pipeline",
              def = "gaussian_nb",
              kind = Kind.CLASSIFIER,
              origin = "ours: it needs it most")
          Spec learner,
      @Param(
              value = "how probabilities are mapped",
              def = "isotonic",
              origin = "ours: the lowest log loss of the three on Electricity, by far")
          Method method,
      @Param(
              value = "labels the calibrator remembers: it forgets by 1 − 1/window a label",
              def = "1000",
              range = "[10, 1000000000]",
              unit = "labels",
              origin = "ours")
          int window,
      @Param(
              value = "bins of isotonic",
              def = "20",
              range = "[2, 1000]",
              origin = "ours; Zadrozny and Elkan 2002 use 10 for binning")
          int bins) {}

  private final Classifier learner;
  private final Calibrator calibrator;
  private final DriftLog none = new DriftLog();
  private double[] own = new double[8];
  private double[] raw = new double[8];

  public Calibrated(Parameters p, Build build) {
    learner =
        build.child("learner", 0).withWorkers(build.workers()).create(p.learner, Classifier.class);
    calibrator =
        switch (p.method) {
          case PLATT -> new PlattScaling(p.window);
          case TEMPERATURE -> new TemperatureScaling(p.window);
          case ISOTONIC -> new BinnedIsotonic(p.window, p.bins);
        };
  }

  @Override
  public List<Inner> inside() {
    return List.of(new Inner("learner", learner, null, false));
  }

  @Override
  public int labels() {
    return learner.labels();
  }

  private void room(int n) {
    if (own.length < n) {
      own = new double[2 * n];
    }
    if (raw.length < n) {
      raw = new double[2 * n];
    }
  }

  @Override
  public void scores(Features x, double[] scores) {
    learner.scores(x, scores);
    map(scores, learner.labels());
  }

  private void map(double[] scores, int n) {
    if (n > 0) {
      calibrator.map(scores, n);
      Kernels.normalize(scores, n);
    }
  }

  @Override
  public void learn(Features x, int label, double weight) {
    int n = learner.labels();
    room(Math.max(n, label + 1));
    learner.testThenLearn(x, label, weight, own);
    calibrate(own, n, label, weight);
  }

  @Override
  public void testThenLearn(Features x, int label, double weight, double[] scores) {
    int n = learner.labels();
    room(Math.max(n, label + 1));
    learner.testThenLearn(x, label, weight, scores);
    System.arraycopy(scores, 0, raw, 0, n);
    map(scores, n);
    calibrate(raw, n, label, weight);
  }

  @Override
  public void testThenLearn(Batch rows, int from, int to, double[] scores, int stride) {
    int n = learner.labels();
    room(stride);
    learner.testThenLearn(rows, from, to, scores, stride);
    for (int r = from; r < to; r++) {
      int at = (r - from) * stride;
      System.arraycopy(scores, at, raw, 0, n);
      System.arraycopy(scores, at, own, 0, n);
      map(own, n);
      System.arraycopy(own, 0, scores, at, n);
      calibrate(raw, n, rows.labelCode(r), rows.weight(r));
      if (rows.weight(r) > 0) {
        n = Math.max(n, rows.labelCode(r) + 1);
      }
    }
  }

  private void calibrate(double[] given, int n, int label, double weight) {
    if (label >= 0 && label < n && weight > 0) {
      calibrator.learn(given, n, label);
    }
  }

  @Override
  public void unlabelled(Features x, double weight) {
    Unlabelled.show(learner, x, weight);
  }

  @Override
  public DriftLog drifts() {
    return learner instanceof DriftReporter r ? r.drifts() : none;
  }

  @Override
  public void save(StateWriter out) {
    out.put("learner", learner);
    calibrator.save(out.child("calibrator"));
  }

  @Override
  public void load(StateReader in) {
    in.load("learner", learner);
    calibrator.load(in.child("calibrator"), learner.labels());
  }

  @Override
  public long memoryBytes() {
    return 250 + learner.memoryBytes() + calibrator.memoryBytes() + 8L * (own.length + raw.length);
  }
}
