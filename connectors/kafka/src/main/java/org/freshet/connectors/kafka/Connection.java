package org.freshet.connectors.kafka;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.freshet.core.ConfigException;

/**
 * Settings of Kafka's client: those of a properties file, then those given one by one. Values are
 * never shown: they may be passwords.
 *
 * @param component name of the feed or sink, for messages
 */
record Connection(String component, String bootstrap, List<String> properties, String file) {
  static final String BOOTSTRAP = "Brokers to begin with, host:port, separated by commas.";
  static final String PROPERTIES =
      "Settings of Kafka's client as name=value, such as security.protocol=SASL_SSL.";
  static final String PROPERTIES_FILE =
      "Java properties file with settings of Kafka's client; the place for passwords.";

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
      int at = p.indexOf('=');
      if (at < 1) {
        throw wrong("one of 'properties' has no '=', expected name=value");
      }
      put(all, "'properties'", p.substring(0, at).trim(), p.substring(at + 1).trim());
    }
    all.put("bootstrap.servers", bootstrap);
    all.putAll(own);
    return all;
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
    for (Object value : secrets()) {
      message = message.replace(value.toString(), "…");
    }
    return wrong("Kafka's client refuses its settings: " + message.replaceAll("\\s+", " "));
  }

  private List<Object> secrets() {
    List<Object> all = new java.util.ArrayList<>();
    properties.forEach(p -> all.add(p.substring(p.indexOf('=') + 1).trim()));
    if (file != null) {
      all.addAll(read().values());
    }
    all.removeIf(v -> v.toString().length() < 4);
    return all;
  }
}
