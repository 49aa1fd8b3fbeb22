package org.freshet.neural.network;

import java.util.Arrays;
import org.freshet.core.Classifier;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Unlabelled;
import org.freshet.core.component.Build;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.strategy.Objective;
import org.freshet.neural.strategy.Strategy;

/**
 * A network as a classifier: a softmax over an output for each class, which are opened as seen.
 * Components extend it by their body.
 */
public abstract class NetworkClassifier implements Classifier, Unlabelled {
  private final Trainer trainer;
  private int labels;

  /**
   * @param rows how rows become the network's input
   */
  protected NetworkClassifier(Network network, Rows rows, Learning p, Build build) {
    trainer = new Trainer(network, rows, p, Objective.CLASSES, build);
    labels = build.schema().declaredLabels();
  }

  /**
   * @param strategy how it learns, in place of the one of the parameters
   */
  protected NetworkClassifier(
      Network network, Rows rows, Learning p, Strategy strategy, Build build) {
    trainer = new Trainer(network, rows, p, strategy, Objective.CLASSES, build);
    labels = build.schema().declaredLabels();
  }

  @Override
  public final int labels() {
    return labels;
  }

  @Override
  public final void scores(Features x, double[] scores) {
    Arrays.fill(scores, 0);
    if (labels > 0) {
      trainer.outputs(x, scores, labels);
      Kernels.softmax(scores, labels);
    }
  }

  @Override
  public final void learn(Features x, int label, double weight) {
    if (!(weight > 0)) {
      return;
    }
    if (label >= labels) {
      labels = label + 1;
      trainer.grow(labels);
    }
    trainer.learn(x, label, 0, weight);
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
    if (weight > 0 && labels > 0) {
      trainer.unlabelled(x, weight);
    }
  }

  @Override
  public final void save(StateWriter out) {
    out.put("labels", (long) labels);
    trainer.save(out);
  }

  @Override
  public final void load(StateReader in) {
    labels = in.labels("labels", labels);
    trainer.load(in, Math.max(1, labels));
  }

  @Override
  public final long memoryBytes() {
    return 24 + trainer.memoryBytes();
  }
}
