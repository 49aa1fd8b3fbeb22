package org.freshet.learn.ensemble;

import java.util.Arrays;
import java.util.function.IntConsumer;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.Divisible;
import org.freshet.core.DriftLog;
import org.freshet.core.DriftReporter;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Workers;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Classifiers that add up the votes of members each of which learns without the others: what
 * forests and baggings share. Members run over blocks of rows, one piece of work a member; votes
 * are added in the order of the members, so any number of threads gives the same bits, a block
 * gives what its rows give one by one, and members that live apart give what they give together.
 *
 * <p>What couples the members after all, such as a reset of the worst, goes to {@link #afterRow}
 * and {@link #afterBlock}.
 */
abstract class VotingEnsemble<V extends Voter> implements Classifier, DriftReporter {
  /** Votes a member gives at a time, rows × labels: they stay in the cache. */
  private static final int BLOCK = 4096;

  /** Bytes a member needs for its votes on a block, and besides its model. */
  static final long VOTE_BYTES = 8 * BLOCK + 8_192;

  V[] members; // of this part
  final DriftLog log = new DriftLog();
  private final Workers workers;
  private final int declared;
  private final int all;
  private boolean part;
  private int first; // number of members[0] in the whole
  private int labels;
  private double[] sum = new double[8];

  // The block being worked on; read by the workers.
  private final IntConsumer piece = this::runMember;
  private Features[] views;
  private Batch rows;
  private int from;
  private int to;
  private int stride;

  /**
   * @param members the ensemble's own array, which it may fill later
   * @param declared labels known from the start
   */
  VotingEnsemble(V[] members, Workers workers, int declared) {
    this.members = members;
    this.workers = workers;
    this.declared = declared;
    this.all = members.length;
    this.labels = declared;
    this.views = new Features[members.length];
    Arrays.setAll(views, i -> Batch.newView());
  }

  @Override
  public final int labels() {
    return labels;
  }

  @Override
  public final void scores(Features x, double[] scores) {
    Arrays.fill(scores, 0);
    for (V m : members) {
      m.vote(x, scores, 0, labels);
    }
    if (labels > 0) {
      Kernels.normalize(scores, labels);
    }
  }

  @Override
  public final void learn(Features x, int label, double weight) {
    if (label >= 0 && weight > 0) {
      open(label);
      room(labels);
      step(x, label, weight, null);
    }
  }

  @Override
  public final void testThenLearn(Features x, int label, double weight, double[] scores) {
    if (label < 0 || !(weight > 0)) {
      scores(x, scores);
      return;
    }
    int known = labels;
    open(label);
    room(labels);
    Arrays.fill(scores, 0);
    step(x, label, weight, scores);
    if (known > 0) {
      Arrays.fill(scores, known, scores.length, 0);
      Kernels.normalize(scores, known);
    } else {
      Arrays.fill(scores, 0);
    }
  }

  private void step(Features x, int label, double weight, double[] scores) {
    log.tick();
    boolean any = false;
    for (int i = 0; i < members.length; i++) {
      if (members[i].testThenLearn(x, label, weight, sum, 0, labels)) {
        any = true;
        drifted(log.ticks(), first + i);
      }
      if (scores != null) {
        for (int c = 0; c < labels && c < scores.length; c++) {
          scores[c] += sum[c];
        }
      }
    }
    if (any) {
      afterRow();
    }
  }

  // What Divisible asks for: ensembles of which nothing couples the members declare it.

  public final Divisible.Share share() {
    return new Divisible.Share(all, first, first + members.length, part);
  }

  public final void keep(int from, int to) {
    members = Arrays.copyOfRange(members, from, to);
    views = Arrays.copyOfRange(views, from, to);
    first = from;
    part = true;
  }

  public final int voteWidth(int known) {
    return known;
  }

  public final void vote(Features x, double[] votes) {
    Arrays.fill(votes, 0, members.length * labels, 0);
    for (int i = 0; i < members.length; i++) {
      members[i].vote(x, votes, i * labels, labels);
    }
  }

  public final void voteThenLearn(Features x, double label, double weight, double[] votes) {
    if (!(label >= 0 && weight > 0)) {
      vote(x, votes);
      return;
    }
    int known = labels;
    open((int) label);
    log.tick();
    for (int i = 0; i < members.length; i++) {
      if (members[i].testThenLearn(x, (int) label, weight, votes, i * known, known)) {
        drifted(log.ticks(), first + i);
      }
    }
  }

  public final double join(double[] votes, int known, double[] answer) {
    Arrays.fill(answer, 0);
    for (int i = 0; i < all; i++) {
      for (int c = 0; c < known; c++) {
        answer[c] += votes[i * known + c];
      }
    }
    if (known > 0) {
      Kernels.normalize(answer, known);
    }
    return Double.NaN;
  }

  private void open(int label) {
    if (label >= labels) {
      labels = label + 1;
    }
  }

  private void room(int n) {
    if (sum.length < n) {
      sum = new double[Math.max(n, 2 * sum.length)];
    }
  }

  @Override
  public final void testThenLearn(Batch batch, int first, int end, double[] scores, int width) {
    rows = batch;
    stride = width;
    int block = Math.max(32, BLOCK / Math.max(1, width));
    for (from = first; from < end; from = to) {
      to = Math.min(end, from + Math.min(block, maxRows()));
      workers.run(members.length, piece);
      afterBlock(from, to);
      combine(scores, (from - first) * width);
      noteDrifts();
    }
    rows = null;
  }

  private void runMember(int i) {
    members[i].drifts = 0;
    members[i].run(rows, from, from, to, stride, views[i]);
  }

  /** Runs a member over the rows of the block from {@code row} on once more, after it was reset. */
  final void runAgain(int i, int row) {
    members[i].run(rows, from, row, to, stride, views[i]);
  }

  /** A member found a drift at a learn call. */
  void drifted(long ordinal, int member) {
    log.add(ordinal, "member " + member);
  }

  /** Most rows of the next block; how many they are changes no result. */
  int maxRows() {
    return Integer.MAX_VALUE;
  }

  /** At least one member found a drift at the row just learnt. */
  void afterRow() {}

  /** Every member has run over the rows of a block; their votes are not yet added up. */
  void afterBlock(int first, int end) {}

  /** Adds up the votes in the order of the members, over the labels known at each row. */
  private void combine(double[] scores, int at) {
    int n = (to - from) * stride;
    System.arraycopy(members[0].votes, 0, scores, at, n);
    for (int i = 1; i < members.length; i++) {
      double[] v = members[i].votes;
      for (int j = 0; j < n; j++) {
        scores[at + j] += v[j];
      }
    }
    room(stride);
    for (int r = from; r < to; r++) {
      int o = at + (r - from) * stride;
      System.arraycopy(scores, o, sum, 0, stride);
      Arrays.fill(sum, labels, stride, 0);
      if (labels > 0) {
        Kernels.normalize(sum, labels);
      }
      System.arraycopy(sum, 0, scores, o, stride);
      if (rows.weight(r) > 0) {
        open(rows.labelCode(r));
      }
    }
  }

  /** Drifts of the block in the order of rows, then members. */
  private void noteDrifts() {
    long base = log.ticks();
    boolean any = false;
    for (V m : members) {
      any |= m.drifts > 0;
    }
    long learnt = 0;
    for (int r = from; r < to; r++) {
      if (rows.labelCode(r) < 0 || !(rows.weight(r) > 0)) {
        continue;
      }
      log.tick();
      learnt++;
      for (int i = 0; any && i < members.length; i++) {
        for (int d = 0; d < members[i].drifts; d++) {
          if (members[i].driftRows[d] == r) {
            drifted(base + learnt, first + i);
          }
        }
      }
    }
  }

  @Override
  public final DriftLog drifts() {
    return log;
  }

  @Override
  public void save(StateWriter out) {
    if (members.length > 0) {
      out.put("labels", labels);
    }
    for (int i = 0; i < members.length; i++) {
      members[i].save(out.child("member-" + (first + i)));
    }
  }

  @Override
  public void load(StateReader in) {
    if (members.length > 0) {
      labels = in.labels("labels", declared);
    }
    for (int i = 0; i < members.length; i++) {
      members[i].load(in.child("member-" + (first + i)));
    }
  }

  @Override
  public long memoryBytes() {
    long bytes = 400 + 8L * sum.length + 88L * members.length;
    for (V m : members) {
      bytes += m.memoryBytes();
    }
    return bytes;
  }
}
