package org.freshet.streams.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.freshet.core.ConfigException;
import org.freshet.core.component.Build;
import org.freshet.core.component.Span;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WebhookTest {
  private record Got(String answers, String signature, String body) {}

  private final List<Got> got = new ArrayList<>();
  private final ArrayDeque<Integer> statuses = new ArrayDeque<>(); // then 204
  private HttpServer server;

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/answers", this::take);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void take(HttpExchange e) throws IOException {
    String body = new String(e.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    synchronized (got) {
      got.add(
          new Got(
              e.getRequestHeaders().getFirst("Freshet-Answers"),
              e.getRequestHeaders().getFirst("Freshet-Signature"),
              body));
      e.sendResponseHeaders(statuses.isEmpty() ? 204 : statuses.poll(), -1);
    }
    e.close();
  }

  private Webhook hook(int most, String variable, Webhook.OnRefused onRefused) {
    String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/answers";
    Webhook w =
        new Webhook(
            new Webhook.Parameters(url, most, Span.millis(5000), variable, onRefused),
            name -> name.equals("HOOK_SECRET") ? "key" : null);
    w.open("pay ments", Answered.SCHEMA);
    return w;
  }

  private static String array(long from, long to) {
    List<String> lines = new ArrayList<>();
    for (long n = from; n < to; n++) {
      lines.add(Answered.line(n));
    }
    return "[" + String.join(",", lines) + "]";
  }

  @Test
  void postsInOrderAndRetriesOnlyWhatDidNotArrive() {
    Webhook w = hook(2, null, Webhook.OnRefused.RETRY);
    statuses.add(200);
    statuses.add(503);
    assertThatThrownBy(() -> w.write(Answered.block(10, 5)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("cannot post to 127.0.0.1: status 503");
    w.write(Answered.block(10, 5));
    assertThat(got)
        .containsExactly(
            new Got("pay_ments/10-11", null, array(10, 12)),
            new Got("pay_ments/12-13", null, array(12, 14)),
            new Got("pay_ments/12-13", null, array(12, 14)),
            new Got("pay_ments/14-14", null, array(14, 15)));
  }

  @Test
  void refusedForGood() {
    statuses.add(422);
    assertThatThrownBy(() -> hook(9, null, Webhook.OnRefused.RETRY).write(Answered.block(0, 2)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageEndingWith("status 422");
    statuses.add(422);
    Webhook w = hook(9, null, Webhook.OnRefused.DROP);
    w.write(Answered.block(0, 2));
    w.write(Answered.block(2, 1));
    assertThat(got.get(2).answers()).isEqualTo("pay_ments/2-2");
  }

  @Test
  void aReceiverThatIsDownIsSaid() {
    Webhook w = hook(9, null, Webhook.OnRefused.RETRY);
    server.stop(0);
    assertThatThrownBy(() -> w.write(Answered.block(0, 1)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("cannot post to 127.0.0.1: ");
  }

  /** The first answer's body under the key {@code key}, by openssl dgst -sha256 -hmac key. */
  @Test
  void signsTheBody() {
    hook(9, "HOOK_SECRET", Webhook.OnRefused.RETRY).write(Answered.block(0, 1));
    assertThat(got.get(0).body()).isEqualTo(array(0, 1));
    assertThat(got.get(0).signature()).isEqualTo("sha256=" + SIGNED);
    assertThatThrownBy(() -> hook(9, "NO_SUCH", Webhook.OnRefused.RETRY))
        .isInstanceOf(ConfigException.class)
        .hasMessage("the environment variable 'NO_SUCH' with the secret of webhook is not set");
  }

  private static final String SIGNED =
      "069b7ccb42cb8ec9ad2e0377e8a5cba9fad035d25ab1310cd0d6eaa5b9ce355e";

  @Test
  void urlsWithUsersAreRefused() {
    Webhook.Parameters p =
        new Webhook.Parameters(
            "http://me:secret@host/", 1, Span.millis(1), null, Webhook.OnRefused.RETRY);
    assertThatThrownBy(() -> new Webhook(p, Build.of(null)))
        .isInstanceOf(ConfigException.class)
        .hasMessageNotContaining("secret");
  }
}
