package org.freshet.connectors.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.errors.InterruptException;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.core.live.Feed;
import org.freshet.core.live.Records;
import org.freshet.streams.live.BadEvent;
import org.freshet.streams.live.EventFields;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Avro with a registry. By default against a small server with the paths of a registry; with {@code
 * -Dfreshet.registry=http://host:port/path} against a real one, such as Apicurio's, which Maven
 * Central has as {@code io.apicurio:apicurio-registry-app:3.0.9:tar.gz:all}.
 */
class SchemaRegistryTest {
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final EventFields FIELDS = new EventFields("id", "time", "key", "label", "weight");

  /** Answers 200 with what is registered, else 404; can be made to fail, or to want a password. */
  private static final class Stub implements AutoCloseable {
    final HttpServer server;
    final Map<String, String> answers = new ConcurrentHashMap<>();
    final AtomicBoolean away = new AtomicBoolean();
    final CountDownLatch askedInVain = new CountDownLatch(2);
    volatile String wants;

    Stub() throws Exception {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
      server.createContext(
          "/",
          e -> {
            String path = e.getRequestURI().getRawPath();
            String answer = answers.get(path);
            String given = e.getRequestHeaders().getFirst("Authorization");
            int status = answer == null ? 404 : 200;
            if (away.get() || wants != null && !wants.equals(given)) {
              askedInVain.countDown();
              status = away.get() ? 503 : 401;
            }
            byte[] body =
                (status == 200 ? answer : "{\"error_code\":" + status + "}")
                    .getBytes(StandardCharsets.UTF_8);
            e.sendResponseHeaders(status, body.length);
            e.getResponseBody().write(body);
            e.close();
          });
      server.start();
    }

    String address() {
      return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }

  private Stub stub;
  private String address;
  private String subject;

  @BeforeEach
  void start() throws Exception {
    stub = new Stub();
    String real = System.getProperty("freshet.registry");
    address = real == null ? stub.address() : real;
    subject = "payments" + ProcessHandle.current().pid() + "-" + NUMBER.incrementAndGet();
  }

  @AfterEach
  void stop() {
    stub.close();
  }

  private static String quoted(String s) {
    return '"' + s.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /** Registers a schema as the next version of the subject; its number. */
  private int register(String name, String schema, String references) throws Exception {
    String body = "{\"schema\":" + quoted(schema) + ",\"schemaType\":\"AVRO\"" + references + "}";
    if (!address.equals(stub.address())) {
      HttpResponse<String> answer =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create(address + "/subjects/" + name + "/versions"))
                      .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                      .POST(HttpRequest.BodyPublishers.ofString(body))
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
      Matcher id = Pattern.compile("\"id\"\\s*:\\s*(\\d+)").matcher(answer.body());
      assertThat(id.find()).as(answer.body()).isTrue();
      return Integer.parseInt(id.group(1));
    }
    int id = NUMBER.addAndGet(300);
    int version = 1;
    while (stub.answers.containsKey("/subjects/" + name + "/versions/" + version)) {
      version++;
    }
    stub.answers.put("/schemas/ids/" + id, body);
    stub.answers.put("/subjects/" + name + "/versions/" + version, body);
    stub.answers.put("/subjects/" + name + "/versions/latest", body);
    return id;
  }

  private static String record(String... fields) {
    return "{\"type\":\"record\",\"name\":\"Payment\",\"fields\":["
        + String.join(",", fields)
        + "]}";
  }

  private static String field(String name, String type) {
    return "{\"name\":\"%s\",\"type\":%s}".formatted(name, type);
  }

  private static byte[] value(int id, String schema, Object... values) throws Exception {
    return value(id, new org.apache.avro.Schema.Parser().parse(schema), values);
  }

  private static byte[] value(int id, org.apache.avro.Schema avro, Object... values)
      throws Exception {
    GenericRecord r = new GenericData.Record(avro);
    for (int i = 0; i < values.length; i++) {
      r.put(i, values[i]);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(ByteBuffer.allocate(5).put((byte) 0).putInt(id).array());
    BinaryEncoder e = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(avro).write(r, e);
    e.flush();
    return out.toByteArray();
  }

  private SchemaRegistry registry() {
    return new SchemaRegistry(address, null, null, UnaryOperator.identity());
  }

  private static RegistryDecoder decoder(SchemaRegistry registry, Schema schema) {
    return new RegistryDecoder(
        registry, written -> new AvroDecoder(written, true, schema, FIELDS, null));
  }

  private Schema columns(String more) throws Exception {
    try (Feed feed =
        Components.create(
            Spec.parse(
                "kafka(topic=%s, format=avro, registry='%s', labels=[ok, fraud]%s)"
                    .formatted(subject, address, more)),
            Build.of(null),
            Feed.class)) {
      return feed.schema();
    }
  }

  @Test
  void columnsAreThoseOfTheNewestSchemaAndEachValueIsReadWithItsOwn() throws Exception {
    String old = record(field("id", "\"string\""), field("amount", "\"double\""));
    int first = register(subject + "-value", old, "");
    String now =
        record(
            field("country", "[\"null\",\"string\"],\"default\":null"),
            field("id", "\"string\""),
            field("amount", "\"double\""));
    int second = register(subject + "-value", now, "");
    Schema schema = columns("");
    assertThat(schema.columns()).extracting(Column::name).containsExactly("amount", "country");
    String later =
        record(
            field("amount", "\"double\""),
            field("id", "\"string\""),
            field("device", "\"string\",\"default\":\"\""));
    int third = register(subject + "-value", later, "");

    RegistryDecoder decoder = decoder(registry(), schema);
    Records records = new Records(schema, 10);
    decoder.add(value(first, old, "a", 1.5), records);
    decoder.add(value(second, now, "PT", "b", 2.5), records);
    decoder.add(value(third, later, 3.5, "c", "phone"), records);
    Batch batch = new Batch(schema, 10);
    List<String> ids = new ArrayList<>();
    for (int r = 0; r < 3; r++) {
      records.appendTo(batch, r, 0);
      ids.add(records.id(r));
    }
    assertThat(ids).containsExactly("a", "b", "c");
    assertThat(List.of(at(batch, 0, 0), at(batch, 1, 0), at(batch, 2, 0)))
        .containsExactly(1.5, 2.5, 3.5);
    assertThat(at(batch, 0, 1)).isNaN();
    assertThat(at(batch, 1, 1)).isEqualTo(0.0);
    assertThat(schema.column(1).dictionary().name(0)).isEqualTo("PT");
    assertThat(at(batch, 2, 1)).isNaN();
  }

  private static double at(Batch b, int row, int column) {
    return b.row(row).get(column);
  }

  @Test
  void schemasThatReferToOthersAreReadWithThem() throws Exception {
    String place = "{\"type\":\"enum\",\"name\":\"Place\",\"symbols\":[\"SHOP\",\"WEB\"]}";
    register(subject + "-place", place, "");
    String payment = record(field("id", "\"string\""), field("place", "\"Place\""));
    int id =
        register(
            subject + "-value",
            payment,
            ",\"references\":[{\"name\":\"Place\",\"subject\":\"%s-place\",\"version\":1}]"
                .formatted(subject));
    Schema schema = columns("");
    Records records = new Records(schema, 1);
    org.apache.avro.Schema.Parser parser = new org.apache.avro.Schema.Parser();
    org.apache.avro.Schema places = parser.parse(place);
    decoder(registry(), schema)
        .add(
            value(id, parser.parse(payment), "a", new GenericData.EnumSymbol(places, "WEB")),
            records);
    records.appendTo(new Batch(schema, 1), 0, 0);
    assertThat(schema.column(0).dictionary().name(0)).isEqualTo("WEB");
  }

  @Test
  void aValueThatIsWrongIsABadRecordAndTheNextIsRead() throws Exception {
    String payment = record(field("id", "\"string\""), field("amount", "\"double\""));
    int id = register(subject + "-value", payment, "");
    Schema schema = columns("");
    RegistryDecoder decoder = decoder(registry(), schema);
    Records records = new Records(schema, 10);
    assertThatThrownBy(() -> decoder.add("{\"id\":1}".getBytes(StandardCharsets.UTF_8), records))
        .isInstanceOf(BadEvent.class)
        .hasMessage("does not begin with 00 and the number of a schema in the registry");
    assertThatThrownBy(() -> decoder.add(value(987_654_321, payment, "a", 1.0), records))
        .isInstanceOf(BadEvent.class)
        .hasMessage("was written with schema 987654321, which is not in the registry");
    byte[] cut = java.util.Arrays.copyOf(value(id, payment, "a", 1.0), 8);
    assertThatThrownBy(() -> decoder.add(cut, records)).isInstanceOf(BadEvent.class);
    int text = register(subject + "-text", "{\"type\":\"string\"}", "");
    assertThatThrownBy(() -> decoder.add(value(text, payment, "a", 1.0), records))
        .isInstanceOf(BadEvent.class)
        .hasMessageEndingWith("is a STRING, expected a record");
    decoder.add(value(id, payment, "b", 2.0), records);
    assertThat(records.id(0)).isEqualTo("b");
    assertThat(records.size()).isEqualTo(1);
  }

  @Test
  void recordsWaitWhileTheRegistryIsAwayAndACloseEndsTheWait() throws Exception {
    address = stub.address();
    String payment = record(field("id", "\"string\""), field("amount", "\"double\""));
    int id = register(subject + "-value", payment, "");
    Schema schema = columns("");
    SchemaRegistry registry = registry();
    RegistryDecoder decoder = decoder(registry, schema);
    Records records = new Records(schema, 10);
    stub.away.set(true);
    AtomicReference<String> said = new AtomicReference<>();
    Thread back =
        new Thread(
            () -> {
              try {
                stub.askedInVain.await(60, TimeUnit.SECONDS);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              said.set(registry.trouble());
              stub.away.set(false);
            });
    back.start();
    decoder.add(value(id, payment, "a", 1.0), records);
    back.join();
    assertThat(records.id(0)).isEqualTo("a");
    assertThat(stub.askedInVain.getCount()).isZero();
    assertThat(said.get()).endsWith("answers 503");
    assertThat(registry.trouble()).isNull();

    stub.away.set(true);
    registry.close();
    assertThatThrownBy(() -> decoder.add(value(id + 1, payment, "a", 1.0), records))
        .isInstanceOf(InterruptException.class);
    Thread.interrupted(); // Kafka's exception sets it
  }

  @Test
  void userAndPasswordComeFromTheEnvironment() throws Exception {
    address = stub.address();
    stub.wants = "Basic YW5uOnMzY3JldA=="; // ann:s3cret
    String payment = record(field("id", "\"string\""));
    int id = register(subject + "-value", payment, "");
    Map<String, String> environment = Map.of("USER_OF", "ann", "SECRET_OF", "s3cret");
    SchemaRegistry registry = new SchemaRegistry(address, "USER_OF", "SECRET_OF", environment::get);
    assertThat(registry.written(id).getName()).isEqualTo("Payment");
    assertThatThrownBy(() -> new SchemaRegistry(address, "USER_OF", "NONE", environment::get))
        .hasMessageContaining("the environment variable 'NONE' is not set");
    assertThatThrownBy(
            () -> new SchemaRegistry("http://ann:s3cret@h", null, null, environment::get))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("holds a user or password")
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void answersThatAreNoSchemaAreNotBelieved() throws Exception {
    address = stub.address();
    SchemaRegistry registry = registry();
    stub.answers.put("/schemas/ids/1", "{\"schema\":\"" + " ".repeat(2_000_000) + "\"}");
    AtomicReference<Exception> ended = new AtomicReference<>();
    Thread asks =
        new Thread(
            () -> {
              try {
                registry.written(1);
              } catch (BadEvent | InterruptedException e) {
                ended.set(e);
              }
            });
    asks.start();
    KafkaLiveTest.await("the refusal", () -> registry.trouble() != null);
    assertThat(registry.trouble()).endsWith("an answer of more than 1048576 bytes");
    registry.close();
    asks.join();
    assertThat(ended.get()).isInstanceOf(InterruptedException.class);
  }

  @Test
  void parametersThatDoNotGoTogetherAreRefused() {
    assertThatThrownBy(() -> create("registry='http://h', format=json"))
        .hasMessageContaining("'registry' belongs to format: avro");
    assertThatThrownBy(() -> create("format=avro"))
        .hasMessageContaining("Avro values need 'schema_file', the file with their schema, or");
    assertThatThrownBy(() -> create("format=avro, registry='h:80'"))
        .hasMessageContaining("'registry: h:80' is no address, expected http://… or https://…");
    assertThatThrownBy(() -> create("format=avro, registry='http://h', registry_user_variable=U"))
        .hasMessageContaining("go together");
  }

  private static Feed create(String parameters) {
    return Components.create(
        Spec.parse("kafka(topic=t, " + parameters + ")"), Build.of(null), Feed.class);
  }
}
