package org.freshet.neural.strategy;

import java.util.Arrays;
import org.freshet.core.Rng;
import org.freshet.neural.network.Network;
import org.freshet.neural.optimizer.Steps;
import org.freshet.neural.replay.Memory;

/**
 * A batch as a strategy gets it: rows of the stream at the front of the network's input, with
 * labels and weights, room behind them for rows of the memory, and what it needs to learn them.
 */
public final class Lesson {
  private final Network network;
  private final Steps steps;
  private final Memory memory;
  private final Rng rng;
  private final int again;
  private final int[] labels;
  private final float[] importance;
  private final float[] weights;
  private final int[] places;
  private int streamed;

  /**
   * @param memory null for none
   * @param batch rows of the stream at most
   * @param again rows of the memory at most
   */
  public Lesson(Network network, Steps steps, Memory memory, Rng rng, int batch, int again) {
    this.network = network;
    this.steps = steps;
    this.memory = memory;
    this.rng = rng;
    this.again = again;
    labels = new int[batch + again];
    importance = new float[batch];
    weights = new float[batch + again];
    places = new int[again];
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

  /** What each row counts in the loss; set before each loss. */
  public float[] weights() {
    return weights;
  }

  /** Where the rows of the memory in the batch are kept. */
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

  /** Sets label and weight of a row of the stream. */
  public void row(int row, int label, float weight) {
    labels[row] = label;
    importance[row] = weight;
    streamed = row + 1;
  }

  /**
   * Draws rows of the memory behind those of the stream.
   *
   * @return how many
   */
  public int drawFromMemory() {
    return memory == null ? 0 : draw(streamed);
  }

  private int draw(int from) {
    int n = memory.draw(again, places, rng);
    int stride = network.input().stride();
    for (int i = 0; i < n; i++) {
      memory.copyRow(places[i], network.input().value(), (from + i) * stride);
      labels[from + i] = memory.label(places[i]);
    }
    return n;
  }

  public long memoryBytes() {
    long own = 72 + 4 * 16 + 4L * (2 * labels.length + importance.length + places.length);
    return own + steps.memoryBytes() + (memory == null ? 0 : memory.memoryBytes());
  }

  /** Gives the rows of the stream their importance over their number, and all others 0. */
  public void weighStream() {
    Arrays.fill(weights, 0);
    for (int r = 0; r < streamed; r++) {
      weights[r] = importance[r] / streamed;
    }
  }
}
