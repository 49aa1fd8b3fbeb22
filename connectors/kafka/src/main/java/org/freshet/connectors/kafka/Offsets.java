package org.freshet.connectors.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the partitions of a feed are: what was handed over, what of it the journal has, and what
 * of that is committed for the group. All but {@link #consumed} by the thread that reads.
 */
final class Offsets {
  private static final Logger LOG = LoggerFactory.getLogger(Offsets.class);
  private static final long SECOND = 1_000_000_000L;

  private final String feed;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Member member;
  private final Duration call;
  private final Map<String, Long> journal; // at the start
  private final Map<TopicPartition, Long> handed = new HashMap<>();
  private final Map<TopicPartition, Long> committed = new HashMap<>();
  private volatile Map<String, Long> consumed = Map.of();
  private long lastCommit;

  /**
   * @param journal positions in it at the start
   * @param call how long a call may take
   */
  Offsets(
      String feed,
      KafkaConsumer<byte[], byte[]> consumer,
      Member member,
      Map<String, Long> journal,
      Duration call) {
    this.feed = feed;
    this.consumer = consumer;
    this.member = member;
    this.journal = Map.copyOf(journal);
    this.call = call;
  }

  /** Positions that are in the journal now; by its owner. */
  void consumed(Map<String, Long> positions) {
    consumed = positions;
  }

  /** Whether the journal has a position since the start. */
  boolean isConsumed(String name) {
    return consumed.containsKey(name);
  }

  /** Records of a partition up to an offset were handed over. */
  void handed(TopicPartition p, long next) {
    handed.put(p, next);
  }

  /** The next offset of a partition, by what was handed over, or the journal; null without one. */
  Long next(TopicPartition p) {
    return handed.getOrDefault(p, journal.get(p.toString()));
  }

  /**
   * Waits until the journal has what was handed over, and commits it: the next owner goes on there.
   */
  void handOver(Collection<TopicPartition> gone, long nanos) {
    long end = System.nanoTime() + nanos;
    while (!gone.stream().allMatch(this::isConsumed)) {
      if (System.nanoTime() > end) {
        LOG.warn("{}: let go of {} before the journal had all of it", feed, gone);
        break;
      }
      try {
        Thread.sleep(5);
      } catch (InterruptedException e) {
        throw new InterruptException(e);
      }
    }
    Map<TopicPartition, OffsetAndMetadata> offsets = toCommit(gone);
    if (offsets.isEmpty()) {
      return;
    }
    try {
      consumer.commitSync(offsets, call);
    } catch (WakeupException stopping) {
      consumer.commitSync(offsets, call);
    }
  }

  private boolean isConsumed(TopicPartition p) {
    Long at = handed.get(p);
    Long own = consumed.getOrDefault(p.toString(), journal.get(p.toString()));
    return at == null || own != null && own >= at;
  }

  private Map<TopicPartition, OffsetAndMetadata> toCommit(Collection<TopicPartition> of) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (TopicPartition p : of) {
      Long at = consumed.get(p.toString());
      if (at != null && !at.equals(committed.get(p))) {
        offsets.put(p, new OffsetAndMetadata(at, Optional.empty(), member.name()));
      }
    }
    return offsets;
  }

  /** Commits what the journal has, once a second. */
  void commit() {
    long now = System.nanoTime();
    if (member.number() == null || now - lastCommit < SECOND) {
      return;
    }
    lastCommit = now;
    Map<TopicPartition, OffsetAndMetadata> offsets = toCommit(consumer.assignment());
    if (!offsets.isEmpty()) {
      offsets.forEach((p, o) -> committed.put(p, o.offset()));
      consumer.commitAsync(
          offsets,
          (done, error) -> {
            if (error != null) {
              done.keySet().forEach(committed::remove);
            }
          });
    }
  }
}
