package org.freshet.runtime.journal;

import java.util.Map;

/**
 * What an entry of the journal says besides its rows.
 *
 * @param number of entries before it
 * @param positions positions behind the consumed records, by {@code feed/partition}
 * @param command in words, or null where the entry is a batch
 */
public record Entry(long number, Map<String, Long> positions, String command) {}
