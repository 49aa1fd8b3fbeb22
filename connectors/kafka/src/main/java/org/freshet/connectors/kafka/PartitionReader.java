package org.freshet.connectors.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.record.TimestampType;
import org.freshet.core.DataException;
import org.freshet.core.Schema;
import org.freshet.core.live.Inbox;
import org.freshet.core.live.Records;
import org.freshet.streams.input.OnError;
import org.freshet.streams.live.BadEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that reads the partitions of a feed and hands their records over, block by block.
 *
 * <p>What decides where a partition goes on, in this order: what this thread handed over; the
 * journal; and, if another process committed more for the group since, that.
 */
final class PartitionReader implements Runnable, ConsumerRebalanceListener {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionReader.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration CALL = Duration.ofSeconds(3);
  private static final int BLOCK = 512;
  private static final long SECOND = 1_000_000_000L;
  private static final long NEW_PARTITIONS = 30 * SECOND;

  /** How long a partition that moves waits for the journal. */
  private static final long HAND_OVER = 30 * SECOND;

  /** How long a stop does: the journal decides at the next start, whatever was committed. */
  private static final long LEAVE = 2 * SECOND;

  private final KafkaFeed feed;
  private final KafkaFeed.Parameters parameters;
  private final Schema schema;
  private final Decoder decoder;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Member member;
  private final Offsets offsets;
  private final Inbox inbox;
  private final DeadLetterTopic letters;
  private final Set<TopicPartition> unplaced = new HashSet<>(); // assigned, not yet sought in
  private final Thread thread;
  private boolean begun; // partitions were assigned before
  private long checked;
  private long lookedForNew;
  private long behind = -1; // records in the topics not read; -1 when unknown
  private long inHand; // read and not handed over
  private volatile boolean closed;
  private volatile boolean handing; // waits for room in the inbox
  private volatile long bad;
  private volatile long lag = -1;
  private volatile String trouble = "not connected yet";

