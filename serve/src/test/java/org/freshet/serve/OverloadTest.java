package org.freshet.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many times the load a service carries, from clients that come again at once; a minute of it is
 * {@code bench/live-overload.sh}.
 */
@Timeout(180)
class OverloadTest {
  private static final int QUEUE = 64;
  private static final int CLIENTS = 640; // ten times what may wait
  private static final String BUSY =
      """
      name: busy
      source: { http: { numeric: [amount], labels: [ok, fraud] } }
      pipeline: { adaptive_random_forest: { members: 100 } }
      limits: { queue: 64 }
      """;

  @TempDir Path folder;

  @Test
  void refusesByPolicyAnswersAllItAcceptedAndIsItselfAgainAfterwards() throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    try (Service s = new Service(folder, BUSY, "", client)) {
      int most = 0;
      int answered = 0;
      int refused = 0;
      for (int round = 0; round < 3; round++) {
        List<CompletableFuture<HttpResponse<String>>> sent = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
          String body = "{\"id\":\"r%d-%d\",\"label\":\"%s\",\"features\":{\"amount\":%d}}";
          String label = i % 3 == 0 ? "fraud" : "ok";
          URI to = URI.create(s.address + "/v1/events");
          String event = body.formatted(round, i, label, i % 40);
          HttpRequest.BodyPublisher bytes = HttpRequest.BodyPublishers.ofString(event);
          sent.add(
              client.sendAsync(
                  HttpRequest.newBuilder(to).POST(bytes).build(), BodyHandlers.ofString()));
          most = Math.max(most, s.live.waiting());
        }
        for (CompletableFuture<HttpResponse<String>> f : sent) {
          HttpResponse<String> a = f.get(1, TimeUnit.MINUTES);
          assertThat(a.statusCode()).as(a.body()).isIn(200, 503);
          if (a.statusCode() == 200) {
            answered++;
            assertThat(a.body()).contains("\"prediction\":");
          } else {
            refused++;
            assertThat(a.headers().firstValue("Retry-After")).contains("1");
            assertThat(a.body()).contains("wait already (limits.queue)");
          }
        }
      }
      assertThat(answered + refused).isEqualTo(3 * CLIENTS);
      assertThat(refused).as("more came than it could carry").isPositive();
      assertThat(answered).isGreaterThanOrEqualTo(QUEUE);
      assertThat(most).isLessThanOrEqualTo(QUEUE);
      assertThat(s.get("/health/ready").status()).isEqualTo(200);
      assertThat(s.post("/v1/events", "{\"id\":\"then\"}").status()).isEqualTo(200);
      var model = s.get("/v1/model").json();
      assertThat(model.get("events").asInt()).isEqualTo(answered + 1);
      assertThat(model.at("/labels/learnt").asInt()).isEqualTo(answered);
      assertThat(model.get("shed").asInt()).isEqualTo(refused);
      assertThat(model.get("waiting").asInt()).isZero();
    }
  }
}
