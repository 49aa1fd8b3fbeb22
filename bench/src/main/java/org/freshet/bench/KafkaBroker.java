package org.freshet.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

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
    admin
        .createTopics(List.of(new NewTopic(name, partitions, (short) 1)))
        .all()
        .get(60, TimeUnit.SECONDS);
  }

  /** The offset of a group in partition 0 of a topic; 0 where there is none. */
  long offset(String group) throws Exception {
    return admin
        .listConsumerGroupOffsets(group)
        .partitionsToOffsetAndMetadata()
        .get(60, TimeUnit.SECONDS)
        .values()
        .stream()
        .filter(o -> o != null)
        .mapToLong(o -> o.offset())
        .max()
        .orElse(0);
  }

  @Override
  public void close() throws InterruptedException {
    admin.close();
    process.destroyForcibly();
    process.waitFor();
  }
}
