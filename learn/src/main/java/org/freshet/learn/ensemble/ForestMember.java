package org.freshet.learn.ensemble;

import org.freshet.core.Classifier;
import org.freshet.core.DriftDetector;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Rng;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.learn.drift.Adwin;

/**
 * A model of a forest, with its two detectors and, after a warning, the background model that will
 * replace it.
 */
final class ForestMember extends Voter {
  /** Makes models and detectors, anew after each signal. */
  interface Parts {
    /** An untrained model; what it draws comes from the generator, now or later. */
    Classifier model(Rng rng);

    DriftDetector warning();

    DriftDetector drift();
  }

  private final Parts make;
  private final double lambda;
  private final boolean weighted;
  private final boolean backgroundWeighted;
  private final Rng rng;
  private Classifier model;
  private Classifier background;
  private DriftDetector warning;
  private DriftDetector drift;
  private DriftDetector backgroundWarning;
  private DriftDetector backgroundDrift;
  private double right;
  private double tested;
  private double[] own = new double[8];

  /**
   * @param lambda mean of the Poisson weights; 0 lets every example count once
   * @param weighted whether its vote is weighed by its accuracy
   * @param backgroundWeighted whether the background model learns with the weight of the draw
   */
  ForestMember(Parts make, double lambda, boolean weighted, boolean backgroundWeighted, Rng rng) {
    this.make = make;
    this.backgroundWeighted = backgroundWeighted;
    this.lambda = lambda;
    this.weighted = weighted;
    this.rng = rng;
    this.model = make.model(rng);
    this.warning = make.warning();
    this.drift = make.drift();
  }

  @Override
  int labels() {
    return model.labels();
  }

  Classifier model() {
    return model;
  }

  /** Weight of its vote: accuracy since it was last replaced, 1 before anything was tested. */
  double trust() {
    return weighted && right > 0 ? right / tested : 1;
  }

  @Override
  void vote(Features x, double[] sum, int at, int labels) {
    room(labels);
    model.scores(x, own);
    double w = trust();
    for (int c = 0; c < labels; c++) {
      sum[at + c] += w * own[c];
    }
  }

  private void room(int labels) {
    if (own.length < labels) {
      own = new double[Math.max(labels, 2 * own.length)];
    }
  }

  @Override
  boolean testThenLearn(Features x, int label, double weight, double[] out, int at, int labels) {
    room(Math.max(labels, label + 1));
    boolean learns = label >= 0 && weight > 0;
    int k = !learns ? 0 : lambda > 0 ? rng.nextPoisson(lambda) : 1;
    double w = trust();
    model.testThenLearn(x, label, k * weight, own);
    for (int c = 0; c < labels; c++) {
      out[at + c] = w * own[c];
    }
    if (!learns) {
      return false;
    }
    boolean correct = Kernels.argmax(own, own.length) == label && own[label] > 0;
    if (k > 0 && background != null) {
      background.learn(x, label, backgroundWeighted ? k * weight : weight);
    }
    tested++;
    right += correct ? 1 : 0;
    return watch(correct ? 0 : 1);
  }

  private boolean watch(double error) {
    if (backgroundDrift != null) {
      backgroundWarning.update(error);
      backgroundDrift.update(error);
    }
    if (signals(warning, error)) {
      background = make.model(rng);
      backgroundWarning = make.warning();
      backgroundDrift = make.drift();
      warning = make.warning();
    }
    if (!signals(drift, error)) {
      return false;
    }
    if (background != null) {
      model = background;
      warning = backgroundWarning;
      drift = backgroundDrift;
      background = null;
      backgroundWarning = null;
      backgroundDrift = null;
    } else {
      model = make.model(rng);
      warning = make.warning();
      drift = make.drift();
    }
    right = 0;
    tested = 0;
    return true;
  }

  /** ADWIN also cuts when the error falls, which is no reason to begin anew. */
  private static boolean signals(DriftDetector d, double error) {
    return d.update(error) == DriftDetector.DRIFT && (!(d instanceof Adwin a) || a.increased());
  }

  @Override
  void save(StateWriter out) {
    rng.save(out, "rng");
    out.put("right", right);
    out.put("tested", tested);
    model.save(out.child("tree"));
    out.put("warning", warning);
    out.put("drift", drift);
    out.put("has-background", background != null);
    if (background != null) {
      background.save(out.child("background"));
      out.put("background-warning", backgroundWarning);
      out.put("background-drift", backgroundDrift);
    }
  }

  @Override
  void load(StateReader in) {
    right = in.doubleValue("right");
    tested = in.doubleValue("tested");
    model.load(in.child("tree"));
    in.load("warning", warning);
    in.load("drift", drift);
    background = null;
    if (in.bool("has-background")) {
      background = make.model(rng);
      background.load(in.child("background"));
      backgroundWarning = make.warning();
      backgroundDrift = make.drift();
      in.load("background-warning", backgroundWarning);
      in.load("background-drift", backgroundDrift);
    }
    rng.load(in, "rng"); // last: making a model draws
  }

  @Override
  long memoryBytes() {
    long bytes = 300 + model.memoryBytes() + warning.memoryBytes() + drift.memoryBytes();
    if (background != null) {
      bytes +=
          background.memoryBytes()
              + backgroundWarning.memoryBytes()
              + backgroundDrift.memoryBytes();
    }
    return bytes + 8L * own.length + blockBytes();
  }
}
