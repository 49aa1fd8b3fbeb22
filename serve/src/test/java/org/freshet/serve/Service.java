package org.freshet.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.freshet.connectors.jdbc.JdbcQuestions;
import org.freshet.core.ask.QuestionStore.Terms;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.live.Feed;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.section.QueueSection;
import org.freshet.runtime.Live;
import org.freshet.serve.ask.Questions;
import org.freshet.serve.meter.Meters;

/** A pipeline and its server on a free port, as {@code freshet run} starts them. */
final class Service implements AutoCloseable {
  static final ObjectMapper JSON = new ObjectMapper();
  static final String PAYMENTS =
      """
      name: payments
      source: { http: { numeric: [amount], categorical: [country], labels: [ok, fraud] } }
      pipeline: [standard_scaler, hoeffding_tree: { grace_period: 20 }]
      """;

  /** An answer of the server. */
  record Answer(int status, String body, HttpResponse<String> http) {
    JsonNode json() {
      try {
        return JSON.readTree(body);
      } catch (IOException e) {
        throw new IllegalStateException(body, e);
      }
    }
  }

  final Live live;
  final Server server;
  final String address;
  final Questions queue; // null without
  private final HttpClient client;
  private final Thread starter;

  Service(Path folder, String yaml) throws Exception {
    this(folder, yaml, "", HttpClient.newHttpClient());
  }

  Service(Path folder, String yaml, String serve, HttpClient client) throws Exception {
    this(folder, yaml, serve, client, null);
  }

  /**
   * @param serve further fields of the section
   * @param given in place of the one the file names; null for that one
   */
  Service(Path folder, String yaml, String serve, HttpClient client, Feed given) throws Exception {
    this(folder, yaml, serve, client, given, 30);
  }

  /**
   * @param serve further fields of the section
   * @param given in place of the one the file names; null for that one
   * @param patience seconds an answer is waited for
   */
  Service(Path folder, String yaml, String serve, HttpClient client, Feed given, int patience)
      throws Exception {
    this.client = client;
    PipelineFile file =
        PipelineFile.parse(
            "payments.yaml",
            yaml + "serve: { port: 0" + serve + " }\nstate: { directory: state, every: 1h }\n",
            folder,
            List.of());
    Feed feed =
        given == null ? Components.create(file.source(), Build.of(null), Feed.class) : given;
    Meters meters = new Meters(file);
    live = new Live(file, List.of(feed), 1, "test", meters);
    queue = file.live().queue() == null ? null : queue(file);
    if (queue != null) {
      live.keep(queue);
      meters.questions(queue);
    }
    meters.watch(live);
    CompletableFuture<String> announced = new CompletableFuture<>();
    server =
        Server.start(
            live, file.live().serve(), "1.2.3", meters, queue, announced::complete, patience);
    starter =
        new Thread(
            () -> {
              try {
                live.start(List.of());
                server.ready();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } catch (RuntimeException e) {
                announced.completeExceptionally(e);
              }
            });
    starter.start();
    address = announced.get();
  }

  /** Waits until it takes requests. */
  void running() {
    while (!live.running()) {
      Thread.onSpinWait();
    }
  }

  private static Questions queue(PipelineFile file) {
    QueueSection.Parameters q = file.live().queue();
    Terms terms = new Terms(q.lease().length(), q.keep().length(), q.limit(), q.price());
    Path db = Path.of(file.live().state().directory()).resolve("questions.db");
    JdbcQuestions store = JdbcQuestions.sqlite(db, false, terms);
    store.open(file.name());
    return new Questions(store, q);
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create(address + path));
  }

  Answer send(HttpRequest.Builder request) throws Exception {
    HttpResponse<String> r = client.send(request.build(), BodyHandlers.ofString());
    return new Answer(r.statusCode(), r.body(), r);
  }

  Answer get(String path) throws Exception {
    return send(to(path));
  }

  Answer get(String path, String token) throws Exception {
    return send(to(path).header("Authorization", "Bearer " + token));
  }

  Answer post(String path, String body) throws Exception {
    return send(to(path).POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  Answer post(String path, byte[] body) throws Exception {
    return send(to(path).POST(HttpRequest.BodyPublishers.ofByteArray(body)));
  }

  Answer post(String path, String body, String header, String value) throws Exception {
    return send(to(path).header(header, value).POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  /** Sends bytes as they are; gives all that comes until the server closes. */
  String raw(String request) throws IOException {
    URI at = URI.create(address);
    try (Socket s = new Socket(at.getHost(), at.getPort())) {
      OutputStream out = s.getOutputStream();
      out.write(request.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
      InputStream in = s.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** What the model is: its predictions over a grid, and all counts. */
  String state() throws Exception {
    JsonNode model = get("/v1/model").json();
    return model.get("events") + " " + model.get("labels") + " " + model.get("entry");
  }

  @Override
  public void close() throws Exception {
    starter.interrupt();
    live.close();
    server.close();
    starter.join();
  }
}
