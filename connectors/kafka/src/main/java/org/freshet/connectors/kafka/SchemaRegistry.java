package org.freshet.connectors.kafka;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.freshet.core.ConfigException;
import org.freshet.streams.live.BadEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads schemas from a registry with the paths that all of them serve: {@code GET
 * /schemas/ids/{id}} and {@code GET /subjects/{subject}/versions/{version}}.
 *
 * <p>A registry that cannot be reached, or answers 401, 403, 408, 429 or 5xx, is asked again until
 * the feed is closed: its absence must not turn good records into bad ones.
 */
final class SchemaRegistry {
  private static final Logger LOG = LoggerFactory.getLogger(SchemaRegistry.class);
  private static final int LONGEST = 1 << 20;
  private static final int MOST_REFERENCES = 64;
  private static final long FIRST_PAUSE = 250;
  private static final long LONGEST_PAUSE = 5000;

  private final String address;
  private final String authorization; // null: none
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private volatile boolean closed;
  private volatile String trouble;

  /**
   * @param address such as http://localhost:8081, with a path before those of the registry if it
   *     has one
   * @param userVariable name of the environment variable with the user; null for none
   */
  SchemaRegistry(
      String address,
      String userVariable,
      String passwordVariable,
      UnaryOperator<String> environment) {
    this.address = checked(address);
    if ((userVariable == null) != (passwordVariable == null)) {
      throw wrong("'registry_user_variable' and 'registry_password_variable' go together");
    }
    this.authorization =
        userVariable == null
            ? null
            : "Basic "
                + Base64.getEncoder()
                    .encodeToString(
                        (value(userVariable, environment)
                                + ":"
                                + value(passwordVariable, environment))
                            .getBytes(StandardCharsets.UTF_8));
  }

  private static String checked(String address) {
    try {
      URI u = URI.create(address);
      boolean web = "http".equals(u.getScheme()) || "https".equals(u.getScheme());
      if (u.getUserInfo() != null) {
        throw wrong(
            "'registry' holds a user or password, which logs would show; put them into environment"
                + " variables and name those by 'registry_user_variable' and"
                + " 'registry_password_variable'");
      }
      if (web && u.getHost() != null && u.getQuery() == null && u.getFragment() == null) {
        return address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
      }
    } catch (IllegalArgumentException malformed) {
      // said below
    }
    throw wrong("'registry: " + address + "' is no address, expected http://… or https://…");
  }

  private static String value(String variable, UnaryOperator<String> environment) {
    String value = environment.apply(variable);
    if (value == null) {
      throw wrong("the environment variable '" + variable + "' is not set");
    }
    return value;
  }

  private static ConfigException wrong(String message) {
    return new ConfigException("", "kafka: " + message);
  }

  /**
   * The schema a value was written with.
   *
   * @throws BadEvent when the registry has none of that number, or one that is no Avro record
   * @throws InterruptedException when the feed is closed while the registry is away
   */
  Schema written(int id) throws BadEvent, InterruptedException {
    Found found = ask("/schemas/ids/" + Integer.toUnsignedString(id));
    if (found == null) {
      throw new BadEvent(
          0, null, "was written with schema " + id + ", which is not in the registry");
    }
    try {
      return parse(found);
    } catch (AvroRuntimeException e) {
      throw new BadEvent(
          0, null, "was written with schema " + id + " of the registry: " + e.getMessage());
    }
  }

  /**
   * The newest schema of a subject, once there is one.
   *
   * @throws InterruptedException when the feed is closed before
   */
  Schema newest(String subject) throws InterruptedException {
    for (long pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      Found found = ask(version(subject, "latest"));
      if (found != null) {
        try {
          return parse(found);
        } catch (AvroRuntimeException e) {
          throw wrong("the newest schema of subject '" + subject + "': " + e.getMessage());
        }
      }
      trouble("has no subject '" + subject + "' yet");
      sleep(pause);
    }
  }

  /** In words why it waits; null when it does not. */
  String trouble() {
    return trouble;
  }

  void close() {
    closed = true;
  }

  private static String version(String subject, String version) {
    return "/subjects/"
        + URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20")
        + "/versions/"
        + version;
  }

