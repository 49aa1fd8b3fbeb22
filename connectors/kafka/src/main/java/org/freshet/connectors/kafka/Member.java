package org.freshet.connectors.kafka;

import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * Who a process is in its group, for as long as its journal lives: the journal keeps the number
 * among the positions. A restarted process gets its partitions back by it, and tells offsets that
 * it committed itself from those another did.
 *
 * @param number null without a group
 * @param known whether the journal has it already
 */
record Member(Long number, boolean known) {
  /** Name among the positions; no topic can be called so. */
  static final String POSITION = "@member";

  static Member of(String group, Map<String, Long> from) {
    if (group == null) {
      return new Member(null, true);
    }
    Long kept = from.get(POSITION);
    return kept == null
        ? new Member(ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE), false)
        : new Member(kept, true);
  }

  String name() {
    return "freshet-" + Long.toHexString(number);
  }

  /** Whether an offset was committed by this process or one before it with the same journal. */
  boolean committed(OffsetAndMetadata offset) {
    return name().equals(offset.metadata());
  }
}
