package org.freshet.connectors.kafka;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** How many answers of a pipeline are out: the offset of a group nobody reads as. */
final class AnswerCount {
  private static final Duration CALL = Duration.ofSeconds(10);
  private static final JsonFactory JSON = new JsonFactory();

  /** Header with the pipeline's name, for topics that several write to. */
  static final String PIPELINE = "freshet.pipeline";

  private final Connection connection;
  private final String topic;
  private final String pipeline;

  AnswerCount(Connection connection, String topic, String pipeline) {
    this.connection = connection;
    this.topic = topic;
    this.pipeline = pipeline;
  }

  TopicPartition partition() {
    return new TopicPartition(topic, 0);
  }

  ConsumerGroupMetadata group() {
    return new ConsumerGroupMetadata(pipeline + "-answers");
  }

  /**
   * Number of the first answer that is not out. Call it when no transaction is open: after {@code
   * initTransactions}.
   */
  long read() {
    Map<String, Object> settings =
        connection.settings(
            Map.of(
                "group.id", group().groupId(),
                "enable.auto.commit", "false",
                "isolation.level", "read_committed",
                "auto.offset.reset", "none"),
            Map.of("allow.auto.create.topics", "false", "default.api.timeout.ms", "10000"));
    try (KafkaConsumer<byte[], byte[]> c =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> all = new ArrayList<>();
      c.partitionsFor(topic, CALL).forEach(p -> all.add(new TopicPartition(topic, p.partition())));
      if (all.isEmpty()) {
        throw new KafkaException("there is no topic '" + topic + "'");
      }
      OffsetAndMetadata kept = c.committed(Set.of(partition()), CALL).get(partition());
      return kept != null ? kept.offset() : last(c, all) + 1;
    }
  }

  /** The largest number in the topic; -1 where there is none. */
  private long last(KafkaConsumer<byte[], byte[]> c, List<TopicPartition> all) {
    Map<TopicPartition, Long> first = c.beginningOffsets(all, CALL);
    Map<TopicPartition, Long> end = c.endOffsets(all, CALL);
    long last = -1;
    for (TopicPartition p : all) {
      long found = -1;
      long to = end.get(p);
      for (long back = 256; found < 0 && to > first.get(p); back *= 4) {
        long from = Math.max(first.get(p), to - back);
        found = last(c, p, from, to);
        to = from;
      }
      last = Math.max(last, found);
    }
    return last;
  }

  private long last(KafkaConsumer<byte[], byte[]> c, TopicPartition p, long from, long to) {
    c.assign(List.of(p));
    c.seek(p, from);
    long last = -1;
    while (c.position(p, CALL) < to) {
      ConsumerRecords<byte[], byte[]> some = c.poll(Duration.ofMillis(500));
      for (ConsumerRecord<byte[], byte[]> r : some) {
        Header own = r.headers().lastHeader(PIPELINE);
        if (r.offset() < to
            && own != null
            && pipeline.equals(new String(own.value(), java.nio.charset.StandardCharsets.UTF_8))) {
          last = Math.max(last, number(r.value()));
        }
      }
    }
    return last;
  }

  /** The member n of a value; -1 when it is no answer. */
  static long number(byte[] value) {
    try (JsonParser p = JSON.createParser(value)) {
      if (p.nextToken() == JsonToken.START_OBJECT) {
        while (p.nextToken() == JsonToken.FIELD_NAME) {
          boolean n = p.currentName().equals("n");
          JsonToken t = p.nextToken();
          if (n && t == JsonToken.VALUE_NUMBER_INT) {
            return p.getLongValue();
          }
          p.skipChildren();
        }
      }
    } catch (IOException | RuntimeException noAnswer) {
      return -1;
    }
    return -1;
  }
}
