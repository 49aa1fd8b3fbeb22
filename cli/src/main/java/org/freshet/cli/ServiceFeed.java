package org.freshet.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.ConfigException;
import org.freshet.streams.live.JsonBytes;

/** Requests to a running service; one that does not answer is asked again, for a while. */
final class ServiceFeed implements Destination {
  private static final JsonFactory JSON = new JsonFactory();
  private static final long PATIENCE = 60_000_000_000L;
  private static final long FIRST_PATIENCE = 30_000_000_000L;
  private static final String TOKEN = "FRESHET_TOKEN";

  private final Console console;
  private final String base;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private boolean reached;
  private long repeated; // requests made again
  private final JsonBytes events = new JsonBytes();
  private final JsonBytes labels = new JsonBytes();
  private final List<String> ids = new ArrayList<>(); // of the events taken
  private final List<Answer> answers = new ArrayList<>();

  private record Answer(String id, String prediction, long nanos) {}

  /**
   * @param url of the service, such as {@code http://127.0.0.1:8080}
   */
  ServiceFeed(Console console, String url) {
    this.console = console;
    this.base = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    try {
      URI u = URI.create(base);
      if (u.getHost() != null && ("http".equals(u.getScheme()) || "https".equals(u.getScheme()))) {
        return;
      }
    } catch (IllegalArgumentException no) {
      // said below
    }
    throw new ConfigException(
        "--to", "is '" + url + "', expected a service's address such as http://127.0.0.1:8080");
  }

  @Override
  public void event(String id, JsonBytes json) {
    ids.add(id);
    append(events, json);
  }

  @Override
  public void label(JsonBytes json) {
    append(labels, json);
  }

  private static void append(JsonBytes array, JsonBytes json) {
    array.character(array.size() == 0 ? '[' : ',').raw(Arrays.copyOf(json.array(), json.size()));
  }

  @Override
  public void send() throws InterruptedException {
    if (events.size() > 0) {
      long begun = System.nanoTime();
      byte[] body = post("/v1/events", events.character(']'));
      take(body, System.nanoTime() - begun);
      events.clear();
      ids.clear();
    }
    if (labels.size() > 0) {
      post("/v1/labels", labels.character(']'));
      labels.clear();
    }
  }

  /** Reads the predictions, in the order of the events. */
  private void take(byte[] body, long nanos) {
    int r = 0;
    try (JsonParser p = JSON.createParser(body)) {
      if (p.nextToken() != JsonToken.START_ARRAY) {
        throw new ConfigException("--to", "the service's answer is no array");
      }
      while (p.nextToken() == JsonToken.START_OBJECT && r < ids.size()) {
        String prediction = null;
        while (p.nextToken() != JsonToken.END_OBJECT) {
          String name = p.currentName();
          p.nextToken();
          if (name.equals("prediction")) {
            prediction = p.getValueAsString();
          }
          p.skipChildren();
        }
        answers.add(new Answer(ids.get(r++), prediction, nanos));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the service's answer is no JSON", e);
    }
    if (r != ids.size()) {
      throw new ConfigException(
          "--to", "the service gave " + r + " answers to " + ids.size() + " events");
    }
  }

  @Override
  public void answers(Answers to) {
    answers.forEach(a -> to.answered(a.id(), a.prediction(), a.nanos()));
    answers.clear();
  }

  @Override
  public void close() {
    // the client has nothing to close
  }

  /**
   * Posts JSON until it is answered.
   *
   * @return the answer's body
   * @throws ConfigException when the service refuses it
   * @throws UncheckedIOException when the service does not answer for a minute
   */
  private byte[] post(String path, JsonBytes json) throws InterruptedException {
    HttpRequest request = request(path, Arrays.copyOf(json.array(), json.size()));
    long since = System.nanoTime();
    for (long pause = 50; ; pause = Math.min(2000, 2 * pause)) {
      String why;
      try {
        HttpResponse<byte[]> r = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        int status = r.statusCode();
        if (status == 200) {
          reached = true;
          return r.body();
        }
        why = "it answers with status " + status + " " + text(r.body());
        if (status != 429 && status != 503) {
          throw new ConfigException("--to", base + path + ": " + why);
        }
      } catch (IOException e) {
        why = "it does not answer";
      }
      again(why, since);
      Thread.sleep(pause);
    }
  }

  private HttpRequest request(String path, byte[] body) {
    HttpRequest.Builder b =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(Duration.ofSeconds(30))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    String token = System.getenv(TOKEN);
    return (token == null ? b : b.header("Authorization", "Bearer " + token)).build();
  }

  private void again(String why, long since) {
    if (System.nanoTime() - since > (reached ? PATIENCE : FIRST_PATIENCE)) {
      throw new UncheckedIOException(
          base + ": " + why + "; is 'freshet run' there?", new IOException(why));
    }
    if (repeated++ == 0 || reached) {
      console.err().println(base + ": " + why + "; trying again");
      console.err().flush();
      reached = false;
    }
  }

  private static String text(byte[] body) {
    String s = new String(body, java.nio.charset.StandardCharsets.UTF_8).replaceAll("\\s+", " ");
    return s.length() > 300 ? s.substring(0, 300) + "…" : s;
  }
}