  PartitionReader(
      KafkaFeed feed,
      KafkaFeed.Parameters parameters,
      Schema schema,
      Decoder decoder,
      KafkaConsumer<byte[], byte[]> consumer,
      Member member,
      Map<String, Long> journal,
      Inbox inbox,
      DeadLetterTopic letters) {
    this.feed = feed;
    this.parameters = parameters;
    this.schema = schema;
    this.decoder = decoder;
    this.consumer = consumer;
    this.member = member;
    this.offsets = new Offsets(feed.name(), consumer, member, journal, CALL);
    this.inbox = inbox;
    this.letters = letters;
    this.begun = !journal.isEmpty();
    this.thread = new Thread(this, "feed-" + feed.name());
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  void consumed(Map<String, Long> positions) {
    offsets.consumed(positions);
  }

  long lag() {
    return lag;
  }

  long bad() {
    return bad;
  }

  String trouble() {
    return trouble;
  }

  /** Stops the thread; what it handed over is committed for the group once the journal has it. */
  void close() {
    closed = true;
    consumer.wakeup();
    try {
      thread.join(50);
      for (int i = 0; i < 200 && thread.isAlive(); i++) {
        if (handing) {
          thread.interrupt(); // what is not handed over is read again
        }
        thread.join(50);
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void run() {
    try {
      if (parameters.group() != null) {
        introduce();
        consumer.subscribe(parameters.topic(), this);
      }
      while (!closed) {
        turn();
      }
    } catch (InterruptedException | InterruptException | WakeupException stopped) {
      // closing
    } catch (RuntimeException e) {
      inbox.fail(feed, readable(e));
    } finally {
      leave();
    }
  }

  private RuntimeException readable(RuntimeException e) {
    if (e instanceof FencedInstanceIdException) {
      return new IllegalStateException(
          feed.name() + ": another process with a copy of this state reads as " + member.name(), e);
    }
    return e instanceof KafkaException
        ? new IllegalStateException(feed.name() + ": " + e.getMessage(), e)
        : e;
  }

  private void leave() {
    try {
      Thread.interrupted();
      if (parameters.group() != null && closed) {
        offsets.handOver(consumer.assignment(), LEAVE);
      }
    } catch (RuntimeException e) {
      LOG.warn("{}: offsets were not committed at the stop: {}", feed.name(), e.getMessage());
    }
    if (letters != null) {
      letters.close();
    }
    try {
      consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(CALL));
    } catch (RuntimeException e) {
      LOG.debug("closing", e);
    }
  }

  private void turn() throws InterruptedException {
    try {
      if (parameters.group() == null) {
        assignAll();
      } else if (!unplaced.isEmpty()) {
        place();
      }
      ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
      measure(records.count());
      for (TopicPartition p : records.partitions()) {
        take(p, records.records(p));
      }
      if (records.isEmpty()) {
        check();
      } else {
        trouble = null;
      }
      offsets.commit();
    } catch (OffsetOutOfRangeException e) {
      gap(e.offsetOutOfRangePartitions());
    } catch (AuthenticationException
        | AuthorizationException
        | FencedInstanceIdException
        | InvalidTopicException
        | InterruptException
        | WakeupException e) {
      throw e;
    } catch (KafkaException e) {
      trouble("cannot read: " + e.getMessage());
      Thread.sleep(500);
    }
  }

  private void trouble(String now) {
    if (trouble == null) {
      LOG.debug("{}: {}; trying again", feed.name(), now); // who asks for the trouble says so
    }
    trouble = now;
  }

  // Partitions.

  /** Without a group: all there are, and those that are added. */
  private void assignAll() throws InterruptedException {
    long now = System.nanoTime();
    if (!consumer.assignment().isEmpty() && now - lookedForNew < NEW_PARTITIONS) {
      return;
    }
    List<TopicPartition> all = new ArrayList<>();
    for (String topic : parameters.topic()) {
      List<PartitionInfo> found = consumer.partitionsFor(topic, CALL);
      if (found == null || found.isEmpty()) {
        trouble("there is no topic '" + topic + "'");
        Thread.sleep(500);
        return;
      }
      found.forEach(p -> all.add(new TopicPartition(p.topic(), p.partition())));
    }
    List<TopicPartition> added = new ArrayList<>(all);
    added.removeAll(consumer.assignment());
    if (!added.isEmpty()) {
      List<TopicPartition> old = new ArrayList<>(consumer.assignment());
      consumer.assign(all);
      try {
        begin(added);
      } catch (KafkaException e) {
        consumer.assign(old); // again from the start
        throw e;
      }
    }
    lookedForNew = now;
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> added) {
    unplaced.addAll(added);
    consumer.pause(added);
    try {
      place();
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (KafkaException e) {
      trouble("cannot find where " + added + " begin: " + e.getMessage());
    }
  }

  private void place() throws InterruptedException {
    begin(Set.copyOf(unplaced));
    consumer.resume(unplaced);
    unplaced.clear();
  }

  /** Seeks in partitions that are new here, and tells the journal where they begin. */
  private void begin(Collection<TopicPartition> added) throws InterruptedException {
    if (added.isEmpty()) {
      return;
    }
    Map<TopicPartition, OffsetAndMetadata> group =
        member.number() == null ? Map.of() : consumer.committed(Set.copyOf(added), CALL);
    Map<TopicPartition, Long> start = new HashMap<>();
    List<TopicPartition> unread = new ArrayList<>();
    for (TopicPartition p : added) {
      Long own = offsets.next(p);
      OffsetAndMetadata theirs = group.get(p);
      if (theirs != null && (own == null || !member.committed(theirs) && theirs.offset() > own)) {
        own = theirs.offset();
      }
      if (own == null) {
        unread.add(p);
      } else {
        start.put(p, own);
      }
    }
    if (!unread.isEmpty()) {
      // Only at the very first start "latest" is meant: what was added since must not be missed.
      start.putAll(
          begun || parameters.from() == KafkaFeed.From.EARLIEST
              ? consumer.beginningOffsets(unread, CALL)
              : consumer.endOffsets(unread, CALL));
    }
    for (TopicPartition p : added) {
      long at = start.get(p);
      consumer.seek(p, at);
      if (!Long.valueOf(at).equals(offsets.next(p))) {
        hand(p, new Records(schema, 1), at);
      }
      offsets.handed(p, at);
    }
    begun = true;
  }

  /**
   * The group hears of a member only once the journal knows it: one that is killed meanwhile would
   * come back under another name, and the group wait for the first until its session times out.
   */
  private void introduce() throws InterruptedException {
    if (member.known()) {
      return;
    }
    inbox.put(new Records(schema, 1).from(feed, Member.POSITION, member.number()));
    while (!offsets.isConsumed(Member.POSITION)) {
      if (closed) {
        throw new InterruptedException("closing");
      }
      Thread.sleep(5);
    }
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> gone) {
    unplaced.removeAll(gone);
    offsets.handOver(gone, HAND_OVER);
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> gone) {
    unplaced.removeAll(gone);
    LOG.warn(
        "{}: lost {} to the group before their offsets were committed; the new owner takes the last"
            + " records again",
        feed.name(),
        gone);
  }

  /** Records were removed before they were read, or the topic was made anew. */
  private void gap(Map<TopicPartition, Long> at) throws InterruptedException {
    Map<TopicPartition, Long> first = consumer.beginningOffsets(at.keySet(), CALL);
    for (Map.Entry<TopicPartition, Long> e : at.entrySet()) {
      TopicPartition p = e.getKey();
      String what =
          "the records from offset "
              + e.getValue()
              + " of "
              + p
              + " are gone, the first there is "
              + first.get(p);
      if (parameters.onGap() == KafkaFeed.OnGap.FAIL) {
        throw new DataException(
            feed.name(), 0, null, what + "; 'on_gap: skip' goes on without them");
      }
      LOG.warn("{}: {}; going on there", feed.name(), what);
      consumer.seek(p, first.get(p));
      hand(p, new Records(schema, 1), first.get(p));
    }
  }

  // Records.

  private void take(TopicPartition p, List<ConsumerRecord<byte[], byte[]>> list)
      throws InterruptedException {
    for (int from = 0; from < list.size(); from += BLOCK) {
      int to = Math.min(list.size(), from + BLOCK);
      Records block = new Records(schema, to - from);
      for (int i = from; i < to; i++) {
        ConsumerRecord<byte[], byte[]> r = list.get(i);
        if (r.value() != null) {
          add(r, block);
        }
      }
      deliverLetters();
      ConsumerRecord<byte[], byte[]> last = list.get(to - 1);
      if (last.timestampType() != TimestampType.NO_TIMESTAMP_TYPE) {
        block.written(list.get(from).timestamp(), last.timestamp());
      }
      hand(p, block, last.offset() + 1);
      inHand -= to - from;
      lag = behind < 0 ? -1 : behind + inHand;
    }
  }

  private void add(ConsumerRecord<byte[], byte[]> r, Records block) {
    int row = block.size();
    try {
      decoder.add(r.value(), block);
    } catch (BadEvent e) {
      bad++;
      String what = "partition " + r.partition() + ", offset " + r.offset() + ": " + e.getMessage();
      if (parameters.onError() == OnError.FAIL) {
        throw new DataException(
            "kafka:" + r.topic(), 0, e.field(), what + "; 'on_error: skip' goes on without it");
      }
      if (letters != null) {
        letters.add(r, e.getMessage());
      }
      LOG.debug("{}: {}", feed.name(), what);
      return;
    }
    if (r.key() != null && r.key().length > 0) {
      block.orKey(row, new String(r.key(), java.nio.charset.StandardCharsets.UTF_8));
    }
    if (r.timestampType() != TimestampType.NO_TIMESTAMP_TYPE) {
      block.orTime(row, r.timestamp());
    }
  }

  private void deliverLetters() throws InterruptedException {
    for (String wrong = letters == null ? null : letters.flush();
        wrong != null;
        wrong = letters.flush()) {
      trouble(wrong);
      if (closed) {
        throw new InterruptedException("closing");
      }
      Thread.sleep(500);
    }
  }

  private void hand(TopicPartition p, Records block, long next) throws InterruptedException {
    if (closed) {
      throw new InterruptedException("closing");
    }
    handing = true;
    try {
      inbox.put(block.from(feed, p.toString(), next));
    } finally {
      handing = false;
    }
    offsets.handed(p, next);
  }

  // How it goes.

  /** When nothing comes: whether the brokers answer. */
  private void check() {
    long now = System.nanoTime();
    if (now - checked < SECOND) {
      return;
    }
    checked = now;
    Set<TopicPartition> own = consumer.assignment();
    try {
      if (!own.isEmpty()) {
        consumer.endOffsets(own, CALL);
      } else if (consumer.partitionsFor(parameters.topic().get(0), CALL).isEmpty()) {
        trouble("there is no topic '" + parameters.topic().get(0) + "'");
        return;
      }
      if (trouble != null && begun) {
        LOG.debug("{}: reads again", feed.name());
      }
      trouble = null;
    } catch (org.apache.kafka.common.errors.TimeoutException e) {
      trouble("no answer from " + parameters.bootstrap());
    }
  }

  /**
   * @param read records that were read and are not handed over
   */
  private void measure(int read) {
    long sum = 0;
    boolean known = false;
    for (TopicPartition p : consumer.assignment()) {
      OptionalLong own = consumer.currentLag(p);
      known |= own.isPresent();
      sum += own.orElse(0);
    }
    behind = known ? sum : -1;
    inHand = read;
    lag = known ? behind + inHand : -1;
  }
}
