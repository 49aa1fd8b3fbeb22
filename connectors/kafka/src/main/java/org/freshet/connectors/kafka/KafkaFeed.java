package org.freshet.connectors.kafka;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.freshet.core.Batch;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.live.Feed;
import org.freshet.core.live.Inbox;
import org.freshet.core.live.Outlet;
import org.freshet.core.live.Records;
import org.freshet.streams.input.OnError;
import org.freshet.streams.live.BadEvent;
import org.freshet.streams.live.EventColumns;
import org.freshet.streams.live.EventFields;
import org.freshet.streams.live.EventForm;
import org.freshet.streams.live.JsonEvents;
import org.freshet.streams.live.RecordKind;

/**
 * Events, labels, or both from Kafka topics; a record's value is one JSON object (the form of the
 * HTTP API, or flat) or one Avro record.
 *
 * <p>An event without a key has the record's, one without a time the record's timestamp. Columns
 * are declared, or those of the Avro schema, or those of the first records in the topic, which are
 * looked at, not consumed; the start waits for the first. A record without a value is passed over.
 *
 * <p>Position: the offset of each partition stands in the pipeline's journal together with the
 * records, and reading goes on there after a stop or a crash: nothing is lost, nothing learnt
 * twice, whatever the group says. A partition the journal does not know begins where the group was,
 * else at {@code from}; partitions added to a topic later begin at their start. Offsets that
 * retention has removed stop the pipeline, or are passed over ({@code on_gap}). Only committed
 * transactions are read.
 *
 * <p>While two such feeds, of events and of labels, catch up, the one whose records are older by
 * their timestamps goes first; one that has read all there is holds nobody up.
 *
 * <p>Without {@code group} the process reads all partitions and tells nobody. With it, offsets in
 * the journal are committed about every second, for monitors of lag, and the processes of a group
 * share the partitions out: each has its own state folder, its own name and its own model, which
 * learns from its partitions only. A partition that moves is handed over exactly: the old owner
 * writes what it took to its journal and commits before it lets go. If it dies instead, the new
 * owner takes what the old one did not commit again after the session timeout; restarted sooner it
 * gets its partitions back at once (static membership, its name is in the journal). Labels should
 * be read without a group, or with a group for each process, so that every process sees all of
 * them.
 *
 * <p>Avro needs no registry: {@code schema_file} holds the schema, values are in single-object
 * encoding (checked by fingerprint) or bare. With {@code registry}, the address of one that serves
 * the paths of Confluent's (as do Karapace, Redpanda and Apicurio), values begin with the number of
 * the schema they were written with, and each is read with that one. The columns are then those
 * declared, of {@code schema_file}, or of the newest schema of the subject {@code <topic>-value} at
 * the first start; later versions may add fields, which are passed over, and leave some out, which
 * are missing. While the registry is away, records that need it wait.
 *
 * <p>Bad records that go to the dead-letter topic are there before the position passes them; after
 * a crash some may be there twice.
 *
 * <pre>{@code
 * source: { kafka: { topic: payments, bootstrap: "localhost:9092", group: fraud } }
 * labels: { source: { kafka: { topic: labels } }, timeout: 7d }
 * }</pre>
 */
@Component(name = "kafka", kinds = Kind.FEED, family = "feed")
public final class KafkaFeed implements Feed {
  /** Where a partition begins that nobody has read. */
  public enum From {
    EARLIEST,
    LATEST
  }

  /** How a value holds a record. */
  public enum Format {
    JSON,
    AVRO,
    AVRO_BINARY
  }

  /** What happens when records were removed before they were read. */
  public enum OnGap {
    FAIL,
    SKIP
  }

