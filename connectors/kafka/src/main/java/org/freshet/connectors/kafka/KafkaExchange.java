package org.freshet.connectors.kafka;

import java.util.List;
import java.util.Map;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.live.Exchange;

/**
 * Where processes meet over Kafka whose models are merged. Each sends what it has learnt to the
 * topic, under its name as the key, and reads the merged model from the topic of that name with
 * {@code -merged} behind it; {@code freshet merge} reads the one and writes the other. What travels
 * is sums and weights, as many bytes for one event as for a million; no event does.
 *
 * <p>The one who merges makes the topics where they are missing: {@code -merged} is compacted, so
 * that the newest model stays, and holds the state of the merger too. Deltas are read once more
 * only after a crash, from the positions that lie beside the merged model; one that comes twice is
 * passed over.
 *
 * <p>Of two processes with one name the first can send no more once the second began, and says so;
 * the same of two that merge. A broker that is down is waited for: a process learns on meanwhile
 * and sends later. A model of more than a megabyte needs {@code max.message.bytes} of both topics
 * raised, and {@code max.request.size} in {@code properties}.
 *
 * <pre>{@code
 * place: { merged: 3, every: 1000, name: edge-7, over: { kafka: { topic: models, bootstrap: "localhost:9092" } } }
 * }</pre>
 */
@Component(name = "kafka", kinds = Kind.EXCHANGE, family = "exchange")
public final class KafkaExchange implements Exchange {
  private static final String MERGED = "-merged";

  public record Parameters(
      @Param("Topic for deltas; merged models are in the one with '-merged' behind it.")
          String topic,
      @Param(value = Connection.BOOTSTRAP, def = "localhost:9092", origin = "as Kafka")
          String bootstrap,
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

  public KafkaExchange(Parameters parameters, Build build) {
    this.parameters = parameters;
    this.connection = parameters.connection();
    if (parameters.topic().isBlank()) {
      throw connection.wrong("'topic' is empty");
    }
    connection.settings(Map.of(), Map.of());
  }

  @Override
  public String name() {
    return "kafka:" + parameters.topic();
  }

  private MergedTopic merged(String pipeline) {
    return new MergedTopic(connection, parameters.topic() + MERGED, pipeline);
  }

  @Override
  public Member member(String pipeline, String name) {
    SingleWriter writer =
        new SingleWriter(connection, "freshet-" + pipeline + "-" + name, parameters.topic(), name);
    return new KafkaMember(writer, merged(pipeline)).start();
  }

  @Override
  public Centre centre(String pipeline) {
    MergedTopic merged = merged(pipeline);
    SingleWriter writer =
        new SingleWriter(connection, "freshet-" + pipeline + "-merged", merged.topic(), pipeline);
    return new KafkaCentre(connection, parameters.topic(), writer, merged);
  }
}
