package org.freshet.learn.ensemble;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import org.freshet.core.Batch;
import org.freshet.core.Divisible;
import org.freshet.core.DriftDetector;
import org.freshet.core.DriftLog;
import org.freshet.core.Features;
import org.freshet.core.Workers;
import org.freshet.core.component.Build;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.learn.tree.RegressionParameters;
import org.freshet.learn.tree.Trees;

/**
 * The trees of an adaptive forest for regression, over blocks of rows on any number of threads.
 * What they say about a row is combined on one thread, row by row, by the method that owns them.
 */
final class RegressionForest {
  /** Rows at a time: what members say about them stays in the cache. */
  private static final int BLOCK = 512;

  /** What a method makes of the words of the members about a row of the block. */
  interface Combiner {
    /**
     * @param row of the block
     * @param target NaN when it is not to be learnt
     * @param out index in the caller's arrays
     */
    void combine(int row, double target, int out);
  }

  private RegressionForestMember[] members; // of this part
  private final int all;
  private int first; // number of members[0] in the whole
  private boolean part;
  private final Workers workers;
  private final DriftLog log = new DriftLog();

  // The block being worked on; read by the workers.
  private final IntConsumer piece = this::runMember;
  private Features[] views;
  private Batch rows;
  private int from;
  private int to;

  RegressionForest(RegressionParameters tree, int n, ForestMembers p, Build build) {
    this.members = new RegressionForestMember[n];
    this.all = n;
    this.views = new Features[n];
    this.workers = build.workers();
    for (int i = 0; i < n; i++) {
      Build own = build.child("member", i);
      members[i] =
          new RegressionForestMember(
              tree,
              build.schema(),
              () -> own.create(p.warning(), DriftDetector.class),
              () -> own.create(p.drift(), DriftDetector.class),
              p.lambda(),
              own.rng());
      views[i] = Batch.newView();
    }
  }

  static boolean learns(double target, double weight) {
    return weight > 0 && !Double.isNaN(target);
  }

  /** Columns a leaf observes. */
  static int subspace(int width, double share) {
    return Math.max(1, Math.min(width, (int) Math.round(width * share)));
  }

  /** Members of the whole. */
  int size() {
    return all;
  }

  /** Whether what joins the members is its own: the whole, and the part without members. */
  boolean joins() {
    return !part || members.length == 0;
  }

  Divisible.Share share() {
    return new Divisible.Share(all, first, first + members.length, part);
  }

  /** Keeps some members alone, see {@link Divisible#keep}. */
  void keep(int from, int to) {
    members = Arrays.copyOfRange(members, from, to);
    views = Arrays.copyOfRange(views, from, to);
    first = from;
    part = true;
  }

  /** The first {@code width} words of each member about a row of the block. */
  void said(int row, int width, double[] votes) {
    for (int i = 0; i < members.length; i++) {
      double[] said = members[i].said;
      for (int k = 0; k < width; k++) {
        votes[i * width + k] = said[row * RegressionForestMember.SAID + k];
      }
    }
  }

  int nodes() {
    int n = 0;
    for (RegressionForestMember m : members) {
      n += m.nodes();
    }
    return n;
  }

  DriftLog drifts() {
    return log;
  }

  /** The trees that answer, all alike. */
  List<Trees.Part> parts() {
    List<Trees.Part> all = new ArrayList<>();
    for (RegressionForestMember m : members) {
      all.addAll(m.tree().parts());
    }
    return all;
  }

  /** Lets all members speak about a row, as row 0; nothing is learnt. */
  void predict(Features x) {
    for (RegressionForestMember m : members) {
      m.predict(x, 0);
    }
  }

  /** Lets all members speak about a row, as row 0, and learn it. */
  void testThenLearn(Features x, double target, double weight) {
    if (learns(target, weight)) {
      log.tick();
    }
    for (int i = 0; i < members.length; i++) {
      if (members[i].testThenLearn(x, target, weight, 0)) {
        log.add("member " + (first + i));
      }
    }
  }

  /** Predicts and learns a run of rows, giving each in order to the combiner. */
  void testThenLearn(Batch batch, int first, int end, Combiner combiner) {
    rows = batch;
    for (from = first; from < end; from = to) {
      to = Math.min(end, from + BLOCK);
      workers.run(members.length, piece);
      for (int r = from; r < to; r++) {
        boolean learnt = learns(batch.label(r), batch.weight(r));
        if (learnt) {
          log.tick();
          noteDrifts(r);
        }
        combiner.combine(r - from, learnt ? batch.label(r) : Double.NaN, r - first);
      }
    }
    rows = null;
  }

  private void runMember(int i) {
    members[i].testThenLearn(rows, from, to, views[i]);
  }

  private void noteDrifts(int row) {
    for (int i = 0; i < members.length; i++) {
      RegressionForestMember m = members[i];
      for (int d = 0; d < m.replaced; d++) {
        if (m.driftRows[d] == row) {
          log.add("member " + (first + i));
        }
      }
    }
  }

  void save(StateWriter out) {
    for (int i = 0; i < members.length; i++) {
      members[i].save(out.child("member-" + (first + i)));
    }
  }

  void load(StateReader in) {
    for (int i = 0; i < members.length; i++) {
      members[i].load(in.child("member-" + (first + i)));
    }
  }

  long memoryBytes() {
    long bytes = 250 + 88L * members.length;
    for (RegressionForestMember m : members) {
      bytes += m.memoryBytes();
    }
    return bytes;
  }
}
