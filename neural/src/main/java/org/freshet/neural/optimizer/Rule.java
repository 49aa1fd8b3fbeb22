package org.freshet.neural.optimizer;

import java.util.List;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.graph.Parameter;

/** How weights move against gradients, with the state this takes. One for each network. */
public abstract class Rule {
  /**
   * Added and taken away again, it rounds what fades to multiples of 1e-32, so that neither it nor
   * its product with a rate gets too small to be computed fast (denormal).
   */
  protected static final float TINY = 1e-25f;

  private double factor = 1;

  /** Multiplies the rate of the next steps. */
  public void factor(double f) {
    factor = f;
  }

  /** A rate times the factor. */
  protected final double scaled(double rate) {
    return factor * rate;
  }

  /** Arrays it keeps beside each parameter, from slot 0 on. */
  public int slots() {
    return 0;
  }

  /** Whether it can move weights stretch by stretch as gradients are found. */
  public boolean streams() {
    return true;
  }

  /**
   * The rate where all it does is w ← w − rate·g, so that weights can move while the product is
   * made; 0 where it does more.
   */
  public float plainRate() {
    return 0;
  }

  /** Whether it moves weights whose gradient is 0, so that padding must be cleared after a step. */
  public boolean noisy() {
    return false;
  }

  /** Called once before the weights of a step are moved. */
  public void begin() {}

  /** Whether it must know the loss of the batch, or computes it again at other weights. */
  public boolean needsLoss() {
    return false;
  }

  /** Rows it may want a step; 0 where it takes what it is given. */
  public int mostBatch() {
    return 0;
  }

  /** Rows it wants for the next step, given what the network is set to. */
  public int batch(int set) {
    return set;
  }

  /**
   * Where it wants the squared length of each row's gradient, room for {@code rows} of them; null
   * where it does not. Not asked for where a strategy changes gradients before the step.
   */
  public double[] lengths(int rows) {
    return null;
  }

  /**
   * Called after {@link #begin} and before any weight moves, with all gradients kept; only for
   * rules that do not stream.
   *
   * @param loss null unless the rule asks for it
   * @param rows of the batch; 0 where a strategy has changed the gradients
   */
  public void survey(List<Parameter> parameters, BatchLoss loss, int rows) {}

  /**
   * Moves a stretch of weights by their gradients; all weights of the parameter when the rule does
   * not stream. All arrays begin at the stretch, so that one index runs through them and HotSpot
   * can vectorise the loop.
   *
   * @param p whose weights they are
   * @param w the weights, changed
   * @param g their gradients
   * @param slots what the rule keeps for each, changed
   */
  public abstract void step(Parameter p, float[] w, float[] g, float[][] slots, int n);

  public long memoryBytes() {
    return 48;
  }

  public void save(StateWriter out) {}

  public void load(StateReader in) {}
}
