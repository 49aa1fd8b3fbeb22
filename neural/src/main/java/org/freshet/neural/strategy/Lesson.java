package org.freshet.neural.strategy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Rng;
import org.freshet.neural.graph.Node;
import org.freshet.neural.network.Network;
import org.freshet.neural.optimizer.BatchLoss;
import org.freshet.neural.optimizer.Steps;
import org.freshet.neural.replay.Memory;
import org.freshet.neural.replay.Retrieval;

/**
 * A batch as a strategy gets it: rows of the stream at the front of the network's input, with
 * labels and weights, room behind them for rows of the memory, and what it needs to learn them.
 */
public final class Lesson {
  private final Network network;
  private final Steps steps;
  private final Memory memory;
  private final Retrieval retrieval;
  private final Rng rng;
  private final int again;
  private final Objective objective;
  private final int[] labels;
  private final float[] targets;
  private final float[] importance;
  private final float[] weights;
  private final int[] drawn;
  private final int[] places;
  private final List<Companion> companions = new ArrayList<>();
  private final BatchLoss known = new Known();
  private int[] spans = new int[4]; // rows whose loss was added since the pass forwards
  private int spanEnd;
  private double value;
  private int rows;
  private int streamed;

  /**
   * @param objective what rows teach
   * @param memory null for none
   * @param retrieval chooses rows of the memory
   * @param batch rows of the stream at most
   * @param again rows of the memory drawn at a time
   * @param draws how often they are drawn for a batch
   */
  public Lesson(
      Network network,
      Objective objective,
      Steps steps,
      Memory memory,
      Retrieval retrieval,
      Rng rng,
      int batch,
      int again,
      int draws) {
    this.network = network;
    this.objective = objective;
    this.steps = steps;
    this.memory = memory;
    this.retrieval = retrieval;
    this.rng = rng;
    this.again = again;
    labels = new int[batch + again * draws];
    targets = new float[labels.length];
    importance = new float[batch];
    weights = new float[batch + again * draws];
    drawn = new int[again];
    places = new int[batch + again * draws];
  }

  public Network network() {
    return network;
  }

  public Steps steps() {
    return steps;
  }

  /** Null where the network has none. */
  public Memory memory() {
    return memory;
  }

  public Rng rng() {
    return rng;
  }

  /** Of all rows of the batch: those of the stream, then those of the memory. */
  public int[] labels() {
    return labels;
  }

  /** Whether rows teach classes, and not numbers. */
  public boolean classes() {
    return objective.classes();
  }

  /** Of all rows where numbers are learnt, as {@link #labels()}. */
  public float[] targets() {
    return targets;
  }

  /** Adds the loss of rows {@code from} to {@code to-1} at the head, see {@link Objective#loss}. */
  public double loss(int from, int to) {
    if (spanEnd == spans.length) {
      spans = Arrays.copyOf(spans, 2 * spanEnd);
    }
    spans[spanEnd++] = from;
    spans[spanEnd++] = to;
    double loss = objective.loss(this, from, to);
    value += loss;
    return loss;
  }

  /** What each row counts in the loss; set before each loss. */
  public float[] weights() {
    return weights;
  }

  /** For each row of the batch that came from the memory, where it is kept. */
  public int[] places() {
    return places;
  }

  /** Rows of the stream. */
  public int streamed() {
    return streamed;
  }

  /** The weight the stream gave a row. */
  public float importance(int row) {
    return importance[row];
  }

  /** Sets what a row of the stream teaches, and its weight. */
  public void row(int row, int label, float target, float weight) {
    labels[row] = label;
    targets[row] = target;
    importance[row] = weight;
    streamed = row + 1;
  }

  /**
   * Draws rows of the memory and puts them into the batch, with labels and places.
   *
   * @param from the first row of the batch they take
   * @return how many
   */
  public int draw(int from) {
    if (memory == null) {
      return 0;
    }
    int n = retrieval.draw(this, from, again, drawn);
    put(drawn, n, from);
    return n;
  }

  /**
   * Puts rows of the memory into the batch, with labels and places.
   *
   * @param kept where they are kept
   * @param from the first row of the batch they take
   */
  public void put(int[] kept, int n, int from) {
    int stride = network.input().stride();
    for (int i = 0; i < n; i++) {
      memory.copyRow(kept[i], network.input().value(), (from + i) * stride);
      labels[from + i] = memory.label(kept[i]);
      targets[from + i] = memory.target(kept[i]);
      places[from + i] = kept[i];
    }
  }

  /** From now on a loss is added to those of the strategy. */
  public void add(Companion companion) {
    companions.add(companion);
  }

  /**
   * The pass forwards over the first {@code rows} rows, from which losses are computed. Strategies
   * call this and {@link #step} so that what goes along with them sees both.
   */
  public void forward(int rows) {
    for (int i = 0; i < companions.size(); i++) {
      companions.get(i).before(this, rows);
    }
    network.graph().forward(rows);
    spanEnd = 0;
    value = 0;
  }

  /** A step against the gradients at the nodes. */
  public void step(int rows) {
    companions(rows);
    this.rows = rows;
    steps.step(rows, steps.rule().needsLoss() ? known : null);
  }

  /**
   * Leaves the gradients of all weights in the parameters, for strategies that change them before
   * {@link Steps#stepKept()}.
   */
  public void backward(int rows) {
    companions(rows);
    network.graph().backward(rows);
  }

  private void companions(int rows) {
    for (int i = 0; i < companions.size(); i++) {
      companions.get(i).loss(this, rows);
    }
  }

  /** Weighs rows {@code from} to {@code to-1} by {@code total} over their number. */
  public void weigh(int from, int to, double total) {
    for (int r = from; r < to; r++) {
      double w = total / (to - from);
      weights[r] = (float) (r < streamed ? w * importance[r] : w);
    }
  }

  public long memoryBytes() {
    long own =
        144
            + 10 * 16
            + 4L
                * (spans.length
                    + 3 * labels.length
                    + importance.length
                    + places.length
                    + drawn.length);
    return own
        + steps.memoryBytes()
        + (memory == null ? 0 : memory.memoryBytes() + retrieval.memoryBytes());
  }

  /** What {@link #loss} gave since the pass forwards; all there is for a plain strategy. */
  private final class Known implements BatchLoss {
    @Override
    public double value() {
      return value;
    }

    @Override
    public double error() {
      Node head = network.head();
      double sum = 0;
      for (int r = 0; r < rows; r++) {
        float most = 0;
        for (int c = 0; c < head.width(); c++) {
          most = Math.max(most, Math.abs(head.gradient()[r * head.stride() + c]));
        }
        sum += most;
      }
      return sum;
    }

    @Override
    public int streamed() {
      return streamed;
    }

    @Override
    public double again() {
      network.graph().forward(rows);
      double sum = 0;
      for (int i = 0; i < spanEnd; i += 2) {
        sum += objective.loss(Lesson.this, spans[i], spans[i + 1]);
      }
      network.graph().backward(rows);
      return sum;
    }
  }
}
