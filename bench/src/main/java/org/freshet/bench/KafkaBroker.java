package org.freshet.bench;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;

/** A Kafka broker in a process of its own, on loopback, with its data in a folder. */
final class KafkaBroker implements AutoCloseable {
  private final String bootstrap;
  private final Process process;
  private final Admin admin;

  KafkaBroker(Path folder) throws Exception {
    int port = freePort();
    int controller = freePort();
    bootstrap = "127.0.0.1:" + port;
    Path config = folder.resolve("server.properties");
    Files.writeString(
        config,
        """
        process.roles=broker,controller
        node.id=1
        controller.quorum.voters=1@127.0.0.1:%2$d
        listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
        advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
        controller.listener.names=CONTROLLER
        listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
        log.dirs=%3$s
        offsets.topic.replication.factor=1
        offsets.topic.num.partitions=1
        transaction.state.log.replication.factor=1
        transaction.state.log.min.isr=1
        transaction.state.log.num.partitions=1
        group.initial.rebalance.delay.ms=0
        """
            .formatted(port, controller, folder.resolve("data")));
    Path log = folder.resolve("broker.log");
    Process format =
        java(
            log,
            "kafka.tools.StorageTool",
            "format",
            "--ignore-formatted",
            "--cluster-id",
            "freshetbenchaaaaaaaaaa",
            "--config",
            config.toString());
    if (format.waitFor() != 0) {
      throw new IOException("the broker's folder was not formatted: " + Files.readString(log));
    }
    process = java(log, "kafka.Kafka", config.toString());
    awaitPort(port);
    admin = Admin.create(Map.<String, Object>of("bootstrap.servers", bootstrap));
  }

  private static int freePort() throws IOException {
    try (ServerSocket s = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return s.getLocalPort();
    }
  }

  private void awaitPort(int port) throws IOException, InterruptedException {
    for (long end = System.nanoTime() + 60_000_000_000L; ; Thread.sleep(100)) {
      try (Socket s = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return;
      } catch (IOException notYet) {
        if (System.nanoTime() > end || !process.isAlive()) {
          throw new IOException("the broker does not start", notYet);
        }
      }
    }
  }

  private static Process java(Path log, String... command) throws IOException {
    List<String> all = new ArrayList<>();
    all.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    all.addAll(List.of("-Xmx1g", "-cp", System.getProperty("java.class.path")));
    all.addAll(List.of(command));
    return new ProcessBuilder(all)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  String bootstrap() {
    return bootstrap;
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  void topic(String name, int partitions) throws Exception {
    admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1))).all().get(60, SECONDS);
  }

  /** The offset of a group in partition 0 of a topic; 0 where there is none. */
  long offset(String group) throws Exception {
    return admin
        .listConsumerGroupOffsets(group)
        .partitionsToOffsetAndMetadata()
        .get(60, SECONDS)
        .values()
        .stream()
        .filter(o -> o != null)
        .mapToLong(o -> o.offset())
        .max()
        .orElse(0);
  }

  /** Records of a topic that a group has not confirmed. */
  long behind(String group, String topic) throws Exception {
    var positions =
        admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get(60, SECONDS);
    long behind = 0;
    for (var end : ends(topic, IsolationLevel.READ_COMMITTED).entrySet()) {
      OffsetAndMetadata at = positions.get(end.getKey());
      behind += end.getValue() - (at == null ? 0 : at.offset());
    }
    return behind;
  }

  /** The offsets behind the last committed records of a topic, added up. */
  long committed(String topic) throws Exception {
    return ends(topic, IsolationLevel.READ_COMMITTED).values().stream().mapToLong(n -> n).sum();
  }

  /** The offsets behind all records of a topic, committed or not, added up. */
  long written(String topic) throws Exception {
    return ends(topic, IsolationLevel.READ_UNCOMMITTED).values().stream().mapToLong(n -> n).sum();
  }

  private Map<TopicPartition, Long> ends(String topic, IsolationLevel level) throws Exception {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    for (TopicPartitionInfo p :
        admin
            .describeTopics(List.of(topic))
            .allTopicNames()
            .get(60, SECONDS)
            .get(topic)
            .partitions()) {
      latest.put(new TopicPartition(topic, p.partition()), OffsetSpec.latest());
    }
    Map<TopicPartition, Long> ends = new HashMap<>();
    admin
        .listOffsets(latest, new ListOffsetsOptions(level))
        .all()
        .get(60, SECONDS)
        .forEach((p, end) -> ends.put(p, end.offset()));
    return ends;
  }

  @Override
  public void close() throws InterruptedException {
    admin.close();
    process.destroyForcibly();
    process.waitFor();
  }
}
