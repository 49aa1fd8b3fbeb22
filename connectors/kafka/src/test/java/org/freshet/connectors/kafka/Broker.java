package org.freshet.connectors.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.common.test.TestKitNodes;

/**
 * A Kafka broker with its controller in this JVM, on loopback; it can be stopped and started again.
 */
final class Broker implements AutoCloseable {
  private final KafkaClusterTestKit kit;
  private final Admin admin;
  private final KafkaProducer<String, String> producer;

  Broker() throws Exception {
    kit =
        new KafkaClusterTestKit.Builder(
                new TestKitNodes.Builder()
                    .setNumBrokerNodes(1)
                    .setNumControllerNodes(1)
                    .setCombined(false)
                    .build())
            .setConfigProp("auto.create.topics.enable", "false")
            .setConfigProp("offsets.topic.replication.factor", "1")
            .setConfigProp("offsets.topic.num.partitions", "2")
            .setConfigProp("transaction.state.log.replication.factor", "1")
            .setConfigProp("transaction.state.log.min.isr", "1")
            .setConfigProp("transaction.state.log.num.partitions", "2")
            .setConfigProp("group.initial.rebalance.delay.ms", "0")
            .setConfigProp("group.min.session.timeout.ms", "500")
            .build();
    kit.format();
    kit.startup();
    kit.waitForReadyBrokers();
    admin = Admin.create(Map.<String, Object>of("bootstrap.servers", bootstrap()));
    Properties p = new Properties();
    p.put("bootstrap.servers", bootstrap());
    p.put("linger.ms", "5");
    p.put("delivery.timeout.ms", "120000");
    p.put("metadata.recovery.strategy", "none"); // it knows its topics while the broker is down
    producer = new KafkaProducer<>(p, new StringSerializer(), new StringSerializer());
  }

  String bootstrap() {
    return kit.bootstrapServers();
  }

  Admin admin() {
    return admin;
  }

  Broker topic(String name, int partitions) throws Exception {
    admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1))).all().get();
    return this;
  }

  void send(String topic, int partition, String key, String value) {
    producer.send(new ProducerRecord<>(topic, partition, key, value));
  }

  void sendAt(String topic, int partition, long time, String key, String value) {
    producer.send(new ProducerRecord<>(topic, partition, time, key, value));
  }

  void sendBytes(String topic, byte[] value) throws Exception {
    Properties p = new Properties();
    p.put("bootstrap.servers", bootstrap());
    try (KafkaProducer<byte[], byte[]> bytes =
        new KafkaProducer<>(p, new ByteArraySerializer(), new ByteArraySerializer())) {
      bytes.send(new ProducerRecord<>(topic, 0, null, value)).get();
    }
  }

  void flush() {
    producer.flush();
  }

  /** The largest offset that a group has committed; 0 before the first. */
  long offset(String group) {
    try {
      return admin
          .listConsumerGroupOffsets(group)
          .partitionsToOffsetAndMetadata()
          .get(60, TimeUnit.SECONDS)
          .values()
          .stream()
          .mapToLong(OffsetAndMetadata::offset)
          .max()
          .orElse(0);
    } catch (ExecutionException noGroupYet) {
      return 0;
    } catch (InterruptedException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The broker goes down; the controller stays. */
  void stop() {
    kit.brokers().get(0).shutdown();
    kit.brokers().get(0).awaitShutdown();
  }

  /** It comes back on the same port with what it had. */
  void startAgain() throws Exception {
    kit.brokers().get(0).startup();
  }

  /** All there is in a topic, of committed transactions only, partition by partition. */
  List<ConsumerRecord<String, String>> read(String topic) {
    Properties p = new Properties();
    p.put("bootstrap.servers", bootstrap());
    p.put("isolation.level", "read_committed");
    List<ConsumerRecord<String, String>> all = new ArrayList<>();
    try (KafkaConsumer<String, String> c =
        new KafkaConsumer<>(p, new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> partitions =
          c.partitionsFor(topic).stream()
              .map(i -> new TopicPartition(topic, i.partition()))
              .toList();
      c.assign(partitions);
      c.seekToBeginning(partitions);
      Map<TopicPartition, Long> end = c.endOffsets(partitions);
      while (partitions.stream().anyMatch(t -> c.position(t) < end.get(t))) {
        c.poll(Duration.ofMillis(100)).forEach(all::add);
      }
    }
    all.sort(
        (a, b) ->
            a.partition() != b.partition()
                ? Integer.compare(a.partition(), b.partition())
                : Long.compare(a.offset(), b.offset()));
    return all;
  }

  @Override
  public void close() throws Exception {
    producer.close(Duration.ZERO);
    admin.close(Duration.ZERO);
    kit.close();
  }

  static String event(int i, String more) {
    StringBuilder s = new StringBuilder("{\"id\":\"e" + i + "\"");
    IntStream.range(0, 3)
        .forEach(c -> s.append(",\"x" + c + "\":" + ((i * 31 + c * 17) % 101) / 10.0));
    return s.append(more).append('}').toString();
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
