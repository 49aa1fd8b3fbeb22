package org.freshet.learn.tree;

import org.freshet.core.Features;
import org.freshet.core.Regressor;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** One tree of numbers as a component: what the methods that grow one tree share. */
abstract class TreeRegressor implements Regressor {
  private final RegressionTree tree;
  private final int bytes;

  /**
   * @param bytes of the component without the tree
   */
  TreeRegressor(RegressionTree tree, int bytes) {
    this.tree = tree;
    this.bytes = bytes;
  }

  RegressionTree tree() {
    return tree;
  }

  /** Nodes: leaves, alternates and options included. */
  public final int nodes() {
    return tree.nodes();
  }

  @Override
  public final double predict(Features x) {
    return tree.predict(x);
  }

  @Override
  public final void learn(Features x, double target, double weight) {
    testThenLearn(x, target, weight);
  }

  @Override
  public double testThenLearn(Features x, double target, double weight) {
    return tree.testThenLearn(x, target, weight);
  }

  @Override
  public final void save(StateWriter out) {
    tree.save(out);
  }

  @Override
  public final void load(StateReader in) {
    tree.load(in);
  }

  @Override
  public final long memoryBytes() {
    return bytes + tree.memoryBytes();
  }
}
