package org.freshet.runtime;

/**
 * How a sink is doing.
 *
 * @param waiting blocks of answers that wait to be written
 * @param written number of the first answer that is not out
 * @param trouble in words why it cannot write now; null when it can
 */
public record SinkState(String name, int waiting, long written, String trouble) {}
