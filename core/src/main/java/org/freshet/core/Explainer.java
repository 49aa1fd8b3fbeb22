package org.freshet.core;

/**
 * Says how much each column had to do with an answer of a learner, as it was when the explainer was
 * made; make another one after the learner has learnt.
 */
public interface Explainer {
  /**
   * Writes what each column adds to the answer for a row; pure. The sum over the columns and what
   * is returned is the answer.
   *
   * @param label whose probability is explained; of no effect for a number
   * @param out at least as long as the rows of the learner are wide
   * @return the base value: the answer expected before any column is looked at
   */
  double attribute(Features x, int label, double[] out);
}
