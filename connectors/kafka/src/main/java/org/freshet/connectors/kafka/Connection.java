package org.freshet.connectors.kafka;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.freshet.core.ConfigException;

/**
 * Settings of Kafka's client: those of a properties file, then those given one by one. Passwords
 * are not among those, because a pipeline's file is copied into logs, snapshots and repositories:
 * they come from the properties file or from environment variables. Values are never shown.
 *
 * @param component name of the feed or sink, for messages
 */
record Connection(
    String component,
    String bootstrap,
    List<String> properties,
    List<String> secrets,
    String file,
    UnaryOperator<String> environment) {
  static final String BOOTSTRAP = "Brokers to begin with, host:port, separated by commas.";
  static final String PROPERTIES =
      "Settings of Kafka's client as name=value, such as security.protocol=SASL_SSL.";
  static final String SECRETS =
      "Settings of Kafka's client that are secret, as name=VARIABLE: the value is in that"
          + " environment variable, such as sasl.jaas.config=KAFKA_LOGIN.";
  static final String PROPERTIES_FILE =
      "Java properties file with settings of Kafka's client, also secret ones.";

  /** Settings that would break what is promised; they follow from the parameters. */
  private static final Set<String> OWN =
      Set.of(
          "bootstrap.servers",
          "group.id",
          "group.instance.id",
          "enable.auto.commit",
          "auto.offset.reset",
          "isolation.level",
          "key.deserializer",
          "value.deserializer",
          "key.serializer",
          "value.serializer",
          "acks",
          "enable.idempotence",
          "transactional.id");

  /**
   * All settings, checked.
   *
   * @param own what the component itself sets and the user may not
   * @param defaults what it sets and the user may
   */
  Map<String, Object> settings(Map<String, Object> own, Map<String, Object> defaults) {
    Map<String, Object> all = new HashMap<>(defaults);
    if (file != null) {
      read().forEach((name, value) -> put(all, "'properties_file: " + file + "'", name, value));
    }
    for (String p : properties) {
      String name = name(p, "properties", "name=value");
      if (isSecret(name)) {
        throw wrong(
            "'properties' sets "
                + name
                + ", which is a secret; put it into an environment variable and name that, 'secrets:"
                + " ["
                + name
                + "=VARIABLE]', or into 'properties_file'");
      }
      put(all, "'properties'", name, value(p));
    }
    for (String s : secrets) {
      String name = name(s, "secrets", "name=VARIABLE");
      put(all, "'secrets'", name, secret(name, value(s)));
    }
    all.put("bootstrap.servers", bootstrap);
    all.putAll(own);
    return all;
  }

  private String name(String setting, String parameter, String form) {
    int at = setting.indexOf('=');
    if (at < 1) {
      throw wrong("one of '" + parameter + "' has no '=', expected " + form);
    }
    return setting.substring(0, at).trim();
  }

  private static String value(String setting) {
    return setting.substring(setting.indexOf('=') + 1).trim();
  }

  private String secret(String name, String variable) {
    String value = environment.apply(variable);
    if (value == null) {
      throw wrong(
          "the environment variable '"
              + variable
              + "', named by 'secrets' for "
              + name
              + ", is not set");
    }
    return value;
  }

  /** What Kafka's client itself hides, and what is called a password by a class it loads. */
  private static boolean isSecret(String name) {
    return Stream.of(ConsumerConfig.configDef(), ProducerConfig.configDef())
            .map(d -> d.configKeys().get(name))
            .anyMatch(k -> k != null && k.type == ConfigDef.Type.PASSWORD)
        || name.contains("password")
        || name.contains("secret");
  }

  private void put(Map<String, Object> all, String where, String name, String value) {
    if (OWN.contains(name)) {
      throw wrong(
          where + " sets " + name + ", which follows from the other parameters; leave it out");
    }
    all.put(name, value);
  }

  private Map<String, String> read() {
    Properties p = new Properties();
    try (Reader in = Files.newBufferedReader(Path.of(file))) {
      p.load(in);
    } catch (NoSuchFileException e) {
      throw wrong("'properties_file: " + file + "': there is no such file");
    } catch (IOException | IllegalArgumentException e) {
      String why =
          e instanceof InvalidPathException || e instanceof IOException ? e.getMessage() : "";
      throw wrong(
          "'properties_file: " + file + "' cannot be read" + (why.isEmpty() ? "" : ": " + why));
    }
    Map<String, String> all = new HashMap<>();
    p.stringPropertyNames().forEach(n -> all.put(n, p.getProperty(n)));
    return all;
  }

  ConfigException wrong(String message) {
    return new ConfigException("", component + ": " + message);
  }

  /** What Kafka's client says to settings it does not take, without their values. */
  ConfigException refused(RuntimeException e) {
    Throwable cause = e;
    while (cause.getCause() != null
        && !(cause instanceof org.apache.kafka.common.config.ConfigException)) {
      cause = cause.getCause();
    }
    String message = String.valueOf(cause.getMessage());
    for (String value : values()) {
      message = message.replace(value, "…");
    }
    return wrong("Kafka's client refuses its settings: " + message.replaceAll("\\s+", " "));
  }

  private List<String> values() {
    List<String> all = new ArrayList<>();
    properties.forEach(p -> all.add(value(p)));
    secrets.forEach(s -> all.add(environment.apply(value(s))));
    if (file != null) {
      all.addAll(read().values());
    }
    all.removeIf(v -> v == null || v.length() < 4);
    return all;
  }
}
