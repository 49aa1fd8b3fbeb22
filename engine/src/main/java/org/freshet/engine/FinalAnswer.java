package org.freshet.engine;

/**
 * The final answer to an event that was left to an expert whose answer came later: what the expert
 * said, or the learner's own answer where that was of no use.
 *
 * @param event its number in the stream
 * @param expert name of who was asked
 * @param scores over the labels known
 */
public record FinalAnswer(
    long event,
    String id,
    String key,
    long time,
    String expert,
    double predicted,
    double[] scores) {}
