package org.freshet.connectors.flink;

/**
 * An answer on its way to the sinks.
 *
 * @param key of the event, else its id; null where it has neither
 * @param json as sinks write it
 */
record Answer(String key, byte[] json) {}
