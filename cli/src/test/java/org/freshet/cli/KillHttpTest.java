package org.freshet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.SavedSchema;
import org.freshet.engine.Snapshots;
import org.freshet.runtime.Replica;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills {@code freshet run} under load over HTTP, as {@code kill -9} does, at random moments.
 * Clients send what got no answer again, with the same ids. {@code -Dfreshet.kills=200} kills more
 * often than the default 20 times.
 */
class KillHttpTest {
  private static final int KILLS = Integer.getInteger("freshet.kills", 20);
  private static final int CLIENTS = 4;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<Throwable> faults = new ConcurrentLinkedQueue<>();
  private final AtomicLong requests = new AtomicLong();
  private volatile String address;
  private volatile boolean finishing;

  @Test
  void nothingAnsweredIsLostAndNothingIsLearntTwice() throws Exception {
    Cli.write(
        folder.resolve("killed.yaml"),
        "name: killed",
        "source: { http: { numeric: [a, b], categorical: [kind], labels: [no, yes] } }",
        "pipeline:",
        "  - standard_scaler",
        "  - hoeffding_tree: { grace_period: 50 }",
        "state: { directory: state, every: 100ms, keep: 2, keep_journal: true }");
    List<Client> clients = new ArrayList<>();
    for (int c = 0; c < CLIENTS; c++) {
      clients.add(new Client(c));
      clients.get(c).start();
    }
    Random random = new Random(7);
    for (int life = 0; life < KILLS; life++) {
      Process p = start(folder, life);
      if (life % 5 == 4) {
        Thread.sleep(random.nextInt(1000)); // perhaps before it listens, or while it recovers
      } else {
        long before = requests.get();
        listening(p);
        underLoad(before);
        Thread.sleep(random.nextInt(200));
      }
      assertThat(p.isAlive()).as(said(folder)).isTrue();
      address = null;
      p.destroyForcibly().waitFor();
      assertThat(faults).isEmpty();
    }

    Process last = start(folder, 0);
    listening(last);
    finishing = true;
    long labelled = 0;
    for (Client c : clients) {
      c.join(TimeUnit.MINUTES.toMillis(5));
      assertThat(c.isAlive()).isFalse();
      labelled += c.labelled;
    }
    assertThat(faults).isEmpty();
    JsonNode model = JSON.readTree(get("/v1/model"));
    assertThat(model.get("events").asInt()).isEqualTo(answers.size());
    assertThat(model.at("/labels/learnt").asLong()).isEqualTo(labelled);
    assertThat(model.at("/labels/corrections").asInt()).isZero();
    answersAgain();
    model = JSON.readTree(get("/v1/model"));
    assertThat(model.get("events").asInt()).isEqualTo(answers.size());
    drain(last, folder);
    replay(model);
  }

  /** The journal alone, in one go: the same state, bit for bit, and the same answers. */
  private void replay(JsonNode model) throws Exception {
    Path copy = Files.createDirectories(folder.resolve("copy"));
    Files.copy(folder.resolve("killed.yaml"), copy.resolve("killed.yaml"));
    Path journal = Files.createDirectories(copy.resolve("state/journal"));
    try (Stream<Path> segments = Files.list(folder.resolve("state/journal"))) {
      for (Path s : segments.toList()) {
        Files.copy(s, journal.resolve(s.getFileName()));
      }
    }
    Process p = start(copy, 0);
    listening(p);
    assertThat(JSON.readTree(get("/v1/model")).get("labels")).isEqualTo(model.get("labels"));
    drain(p, copy);
    assertThat(newest(copy).getFileName()).isEqualTo(newest(folder).getFileName());
    assertThat(state(copy)).isEqualTo(state(folder));
    p = start(copy, 0);
    listening(p);
    answersAgain();
    drain(p, copy);
  }

  /** All of the newest snapshot but its head, which says when it was made. */
  private static byte[] state(Path folder) throws IOException {
    org.freshet.engine.Snapshot snapshot = Snapshots.read(newest(folder));
    PipelineFile file = PipelineFile.read(folder.resolve("killed.yaml"), List.of());
    try (Replica replica = new Replica(file, snapshot.schema(), 1)) {
      replica.load(snapshot.run());
      StateWriter out = new StateWriter();
      SavedSchema.save(snapshot.schema(), out.child("schema"));
      replica.save(out.child("run"));
      return out.toBytes();
    }
  }

