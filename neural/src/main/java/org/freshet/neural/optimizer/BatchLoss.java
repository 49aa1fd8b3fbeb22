package org.freshet.neural.optimizer;

/** The loss of the batch of a step, for rules that must know it or compute it again. */
public interface BatchLoss {
  /** At the weights its gradients were taken at. */
  double value();

  /**
   * How wrong the outputs were: of each row the largest gradient among them (1 − P(y) of a class,
   * the error of a number), times its weight in the batch, summed.
   */
  double error();

  /** Rows of the batch that came from the stream; the others came from a memory. */
  int streamed();

  /** Computes it and all gradients anew, at the weights as they are now. */
  double again();
}
