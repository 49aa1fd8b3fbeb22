package org.freshet.connectors.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.freshet.core.ConfigException;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.core.live.Feed;
import org.freshet.core.live.Sink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings of Kafka's client, and where its passwords come from. */
class ConnectionTest {
  private static final String PASSWORD = "hunter22x";

  @TempDir Path folder;

  private static Connection connection(
      List<String> properties, List<String> secrets, String file, Map<String, String> environment) {
    return new Connection("kafka", "b:1", properties, secrets, file, environment::get);
  }

  /** A pipeline's file, with all its parameters, is part of every snapshot. */
  @Test
  void aPasswordInThePipelinesFileIsRefused() {
    for (String name :
        List.of("ssl.key.password", "sasl.jaas.config", "ssl.keystore.key", "my.secret")) {
      String parameters = "(topic=t, properties=['" + name + "=" + PASSWORD + "'])";
      assertThatThrownBy(
              () -> Components.create(Spec.parse("kafka" + parameters), Build.of(null), Feed.class))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("'secrets: [" + name + "=VARIABLE]'")
          .hasMessageNotContaining(PASSWORD);
      assertThatThrownBy(
              () -> Components.create(Spec.parse("kafka" + parameters), Build.of(null), Sink.class))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining(name);
    }
  }

  @Test
  void secretsComeFromTheEnvironmentOrAFile() throws Exception {
    Path file = Files.writeString(folder.resolve("p"), "ssl.truststore.password=fromAFile\n");
    Connection c =
        connection(
            List.of("client.id = me"),
            List.of("ssl.key.password=KEY"),
            file.toString(),
            Map.of("KEY", PASSWORD));
    assertThat(c.settings(Map.of(), Map.of("client.id", "default", "linger.ms", "5")))
        .containsEntry("ssl.key.password", PASSWORD)
        .containsEntry("ssl.truststore.password", "fromAFile")
        .containsEntry("client.id", "me")
        .containsEntry("linger.ms", "5")
        .containsEntry("bootstrap.servers", "b:1");
    assertThat(c.refused(new KafkaException("cannot use " + PASSWORD + " nor fromAFile")))
        .hasMessageEndingWith("cannot use … nor …");
    assertThatThrownBy(
            () ->
                connection(List.of(), List.of("ssl.key.password=KEY"), null, Map.of())
                    .settings(Map.of(), Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "environment variable 'KEY', named by 'secrets' for ssl.key.password, is not set");
  }

  @Test
  void settingsThatWouldBreakWhatIsPromisedAreRefused() {
    for (String name : List.of("group.id", "isolation.level", "acks", "transactional.id")) {
      assertThatThrownBy(
              () ->
                  connection(List.of(name + "=x"), List.of(), null, Map.of())
                      .settings(Map.of(), Map.of()))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("'properties' sets " + name);
    }
  }
}