  public record Parameters(
      @Param("Topics to read: a name or a list.") List<String> topic,
      @Param(value = Connection.BOOTSTRAP, def = "localhost:9092", origin = "as Kafka")
          String bootstrap,
      @Param(
              value = "Consumer group that shares the partitions out; none reads all of them.",
              def = "none")
          String group,
      @Param(
              value = "Where a partition begins that nobody has read: earliest or latest.",
              def = "earliest",
              origin = "nothing is passed over unasked")
          From from,
      @Param(
              value =
                  "How a value holds a record: json, avro (single-object encoding) or avro_binary"
                      + " (bare).",
              def = "json",
              origin = "the more common")
          Format format,
      @Param(value = "File with the Avro schema.", def = "none") String schemaFile,
      @Param(
              value = "Address of a schema registry, for format: avro; none needs 'schema_file'.",
              def = "none")
          String registry,
      @Param(value = "Environment variable with the user of the registry.", def = "none")
          String registryUserVariable,
      @Param(value = "Environment variable with the password of the registry.", def = "none")
          String registryPasswordVariable,
      @Param(value = EventForm.RECORDS, def = "auto") RecordKind records,
      EventForm events,
      @Param(
              value =
                  "What becomes of a bad record: fail stops the pipeline, skip counts it and goes"
                      + " on, dead_letter also writes it to a topic.",
              def = "skip",
              origin = EventForm.GO_ON)
          OnError onError,
      @Param(value = "Topic for bad records.", def = "none") String deadLetter,
      @Param(
              value = "What happens when records were removed before they were read: fail or skip.",
              def = "fail",
              origin = "a silent loss is worse than a stop")
          OnGap onGap,
      @Param(value = Connection.PROPERTIES, def = "[]") List<String> properties,
      @Param(
              value = Connection.SECRETS,
              def = "[]",
              origin = "a password in a file is soon in a repository")
          List<String> secrets,
      @Param(value = Connection.PROPERTIES_FILE, def = "none") String propertiesFile) {
    EventFields fields() {
      return events.fields();
    }

    EventColumns columns() {
      return events.columns();
    }

    Connection connection() {
      return new Connection(
          "kafka", bootstrap, properties, secrets, propertiesFile, System::getenv);
    }
  }

  private final Parameters parameters;
  private final org.apache.avro.Schema avro; // of 'schema_file', or null
  private final SchemaRegistry registry; // or null
  private final EventColumns columns;
  private final String name;
  private volatile PartitionReader reader;
  private volatile FirstRecords first;
  private volatile boolean closed;

  public KafkaFeed(Parameters parameters, Build build) {
    this.parameters = parameters;
    this.columns = parameters.columns();
    this.name = "kafka:" + String.join(",", parameters.topic());
    check(parameters);
    this.avro = parameters.schemaFile() == null ? null : AvroDecoder.read(parameters.schemaFile());
    this.registry =
        parameters.registry() == null
            ? null
            : new SchemaRegistry(
                parameters.registry(),
                parameters.registryUserVariable(),
                parameters.registryPasswordVariable(),
                System::getenv);
    parameters.connection().settings(Map.of(), Map.of());
  }

