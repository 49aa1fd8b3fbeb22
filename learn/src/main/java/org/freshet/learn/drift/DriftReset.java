package org.freshet.learn.drift;

import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.Composite;
import org.freshet.core.DriftDetector;
import org.freshet.core.DriftLog;
import org.freshet.core.DriftReporter;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Learner;
import org.freshet.core.Regressor;
import org.freshet.core.Schema;
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
 * Starts a classifier or a regressor anew when a drift detector says that it has become worse. It
 * suits streams whose concepts change abruptly, and learners that cannot forget by themselves.
 *
 * <p>At each label the learner's prediction for the event is computed again and its error goes to
 * the detector; then the learner learns the event. While the detector warns, a second learner is
 * trained in the background from the first warning on; when the warning passes it is dropped. At a
 * drift the background learner takes the place of the first; without one, an untrained learner
 * does. It then learns the event at hand. A drift to a lower error is no reason to start anew and
 * changes nothing.
 *
 * <p>The error of a classifier is 1 or 0. That of a regressor is e / (e + s), with e the absolute
 * error and s the mean absolute deviation of all targets from their running mean: from 0 to 1, as
 * the bounds of {@code adwin} and {@code hddm_*} need, 0.5 where the error is as large as the
 * spread of the target, and not at the mercy of one outlier as a division by the largest error
 * would be.
 *
 * <p>Paper: J. Gama, P. Medas, G. Castillo and P. Rodrigues, Learning with Drift Detection,
 * Brazilian Symposium on Artificial Intelligence (SBIA), 2004, section 3.1.
 *
 * <p>Where we differ: the paper stores the examples since the warning and learns them at the drift;
 * the background learner gives the same model with no store. Regressors are our addition.
 *
 * <p>Takes what its learner takes; a learner may be a pipeline, whose transformers start anew too.
 * It keeps the number of labels ever learnt. Cost: that of the learner, twice during a warning, and
 * of the detector. Detectors without a warning level ({@code adwin}, {@code page_hinkley}, {@code
 * kswin}) never train in the background.
 *
 * <pre>{@code
 * Classifier c = Components.classifier("drift_reset(detector=ddm, learner=hoeffding_tree)", schema, 1);
 * }</pre>
 */
@Component(
    name = "drift_reset",
    kinds = {Kind.CLASSIFIER, Kind.REGRESSOR},
    family = "drift",
    traits = {
      Trait.MISSING,
      Trait.CATEGORICAL,
      Trait.NUMERIC,
      Trait.SPARSE,
      Trait.TEXT,
      Trait.OPEN_LABELS,
      Trait.OPEN_FEATURES,
      Trait.RANDOMIZED
    })
public final class DriftReset {

  /** Parameters. */
  public record Parameters(
      @Param(
              value = "Watches the errors.",
              def = "adwin",
              kind = Kind.DRIFT_DETECTOR,
              origin = "Bifet and Gavaldà 2007; Gama et al. 2004 use ddm")
          Spec detector,
      @Param(
              value = "Starts anew at a drift; may be a pipeline.",
              def = "gaussian_nb",
              kind = Kind.CLASSIFIER,
              origin = "MOA")
          Spec learner,
      @Param(
              value = "Whether a second learner is trained while the detector warns.",
              def = "true",
              origin = "Gama et al. 2004, section 3.1")
          boolean background) {}

  private DriftReset() {}

  /** A classifier or a regressor, as the label asks. */
  public static Learner create(Parameters p, Build build) {
    return build.schema().target() == Schema.Target.NUMBER
        ? new OfRegressor(p, build)
        : new OfClassifier(p, build);
  }

