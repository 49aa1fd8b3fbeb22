package org.freshet.connectors.flink;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.api.common.serialization.Encoder;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamSink;
import org.apache.flink.streaming.api.functions.sink.filesystem.bucketassigners.BasePathBucketAssigner;
import org.apache.flink.streaming.api.functions.sink.filesystem.rollingpolicies.OnCheckpointRollingPolicy;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.core.component.Value;
import org.freshet.core.live.Sink;
import org.freshet.engine.PipelineFile;

/** Where answers go: each is out once, when the checkpoint after it is complete. */
final class Sinks {
  /** Beyond it brokers give a transaction up; their own limit is 15 minutes. */
  private static final String TRANSACTION_TIMEOUT = "900000";

  private Sinks() {}

  /**
   * @param tasks of each sink, as of what answers
   * @param parts the most tasks there can ever be
   */
  static void add(
      PipelineFile file, Path folder, DataStream<Answer> answers, int tasks, int parts) {
    int n = 0;
    for (Spec sink : file.live().sinks()) {
      DataStreamSink<Answer> to =
          sink.name().equals("kafka")
              ? answers.sinkTo(kafka(file.name(), n, sink))
              : answers.sinkTo(files(sink, folder));
      // Another place is another sink: what is left of the old one stays there.
      String uid = "sink-" + n + "-" + sink.name() + "-" + place(sink);
      to.name(sink.name()).uid(uid).setParallelism(tasks).setMaxParallelism(parts);
      n++;
    }
  }

  private static String place(Spec sink) {
    return sink.values().get(sink.name().equals("kafka") ? "topic" : "path").text();
  }

  /** A folder at the path, with one file a task and checkpoint. */
  private static FileSink<Answer> files(Spec sink, Path folder) {
    Value path = sink.values().get("path");
    return FileSink.<Answer>forRowFormat(
            new org.apache.flink.core.fs.Path(folder.resolve(path.text()).toUri()), new Lines())
        .withBucketAssigner(new BasePathBucketAssigner<>())
        .withRollingPolicy(OnCheckpointRollingPolicy.build())
        .build();
  }

  /** A line each. */
  private static final class Lines implements Encoder<Answer> {
    private static final long serialVersionUID = 1;

    @Override
    public void encode(Answer answer, OutputStream out) throws java.io.IOException {
      out.write(answer.json());
    }
  }

  private static KafkaSink<Answer> kafka(String pipeline, int number, Spec spec) {
    try (Sink made = Components.create(spec, Build.of(null), Sink.class)) {
      org.freshet.connectors.kafka.KafkaSink sink = (org.freshet.connectors.kafka.KafkaSink) made;
      Properties settings = new Properties();
      for (Map.Entry<String, Object> s : sink.settings().entrySet()) {
        settings.put(s.getKey(), String.valueOf(s.getValue()));
      }
      settings.putIfAbsent("transaction.timeout.ms", TRANSACTION_TIMEOUT);
      return KafkaSink.<Answer>builder()
          .setBootstrapServers(sink.parameters().bootstrap())
          .setKafkaProducerConfig(settings)
          .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
          .setTransactionalIdPrefix("freshet-" + pipeline + "-" + number)
          .setRecordSerializer(new Values(sink.parameters().topic()))
          .build();
    }
  }

  /** An answer as a record of the topic, its key that of the event, else its id. */
  private static final class Values implements KafkaRecordSerializationSchema<Answer> {
    private static final long serialVersionUID = 1;

    private final String topic;

    Values(String topic) {
      this.topic = topic;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
        Answer answer, KafkaSinkContext context, Long timestamp) {
      byte[] key = answer.key() == null ? null : answer.key().getBytes(StandardCharsets.UTF_8);
      byte[] json = answer.json();
      return new ProducerRecord<>(topic, key, Arrays.copyOf(json, json.length - 1));
    }
  }
}
