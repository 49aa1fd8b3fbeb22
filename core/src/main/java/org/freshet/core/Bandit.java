package org.freshet.core;

/** Chooses one of several actions and learns from the reward of the one chosen. */
public interface Bandit extends Learner {
  /** Writes the probability of choosing each action; pure. */
  void probabilities(Features context, int actions, double[] probabilities);

  /** Learns from the reward of an action that was chosen with a given probability. */
  void learn(Features context, int action, double probability, double reward);
}
