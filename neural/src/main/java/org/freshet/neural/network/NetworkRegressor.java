package org.freshet.neural.network;

import org.freshet.core.Features;
import org.freshet.core.Regressor;
import org.freshet.core.Unlabelled;
import org.freshet.core.component.Build;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * A network as a regressor: one output, in deviations of the target from its mean. Components
 * extend it by their body.
 */
public abstract class NetworkRegressor implements Regressor, Unlabelled {
  private final Trainer trainer;
  private final Numbers numbers;
  private final double[] output = new double[1];

  /**
   * @param rows how rows become the network's input
   */
  protected NetworkRegressor(Network network, Rows rows, Learning p, Build build) {
    numbers = new Numbers(p.loss());
    trainer = new Trainer(network, rows, p, numbers, build);
  }

  @Override
  public final double predict(Features x) {
    trainer.outputs(x, output, 1);
    return numbers.unscaled(output[0]);
  }

  @Override
  public final void learn(Features x, double target, double weight) {
    if (weight > 0 && Double.isFinite(target)) {
      trainer.learn(x, 0, numbers.seen(target), weight);
    }
  }

  /** See {@link org.freshet.core.ask.Embedder}, for those whose last hidden layer never widens. */
  public final int embeddingWidth() {
    return trainer.embeddingWidth();
  }

  /** The last hidden layer. */
  public final void embedding(Features x, double[] into) {
    trainer.embedding(x, into);
  }

  @Override
  public final void unlabelled(Features x, double weight) {
    if (weight > 0) {
      trainer.unlabelled(x, weight);
    }
  }

  @Override
  public final void save(StateWriter out) {
    numbers.save(out.child("target"));
    trainer.save(out);
  }

  @Override
  public final void load(StateReader in) {
    numbers.load(in.child("target"));
    trainer.load(in, 1);
  }

  @Override
  public final long memoryBytes() {
    return 24 + 24 + numbers.memoryBytes() + trainer.memoryBytes();
  }
}
