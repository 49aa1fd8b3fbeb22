package org.freshet.connectors.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.freshet.core.ConfigException;
import org.freshet.core.live.Exchange;

/** The process that merges: shuts out who did so before, and goes on with what that gave. */
final class KafkaCentre implements Exchange.Centre {
  /** How the topic of merged models is kept: the newest of a pipeline, the others soon gone. */
  private static final Map<String, String> COMPACTED =
      Map.of(
          "cleanup.policy", "compact",
          "segment.ms", "3600000",
          "min.cleanable.dirty.ratio", "0.1");

  private final Connection connection;
  private final String topic;
  private final SingleWriter writer;
  private final MergedTopic merged;
  private final byte[] newest;
  private KafkaConsumer<byte[], byte[]> consumer;

  KafkaCentre(Connection connection, String topic, SingleWriter writer, MergedTopic merged) {
    this.connection = connection;
    this.topic = topic;
    this.writer = writer;
    this.merged = merged;
    this.newest =
        reached(
            () -> {
              topics();
              writer.connect(); // nobody else writes from here on
              try (merged) {
                return merged.open();
              }
            });
  }

  /** Does what needs a broker; closes all where that fails. */
  private <T> T reached(Supplier<T> call) {
    try {
      return call.get();
    } catch (AuthenticationException | AuthorizationException e) {
      close();
      throw connection.wrong("cannot use the topic '" + topic + "': " + e.getMessage());
    } catch (KafkaException e) {
      close();
      if (SingleWriter.shutOut(e)) {
        throw new ConfigException(
            "place.over",
            "another process began to merge the same pipeline over '"
                + topic
                + "'; this one stops");
      }
      throw new UncheckedIOException(e.getMessage(), new IOException(e));
    }
  }

  /** Makes the topics that are missing. */
  private void topics() {
    Map<String, Object> settings =
        connection.settings(
            Map.of(), Map.of("default.api.timeout.ms", "10000", "request.timeout.ms", "10000"));
    try (Admin admin = admin(settings)) {
      List<NewTopic> missing =
          new ArrayList<>(
              List.of(
                  new NewTopic(topic, Optional.empty(), Optional.empty()),
                  new NewTopic(merged.topic(), Optional.of(1), Optional.empty())
                      .configs(COMPACTED)));
      Set<String> there = admin.listTopics().names().get();
      missing.removeIf(t -> there.contains(t.name()));
      admin.createTopics(missing).all().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TopicExistsException) {
        return;
      }
      throw e.getCause() instanceof KafkaException k ? k : new KafkaException(e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private Admin admin(Map<String, Object> settings) {
    try {
      return Admin.create(settings);
    } catch (KafkaException e) {
      throw connection.refused(e);
    }
  }

  @Override
  public byte[] newest() {
    return newest;
  }

  @Override
  public void read(Map<String, Long> positions) {
    reached(
        () -> {
          consumer = MergedTopic.consumer(connection, "earliest");
          List<TopicPartition> all = MergedTopic.partitions(consumer, topic);
          consumer.assign(all);
          Map<TopicPartition, Long> from = new HashMap<>();
          all.forEach(p -> from.put(p, positions.get("" + p.partition())));
          from.forEach(
              (p, at) -> {
                if (at == null) {
                  consumer.seekToBeginning(List.of(p));
                } else {
                  consumer.seek(p, at);
                }
              });
          return null;
        });
  }

  @Override
  public List<Exchange.Sent> take(long millis) {
    return reached(
        () -> {
          List<Exchange.Sent> all = new ArrayList<>();
          for (ConsumerRecord<byte[], byte[]> r : consumer.poll(Duration.ofMillis(millis))) {
            byte[] value = r.value() == null ? new byte[0] : r.value();
            all.add(new Exchange.Sent("" + r.partition(), r.offset() + 1, value));
          }
          return all;
        });
  }

  @Override
  public void give(byte[] model) {
    reached(
        () -> {
          writer.write(model);
          return null;
        });
  }

  @Override
  public void close() {
    writer.close();
    merged.close();
    if (consumer != null) {
      consumer.close(CloseOptions.timeout(Duration.ZERO));
      consumer = null;
    }
  }
}
