package org.freshet.learn.tree;

/**
 * How a Mondrian tree grows and answers.
 *
 * @param step η, how fast the weights of prunings follow their loss
 * @param dirichlet pseudo-count of each class in a node
 * @param splitPure whether a leaf of one class splits for more of that class
 * @param fading share of what a node has seen that it forgets with each event of the stream
 * @param maxNodes most nodes
 */
public record MondrianParameters(
    double step, double dirichlet, boolean splitPure, double fading, int maxNodes) {}
