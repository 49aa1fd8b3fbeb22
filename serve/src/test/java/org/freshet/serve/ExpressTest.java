package org.freshet.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.freshet.serve.Service.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests that no thread waits for. */
class ExpressTest {
  private static final String HEAD = "POST /v1/events HTTP/1.1\r\nHost: localhost\r\n";

  @TempDir Path folder;

  /** Small ones, large ones, those of unknown length, and those that cannot go the short way. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "events|{\"id\":\"e0\",\"features\":{\"amount\":1}}|200",
        "events|[{\"id\":\"e0\"},{\"id\":7,\"time\":\"2026-05-31T13:45:00Z\",\"key\":\"k\"}]|200",
        "events| [ ] |200",
        "events|{\"features\":{\"amount\":1}}|200",
        "events|{\"features\":{\"amount\":\"x\"}}|400",
        "events|[{},{\"id\":1.5,\"features\":{\"country\":[]}}]|400",
        "events|nonsense|400",
        "labels|{\"id\":\"e0\",\"label\":\"ok\"}|200",
        "labels|[{\"id\":\"new\",\"label\":\"ok\"},{\"id\":\"new\",\"label\":\"ok\"}]|200",
        "labels|{\"id\":\"e0\"}|400",
      })
  void everyWayAnswersTheSame(String path, String body, int status) throws Exception {
    String padding = " ".repeat(20_000);
    List<String> answers = new ArrayList<>();
    for (String way : new String[] {"small", "large", "chunked", "expects"}) {
      String bytes = way.equals("large") ? body + padding : body;
      String headers =
          switch (way) {
            case "chunked" -> "Transfer-Encoding: chunked\r\n";
            case "expects" -> "Expect: 100-continue\r\nContent-Length: " + bytes.length() + "\r\n";
            default -> "Content-Length: " + bytes.length() + "\r\n";
          };
      if (way.equals("chunked")) {
        int half = bytes.length() / 2;
        bytes = chunk(bytes.substring(0, half)) + chunk(bytes.substring(half)) + chunk("");
      }
      try (Service s = new Service(folder.resolve(way), Service.PAYMENTS)) {
        s.post("/v1/events", "{\"id\":\"e0\",\"features\":{\"amount\":1}}");
        String head = HEAD.replace("events", path) + headers + "Connection: close\r\n\r\n";
        answers.add(s.raw(head + bytes).replace("HTTP/1.1 100 Continue\r\n\r\n", ""));
      }
    }
    assertThat(answers.get(0)).startsWith("HTTP/1.1 " + status + " ");
    assertThat(answers).allSatisfy(a -> assertThat(a).isEqualTo(answers.get(0)));
  }

  private static String chunk(String data) {
    return Integer.toHexString(data.length()) + "\r\n" + data + "\r\n";
  }

  @Test
  void aBodyThatComesInPiecesAndRequestsOneBehindTheOther() throws Exception {
    try (Service s = new Service(folder, Service.PAYMENTS);
        Socket socket = new Socket("127.0.0.1", URI.create(s.address).getPort())) {
      OutputStream out = socket.getOutputStream();
      String first = "{\"id\":\"one\"}";
      String second = "{\"id\":\"two\"}";
      out.write(bytes(HEAD + "Content-Length: 12\r\n\r\n" + first.substring(0, 5)));
      s.get("/health/live"); // what was sent is there by now
      out.write(bytes(first.substring(5)));
      out.write(bytes(HEAD + "Content-Length: 12\r\n\r\n" + second));
      out.write(bytes(HEAD + "Content-Length: 12\r\nConnection: close\r\n\r\n" + first));
      InputStream in = socket.getInputStream();
      String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(all.split("HTTP/1.1 200 OK", -1)).hasSize(4);
      assertThat(all).containsSubsequence("\"id\":\"one\"", "\"id\":\"two\"", "\"id\":\"one\"");
      assertThat(s.get("/v1/model").json().get("events").asInt()).isEqualTo(2);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** A hundred clients that send a body and never end it take no thread from anybody. */
  @Test
  void slowClientsHoldNobodyUp() throws Exception {
    try (Service s = new Service(folder, Service.PAYMENTS)) {
      List<Socket> slow = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        Socket socket = new Socket("127.0.0.1", URI.create(s.address).getPort());
        slow.add(socket);
        socket
            .getOutputStream()
            .write(bytes(HEAD + "Content-Length: " + (i % 2 == 0 ? 100 : 100_000) + "\r\n\r\n["));
      }
      assertThat(s.post("/v1/events", "{\"id\":\"a\"}").status()).isEqualTo(200);
      assertThat(s.get("/health/ready").status()).isEqualTo(200);
      for (Socket socket : slow) {
        socket.close();
      }
      assertThat(s.post("/v1/events", "{\"id\":\"b\"}").status()).isEqualTo(200);
      assertThat(s.get("/v1/model").json().get("events").asInt()).isEqualTo(2);
    }
  }

  /** While the pipeline is busy as many wait as may, the others are told to come again. */
  @Test
  void shedsWhatIsTooMuchAndGoesOnBehindIt() throws Exception {
    String yaml = Service.PAYMENTS + "limits: { queue: 64 }\n";
    try (Service s = new Service(folder, yaml)) {
      CountDownLatch busy = new CountDownLatch(1);
      CountDownLatch free = new CountDownLatch(1);
      s.live.read(
          r -> {
            busy.countDown();
            return waited(free);
          });
      busy.await();
      List<CompletableFuture<Answer>> waiting = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        waiting.add(later(s, "/v1/events", "{\"id\":\"w" + i + "\"}"));
      }
      while (s.live.waiting() < 64) {
        Thread.sleep(1);
      }
      String large = "[{\"id\":\"x\"}," + " ".repeat(9000) + "{\"id\":\"y\"}]";
      for (String body : new String[] {"{\"id\":\"z\"}", large}) {
        Answer shed = s.post("/v1/events", body);
        assertThat(shed.status()).isEqualTo(503);
        assertThat(shed.http().headers().firstValue("Retry-After")).contains("1");
        assertThat(shed.body())
            .isEqualTo(
                "{\"error\":\"64 records wait already (limits.queue); try again in a second\"}");
      }
      assertThat(s.post("/v1/labels", "{\"id\":\"w1\",\"label\":\"ok\"}").status()).isEqualTo(503);
      assertThat(s.get("/health/live").status()).isEqualTo(200);
      free.countDown();
      for (CompletableFuture<Answer> w : waiting) {
        assertThat(w.get(1, TimeUnit.MINUTES).status()).isEqualTo(200);
      }
      assertThat(s.post("/v1/events", large).status()).isEqualTo(200);
      assertThat(s.get("/v1/model").json().get("events").asInt()).isEqualTo(66);
      assertThat(s.get("/v1/model").json().get("shed").asInt()).isEqualTo(4);
    }
  }

  private static boolean waited(CountDownLatch free) {
    try {
      return free.await(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static CompletableFuture<Answer> later(Service s, String path, String body) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return s.post(path, body);
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        },
        r -> new Thread(r).start());
  }

  /** As where the disk is full: who waits too long is told, and may send the same again. */
  @Test
  void givesUpWaitingAndTheSameAgainIsNotLearntTwice() throws Exception {
    String small = "{\"id\":\"a\",\"features\":{\"amount\":1}}";
    String large = "[" + " ".repeat(9000) + "{\"id\":\"b\"}]";
    try (Service s =
        new Service(folder, Service.PAYMENTS, "", HttpClient.newHttpClient(), null, 1)) {
      CountDownLatch busy = new CountDownLatch(1);
      CountDownLatch free = new CountDownLatch(1);
      s.live.read(
          r -> {
            busy.countDown();
            return waited(free);
          });
      busy.await();
      String late =
          "{\"error\":\"no answer within 1 seconds; send the same again, with the same ids:"
              + " nothing is learnt twice\"}";
      for (String body : new String[] {small, large}) {
        Answer a = s.post("/v1/events", body);
        assertThat(a.status()).isEqualTo(503);
        assertThat(a.body()).isEqualTo(late);
        assertThat(a.http().headers().firstValue("Retry-After")).contains("1");
      }
      String expects = "Expect: 100-continue\r\nContent-Length: 12\r\nConnection: close\r\n\r\n";
      assertThat(s.raw(HEAD + expects + "{\"id\":\"cd\"} "))
          .contains("HTTP/1.1 503 ")
          .endsWith(late);
      assertThat(s.get("/v1/model").body()).isEqualTo("{\"error\":\"no answer within 1 seconds\"}");
      free.countDown();
      assertThat(s.post("/v1/events", small).json().get("id").asText()).isEqualTo("a");
      assertThat(s.post("/v1/events", large).json().get(0).get("id").asText()).isEqualTo("b");
      assertThat(s.get("/v1/model").json().get("events").asInt()).isEqualTo(3);
    }
  }

  @Test
  void connectionsBeyondTheMostAreToldSo() throws Exception {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    List<Socket> open = new ArrayList<>();
    try (Service s = new Service(folder, Service.PAYMENTS, ", max_connections: 3", client)) {
      String get = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";
      for (int i = 0; i < 3; i++) {
        open.add(new Socket("127.0.0.1", URI.create(s.address).getPort()));
        open.get(i).getOutputStream().write(bytes(get));
        assertThat(open.get(i).getInputStream().read()).isEqualTo('H'); // it was accepted
      }
      for (int i = 0; i < 5; i++) {
        assertThat(s.raw(get.replace("GET /health/live", "POST /v1/drain")))
            .startsWith("HTTP/1.1 503 ")
            .contains("Connection: close", "Retry-After: 1")
            .endsWith(
                "{\"error\":\"3 connections are open already (serve.max_connections);"
                    + " come again\"}");
      }
      assertThat(s.raw("")).as("one that says nothing is closed soon").isEmpty();
      open.remove(0).close();
      long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
      while (s.get("/health/live").status() != 200 && System.nanoTime() < deadline) {
        Thread.sleep(10); // until the end of the other is noticed
      }
      assertThat(s.get("/health/live").status()).isEqualTo(200);
    } finally {
      for (Socket socket : open) {
        socket.close();
      }
    }
  }

  @Test
  void aPausedPipelineSaysSo() throws Exception {
    try (Service s = new Service(folder, Service.PAYMENTS)) {
      s.post("/v1/model/pause", "");
      Answer a = s.post("/v1/events", "{}");
      assertThat(a.status()).isEqualTo(503);
      assertThat(a.http().headers().firstValue("Retry-After")).contains("1");
      assertThat(a.body())
          .isEqualTo("{\"error\":\"the pipeline is paused; POST /v1/model/resume goes on\"}");
      s.post("/v1/model/resume", "");
      assertThat(s.post("/v1/events", "{}").status()).isEqualTo(200);
    }
  }

  @Test
  void whoMayNotPushIsToldBeforeTheBodyIsRead() throws Exception {
    Tokens.Made boss = Tokens.make("boss", java.util.EnumSet.of(Access.ADMIN));
    java.nio.file.Files.writeString(folder.resolve("tokens.txt"), boss.line() + "\n");
    try (Service s =
        new Service(folder, Service.PAYMENTS, ", tokens: tokens.txt", HttpClient.newHttpClient())) {
      String answer = s.raw(HEAD + "Content-Length: 1000000\r\n\r\n[");
      assertThat(answer).startsWith("HTTP/1.1 401 ").contains("Connection: close\r\n");
      String chunked = s.raw(HEAD + "Transfer-Encoding: chunked\r\n\r\n1\r\n[\r\n");
      assertThat(chunked).startsWith("HTTP/1.1 401 ").contains("Connection: close\r\n");
    }
  }
}
