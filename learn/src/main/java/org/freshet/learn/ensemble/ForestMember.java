package org.freshet.learn.ensemble;

import org.freshet.core.Batch;
import org.freshet.core.DriftDetector;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.learn.drift.Adwin;
import org.freshet.learn.tree.GrowingTree;
import org.freshet.learn.tree.TreeParameters;

/**
 * One tree of an adaptive random forest with its two detectors and, after a warning, the background
 * tree that will replace it. Touches nothing outside itself, so members may run on any thread.
 */
final class ForestMember {
  /** Makes the detectors, anew after each signal. */
  interface Detectors {
    DriftDetector warning();

    DriftDetector drift();
  }

  private final TreeParameters parameters;
  private final Schema schema;
  private final Detectors make;
  private final double lambda;
  private final boolean weighted;
  private final Rng rng;
  private GrowingTree tree;
  private GrowingTree background;
  private DriftDetector warning;
  private DriftDetector drift;
  private DriftDetector backgroundWarning;
  private DriftDetector backgroundDrift;
  private double right;
  private double tested;
  private double[] own = new double[8];

  /** Votes of this member for a block of rows, weighted; rows × stride. */
  double[] votes = new double[0];

  /** Rows of the last block at which it was replaced. */
  int[] driftRows = new int[4];

  int drifts;

  ForestMember(
      TreeParameters parameters,
      Schema schema,
      Detectors make,
      double lambda,
      boolean weighted,
      Rng rng) {
    this.parameters = parameters;
    this.schema = schema;
    this.make = make;
    this.lambda = lambda;
    this.weighted = weighted;
    this.rng = rng;
    this.tree = new GrowingTree(parameters, schema, rng);
    this.warning = make.warning();
    this.drift = make.drift();
  }

  int labels() {
    return tree.labels();
  }

  int nodes() {
    return tree.nodes();
  }

  /** Weight of its vote: accuracy since it was last replaced, 1 before anything was tested. */
  private double trust() {
    return weighted && right > 0 ? right / tested : 1;
  }

  /** Adds its weighted vote to sum; changes no state. */
  void vote(Features x, double[] sum, int labels) {
    room(labels);
    tree.scores(x, own);
    double w = trust();
    for (int c = 0; c < labels; c++) {
      sum[c] += w * own[c];
    }
  }

  private void room(int labels) {
    if (own.length < labels) {
      own = new double[Math.max(labels, 2 * own.length)];
    }
  }

  /**
   * Votes on rows from … to-1 and learns those that have a label; fills {@link #votes} and {@link
   * #driftRows}.
   */
  void testThenLearn(Batch rows, int from, int to, int stride, Features view) {
    drifts = 0;
    if (votes.length < (to - from) * stride) {
      votes = new double[(to - from) * stride];
    }
    for (int r = from; r < to; r++) {
      boolean replaced =
          testThenLearn(
              rows.row(r, view),
              rows.labelCode(r),
              rows.weight(r),
              votes,
              (r - from) * stride,
              stride);
      if (replaced) {
        if (drifts == driftRows.length) {
          driftRows = java.util.Arrays.copyOf(driftRows, 2 * drifts);
        }
        driftRows[drifts++] = r;
      }
    }
  }

  /** Votes into out[at … at+labels-1], then learns; true when a drift replaced the tree. */
  boolean testThenLearn(Features x, int label, double weight, double[] out, int at, int labels) {
    room(Math.max(labels, label + 1));
    boolean learns = label >= 0 && weight > 0;
    int k = learns ? rng.nextPoisson(lambda) : 0;
    double w = trust();
    tree.testThenLearn(x, label, k * weight, own);
    for (int c = 0; c < labels; c++) {
      out[at + c] = w * own[c];
    }
    if (!learns) {
      return false;
    }
    boolean correct = Kernels.argmax(own, own.length) == label && own[label] > 0;
    if (k > 0 && background != null) {
      background.learn(x, label, weight);
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
      background = new GrowingTree(parameters, schema, rng);
      backgroundWarning = make.warning();
      backgroundDrift = make.drift();
      warning = make.warning();
    }
    if (!signals(drift, error)) {
      return false;
    }
    if (background != null) {
      tree = background;
      warning = backgroundWarning;
      drift = backgroundDrift;
      background = null;
      backgroundWarning = null;
      backgroundDrift = null;
    } else {
      tree = new GrowingTree(parameters, schema, rng);
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

  void save(StateWriter out) {
    rng.save(out, "rng");
    out.put("right", right);
    out.put("tested", tested);
    tree.save(out.child("tree"));
    out.put("warning", warning);
    out.put("drift", drift);
    out.put("has-background", background != null);
    if (background != null) {
      background.save(out.child("background"));
      out.put("background-warning", backgroundWarning);
      out.put("background-drift", backgroundDrift);
    }
  }

  void load(StateReader in) {
    right = in.doubleValue("right");
    tested = in.doubleValue("tested");
    tree.load(in.child("tree"));
    in.load("warning", warning);
    in.load("drift", drift);
    background = null;
    if (in.bool("has-background")) {
      background = new GrowingTree(parameters, schema, rng);
      background.load(in.child("background"));
      backgroundWarning = make.warning();
      backgroundDrift = make.drift();
      in.load("background-warning", backgroundWarning);
      in.load("background-drift", backgroundDrift);
    }
    rng.load(in, "rng"); // last: making a tree draws a subspace
  }

  long memoryBytes() {
    long bytes = 450 + tree.memoryBytes() + warning.memoryBytes() + drift.memoryBytes();
    if (background != null) {
      bytes +=
          background.memoryBytes()
              + backgroundWarning.memoryBytes()
              + backgroundDrift.memoryBytes();
    }
    return bytes + 8L * (own.length + votes.length) + 4L * driftRows.length;
  }
}
