package org.freshet.runtime;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.freshet.core.Features;
import org.freshet.core.live.Feed;
import org.freshet.core.live.Records;

/**
 * Keeps feeds that read logs together while they catch up: a block of records waits while another
 * feed has older ones to bring, by the times at which the logs took the last of each block. Else
 * the labels of a backlog would all come long before their events, or long after, and more wait for
 * each other than is kept. It decides nothing about the records: only in which order the journal
 * gets them.
 *
 * <p>A feed that has read all there is, or a partition of it that brought nothing for a second,
 * holds nobody up. Guarded by the lock of the {@link Intake}.
 */
final class Pace {
  static final long SILENT = TimeUnit.SECONDS.toNanos(1);

  private final Map<Feed, Map<String, Front>> fronts = new HashMap<>(); // by partition

  /** Where a partition is. */
  private static final class Front {
    private long written; // of the block that is offered, or was handed over last
    private long nanos; // when
    private boolean offers;
  }

  /** A feed has a block to hand over. */
  void offers(Records r) {
    if (r.written() != Features.NO_TIME) {
      Front f =
          fronts
              .computeIfAbsent(r.feed(), feed -> new HashMap<>())
              .computeIfAbsent(r.partition(), partition -> new Front());
      f.written = r.written();
      f.offers = true;
    }
  }

  /** It was handed over, or withdrawn. */
  void offered(Records r, long now) {
    if (r.written() != Features.NO_TIME) {
      Front f = fronts.get(r.feed()).get(r.partition());
      f.offers = false;
      f.nanos = now;
    }
  }

  /** Whether a block that is offered waits for another feed. */
  boolean ahead(Records r, long now) {
    if (r.written() == Features.NO_TIME || fronts.size() < 2) {
      return false;
    }
    for (Map.Entry<Feed, Map<String, Front>> e : fronts.entrySet()) {
      if (e.getKey() != r.feed() && brings(e.getKey(), e.getValue(), r.written(), now)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a feed is about to bring what was written before. */
  private static boolean brings(Feed feed, Map<String, Front> of, long before, long now) {
    boolean more = feed.lag() > 0;
    for (Front f : of.values()) {
      if (f.written < before && (f.offers || more && now - f.nanos < SILENT)) {
        return true;
      }
    }
    return false;
  }
}
