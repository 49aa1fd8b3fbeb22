package org.freshet.runtime.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.freshet.core.ConfigException;
import org.junit.jupiter.api.Test;

class WebhookTest {
  @Test
  void whatFailsIsSentAgainInOrder() throws Exception {
    LinkedBlockingQueue<String> taken = new LinkedBlockingQueue<>();
    AtomicInteger asked = new AtomicInteger();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/alarms",
        x -> {
          String body = new String(x.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          boolean fine = asked.incrementAndGet() > 2;
          if (fine) {
            taken.add(body);
          }
          x.sendResponseHeaders(fine ? 204 : 503, -1);
          x.close();
        });
    server.start();
    String address = "http://127.0.0.1:" + server.getAddress().getPort() + "/alarms";
    try (Webhook w = new Webhook(address, "a \"b\"", 1)) {
      w.send(new Alarm("psi", "price", 0.5, 0.2, 7));
      w.send(new Alarm("adwin", "error", 0.25, Double.NaN, 8));
      assertThat(taken.poll(20, TimeUnit.SECONDS))
          .isEqualTo(
              "{\"pipeline\":\"a \\\"b\\\"\",\"watch\":\"psi\",\"of\":\"price\",\"value\":0.5,\"limit\":0.2,"
                  + "\"event\":7,\"text\":\"psi of price is 0.5000, limit 0.2000, after 7"
                  + " events\"}");
      assertThat(taken.poll(20, TimeUnit.SECONDS)).contains("\"limit\":null");
    } finally {
      server.stop(0);
    }
    assertThat(asked.get()).isEqualTo(4);
  }

  @Test
  void whatIsNeverTakenIsCountedAndNothingWaitsForIt() {
    Webhook w = new Webhook("http://127.0.0.1:1/", "p", 100_000);
    for (int i = 0; i < Webhook.ROOM + 100; i++) {
      w.send(new Alarm("psi", "x", 1, 0.2, i));
    }
    assertThat(w.lost()).isBetween(99L, 100L);
    assertThat(w.sent()).isZero();
    assertThatThrownBy(() -> new Webhook("ftp://x", "p"))
        .isInstanceOf(ConfigException.class)
        .hasMessage("watch.webhook: 'ftp://x' is no address; expected http://… or https://…");
  }

  @Test
  void anAddressThatCannotBeIsNoEndOfTheOthers() throws Exception {
    try (Webhook w = new Webhook("http://127.0.0.1:99999/", "p", 1)) {
      for (int i = 1; i <= 2; i++) {
        w.send(new Alarm("psi", "x", 1, 0.2, i));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (w.lost() < i && System.nanoTime() < end) {
          Thread.sleep(5);
        }
        assertThat(w.lost()).isEqualTo(i);
      }
    }
  }
}
