package org.freshet.learn.ensemble;

import java.util.Arrays;
import org.freshet.core.Batch;
import org.freshet.core.Features;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * One member of a {@link VotingEnsemble}. It touches nothing outside itself, so that members may
 * run over a block of rows on any thread, in any order.
 */
abstract class Voter {
  /** Votes of this member for the last block of rows; rows × stride. */
  double[] votes = new double[0];

  /** Rows of the last block at which it found a drift, in order. */
  int[] driftRows = new int[4];

  int drifts;

  /** Adds its vote to sum[at … at+labels-1]; changes no state. */
  abstract void vote(Features x, double[] sum, int at, int labels);

  /**
   * Votes into out[at … at+labels-1], then learns; true when it found a drift. Without a label, or
   * with a weight that is not above 0, it only votes.
   */
  abstract boolean testThenLearn(
      Features x, int label, double weight, double[] out, int at, int labels);

  /** Called after row r of a block: a place to note what is asked for later. */
  void ranRow(int indexInBlock) {}

  /** Votes on rows from … to-1 of a block that begins at {@code first}, and learns them. */
  final void run(Batch rows, int first, int from, int to, int stride, Features view) {
    if (votes.length < (to - first) * stride) {
      votes = Arrays.copyOf(votes, (to - first) * stride);
    }
    for (int r = from; r < to; r++) {
      Features x = rows.row(r, view);
      if (testThenLearn(
          x, rows.labelCode(r), rows.weight(r), votes, (r - first) * stride, stride)) {
        if (drifts == driftRows.length) {
          driftRows = Arrays.copyOf(driftRows, 2 * drifts);
        }
        driftRows[drifts++] = r;
      }
      ranRow(r - first);
    }
  }

  /** Labels its model knows. */
  abstract int labels();

  abstract void save(StateWriter out);

  abstract void load(StateReader in);

  /** Heap bytes with what this class holds. */
  abstract long memoryBytes();

  /** Heap bytes of the arrays of this class. */
  final long blockBytes() {
    return 8L * votes.length + 4L * driftRows.length;
  }
}
