package org.freshet.connectors.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes records of one key, each in a transaction of its own, so that of two writers with one id
 * only the one that began last can write. One thread calls it.
 */
final class SingleWriter implements AutoCloseable {
  private final Connection connection;
  private final String id;
  private final String topic;
  private final byte[] key;
  private KafkaProducer<byte[], byte[]> producer; // null after an error

  SingleWriter(Connection connection, String id, String topic, String key) {
    this.connection = connection;
    this.id = id;
    this.topic = topic;
    this.key = key.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Shuts out who wrote before; nothing where that is done.
   *
   * @throws KafkaException when it cannot now
   */
  void connect() {
    if (producer != null) {
      return;
    }
    Map<String, Object> own = new HashMap<>();
    own.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id);
    own.put(ProducerConfig.ACKS_CONFIG, "all");
    own.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
    Map<String, Object> defaults = new HashMap<>();
    defaults.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, "10000");
    defaults.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "10000");
    defaults.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "20000");
    defaults.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, "30000");
    defaults.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, "1000");
    Map<String, Object> all = connection.settings(own, defaults);
    KafkaProducer<byte[], byte[]> made;
    try {
      made = new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
    } catch (KafkaException e) {
      throw connection.refused(e);
    }
    try {
      made.initTransactions();
      producer = made;
    } catch (RuntimeException e) {
      made.close(Duration.ZERO);
      throw e;
    }
  }

  /**
   * Writes a record; it is out when this returns.
   *
   * @throws KafkaException when it may not be; {@link #connect} begins anew
   */
  void write(byte[] value) {
    try {
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(topic, key, value));
      producer.commitTransaction();
    } catch (KafkaException e) {
      disconnect();
      throw e;
    }
  }

  /** Whether an error says that another writer with the same id began after this one. */
  static boolean shutOut(Throwable e) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof ProducerFencedException || t instanceof InvalidProducerEpochException) {
        return true;
      }
    }
    return false;
  }

  private void disconnect() {
    if (producer != null) {
      producer.close(Duration.ZERO);
      producer = null;
    }
  }

  @Override
  public void close() {
    disconnect();
  }
}
