package org.freshet.neural.strategy;

import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.graph.Node;
import org.freshet.neural.network.Network;

/** How a network learns a batch: which rows, which losses, which weights. One for each network. */
public abstract class Strategy {
  /** Batches of the memory it learns at once at most; room is made for them. */
  public int draws() {
    return 1;
  }

  /** Whether it can learn classes only, as most can; else it also learns numbers. */
  public boolean classesOnly() {
    return true;
  }

  /** Whether it moves or mixes the numbers of rows, so that they must be dense. */
  public boolean denseOnly() {
    return false;
  }

  /**
   * Whether rows of the stream may have no label, which is -1 then: they are learnt from and never
   * kept in the memory. Else it is not given such rows.
   */
  public boolean takesUnlabelled() {
    return false;
  }

  /**
   * Whether all it learns is the sum of {@link Lesson#loss} over its rows, so that an optimizer may
   * know that loss and compute it again.
   */
  public boolean plain() {
    return false;
  }

  /** Adds nodes it needs to the network; called once, before anything runs. */
  public void attach(Network network) {}

  /** Makes room beside the weights; called once, after the optimizer has. */
  public void begin(Lesson lesson) {}

  /**
   * Learns the batch of the stream in the first {@link Lesson#streamed()} rows, once; the caller
   * offers the rows to the memory after that.
   */
  public abstract void learn(Lesson lesson);

  /** Told where a row of the stream was kept, after the step. */
  public void kept(Lesson lesson, int row, int place) {}

  /**
   * Computes the logits of row 0 of the input.
   *
   * @param scores the logits of the first {@code outputs} classes
   */
  public void scores(Lesson lesson, double[] scores, int outputs) {
    Network n = lesson.network();
    n.graph().predict(1);
    copy(n.head(), scores, outputs);
  }

  /** Row 0 of a node. */
  protected static void copy(Node from, double[] to, int n) {
    float[] z = from.value();
    for (int c = 0; c < n; c++) {
      to[c] = z[c];
    }
  }

  /** The classes have become more. */
  public void grown(Lesson lesson, int outputs) {}

  public void save(StateWriter out) {}

  public void load(StateReader in, int mostOutputs) {}

  public long memoryBytes() {
    return 16;
  }
}
