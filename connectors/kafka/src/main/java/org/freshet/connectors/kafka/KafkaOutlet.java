package org.freshet.connectors.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.freshet.core.live.Outlet;

/** Writes records to a topic, each once. */
final class KafkaOutlet implements Outlet {
  private final String topic;
  private final KafkaProducer<byte[], byte[]> producer;
  private volatile Exception wrong; // with a record sent earlier

  KafkaOutlet(Connection connection, String topic) {
    this.topic = topic;
    Map<String, Object> settings =
        connection.settings(
            Map.of("acks", "all", "enable.idempotence", "true"),
            Map.of("linger.ms", "5", "max.block.ms", "30000"));
    try {
      producer =
          new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    } catch (KafkaException e) {
      throw connection.refused(e);
    }
  }

  @Override
  public void send(byte[] json) {
    try {
      producer.send(
          new ProducerRecord<>(topic, json),
          (done, error) -> {
            if (error != null) {
              wrong = error;
            }
          });
    } catch (KafkaException e) {
      throw failed(e);
    }
  }

  @Override
  public void flush() {
    try {
      producer.flush();
    } catch (KafkaException e) {
      throw failed(e);
    }
    if (wrong != null) {
      throw failed(wrong);
    }
  }

  private UncheckedIOException failed(Exception e) {
    String what = "cannot write to the topic " + topic + ": " + e.getMessage();
    return new UncheckedIOException(what, new IOException(what, e));
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
  }
}
