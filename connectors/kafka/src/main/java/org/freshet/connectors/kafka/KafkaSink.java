package org.freshet.connectors.kafka;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Components;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Span;
import org.freshet.core.component.Spec;
import org.freshet.core.component.Value;
import org.freshet.core.component.Where;
import org.freshet.core.live.AnswerBlock;
import org.freshet.core.live.Feed;
import org.freshet.core.live.Sink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers to a Kafka topic, each once: consumers that read with {@code isolation.level:
 * read_committed} never miss one and never see one twice, whatever crashes.
 *
 * <p>A value is JSON: {@code {"n":17,"id":"tx-17","prediction":"fraud","scores":{"ok":0.2,
 * "fraud":0.8},"model":"champion"}}; {@code n} numbers the pipeline's answers from 0 without gaps.
 * The record's key is the event's key, else its id, so that answers of a key stay in order.
 *
 * <p>Answers that wait are written in one transaction, at most one every {@code every}; the number
 * of answers that are out is committed in the same transaction, as the offset of the group {@code
 * <pipeline>-answers}, and read back at the start. Where the brokers have forgotten it (a group
 * without commits for {@code offsets.retention.minutes}, 7 days by default) the last numbers in the
 * topic tell. The transactional id is {@code freshet-<pipeline>}: of two processes with one
 * pipeline's name the first can write no more once the second began, and stops.
 *
 * <p>A broker that is down is waited for. The topic must exist. Added to a pipeline that answered
 * before, it begins with the oldest answer the journal still makes again.
 *
 * <pre>{@code
 * sink: { kafka: { topic: answers, bootstrap: "localhost:9092" } }
 * }</pre>
 */
