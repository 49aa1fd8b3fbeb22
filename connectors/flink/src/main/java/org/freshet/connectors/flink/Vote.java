package org.freshet.connectors.flink;

/**
 * What the members of one part of an ensemble said to a record, on its way to where the votes of
 * all parts meet; in a replay also what a part gave out for a record, on its way to where it is
 * scored.
 *
 * @param part that voted
 * @param votes as the engine of the part gave them out
 * @param of the record, for who makes the answer; null at the end of a replay, and of the other
 *     parts of an ensemble
 */
record Vote(int part, byte[] votes, Item of) {}
