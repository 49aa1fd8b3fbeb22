package org.freshet.engine;

import org.freshet.core.Features;
import org.freshet.core.Pipeline;

/** Gives a label to the learner, and to the transformers that learn from labels. */
final class Teacher {
  private final Head head;
  private final Pipeline pipeline;

  /** While the engine rests nothing is learnt. */
  boolean resting;

  /** Labels that came meanwhile. */
  long missed;

  /**
   * @param pipeline null where there are no transformers
   */
  Teacher(Head head, Pipeline pipeline) {
    this.head = head;
    this.pipeline = pipeline;
  }

  void learn(Features row, double label, double[] truths, double weight) {
    if (resting) {
      missed++;
      return;
    }
    if (Pending.isBlank(weight)) {
      return;
    }
    head.learn(row, label, truths, weight);
    tell(row, label);
  }

  /** Tells the transformers a label that the learner has learnt. */
  void tell(Features row, double label) {
    if (pipeline != null) {
      pipeline.label(row, label);
    }
  }
}
