package org.freshet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alarms of a service as a person meets them: in its log, its metrics, and at a webhook. */
class WatchedServiceTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern ALARMS =
      Pattern.compile("freshet_happenings_total\\{kind=\"alarm\"} (\\S+)");

  @TempDir Path folder;

  private final HttpClient client = HttpClient.newHttpClient();
  private final Random rng = new Random(3);
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final List<String> received = new CopyOnWriteArrayList<>();
  private String address;
  private int sent;

  /** What an event is, and whether its label comes. */
  private static final class Stream {
    double positive = 0.5; // share of events whose a is positive
    boolean squared; // b comes from another distribution of the same range
    double labelled = 0.9;
    boolean missing; // b is missing now and then
    boolean strange; // b is out of its range now and then
  }

  private String post(String path, String body) throws Exception {
    HttpRequest r =
        HttpRequest.newBuilder(URI.create(address + path))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> answer = client.send(r, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 202);
    return answer.body();
  }

  private void feed(int batches, Stream s) throws Exception {
    for (int n = 0; n < batches; n++) {
      List<String> events = new ArrayList<>();
      List<String> labels = new ArrayList<>();
      for (int i = 0; i < 100; i++, sent++) {
        double a = rng.nextDouble() * (rng.nextDouble() < s.positive ? 1 : -1);
        double u = rng.nextDouble();
        boolean now = sent % 33 == 0;
        double b = s.strange && now ? 5 : s.squared ? u * u : u;
        String second = s.missing && now ? "" : ",\"b\":" + b;
        events.add("{\"id\":\"e%d\",\"features\":{\"a\":%s%s}}".formatted(sent, a, second));
        if (rng.nextDouble() < s.labelled) {
          labels.add("{\"id\":\"e%d\",\"label\":\"%s\"}".formatted(sent, a > 0 ? "yes" : "no"));
        }
      }
      post("/v1/events", events.toString());
      post("/v1/labels", labels.toString());
    }
  }

  private static void until(BooleanSupplier so) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!so.getAsBoolean() && System.nanoTime() < end) {
      Thread.sleep(20);
    }
  }

  /** Alarms so far, the same in all three places. */
  private List<String> alarms() throws Exception {
    List<String> logged = new ArrayList<>();
    for (String line : err.toString(StandardCharsets.UTF_8).lines().toList()) {
      JsonNode entry = JSON.readTree(line); // each line is one object
      assertThat(entry.get("timestamp").isNumber()).isTrue();
      String kvp = entry.path("kvpList").toString();
      if (kvp.contains("\"kind\":\"alarm\"")) {
        assertThat(kvp).contains("\"pipeline\":\"watched\"");
        assertThat(entry.get("level").asText()).isEqualTo("WARN");
        logged.add(entry.get("formattedMessage").asText());
      }
    }
    until(() -> received.size() >= logged.size());
    List<String> names = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    for (String body : received) {
      JsonNode alarm = JSON.readTree(body);
      names.add(alarm.get("watch").asText() + " of " + alarm.get("of").asText());
      texts.add(alarm.get("text").asText());
    }
    assertThat(texts).isEqualTo(logged);
    HttpRequest metrics = HttpRequest.newBuilder(URI.create(address + "/metrics")).build();
    Matcher m = ALARMS.matcher(client.send(metrics, HttpResponse.BodyHandlers.ofString()).body());
    assertThat(m.find()).isTrue();
    assertThat((int) Double.parseDouble(m.group(1))).isEqualTo(logged.size());
    return names;
  }

  private void watch(String hook) throws Exception {
    Path file =
        Cli.write(
            folder.resolve("watched.yaml"),
            "name: watched",
            "seed: 1",
            "source: { http: { numeric: [a, b], labels: [no, yes] } }",
            "pipeline: gaussian_nb",
            "watch: { window: 500, webhook: \"" + hook + "\" }",
            "state: { directory: state }");
    try (PipedInputStream said = new PipedInputStream();
        PrintStream out = new PrintStream(new PipedOutputStream(said));
        PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8)) {
      String[] command = {"run", file.toString(), "--port", "0", "--log", "json"};
      CompletableFuture<Integer> service =
          CompletableFuture.supplyAsync(
              () -> Main.run(command, new Console(out, errors, false, 100, Cli.HOME)));
      service.thenRun(out::close); // where it fails, the next line ends
      address = new BufferedReader(new InputStreamReader(said)).readLine();
      assertThat(address).as(err.toString(StandardCharsets.UTF_8)).startsWith("http://");

      Stream s = new Stream();
      feed(120, s);
      assertThat(alarms()).isEmpty();
      List<String> expected = new ArrayList<>();

      s.squared = true;
      feed(30, s);
      expected.add("psi of b");
      assertThat(alarms()).isEqualTo(expected);

      s.labelled = 0.4;
      feed(60, s);
      expected.add("adwin of labels");
      assertThat(alarms()).isEqualTo(expected);

      s.positive = 0.9; // another mix of events, and so of answers
      feed(30, s);
      expected.add("psi of answers");
      expected.add("psi of a");
      assertThat(alarms()).containsExactlyInAnyOrderElementsOf(expected);

      s.missing = true;
      feed(30, s);
      expected.add("missing of b");
      assertThat(alarms()).containsExactlyInAnyOrderElementsOf(expected);

      s.missing = false;
      s.strange = true;
      feed(30, s);
      expected.add("out_of_range of b");
      assertThat(alarms()).containsExactlyInAnyOrderElementsOf(expected);

      post("/v1/drain", "");
      assertThat(service.get()).isZero();
    }
  }

  @Test
  void eachChangeIsOneAlarmInLogMetricAndWebhookAndNothingElseIs() throws Exception {
    HttpServer receiver =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/alarms",
        exchange -> {
          received.add(
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    receiver.start();
    try {
      watch("http://127.0.0.1:" + receiver.getAddress().getPort() + "/alarms");
    } finally {
      receiver.stop(0);
    }
    // What happened is told once: also what is no alarm.
    List<String> lines =
        err.toString(StandardCharsets.UTF_8)
            .lines()
            .filter(l -> l.contains("ended after"))
            .toList();
    assertThat(lines).hasSize(1);
    assertThat(lines.get(0)).contains("\"kind\":\"state\"").contains("30000 answers");
  }
}
