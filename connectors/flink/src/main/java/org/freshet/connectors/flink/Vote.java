package org.freshet.connectors.flink;

/**
 * What the members of one part of an ensemble said to a record, on its way to where the votes of
 * all parts meet.
 *
 * @param part that voted
 * @param votes as the engine of the part gave them out
 * @param of the record, for who makes the answer; of the first part alone, else null
 */
record Vote(int part, byte[] votes, Item of) {}