  private static Path newest(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder.resolve("state/snapshots"))) {
      return all.max(Path::compareTo).orElseThrow();
    }
  }

  /** Every id there was, in another order than before: its answer is the one it got. */
  private void answersAgain() throws Exception {
    List<String> ids = new ArrayList<>(answers.keySet());
    for (int from = 0; from < ids.size(); from += 500) {
      List<String> some = ids.subList(from, Math.min(from + 500, ids.size()));
      HttpResponse<String> r =
          post(
              "/v1/events",
              "[" + String.join(",", some.stream().map(Client::event).toList()) + "]");
      assertThat(r.statusCode()).as(r.body()).isEqualTo(200);
      for (JsonNode a : JSON.readTree(r.body())) {
        assertThat(a.toString()).isEqualTo(answers.get(a.get("id").asText()));
      }
    }
  }

  private static Process start(Path folder, int life) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-Xmx128m", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    // Both ways of making a snapshot: by the owner, and by a second replica.
    command.add("-Dfreshet.snapshot.small=" + (life % 2 == 0 ? 1 << 20 : 0));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of("run", folder.resolve("killed.yaml").toString(), "--port", "0"));
    return new ProcessBuilder(command)
        .redirectError(ProcessBuilder.Redirect.appendTo(folder.resolve("err").toFile()))
        .start();
  }

  private void listening(Process p) throws IOException {
    BufferedReader out = p.inputReader();
    String line = out.readLine();
    assertThat(line).as(said(p, folder)).startsWith("http://");
    address = line;
  }

  /** Waits until something was answered in this life. */
  private void underLoad(long before) throws Exception {
    long until = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (requests.get() == before) {
      assertThat(System.nanoTime()).isLessThan(until);
      assertThat(faults).isEmpty();
      Thread.sleep(2);
    }
  }

  private static String said(Process p, Path folder) throws IOException {
    return p.isAlive() ? "" : said(folder);
  }

  private static String said(Path folder) throws IOException {
    return Files.readString(folder.resolve("err"));
  }

  private void drain(Process p, Path of) throws Exception {
    assertThat(post("/v1/drain", "").statusCode()).isEqualTo(202);
    assertThat(p.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(p.exitValue()).as(said(of)).isZero();
  }

  private String get(String path) throws Exception {
    HttpRequest r = HttpRequest.newBuilder(URI.create(address + path)).build();
    return http.send(r, HttpResponse.BodyHandlers.ofString()).body();
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(address + path))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** Events, one or several a request, some sent twice, with labels that come before or behind. */
  private final class Client extends Thread {
    private final int number;
    private final Random random;
    private int sent;
    private long labelled;

    Client(int number) {
      super("client-" + number);
      this.number = number;
      this.random = new Random(number);
    }

    static String event(String id) {
      Random values = new Random(id.hashCode());
      return "{\"id\":\"%s\",\"time\":%d,\"features\":{\"a\":%s,\"b\":%s,\"kind\":\"k%d\"}}"
          .formatted(
              id,
              1_700_000_000_000L + values.nextInt(1_000_000),
              values.nextDouble(),
              values.nextDouble(),
              values.nextInt(20));
    }

    private static String label(String id) {
      Random values = new Random(id.hashCode());
      values.nextInt();
      boolean yes = values.nextDouble() + values.nextDouble() > 1;
      return "{\"id\":\"%s\",\"label\":\"%s\"}".formatted(id, yes ? "yes" : "no");
    }

    private String id(int i) {
      return "c" + number + "-" + i;
    }

    @Override
    public void run() {
      try {
        while (!finishing) {
          turn();
        }
      } catch (Exception | AssertionError e) {
        faults.add(e);
      }
    }

    private void turn() throws Exception {
      List<String> ids = new ArrayList<>();
      int n = random.nextInt(4) == 0 ? 1 + random.nextInt(8) : 1;
      for (int i = 0; i < n; i++) {
        ids.add(id(sent + i));
      }
      boolean early = random.nextInt(10) == 0;
      if (early) {
        labels(ids);
      }
      List<String> events = new ArrayList<>(ids);
      if (sent > 0 && random.nextInt(5) == 0) {
        events.add(id(random.nextInt(sent)));
      }
      events(events);
      sent += n;
      if (!early) {
        labels(ids);
      }
    }

    private void events(List<String> ids) throws Exception {
      List<String> bodies = ids.stream().map(Client::event).toList();
      boolean one = ids.size() == 1 && random.nextBoolean();
      String body = one ? bodies.get(0) : "[" + String.join(",", bodies) + "]";
      JsonNode got = JSON.readTree(answered("/v1/events", body));
      assertThat(got.isArray()).isEqualTo(!one);
      for (int i = 0; i < ids.size(); i++) {
        JsonNode a = one ? got : got.get(i);
        assertThat(a.get("id").asText()).isEqualTo(ids.get(i));
        String before = answers.putIfAbsent(ids.get(i), a.toString());
        assertThat(before == null ? a.toString() : before).isEqualTo(a.toString());
      }
    }

    private void labels(List<String> ids) throws Exception {
      List<String> bodies = ids.stream().map(Client::label).toList();
      JsonNode got = JSON.readTree(answered("/v1/labels", "[" + String.join(",", bodies) + "]"));
      for (JsonNode fate : got) {
        assertThat(fate.get("fate").asText()).isIn("learnt", "early", "duplicate");
      }
      labelled += ids.size();
    }

    /** Sends the same until it is answered, whichever life answers. */
    private String answered(String path, String body) throws Exception {
      long until = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
      while (System.nanoTime() < until) {
        if (address == null) {
          Thread.sleep(2);
          continue;
        }
        HttpResponse<String> r = attempt(path, body);
        if (r != null && r.statusCode() != 503) {
          assertThat(r.statusCode()).as(r.body()).isEqualTo(200);
          requests.incrementAndGet();
          return r.body();
        }
      }
      throw new AssertionError("no answer to " + body);
    }

    /** Null where the service is gone. */
    private HttpResponse<String> attempt(String path, String body) throws InterruptedException {
      try {
        return post(path, body);
      } catch (IOException | IllegalArgumentException gone) {
        Thread.sleep(1);
        return null;
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
  }
}
