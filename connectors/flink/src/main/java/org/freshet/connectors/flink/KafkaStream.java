package org.freshet.connectors.flink;

import java.util.Map;
import java.util.Properties;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.metrics.Counter;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.freshet.connectors.kafka.Decoder;
import org.freshet.connectors.kafka.KafkaFeed;
import org.freshet.core.Batch;
import org.freshet.core.DataException;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.core.live.Feed;
import org.freshet.core.live.Records;
import org.freshet.streams.input.OnError;
import org.freshet.streams.live.BadEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Topics of a pipeline file's Kafka feed by Flink's source, read by the feed's own decoder. */
final class KafkaStream {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaStream.class);

  private KafkaStream() {}

  static KafkaFeed feed(Spec spec) {
    return (KafkaFeed) Components.create(spec, Build.of(null), Feed.class);
  }

  /**
   * @param labels whether it is the source of labels
   */
  static KafkaSource<Item> source(Plan plan, Spec spec, boolean labels) {
    KafkaFeed.Parameters p;
    Properties settings = new Properties();
    try (KafkaFeed feed = feed(spec)) {
      p = feed.parameters();
      for (Map.Entry<String, Object> s : feed.settings().entrySet()) {
        settings.put(s.getKey(), String.valueOf(s.getValue()));
      }
    }
    OffsetResetStrategy none =
        p.from() == KafkaFeed.From.LATEST
            ? OffsetResetStrategy.LATEST
            : OffsetResetStrategy.EARLIEST;
    KafkaSourceBuilder<Item> builder =
        KafkaSource.<Item>builder()
            .setBootstrapServers(p.bootstrap())
            .setTopics(p.topic())
            .setProperties(settings)
            .setDeserializer(new Values(plan, labels))
            .setProperty("partition.discovery.interval.ms", "30000");
    if (p.group() != null) {
      builder.setGroupId(p.group()).setStartingOffsets(OffsetsInitializer.committedOffsets(none));
    } else {
      builder.setStartingOffsets(
          p.from() == KafkaFeed.From.LATEST
              ? OffsetsInitializer.latest()
              : OffsetsInitializer.earliest());
    }
    return builder.build();
  }

  /** Values to items. */
  private static final class Values implements KafkaRecordDeserializationSchema<Item> {
    private static final long serialVersionUID = 1;

    private final Plan plan;
    private final boolean labels;
    private transient KafkaFeed feed;
    private transient Decoder decoder;
    private transient Schema schema;
    private transient Records one;
    private transient Counter bad;

    Values(Plan plan, boolean labels) {
      this.plan = plan;
      this.labels = labels;
    }

    @Override
    public void open(DeserializationSchema.InitializationContext context) {
      Spec spec = labels ? plan.file().live().labelSource() : plan.file().source();
      feed = feed(spec);
      schema = plan.schema();
      decoder = feed.decoder(schema);
      one = new Records(schema, 1);
      bad = JobMetric.in(context.getMetricGroup()).counter(JobMetric.BAD.shown());
    }

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Item> out) {
      if (record.value() == null) {
        return;
      }
      try {
        decoder.add(record.value(), one.clear());
      } catch (BadEvent e) {
        bad.inc();
        String where = record.topic() + "/" + record.partition() + ":" + record.offset();
        if (feed.parameters().onError() == OnError.FAIL) {
          throw new LastingFault(
              new DataException(
                  where,
                  0,
                  e.field(),
                  e.getMessage() + "; set 'on_error: skip' on the source to pass it over"));
        }
        LOG.warn("{}: passed over: {}", where, e.getMessage());
        return;
      }
      for (int r = 0; r < one.size(); r++) {
        out.collect(item(r, record));
      }
    }

    private Item item(int r, ConsumerRecord<byte[], byte[]> record) {
      Item item = new Item();
      item.kind = one.kind(r);
      item.id = one.id(r);
      item.time = one.time(r) == Features.NO_TIME ? record.timestamp() : one.time(r);
      item.key = one.key(r);
      if (item.key == null && record.key() != null) {
        item.key = new String(record.key(), java.nio.charset.StandardCharsets.UTF_8);
      }
      item.labelName = one.label(r);
      item.label = one.labelNumber(r);
      item.weight = one.weight(r);
      item.labelTime = one.labelTime(r);
      if (item.kind == Batch.Kind.EVENT) {
        item.values = new double[schema.width()];
        item.names = one.named() ? new String[schema.width()] : null;
        for (int c = 0; c < item.values.length; c++) {
          item.values[c] = one.value(r, c);
          if (item.names != null) {
            item.names[c] = one.name(r, c);
          }
        }
      }
      return item;
    }

    @Override
    public TypeInformation<Item> getProducedType() {
      return new SimpleType<>(Item.class, ItemSerializer.INSTANCE);
    }
  }
}
