package org.freshet.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.freshet.serve.Service.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator sees and does. */
class ModelTest {
  @TempDir Path folder;

  @Test
  void whilePausedNothingIsTakenAndTheReasonTold() throws Exception {
    try (Service s = new Service(folder, Service.PAYMENTS)) {
      assertThat(s.get("/health/ready").body()).isEqualTo("{\"ready\":true}");
      assertThat(s.post("/v1/model/pause", "").body()).isEqualTo("{\"state\":\"paused\"}");
      Answer a = s.post("/v1/events", "{}");
      assertThat(a.status()).isEqualTo(503);
      assertThat(a.body())
          .isEqualTo("{\"error\":\"the pipeline is paused; POST /v1/model/resume goes on\"}");
      assertThat(a.http().headers().firstValue("Retry-After")).contains("1");
      Answer ready = s.get("/health/ready");
      assertThat(ready.status()).isEqualTo(503);
      assertThat(ready.body()).isEqualTo("{\"ready\":false,\"reason\":\"paused\"}");
      assertThat(s.get("/health/live").body()).isEqualTo("{\"live\":true}");
      assertThat(s.get("/v1/model").json().get("paused").asBoolean()).isTrue();
      assertThat(s.post("/v1/model/resume", "").body()).isEqualTo("{\"state\":\"running\"}");
      assertThat(s.post("/v1/events", "{}").status()).isEqualTo(200);
    }
  }

  @Test
  void aSnapshotIsMadeWhenAskedFor() throws Exception {
    try (Service s = new Service(folder, Service.PAYMENTS)) {
      s.post("/v1/events", "{\"id\":\"a\"}");
      assertThat(s.post("/v1/snapshots", "").body())
          .isEqualTo("{\"state\":\"a snapshot was made\"}");
      Path snapshot = folder.resolve("state/snapshots/snapshot-00000000000000000002.freshet");
      assertThat(Files.size(snapshot)).isPositive();
      assertThat(s.get("/v1/model").json().get("last_snapshot").asLong()).isPositive();
    }
  }

  @Test
  void drainingEndsThePipelineWithASnapshot() throws Exception {
    try (Service s = new Service(folder, Service.PAYMENTS)) {
      s.post("/v1/events", "{\"id\":\"a\"}");
      assertThat(s.post("/v1/drain", "").body()).isEqualTo("{\"state\":\"draining\"}");
      s.live.ended().get(30, TimeUnit.SECONDS);
      assertThat(folder.resolve("state/snapshots")).isNotEmptyDirectory();
      Answer late = s.post("/v1/events", "{\"id\":\"b\"}");
      assertThat(late.status()).isEqualTo(503);
      assertThat(late.body()).isEqualTo("{\"error\":\"the pipeline is stopping\"}");
      assertThat(s.get("/health/ready").body())
          .isEqualTo("{\"ready\":false,\"reason\":\"stopping\"}");
    }
  }

  @Test
  void withoutChallengersThereIsNothingToPromote() throws Exception {
    try (Service s = new Service(folder, Service.PAYMENTS)) {
      for (String what : new String[] {"promote", "rollback"}) {
        Answer a = s.post("/v1/model/" + what, "");
        assertThat(a.status()).isEqualTo(409);
        assertThat(a.body()).isEqualTo("{\"error\":\"this pipeline has no 'challengers'\"}");
      }
    }
  }

  @Test
  void aChallengerIsPromotedByHandAndRolledBack() throws Exception {
    String yaml = Service.PAYMENTS + "challengers: [ { name: bayes, pipeline: [gaussian_nb] } ]\n";
    try (Service s = new Service(folder, yaml)) {
      assertThat(s.post("/v1/events", "{}").json().get("model").asText()).startsWith("main-");
      Answer none = s.post("/v1/model/rollback", "");
      assertThat(none.status()).isEqualTo(409);
      assertThat(none.body()).isEqualTo("{\"error\":\"no champion came before this one\"}");
      Answer unknown = s.post("/v1/model/promote", "{\"challenger\":\"forest\"}");
      assertThat(unknown.status()).isEqualTo(409);
      assertThat(unknown.body())
          .isEqualTo("{\"error\":\"there is no challenger 'forest'; there are [bayes]\"}");
      assertThat(s.post("/v1/model/promote", "{\"challenger\":1}").status()).isEqualTo(400);
      assertThat(s.post("/v1/model/promote", "").body())
          .isEqualTo("{\"state\":\"promoted bayes\"}");
      assertThat(s.post("/v1/events", "{}").json().get("model").asText()).startsWith("bayes-");
      JsonNode models = s.get("/v1/model").json().get("models");
      assertThat(models).hasSize(2);
      assertThat(models.get(1).get("name").asText()).isEqualTo("bayes");
      assertThat(models.get(1).get("champion").asBoolean()).isTrue();
      assertThat(s.post("/v1/model/rollback", "").status()).isEqualTo(200);
      assertThat(s.post("/v1/events", "{}").json().get("model").asText()).startsWith("main-");
    }
  }

