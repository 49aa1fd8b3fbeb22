package org.freshet.connectors.kafka;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes bad records as they came to a topic, with where they were and what is wrong in headers.
 */
final class DeadLetterTopic implements AutoCloseable {
  private final String topic;
  private final KafkaProducer<byte[], byte[]> producer;
  private final List<ProducerRecord<byte[], byte[]>> waiting = new ArrayList<>();

  DeadLetterTopic(Connection connection, String topic) {
    this.topic = topic;
    Map<String, Object> settings =
        connection.settings(
            Map.of("acks", "all", "enable.idempotence", "true"),
            Map.of(
                "max.block.ms",
                "5000",
                "delivery.timeout.ms",
                "15000",
                "request.timeout.ms",
                "5000"));
    try {
      producer =
          new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    } catch (KafkaException e) {
      throw connection.refused(e);
    }
  }

  void add(ConsumerRecord<byte[], byte[]> bad, String error) {
    ProducerRecord<byte[], byte[]> letter = new ProducerRecord<>(topic, bad.key(), bad.value());
    header(letter, "freshet.error", error);
    header(letter, "freshet.topic", bad.topic());
    header(letter, "freshet.partition", "" + bad.partition());
    header(letter, "freshet.offset", "" + bad.offset());
    waiting.add(letter);
  }

  private static void header(ProducerRecord<byte[], byte[]> r, String name, String value) {
    r.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Sends what waits.
   *
   * @return what went wrong, null when all are there; then the rest is sent by the next call
   */
  String flush() throws InterruptedException {
    if (waiting.isEmpty()) {
      return null;
    }
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    String wrong = null;
    try {
      for (ProducerRecord<byte[], byte[]> r : waiting) {
        sent.add(producer.send(r));
      }
    } catch (KafkaException e) {
      wrong = e.getMessage();
    }
    List<ProducerRecord<byte[], byte[]>> left = new ArrayList<>();
    for (int i = 0; i < waiting.size(); i++) {
      try {
        if (i >= sent.size()) {
          left.add(waiting.get(i));
        } else {
          sent.get(i).get();
        }
      } catch (ExecutionException e) {
        wrong = e.getCause().getMessage();
        left.add(waiting.get(i));
      }
    }
    waiting.clear();
    waiting.addAll(left);
    return wrong == null ? null : "cannot write to the topic " + topic + ": " + wrong;
  }

  @Override
  public void close() {
    producer.close(java.time.Duration.ofSeconds(1));
  }
}