  private static void check(Parameters p) {
    Connection c = p.connection();
    if (p.topic().isEmpty() || p.topic().stream().anyMatch(String::isBlank)) {
      throw c.wrong("'topic' is empty");
    }
    if (p.registry() != null && p.format() != Format.AVRO) {
      throw c.wrong("'registry' belongs to format: avro");
    }
    if (p.registry() == null
        && (p.registryUserVariable() != null || p.registryPasswordVariable() != null)) {
      throw c.wrong("'registry_user_variable' and 'registry_password_variable' need 'registry'");
    }
    if (p.format() == Format.JSON && p.schemaFile() != null) {
      throw c.wrong("'schema_file' belongs to format: avro or avro_binary");
    }
    if (p.format() != Format.JSON && p.schemaFile() == null && p.registry() == null) {
      throw c.wrong("Avro values need 'schema_file', the file with their schema, or 'registry'");
    }
    if ((p.onError() == OnError.DEAD_LETTER) != (p.deadLetter() != null)) {
      throw c.wrong(
          p.deadLetter() == null
              ? "'on_error: dead_letter' needs a topic; set 'dead_letter'"
              : "'dead_letter' belongs to on_error: dead_letter");
    }
    if (p.deadLetter() != null && p.topic().contains(p.deadLetter())) {
      throw c.wrong("'dead_letter' is a topic that is read; bad records would come back");
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Schema schema() throws InterruptedException {
    if (columns.declared()) {
      return columns.schema();
    }
    if (parameters.format() != Format.JSON) {
      return AvroDecoder.schema(
          avro != null ? avro : registry.newest(parameters.topic().get(0) + "-value"),
          columns,
          parameters.fields());
    }
    first = new FirstRecords(name, parameters, columns);
    if (closed) {
      throw new InterruptedException("the feed was closed");
    }
    return first.schema(connect(false, null));
  }

  @Override
  public void start(Schema schema, Map<String, Long> from, Inbox inbox) {
    Member member = Member.of(parameters.group(), from);
    DeadLetterTopic letters =
        parameters.deadLetter() == null
            ? null
            : new DeadLetterTopic(parameters.connection(), parameters.deadLetter());
    reader =
        new PartitionReader(
            this,
            parameters,
            schema,
            decoder(schema),
            connect(true, member),
            member,
            from,
            inbox,
            letters);
    reader.start();
  }

  /** As the file gave them; for engines that read the topics by themselves. */
  public Parameters parameters() {
    return parameters;
  }

  /** Settings of Kafka's client, for who reads the topics by itself and keeps the positions. */
  public Map<String, Object> settings() {
    return parameters
        .connection()
        .settings(
            Map.of(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"),
            Map.of(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false"));
  }

  /** Makes records of values, by one thread. */
  public Decoder decoder(Schema schema) {
    Batch.Kind kind = parameters.records().kind();
    if (registry != null) {
      return new RegistryDecoder(
          registry, written -> new AvroDecoder(written, true, schema, parameters.fields(), kind));
    }
    if (avro != null) {
      boolean bare = parameters.format() == Format.AVRO_BINARY;
      return new AvroDecoder(avro, bare, schema, parameters.fields(), kind);
    }
    JsonEvents json = new JsonEvents(schema, parameters.fields());
    return new Decoder() {
      @Override
      public void add(byte[] value, Records into) throws BadEvent {
        json.add(value, 0, value.length, kind, into);
      }
    };
  }

  private KafkaConsumer<byte[], byte[]> connect(boolean asMember, Member member) {
    Map<String, Object> own = new HashMap<>();
    own.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    own.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    own.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    if (asMember && parameters.group() != null) {
      own.put(ConsumerConfig.GROUP_ID_CONFIG, parameters.group());
      own.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, member.name());
    }
    Map<String, Object> defaults = new HashMap<>();
    defaults.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    defaults.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "2000");
    // The pipeline may hold a feed up for as long as it likes; heartbeats say that it lives.
    defaults.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, "" + Integer.MAX_VALUE);
    defaults.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, "30000");
    defaults.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, "2000");
    defaults.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        "org.apache.kafka.clients.consumer.CooperativeStickyAssignor");
    Connection connection = parameters.connection();
    Map<String, Object> all = connection.settings(own, defaults);
    try {
      return new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    } catch (KafkaException e) {
      throw connection.refused(e);
    }
  }

  @Override
  public Outlet outlet() {
    return parameters.format() == Format.JSON
        ? new KafkaOutlet(parameters.connection(), parameters.topic().get(0))
        : null;
  }

  @Override
  public boolean canSeek() {
    return true;
  }

  @Override
  public void consumed(Map<String, Long> positions) {
    PartitionReader r = reader;
    if (r != null) {
      r.consumed(positions);
    }
  }

  @Override
  public long lag() {
    PartitionReader r = reader;
    return r == null ? -1 : r.lag();
  }

  @Override
  public long badRecords() {
    PartitionReader r = reader;
    return r == null ? 0 : r.bad();
  }

  @Override
  public String trouble() {
    PartitionReader r = reader;
    FirstRecords f = first;
    if (registry != null && registry.trouble() != null) {
      return registry.trouble();
    }
    return r != null ? r.trouble() : f == null ? null : f.trouble();
  }

  @Override
  public void close() {
    closed = true;
    if (registry != null) {
      registry.close();
    }
    FirstRecords f = first;
    if (f != null) {
      f.close();
    }
    PartitionReader r = reader;
    if (r != null) {
      r.close();
    }
  }
}