  @Test
  void versionsAreListedPublishedAndRestored() throws Exception {
    try (Service s = new Service(folder, Service.PAYMENTS)) {
      s.post("/v1/events", "{}");
      assertThat(s.post("/v1/model/publish", "{\"note\":\"before\\nthe sale\"}").body())
          .isEqualTo("{\"state\":\"published main-2\"}");
      assertThat(s.post("/v1/model/publish", "{\"note\":7}").status()).isEqualTo(400);
      assertThat(s.post("/v1/model/rollback", "{\"version\":\"2\"}").body())
          .isEqualTo(
              "{\"error\":\"'version' is \\\"2\\\", expected the number of a version\","
                  + "\"member\":\"version\"}");
      Answer unknown = s.post("/v1/model/rollback", "{\"version\":9}");
      assertThat(unknown.status()).isEqualTo(409);
      assertThat(unknown.body())
          .startsWith("{\"error\":\"the model of version 9 is not kept; kept are 1");
      awaitVersions(s, 2);
      assertThat(s.post("/v1/model/rollback", "{\"version\":1}").body())
          .isEqualTo("{\"state\":\"restored version 1\"}");
      JsonNode versions = awaitVersions(s, 3);
      assertThat(versions.get(1).get("why").asText()).isEqualTo("before the sale");
      assertThat(versions.get(2).get("name").asText()).isEqualTo("main-3");
      assertThat(versions.get(2).get("why").asText()).isEqualTo("restored from main-1");
      assertThat(versions.get(2).get("kept").asBoolean()).isTrue();
    }
  }

  /** The registry is written beside the stream. */
  private static JsonNode awaitVersions(Service s, int n) throws Exception {
    long deadline = System.nanoTime() + 60_000_000_000L;
    JsonNode versions = s.get("/v1/model").json().get("versions");
    while (versions.size() < n && System.nanoTime() < deadline) {
      Thread.sleep(10);
      versions = s.get("/v1/model").json().get("versions");
    }
    assertThat(versions).hasSize(n);
    return versions;
  }

  @Test
  void theDocumentCoversEveryRouteAndNoOther() throws Exception {
    try (Service s = new Service(folder, Service.PAYMENTS)) {
      JsonNode document = s.get("/openapi.json").json();
      assertThat(document.get("openapi").asText()).startsWith("3.1");
      assertThat(document.at("/info/version").asText()).isEqualTo("1.2.3");
      Set<String> documented = new TreeSet<>();
      document
          .get("paths")
          .fields()
          .forEachRemaining(
              p ->
                  p.getValue()
                      .fieldNames()
                      .forEachRemaining(
                          m ->
                              documented.add(
                                  m.toUpperCase(java.util.Locale.ROOT) + " " + p.getKey())));
      Set<String> served = new TreeSet<>();
      s.server.routes().forEach(r -> served.add(r.method() + " " + r.path()));
      assertThat(documented).isEqualTo(served);
      references(document, document);
    }
  }

  private static void references(JsonNode node, JsonNode document) {
    if (node.has("$ref")) {
      assertThat(document.at(node.get("$ref").asText().substring(1)).isMissingNode())
          .as(node.get("$ref").asText())
          .isFalse();
    }
    node.forEach(child -> references(child, document));
  }

  @Test
  void metricsAreServedForPrometheus() throws Exception {
    try (Service s = new Service(folder, Service.PAYMENTS)) {
      Answer a = s.get("/metrics");
      assertThat(a.body()).contains("\nfreshet_events_total 0.0\n");
      assertThat(a.http().headers().firstValue("Content-Type").orElse("")).startsWith("text/plain");
    }
  }
}
