package org.freshet.core;

/**
 * An ensemble whose members can live apart: divided into parts that are given the same rows and
 * labels in the same order, and one that has no members and joins the votes of all. Members do not
 * depend on each other, so the answer is that of the whole, bit for bit.
 *
 * <p>A part is made as the whole and then told to {@link #keep} its members, which are the same as
 * in the whole: their seeds are hashes of their numbers. It saves what is its own under the names
 * the whole has for it, and loads it from the state of the whole; the states of all parts and of
 * the joining one, laid over each other, are the state of the whole.
 *
 * <p>A part is asked for votes alone; it knows as many labels as the whole. How votes are joined
 * may depend on earlier labels ({@link #joiningLearns}); that state is the joining part's alone.
 */
public interface Divisible extends Learner {
  /**
   * Which members a part has.
   *
   * @param members of the whole, of whichever part it is asked
   * @param from first member of this part; 0 in the whole
   * @param to behind its last; all in the whole
   * @param isPart whether it was told to keep some members, or none
   */
  record Share(int members, int from, int to, boolean isPart) {}

  /** Which members it has. */
  Share share();

  /**
   * Makes this whole ensemble a part: members {@code from} to {@code to-1} alone, or none, which is
   * the one that joins. Once, before anything is learnt or loaded.
   */
  void keep(int from, int to);

  /**
   * Numbers in the vote of one member on an event.
   *
   * @param known labels known at the event; 0 in regression
   */
  int voteWidth(int known);

  /** Writes the votes of this part's members, one after another; changes no state. */
  void vote(Features x, double[] votes);

  /**
   * Writes the votes of this part's members, then learns, in one walk; over the labels known
   * before.
   *
   * @param label class code or target
   */
  void voteThenLearn(Features x, double label, double weight, double[] votes);

  /**
   * The answer of the whole; changes no state.
   *
   * @param votes of all members in their order
   * @param answer gets the scores of the known labels, or the two ends of a regressor's interval
   * @return the number a regressor predicts; NaN for classes
   */
  double join(double[] votes, int known, double[] answer);

  /** Whether what is joined depends on earlier labels: then {@link #learnJoining} is called. */
  default boolean joiningLearns() {
    return false;
  }

  /**
   * Learns how to join, when a label is learnt: from the votes of all members before they learnt
   * it.
   */
  default void learnJoining(double[] votes, int known, double label, double weight) {}

  /** The learner, or the one at the end of a pipeline, where it can be divided; else null. */
  static Divisible in(Learner model) {
    Learner last = model instanceof Pipeline p ? p.learner() : model;
    return last instanceof Divisible d ? d : null;
  }
}