  /** Parses a schema after those it refers to, each once. */
  private Schema parse(Found found) throws InterruptedException {
    Schema.Parser parser = new Schema.Parser();
    references(found, parser, new ArrayList<>());
    Schema s = parser.parse(found.schema);
    if (s.getType() != Schema.Type.RECORD) {
      throw new AvroRuntimeException("is a " + s.getType() + ", expected a record");
    }
    return s;
  }

  private void references(Found found, Schema.Parser parser, List<String> seen)
      throws InterruptedException {
    if (found.type != null && !found.type.equals("AVRO")) {
      throw new AvroRuntimeException("is of type " + found.type + ", expected AVRO");
    }
    for (String path : found.references) {
      if (seen.contains(path)) {
        continue;
      }
      seen.add(path);
      if (seen.size() > MOST_REFERENCES) {
        throw new AvroRuntimeException("refers to more than " + MOST_REFERENCES + " schemas");
      }
      Found other = ask(path);
      if (other == null) {
        throw new AvroRuntimeException("refers to " + path + ", which is not in the registry");
      }
      references(other, parser, seen);
      parser.parse(other.schema);
    }
  }

  /** What a registry tells of a schema. */
  private static final class Found {
    private String schema;
    private String type; // null: Avro
    private final List<String> references = new ArrayList<>(); // paths
  }

  /** Null when there is none; waits while the registry is away. */
  private Found ask(String path) throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address + path))
            .timeout(Duration.ofSeconds(10))
            .header("Accept", "application/vnd.schemaregistry.v1+json, application/json");
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    for (long pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      try {
        HttpResponse<InputStream> answer =
            client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = answer.body()) {
          if (answer.statusCode() == 200) {
            Found found = read(body.readNBytes(LONGEST + 1));
            trouble = null;
            return found;
          }
          if (answer.statusCode() == 404) {
            trouble = null;
            return null;
          }
        }
        trouble("answers " + answer.statusCode());
      } catch (IOException e) {
        trouble("gives no answer: " + (e.getMessage() == null ? e.toString() : e.getMessage()));
      }
      sleep(pause);
    }
  }

  private void sleep(long pause) throws InterruptedException {
    for (long waited = 0; waited < pause; waited += 50) {
      if (closed) {
        throw new InterruptedException("the feed was closed");
      }
      Thread.sleep(50);
    }
  }

  private void trouble(String what) {
    String now = "the schema registry " + address + " " + what;
    if (!now.equals(trouble)) {
      LOG.warn("{}; trying again", now);
    }
    trouble = now;
  }

  private static Found read(byte[] body) throws IOException {
    if (body.length > LONGEST) {
      throw new IOException("an answer of more than " + LONGEST + " bytes");
    }
    Found found = new Found();
    try (JsonParser p = new JsonFactory().createParser(body)) {
      if (p.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("the answer is no JSON object");
      }
      while (p.nextToken() == JsonToken.FIELD_NAME) {
        String name = p.currentName();
        JsonToken value = p.nextToken();
        if (name.equals("schema") && value == JsonToken.VALUE_STRING) {
          found.schema = p.getText();
        } else if (name.equals("schemaType") && value == JsonToken.VALUE_STRING) {
          found.type = p.getText();
        } else if (name.equals("references") && value == JsonToken.START_ARRAY) {
          references(p, found);
        } else {
          p.skipChildren();
        }
      }
    }
    if (found.schema == null) {
      throw new IOException("the answer has no member 'schema'");
    }
    return found;
  }

  private static void references(JsonParser p, Found into) throws IOException {
    while (p.nextToken() == JsonToken.START_OBJECT) {
      String subject = null;
      String version = null;
      while (p.nextToken() == JsonToken.FIELD_NAME) {
        String name = p.currentName();
        JsonToken value = p.nextToken();
        if (name.equals("subject") && value == JsonToken.VALUE_STRING) {
          subject = p.getText();
        } else if (name.equals("version") && value == JsonToken.VALUE_NUMBER_INT) {
          version = p.getText();
        } else {
          p.skipChildren();
        }
      }
      if (subject == null || version == null) {
        throw new IOException("a reference in the answer has no subject and version");
      }
      into.references.add(version(subject, version));
    }
  }
}
