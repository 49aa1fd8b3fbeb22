package org.freshet.runtime;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.freshet.core.Batch;
import org.freshet.core.Features;
import org.freshet.core.live.Feed;
import org.freshet.core.live.Records;

/**
 * Keeps feeds that read logs together while they catch up: a block of records waits while another
 * feed has older ones to bring, by the times at which the logs took them. Else the labels of a
 * backlog would all come long before their events, or long after, and more wait for each other than
 * is kept. It decides nothing about the records: only in which order the journal gets them.
 *
 * <p>Events go by the first of a block, labels by the last, so that they find their events there. A
 * feed that has read all there is, or a partition of it that brought nothing for a second, holds
 * nobody up. Guarded by the lock of the {@link Intake}.
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
    if (r.writtenLast() != Features.NO_TIME) {
      Front f =
          fronts
              .computeIfAbsent(r.feed(), feed -> new HashMap<>())
              .computeIfAbsent(r.partition(), partition -> new Front());
      boolean labels = r.size() > 0 && r.kind(0) == Batch.Kind.LABEL;
      f.written = labels ? r.writtenLast() : r.writtenFirst();
      f.offers = true;
    }
  }

  /** It was handed over, or withdrawn. */
  void offered(Records r, long now) {
    if (r.writtenLast() != Features.NO_TIME) {
      Front f = fronts.get(r.feed()).get(r.partition());
      f.written = r.writtenLast();
      f.offers = false;
      f.nanos = now;
    }
  }

  /**
   * Whether a block that is offered waits for another feed. The feed that is furthest behind never
   * does.
   */
  boolean ahead(Records r, long now) {
    if (r.writtenLast() == Features.NO_TIME || fronts.size() < 2) {
      return false;
    }
    long own = low(r.feed(), now);
    for (Feed other : fronts.keySet()) {
      if (other != r.feed() && low(other, now) < own) {
        return true;
      }
    }
    return false;
  }

  /** How far a feed has come with the partition that is furthest behind and has more. */
  private long low(Feed feed, long now) {
    boolean more = feed.lag() > 0;
    long low = Long.MAX_VALUE;
    for (Front f : fronts.get(feed).values()) {
      if (f.offers || more && now - f.nanos < SILENT) {
        low = Math.min(low, f.written);
      }
    }
    return low;
  }
}