@Component(name = "kafka", kinds = Kind.SINK, family = "sink")
public final class KafkaSink implements Sink {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaSink.class);

  public record Parameters(
      @Param("Topic for the answers.") String topic,
      @Param(value = Connection.BOOTSTRAP, def = "localhost:9092", origin = "as Kafka")
          String bootstrap,
      @Param(
              value = "Least time between transactions; answers that come sooner wait for it.",
              def = "50ms",
              origin = "a transaction costs the broker about a millisecond")
          Span every,
      @Param(value = Connection.PROPERTIES, def = "[]") List<String> properties,
      @Param(
              value = Connection.SECRETS,
              def = "[]",
              origin = "a password in a file is soon in a repository")
          List<String> secrets,
      @Param(value = Connection.PROPERTIES_FILE, def = "none") String propertiesFile) {
    Connection connection() {
      return new Connection(
          "kafka", bootstrap, properties, secrets, propertiesFile, System::getenv);
    }
  }

  private final Parameters parameters;
  private final Connection connection;
  private List<Header> headers;
  private AnswerValues values;
  private AnswerCount count;
  private String id; // of transactions
  private KafkaProducer<byte[], byte[]> producer; // null after an error
  private long next; // number of the first answer that is not out, as far as known
  private long uncertain; // what it is if the last transaction was committed
  private long begun; // when the last transaction began

  public KafkaSink(Parameters parameters, Build build) {
    this.parameters = parameters;
    this.connection = parameters.connection();
    if (parameters.topic().isBlank()) {
      throw connection.wrong("'topic' is empty");
    }
    if (parameters.every().events()) {
      throw connection.wrong("'every' is " + parameters.every() + ", expected a time such as 50ms");
    }
    connection.settings(Map.of(), Map.of());
  }

  /** As the file gave them; for engines that write the topic by themselves. */
  public Parameters parameters() {
    return parameters;
  }

  /** Settings of Kafka's client, for who writes in transactions of its own. */
  public Map<String, Object> settings() {
    return connection.settings(Map.of(), Map.of());
  }

  @Override
  public String name() {
    return "kafka:" + parameters.topic();
  }

  @Override
  public long open(String pipeline, Schema schema) {
    values = new AnswerValues(schema);
    id = "freshet-" + pipeline;
    headers =
        List.of(new RecordHeader(AnswerCount.PIPELINE, pipeline.getBytes(StandardCharsets.UTF_8)));
    count = new AnswerCount(connection, parameters.topic(), pipeline);
    String trouble = null;
    while (true) {
      try {
        producer = connect();
        next = count.read();
        uncertain = next;
        return next;
      } catch (AuthenticationException | AuthorizationException | InvalidTopicException e) {
        disconnect();
        throw connection.wrong(
            "cannot write to the topic '" + parameters.topic() + "': " + e.getMessage());
      } catch (KafkaException e) {
        disconnect();
        if (e instanceof InterruptException) {
          throw e;
        }
        if (trouble == null) {
          trouble = e.getMessage();
          LOG.warn("{}: waits for {}: {}", name(), parameters.bootstrap(), trouble);
        }
        pause(500);
      }
    }
  }

  /** A producer whose transactions shut out those of every one before it. */
  private KafkaProducer<byte[], byte[]> connect() {
    Map<String, Object> own = new HashMap<>();
    own.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id);
    own.put(ProducerConfig.ACKS_CONFIG, "all");
    own.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
    Map<String, Object> defaults = new HashMap<>();
    defaults.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, "10000");
    defaults.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "10000");
    defaults.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "20000");
    defaults.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, "30000");
    defaults.put(ProducerConfig.LINGER_MS_CONFIG, "5");
    defaults.put(ProducerConfig.BATCH_SIZE_CONFIG, "131072");
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
      return made;
    } catch (RuntimeException e) {
      made.close(Duration.ZERO);
      throw e;
    }
  }

  @Override
  public void write(AnswerBlock answers) {
    if (answers.size() == 0) {
      return;
    }
    try {
      if (producer == null) {
        reconnect();
      }
      long expected = next == 0 ? answers.first() : next; // 0: begins with what can be had
      int from = (int) Math.max(0, expected - answers.first());
      if (from >= answers.size()) {
        return; // the transaction that seemed to fail was committed
      }
      if (answers.first() > expected) {
        throw new IllegalStateException(
            name() + ": answer " + answers.first() + " after " + expected + " answers");
      }
      pace();
      transaction(answers, from);
    } catch (AuthenticationException | AuthorizationException e) {
      disconnect();
      throw new IllegalStateException(name() + ": " + e.getMessage(), e);
    } catch (KafkaException e) {
      disconnect();
      throw new UncheckedIOException(
          "cannot write to the topic " + parameters.topic() + ": " + e.getMessage(),
          new java.io.IOException(e));
    }
  }

  /** Begins anew after an error; what the brokers count says whether the last transaction took. */
  private void reconnect() {
    producer = connect();
    long out = count.read();
    if (out != next && out != uncertain) {
      disconnect();
      throw new IllegalStateException(
          name()
              + ": "
              + out
              + " answers are out, but this process wrote "
              + next
              + "; another process runs a pipeline of the same name");
    }
    next = out;
    uncertain = out;
  }

  private void pace() {
    long wait = parameters.every().length() - (System.nanoTime() - begun) / 1_000_000;
    if (begun != 0 && wait > 0) {
      pause(wait);
    }
    begun = System.nanoTime();
  }

  private void transaction(AnswerBlock answers, int from) {
    producer.beginTransaction();
    for (int i = from; i < answers.size(); i++) {
      String key = answers.keys()[i] != null ? answers.keys()[i] : answers.ids()[i];
      byte[] bytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
      producer.send(
          new ProducerRecord<>(
              parameters.topic(), null, null, bytes, values.value(answers, i), headers));
    }
    long after = answers.first() + answers.size();
    uncertain = after;
    producer.sendOffsetsToTransaction(
        Map.of(count.partition(), new OffsetAndMetadata(after)), count.group());
    producer.commitTransaction();
    next = after;
  }

  @Override
  public Feed answers() {
    Spec feed =
        Spec.of("kafka")
            .with("topic", parameters.topic())
            .with("bootstrap", parameters.bootstrap())
            .with("properties", values(parameters.properties()))
            .with("secrets", values(parameters.secrets()))
            .with("categorical", values(List.of("prediction")))
            .with("records", "events")
            .with("from", "latest");
    if (parameters.propertiesFile() != null) {
      feed = feed.with("properties_file", parameters.propertiesFile());
    }
    return Components.create(feed, Build.of(null), Feed.class);
  }

  private static List<Value> values(List<String> texts) {
    return texts.stream().map(t -> new Value(t, t, Where.NOWHERE)).toList();
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private void disconnect() {
    if (producer != null) {
      producer.close(Duration.ZERO);
      producer = null;
    }
  }

  @Override
  public void close() {
    if (producer != null) {
      producer.close(Duration.ofSeconds(5));
      producer = null;
    }
  }
}
