package org.freshet.neural.optimizer;

import java.util.List;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.graph.Parameter;

/** How weights move against gradients, with the state this takes. One for each network. */
public abstract class Rule {
  /**
   * Added and taken away again, it makes 0 of what has faded below its last digit, before that gets
   * too small to be computed fast (denormal).
   */
  protected static final float TINY = 1e-30f;

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

  /**
   * Called after {@link #begin} and before any weight moves, with all gradients kept; only for
   * rules that do not stream.
   */
  public void survey(List<Parameter> parameters) {}

  /**
   * Moves a stretch of weights by their gradients. All arrays begin at the stretch, so that one
   * index runs through them and HotSpot can vectorise the loop.
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
