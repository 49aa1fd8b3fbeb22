package org.freshet.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Events that are left to an expert, which answers when the test lets it. */
@Timeout(120)
class LeftToExpertsTest {
  @TempDir Path folder;
  private final Semaphore may = new Semaphore(0);
  private HttpServer expert;

  @BeforeEach
  void start() throws IOException {
    expert = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    expert.setExecutor(
        Executors.newCachedThreadPool(
            work -> {
              Thread t = new Thread(work);
              t.setDaemon(true);
              return t;
            }));
    expert.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          may.acquireUninterruptibly();
          byte[] reply = "{\"label\":\"fraud\",\"cost\":0.5}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, reply.length);
          exchange.getResponseBody().write(reply);
          exchange.close();
        });
    expert.start();
  }

  @AfterEach
  void stop() {
    may.release(1000);
    expert.stop(0);
  }

  private Service service() throws Exception {
    return new Service(
        folder,
        """
        name: payments
        source: { http: { numeric: [amount], labels: [ok, fraud] } }
        pipeline: { cascade: { levels: [gaussian_nb], expert: { http_expert: { url: "http://127.0.0.1:%d/" } } } }
        """
            .formatted(expert.getAddress().getPort()));
  }

  private static String event(String id, int amount) {
    return "{\"id\":\"" + id + "\",\"features\":{\"amount\":" + amount + "}}";
  }

  @Test
  void anAnswerComesAtOnceOrIsWaitedFor() throws Exception {
    try (Service s = service()) {
      JsonNode own = s.post("/v1/events", event("a", 1)).json();
      assertThat(own.get("deferred_to").textValue()).isEqualTo("expert");
      assertThat(own.get("final").booleanValue()).isFalse();
      assertThat(own.get("prediction").textValue()).isEqualTo("ok");

      JsonNode late = s.post("/v1/events?wait=50ms", event("b", 2)).json();
      assertThat(late.get("final").booleanValue()).as("it did not come in time").isFalse();

      JsonNode model = s.get("/v1/model").json().get("experts");
      assertThat(model.get("in_flight").longValue()).isEqualTo(2);
      assertThat(model.at("/each/0/calls").longValue()).isZero();

      may.release(1000);
      // Small and large bodies, and the way on which threads wait, for compressed bodies and such.
      JsonNode two =
          s.post("/v1/events?wait=20s", "[" + event("c", 3) + "," + event("d", 4) + "]").json();
      for (JsonNode one : two) {
        assertThat(one.get("final").booleanValue()).isTrue();
        assertThat(one.get("prediction").textValue()).isEqualTo("fraud");
        assertThat(one.at("/scores/fraud").doubleValue()).isGreaterThan(0.9);
      }
      assertThat(two.get(0).get("id").textValue()).isEqualTo("c");
      assertThat(two.get(1).get("id").textValue()).isEqualTo("d");
      JsonNode slow =
          s.post("/v1/events?wait=20s", event("e", 5), "Content-Encoding", "identity").json();
      assertThat(slow.get("final").booleanValue()).isTrue();

      // The same event again: the answer that stands now, waited for if it is still open.
      JsonNode again = s.post("/v1/events?wait=20s", event("a", 1)).json();
      assertThat(again.get("prediction").textValue()).isEqualTo("fraud");

      model = s.get("/v1/model").json().get("experts");
      assertThat(model.at("/each/0/name").textValue()).isEqualTo("expert");
      assertThat(model.at("/each/0/calls").longValue()).isBetween(4L, 5L);
      assertThat(model.at("/each/0/cost").doubleValue()).isBetween(2.0, 2.5);
    }
  }

  @Test
  void aTimeThatIsNoneIsRefused() throws Exception {
    try (Service s = service()) {
      for (String wait : new String[] {"2", "x", "30s", "-1s", "40000ms"}) {
        Service.Answer a = s.post("/v1/events?wait=" + wait, event("a", 1));
        assertThat(a.status()).as(wait).isEqualTo(400);
        assertThat(a.json().get("error").textValue())
            .isEqualTo("'wait' is '" + wait + "', expected a time such as 500ms or 2s, under 30s");
      }
      assertThat(s.post("/v1/events?wait=0s", event("a", 1)).status()).isEqualTo(200);
      may.release(); // or closing waits for it
    }
  }
}
