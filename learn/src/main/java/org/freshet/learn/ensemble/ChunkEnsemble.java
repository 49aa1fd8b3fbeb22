package org.freshet.learn.ensemble;

import java.util.Arrays;
import org.freshet.core.Classifier;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.RowStore;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * What ensembles have in common that learn chunk by chunk: members that stay as they are within a
 * chunk, so that what they answer at its events is what they answer at its end; the rows of the
 * chunk; and a candidate that learns them as they come.
 */
abstract class ChunkEnsemble extends EventEnsemble {
  /** The members, then the candidate. */
  final Pool pool;

  /** Weights of the votes of the members, 0 or more. */
  final double[] weights;

  private final Schema schema;
  private final int chunk;
  private RowStore rows;
  private final int[] slots;
  private final int[] rowLabels;
  private final double[] rowWeights;
  private int filled;

  /**
   * @param most the most members, the candidate left out
   * @param others learners alive besides that share the memory
   * @param columns numbers kept beside each member, the first are the weights
   */
  ChunkEnsemble(
      Spec learner, int most, int others, int chunk, Build build, long maxBytes, int columns) {
    super(build.schema());
    this.schema = build.schema();
    long rowBytes = 8L * schema.width() + 56;
    this.chunk = (int) Math.max(2, Math.min(chunk, maxBytes / 4 / rowBytes));
    this.rows = new RowStore(schema, this.chunk);
    this.slots = new int[this.chunk];
    this.rowLabels = new int[this.chunk];
    this.rowWeights = new double[this.chunk];
    long left = maxBytes - Math.min(maxBytes / 4, this.chunk * rowBytes);
    long share = left / (most + 1 + others) * (most + 1);
    this.pool = new Pool(learner, most + 1, build, share, columns);
    this.weights = pool.column(0);
    pool.add();
  }

  /** Adds the vote of a member to the sum. */
  abstract void cast(double weight, double[] scores, double[] sum);

  /** Notes what a member answered at an event of the chunk. */
  abstract void note(int member, double[] scores, int label, double weight);

  /** Notes what all answered together; the sum holds the votes. */
  void noteAll(double[] sum, int label, double weight) {}

  /** Acts at the end of a chunk: weighs, and makes the candidate a member. */
  abstract void endChunk();

  /** Number of members, the candidate left out. */
  public final int members() {
    return pool.size() - 1;
  }

  /** Weight of the votes of a member, the oldest first. */
  public final double weight(int member) {
    return weights[member];
  }

  final Classifier candidate() {
    return pool.get(pool.size() - 1);
  }

  /** Rows of a full chunk. */
  final int chunk() {
    return chunk;
  }

  /** Rows in the chunk. */
  final int filled() {
    return filled;
  }

  /** A row of the chunk, valid until the next is asked for. */
  final Features row(int r) {
    return rows.get(slots[r]);
  }

  final int rowLabel(int r) {
    return rowLabels[r];
  }

  final double rowWeight(int r) {
    return rowWeights[r];
  }

  /** MSE_r = Σ p(1 − p)² over the shares p of the classes in the chunk: the error of guessing. */
  final double guessing() {
    double[] counts = new double[labels()];
    double n = 0;
    for (int r = 0; r < filled; r++) {
      counts[rowLabels[r]] += rowWeights[r];
      n += rowWeights[r];
    }
    double error = 0;
    for (double count : counts) {
      error += count / n * (1 - count / n) * (1 - count / n);
    }
    return error;
  }

  @Override
  final void vote(Features x, double[] sum) {
    for (int i = 0; i < members(); i++) {
      if (weights[i] > 0) {
        cast(weights[i], scores(pool.get(i), x), sum);
      }
    }
    if (members() == 0) {
      cast(1, scores(candidate(), x), sum);
    }
  }

  @Override
  final void step(Features x, int label, double weight, double[] sum) {
    int members = members();
    for (int i = 0; i < members; i++) {
      double[] s = scores(pool.get(i), x);
      if (weights[i] > 0) {
        cast(weights[i], s, sum);
      }
      note(i, s, label, weight);
    }
    if (members == 0) {
      cast(1, testThenLearn(candidate(), x, label, weight), sum);
    } else {
      candidate().learn(x, label, weight);
    }
    noteAll(sum, label, weight);
    slots[filled] = rows.add(x);
    rowLabels[filled] = label;
    rowWeights[filled] = weight;
    if (++filled == chunk) {
      endChunk();
      for (int r = 0; r < filled; r++) {
        rows.remove(slots[r]);
      }
      filled = 0;
    }
  }

  /** Adds a member's probabilities times its weight. */
  final void castScores(double weight, double[] scores, double[] sum) {
    Kernels.axpy(weight, scores, 0, sum, 0, labels());
  }

  @Override
  public void save(StateWriter out) {
    super.save(out);
    pool.save(out.child("pool"));
    rows.save(out.child("chunk"), slots, filled);
    out.put("row-labels", Arrays.copyOf(rowLabels, filled));
    out.put("row-weights", rowWeights, filled);
  }

  @Override
  public void load(StateReader in) {
    super.load(in);
    pool.load(in.child("pool"));
    if (pool.size() == 0) {
      throw in.corrupt("pool", "has no candidate");
    }
    rows = new RowStore(schema, chunk);
    filled = rows.load(in.child("chunk"));
    if (filled == chunk) {
      throw in.corrupt("chunk", "is full, at most " + (chunk - 1) + " rows wait");
    }
    int[] l = in.ints("row-labels", filled);
    double[] w = in.doubles("row-weights", filled);
    for (int r = 0; r < filled; r++) {
      if (l[r] < 0 || l[r] >= labels() || !(w[r] > 0) || Double.isInfinite(w[r])) {
        throw in.corrupt("row-labels", "has a row of label " + l[r] + " and weight " + w[r]);
      }
      slots[r] = r;
      rowLabels[r] = l[r];
      rowWeights[r] = w[r];
    }
  }

  @Override
  public long memoryBytes() {
    long own = 160 + 16L * chunk + rows.memoryBytes();
    return super.memoryBytes() + own + pool.memoryBytes();
  }
}
