package org.freshet.learn.ensemble;

import java.util.function.Supplier;
import org.freshet.core.Batch;
import org.freshet.core.DriftDetector;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.learn.drift.Adwin;
import org.freshet.learn.tree.RegressionParameters;
import org.freshet.learn.tree.RegressionTree;

/**
 * One tree of an adaptive forest for regression with its two detectors and, after a warning, the
 * background tree that will replace it. Touches nothing outside itself, so members may run on any
 * thread.
 */
final class RegressionForestMember {
  /** Numbers a member says about a row. */
  static final int SAID = 3;

  static final int ANSWER = 0;

  /** Mean squared error in the leaf. */
  static final int SPREAD = 1;

  /** From the row to the middle of the leaf, where leaves keep that. */
  static final int DISTANCE = 2;

  private final RegressionParameters parameters;
  private final Schema schema;
  private final Supplier<DriftDetector> warnings;
  private final Supplier<DriftDetector> drifts;
  private final double lambda;
  private final Rng rng;
  private RegressionTree tree;
  private RegressionTree background;
  private DriftDetector warning;
  private DriftDetector drift;

  /** What it said about each row of a block. */
  double[] said = new double[SAID];

  /** Rows of the last block at which it was replaced. */
  int[] driftRows = new int[4];

  int replaced;

  RegressionForestMember(
      RegressionParameters parameters,
      Schema schema,
      Supplier<DriftDetector> warnings,
      Supplier<DriftDetector> drifts,
      double lambda,
      Rng rng) {
    this.parameters = parameters;
    this.schema = schema;
    this.warnings = warnings;
    this.drifts = drifts;
    this.lambda = lambda;
    this.rng = rng;
    this.tree = newTree();
    this.warning = warnings.get();
    this.drift = drifts.get();
  }

  /** The tree that answers. */
  RegressionTree tree() {
    return tree;
  }

  private RegressionTree newTree() {
    return new RegressionTree(parameters, schema, rng);
  }

  int nodes() {
    return tree.nodes();
  }

  /** Room for a block of rows. */
  void room(int rows) {
    if (said.length < rows * SAID) {
      said = new double[rows * SAID];
    }
  }

  /** Writes what it says about a row as the row-th of the block; changes nothing that is learnt. */
  double predict(Features x, int row) {
    int at = row * SAID;
    double answer = tree.predict(x);
    said[at + ANSWER] = answer;
    said[at + SPREAD] = tree.spread();
    said[at + DISTANCE] = parameters.centres() ? tree.distance() : 0;
    return answer;
  }

  /** Predicts and learns rows from … to-1. */
  void testThenLearn(Batch rows, int from, int to, Features view) {
    replaced = 0;
    room(to - from);
    for (int r = from; r < to; r++) {
      if (testThenLearn(rows.row(r, view), rows.label(r), rows.weight(r), r - from)) {
        if (replaced == driftRows.length) {
          driftRows = java.util.Arrays.copyOf(driftRows, 2 * replaced);
        }
        driftRows[replaced++] = r;
      }
    }
  }

  /** Predicts, then learns; true when a drift replaced the tree. */
  boolean testThenLearn(Features x, double target, double weight, int row) {
    double answer = predict(x, row);
    if (!RegressionForest.learns(target, weight)) {
      return false;
    }
    double error = tree.errorShare(target, answer);
    int k = rng.nextPoisson(lambda);
    if (k > 0) {
      tree.learnLast(x, target, k * weight, answer);
      if (background != null) {
        background.learn(x, target, k * weight);
      }
    }
    return watch(error);
  }

  private boolean watch(double error) {
    if (signals(warning, error)) {
      background = newTree();
      warning = warnings.get();
    }
    if (!signals(drift, error)) {
      return false;
    }
    tree = background != null ? background : newTree();
    background = null;
    warning = warnings.get();
    drift = drifts.get();
    return true;
  }

  /** ADWIN also cuts when the error falls, which is no reason to begin anew. */
  private static boolean signals(DriftDetector d, double error) {
    return d.update(error) == DriftDetector.DRIFT && (!(d instanceof Adwin a) || a.increased());
  }

  void save(StateWriter out) {
    rng.save(out, "rng");
    tree.save(out.child("tree"));
    out.put("warning", warning);
    out.put("drift", drift);
    out.put("has-background", background != null);
    if (background != null) {
      background.save(out.child("background"));
    }
  }

  void load(StateReader in) {
    tree.load(in.child("tree"));
    in.load("warning", warning);
    in.load("drift", drift);
    background = in.bool("has-background") ? newTree() : null;
    if (background != null) {
      background.load(in.child("background"));
    }
    rng.load(in, "rng"); // last: making a tree draws a subspace
  }

  long memoryBytes() {
    return 350
        + tree.memoryBytes()
        + (background == null ? 0 : background.memoryBytes())
        + warning.memoryBytes()
        + drift.memoryBytes()
        + 8L * said.length
        + 4L * driftRows.length;
  }
}