  /** What both kinds share: the learner, the one in the background, and when they change places. */
  private abstract static class Resetting<L extends Learner>
      implements Unlabelled, DriftReporter, Composite {
    private final Parameters parameters;
    private final Build build;
    private final Class<L> type;
    private final DriftLog log = new DriftLog();
    final DriftDetector detector;
    L learner;
    private L background;

    /** Learners made so far: each has a seed of its own. */
    private long made;

    Resetting(Parameters p, Build build, Class<L> type) {
      this.parameters = p;
      this.build = build;
      this.type = type;
      this.detector =
          build.child("detector", 0).withSchema(null).create(p.detector, DriftDetector.class);
      this.learner = fresh();
    }

    private L fresh() {
      return build
          .child("learner", made++)
          .withMaxBytes(build.maxBytes() / 2) // one in the background may be beside it
          .create(parameters.learner, type);
    }

    void tick() {
      log.tick();
    }

    /**
     * Acts on the error of an event that {@link #learner} has just learnt.
     *
     * @return the learner that has to learn this event besides, or null
     */
    L react(double error) {
      int level = detector.update(error);
      report();
      if (level == DriftDetector.DRIFT && detector.increased()) {
        learner = background != null ? background : fresh();
        background = null;
        log.add(parameters.detector.name());
        return learner;
      }
      if (level == DriftDetector.WARNING && parameters.background) {
        background = background != null ? background : fresh();
      } else {
        background = null;
      }
      return background;
    }

    /** Passes on drifts that the learner found inside itself. */
    private void report() {
      if (learner instanceof DriftReporter inner && inner.drifts().size() > 0) {
        DriftLog found = inner.drifts();
        for (int i = 0; i < found.size(); i++) {
          log.add(found.source(i));
        }
        found.clear();
      }
    }

    @Override
    public List<Inner> inside() {
      return List.of(new Inner("learner", learner, null, true));
    }

    @Override
    public void unlabelled(Features x, double weight) {
      Unlabelled.show(learner, x, weight);
      if (background != null) {
        Unlabelled.show(background, x, weight);
      }
    }

    @Override
    public DriftLog drifts() {
      return log;
    }

    @Override
    public void save(StateWriter out) {
      out.put("made", made);
      out.put("detector", detector);
      out.put("learner", learner);
      out.put("warned", background != null);
      if (background != null) {
        out.put("background", background);
      }
    }

    @Override
    public void load(StateReader in) {
      in.load("detector", detector);
      in.load("learner", learner);
      background = null;
      if (in.bool("warned")) {
        background = fresh();
        in.load("background", background);
      }
      made = in.longValue("made", 1, Long.MAX_VALUE);
    }

    @Override
    public long memoryBytes() {
      long second = background == null ? 0 : background.memoryBytes();
      return 256 + detector.memoryBytes() + learner.memoryBytes() + second;
    }
  }

  /** Starts a classifier anew. */
  static final class OfClassifier extends Resetting<Classifier> implements Classifier {
    private int labels;
    private double[] own = new double[8];

    private OfClassifier(Parameters p, Build build) {
      super(p, build, Classifier.class);
      labels = learner.labels();
    }

    @Override
    public int labels() {
      return labels;
    }

    @Override
    public void scores(Features x, double[] scores) {
      learner.scores(x, scores);
    }

    @Override
    public void learn(Features x, int label, double weight) {
      int room = Math.max(learner.labels(), label + 1);
      if (own.length < room) {
        own = new double[2 * room];
      }
      testThenLearn(x, label, weight, own);
    }

    @Override
    public void testThenLearn(Features x, int label, double weight, double[] scores) {
      if (label < 0) {
        learner.scores(x, scores);
        return;
      }
      tick();
      if (!(weight > 0)) {
        learner.scores(x, scores);
        return;
      }
      int known = learner.labels();
      learner.testThenLearn(x, label, weight, scores);
      Classifier other = react(Kernels.argmax(scores, known) == label ? 0 : 1);
      if (other != null) {
        other.learn(x, label, weight);
      }
      labels = Math.max(labels, label + 1);
    }

    @Override
    public void save(StateWriter out) {
      super.save(out);
      out.put("labels", labels);
    }

    @Override
    public void load(StateReader in) {
      super.load(in);
      labels = in.intValue("labels", learner.labels(), Integer.MAX_VALUE - 8);
    }

    @Override
    public long memoryBytes() {
      return super.memoryBytes() + 8L * own.length;
    }
  }

  /** Starts a regressor anew. */
  static final class OfRegressor extends Resetting<Regressor> implements Regressor {
    private long n;
    private double mean;
    private double deviation;

    private OfRegressor(Parameters p, Build build) {
      super(p, build, Regressor.class);
    }

    @Override
    public double predict(Features x) {
      return learner.predict(x);
    }

    @Override
    public void learn(Features x, double target, double weight) {
      testThenLearn(x, target, weight);
    }

    @Override
    public double testThenLearn(Features x, double target, double weight) {
      if (Double.isNaN(target)) {
        return learner.predict(x);
      }
      tick();
      if (!(weight > 0)) {
        return learner.predict(x);
      }
      double answer = learner.testThenLearn(x, target, weight);
      Regressor other = react(share(Math.abs(target - answer), target));
      if (other != null) {
        other.learn(x, target, weight);
      }
      return answer;
    }

    /** The absolute error as a number from 0 to 1, by the spread of the targets so far. */
    private double share(double error, double target) {
      n++;
      double before = n == 1 ? target : mean;
      mean += (target - mean) / n;
      deviation += (Math.abs(target - before) - deviation) / n;
      if (error == 0) {
        return 0;
      }
      return Double.isFinite(error) ? error / (error + deviation) : 1;
    }

    @Override
    public void save(StateWriter out) {
      super.save(out);
      out.put("n", n);
      out.put("mean", mean);
      out.put("deviation", deviation);
    }

    @Override
    public void load(StateReader in) {
      super.load(in);
      n = in.longValue("n", 0, Long.MAX_VALUE - 1);
      mean = in.doubleValue("mean");
      deviation = in.doubleValue("deviation");
    }
  }
}
