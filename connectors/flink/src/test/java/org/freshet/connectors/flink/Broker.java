package org.freshet.connectors.flink;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.common.test.TestKitNodes;

/** A Kafka broker in this JVM, on loopback. */
final class Broker implements AutoCloseable {
  private final KafkaClusterTestKit kit;
  private final KafkaProducer<String, String> producer;

  Broker(Map<String, Integer> topics) throws Exception {
    kit =
        new KafkaClusterTestKit.Builder(
                new TestKitNodes.Builder()
                    .setNumBrokerNodes(1)
                    .setNumControllerNodes(1)
                    .setCombined(false)
                    .build())
            .setConfigProp("offsets.topic.replication.factor", "1")
            .setConfigProp("offsets.topic.num.partitions", "2")
            .setConfigProp("transaction.state.log.replication.factor", "1")
            .setConfigProp("transaction.state.log.min.isr", "1")
            .setConfigProp("transaction.state.log.num.partitions", "2")
            .setConfigProp("group.initial.rebalance.delay.ms", "0")
            .build();
    kit.format();
    kit.startup();
    kit.waitForReadyBrokers();
    try (Admin admin = Admin.create(Map.<String, Object>of("bootstrap.servers", bootstrap()))) {
      List<NewTopic> all = new ArrayList<>();
      topics.forEach((name, partitions) -> all.add(new NewTopic(name, partitions, (short) 1)));
      admin.createTopics(all).all().get();
    }
    Properties p = new Properties();
    p.put("bootstrap.servers", bootstrap());
    producer = new KafkaProducer<>(p, new StringSerializer(), new StringSerializer());
  }

  String bootstrap() {
    return kit.bootstrapServers();
  }

  void send(String topic, int partition, String key, String value) {
    producer.send(new ProducerRecord<>(topic, partition, key, value));
  }

  void flush() {
    producer.flush();
  }

  /** The broker goes down; the controller stays. */
  void stop() {
    kit.brokers().get(0).shutdown();
    kit.brokers().get(0).awaitShutdown();
  }

  /** It comes back on the same port with what it had. */
  void startAgain() {
    kit.brokers().get(0).startup();
  }

  /** All that committed transactions wrote to a topic, partition by partition. */
  List<String> read(String topic) {
    Properties p = new Properties();
    p.put("bootstrap.servers", bootstrap());
    p.put("isolation.level", "read_committed");
    List<String> all = new ArrayList<>();
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
        for (ConsumerRecord<String, String> r : c.poll(Duration.ofMillis(100))) {
          all.add(r.value());
        }
      }
    }
    return all;
  }

  @Override
  public void close() throws Exception {
    producer.close(Duration.ZERO);
    kit.close();
  }
}
