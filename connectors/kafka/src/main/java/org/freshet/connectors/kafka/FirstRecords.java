package org.freshet.connectors.kafka;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.freshet.core.Schema;
import org.freshet.streams.live.BadEvent;
import org.freshet.streams.live.EventColumns;

/** Looks at the first records of topics for their columns, and waits for them. */
final class FirstRecords {
  private static final int SAMPLE = 100;

  private final String name;
  private final KafkaFeed.Parameters parameters;
  private final EventColumns columns;
  private volatile KafkaConsumer<byte[], byte[]> consumer;
  private volatile boolean closed;
  private volatile String trouble;

  FirstRecords(String name, KafkaFeed.Parameters parameters, EventColumns columns) {
    this.name = name;
    this.parameters = parameters;
    this.columns = columns;
  }

  /** In words why it waits. */
  String trouble() {
    return trouble;
  }

  void close() {
    closed = true;
    KafkaConsumer<byte[], byte[]> c = consumer;
    if (c != null) {
      c.wakeup();
    }
  }

  /** The columns of the first events, once there is one; closes the consumer. */
  Schema schema(KafkaConsumer<byte[], byte[]> c) throws InterruptedException {
    consumer = c;
    try (c) {
      while (!closed) {
        try {
          Schema found = look(c);
          if (found != null) {
            return found;
          }
        } catch (TimeoutException e) {
          trouble = "no answer from " + parameters.bootstrap();
        }
      }
    } catch (WakeupException | InterruptException stopped) {
      throw new InterruptedException("stopped while waiting for the first record of " + name);
    }
    throw new InterruptedException("stopped while waiting for the first record of " + name);
  }

  /**
   * Null when there is nothing yet; assigned anew each time, for topics and partitions that come.
   */
  private Schema look(KafkaConsumer<byte[], byte[]> c) throws InterruptedException {
    List<TopicPartition> all = new ArrayList<>();
    for (String topic : parameters.topic()) {
      List<PartitionInfo> found = c.partitionsFor(topic, Duration.ofSeconds(5));
      if (found == null || found.isEmpty()) {
        trouble = "there is no topic '" + topic + "' yet";
        Thread.sleep(500);
        return null;
      }
      found.forEach(p -> all.add(new TopicPartition(p.topic(), p.partition())));
    }
    c.assign(all);
    c.seekToBeginning(all);
    ByteArrayOutputStream sample = new ByteArrayOutputStream();
    int taken = 0;
    for (int empty = 0; empty < 10 && taken < SAMPLE && !closed; ) {
      ConsumerRecords<byte[], byte[]> some = c.poll(Duration.ofMillis(500));
      empty += some.isEmpty() ? 1 : 0;
      for (ConsumerRecord<byte[], byte[]> r : some) {
        if (r.value() != null && taken < SAMPLE && tells(r.value())) {
          sample.writeBytes(r.value());
          sample.write('\n');
          taken++;
        }
      }
      trouble = taken == 0 ? "waits for the first event" : null;
      if (taken > 0) {
        break;
      }
    }
    try {
      return taken == 0 ? null : columns.infer(sample.toByteArray(), parameters.fields());
    } catch (BadEvent never) {
      throw new IllegalStateException(never);
    }
  }

  private boolean tells(byte[] event) {
    try {
      columns.infer(event, parameters.fields());
      return true;
    } catch (BadEvent e) {
      return false;
    }
  }
}
