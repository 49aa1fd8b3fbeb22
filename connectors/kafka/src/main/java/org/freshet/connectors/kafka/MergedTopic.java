package org.freshet.connectors.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads the merged models of a pipeline: the newest first, then those that come. */
final class MergedTopic implements AutoCloseable {
  private static final Duration CALL = Duration.ofSeconds(10);

  /** Offsets looked at first from the end of a partition, and so many times more each time. */
  private static final long BACK = 64;

  private static final long FARTHER = 8;

  private final Connection connection;
  private final String topic;
  private final byte[] key;
  private KafkaConsumer<byte[], byte[]> consumer; // null before, and after an error

  MergedTopic(Connection connection, String topic, String pipeline) {
    this.connection = connection;
    this.topic = topic;
    this.key = pipeline.getBytes(StandardCharsets.UTF_8);
  }

  String topic() {
    return topic;
  }

  boolean isOpen() {
    return consumer != null;
  }

  static KafkaConsumer<byte[], byte[]> consumer(Connection connection, String reset) {
    Map<String, Object> own =
        Map.of(
            "enable.auto.commit", "false",
            "isolation.level", "read_committed",
            "auto.offset.reset", reset);
    Map<String, Object> defaults =
        Map.of(
            "allow.auto.create.topics", "false",
            "default.api.timeout.ms", "10000",
            "reconnect.backoff.max.ms", "1000");
    try {
      return new KafkaConsumer<>(
          connection.settings(own, defaults),
          new ByteArrayDeserializer(),
          new ByteArrayDeserializer());
    } catch (KafkaException e) {
      throw connection.refused(e);
    }
  }

  static List<TopicPartition> partitions(KafkaConsumer<?, ?> c, String topic) {
    List<PartitionInfo> found = c.partitionsFor(topic, CALL);
    if (found == null || found.isEmpty()) {
      throw new KafkaException("there is no topic '" + topic + "' yet; 'freshet merge' makes it");
    }
    return found.stream().map(p -> new TopicPartition(topic, p.partition())).toList();
  }

  /**
   * Begins to read behind the newest merged model there is.
   *
   * @return that; null where there is none
   * @throws KafkaException when it cannot now
   */
  byte[] open() {
    KafkaConsumer<byte[], byte[]> c = consumer(connection, "earliest");
    try {
      List<TopicPartition> all = partitions(c, topic);
      Map<TopicPartition, Long> begin = c.beginningOffsets(all, CALL);
      Map<TopicPartition, Long> end = c.endOffsets(all, CALL);
      byte[] newest = null;
      for (TopicPartition p : all) {
        long to = end.get(p);
        for (long back = BACK; newest == null && to > begin.get(p); back *= FARTHER) {
          long from = Math.max(begin.get(p), to - back);
          newest = last(c, p, from, to);
          to = from;
        }
      }
      c.assign(all);
      end.forEach(c::seek);
      consumer = c;
      return newest;
    } catch (RuntimeException e) {
      c.close(CloseOptions.timeout(Duration.ZERO));
      throw e;
    }
  }

  private byte[] last(KafkaConsumer<byte[], byte[]> c, TopicPartition p, long from, long to) {
    c.assign(List.of(p));
    c.seek(p, from);
    byte[] last = null;
    while (c.position(p, CALL) < to) {
      for (ConsumerRecord<byte[], byte[]> r : c.poll(Duration.ofMillis(500))) {
        last = r.offset() < to && isOwn(r) ? r.value() : last;
      }
    }
    return last;
  }

  private boolean isOwn(ConsumerRecord<byte[], byte[]> r) {
    return r.value() != null && Arrays.equals(r.key(), key);
  }

  /** The newest of those that have come; null where none has. */
  byte[] next(Duration wait) {
    byte[] newest = null;
    for (ConsumerRecord<byte[], byte[]> r : consumer.poll(wait)) {
      newest = isOwn(r) ? r.value() : newest;
    }
    return newest;
  }

  @Override
  public void close() {
    if (consumer != null) {
      consumer.close(CloseOptions.timeout(Duration.ZERO));
      consumer = null;
    }
  }
}
