package org.freshet.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.freshet.core.Column;
import org.freshet.core.Dictionary;
import org.freshet.core.Schema;
import org.freshet.core.live.Feed;
import org.freshet.core.live.Inbox;
import org.freshet.serve.Service.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events, labels and questions over real HTTP. */
class EventsTest {
  @TempDir Path folder;

  private Service payments() throws Exception {
    return new Service(folder, Service.PAYMENTS);
  }

  private static String event(int i) {
    boolean fraud = i % 2 == 1;
    return "{\"id\":\"e%d\",\"features\":{\"amount\":%d,\"country\":\"%s\"}}"
        .formatted(i, fraud ? 900 + i % 7 : 10 + i % 7, fraud ? "XX" : "PT");
  }

  @Test
  void answersSayWhichLabelsAreAskedForWithinTheBudget() throws Exception {
    try (Service s = new Service(folder, Service.PAYMENTS + "labels: { budget: 25% }\n")) {
      int asked = 0;
      for (int i = 0; i < 80; i++) {
        JsonNode answer = s.post("/v1/events", event(i)).json();
        if (answer.path("asked").asBoolean()) {
          asked++;
          assertThat((double) asked).isLessThan(0.25 * (i + 1) + 1);
        }
      }
      assertThat(asked).isBetween(10, 20);
      JsonNode again = s.post("/v1/events", event(3)).json();
      assertThat(again.path("asked").asBoolean()).as("an answer given before").isFalse();
      assertThat(s.get("/metrics").body()).contains("freshet_labels_asked_total");
    }
  }

  @Test
  void anEventIsAnsweredAndItsLabelLearnt() throws Exception {
    try (Service s = payments()) {
      Answer first = s.post("/v1/events", event(0));
      assertThat(first.status()).isEqualTo(200);
      assertThat(first.http().headers().firstValue("Content-Type")).contains("application/json");
      assertThat(first.body())
          .isEqualTo(
              "{\"id\":\"e0\",\"prediction\":\"ok\",\"scores\":{\"ok\":0.5,\"fraud\":0.5},"
                  + "\"model\":\"main-1\"}");
      assertThat(s.post("/v1/labels", "{\"id\":\"e0\",\"label\":\"ok\"}").body())
          .isEqualTo("{\"id\":\"e0\",\"fate\":\"learnt\"}");
      for (int i = 1; i < 200; i++) {
        s.post("/v1/events", event(i));
        String label = i % 2 == 1 ? "fraud" : "ok";
        s.post("/v1/labels", "{\"id\":\"e%d\",\"label\":\"%s\"}".formatted(i, label));
      }
      JsonNode learnt = s.post("/v1/events", event(1001)).json();
      assertThat(learnt.get("prediction").asText()).isEqualTo("fraud");
      assertThat(learnt.at("/scores/fraud").asDouble()).isGreaterThan(0.9);
      assertThat(learnt.at("/scores/fraud").asDouble() + learnt.at("/scores/ok").asDouble())
          .isCloseTo(1, within(1e-9));
      JsonNode model = s.get("/v1/model").json();
      assertThat(model.get("events").asInt()).isEqualTo(201);
      assertThat(model.at("/labels/learnt").asInt()).isEqualTo(200);
      assertThat(model.get("pending").asInt()).isEqualTo(1);
    }
  }

  @Test
  void anArrayIsAnsweredByAnArrayInOrder() throws Exception {
    try (Service s = payments()) {
      StringBuilder events = new StringBuilder("[");
      for (int i = 0; i < 150; i++) {
        events.append(i > 0 ? "," : "").append(event(i));
      }
      JsonNode answers = s.post("/v1/events", events + "]").json();
      assertThat(answers).hasSize(150);
      for (int i = 0; i < 150; i++) {
        assertThat(answers.get(i).get("id").asText()).isEqualTo("e" + i);
      }
      assertThat(s.post("/v1/events", "[]").body()).isEqualTo("[]");
      assertThat(s.post("/v1/labels", " []").body()).isEqualTo("[]");
      assertThat(s.post("/v1/events", "[" + event(500) + "]").body())
          .startsWith("[{")
          .endsWith("}]");
      assertThat(
              s.post(
                      "/v1/labels",
                      "[{\"id\":\"e3\",\"label\":\"fraud\"},{\"id\":\"e3\",\"label\":\"fraud\"},"
                          + "{\"id\":\"e3\",\"label\":\"ok\"},{\"id\":\"later\",\"label\":\"ok\"}]")
                  .body())
          .isEqualTo(
              "[{\"id\":\"e3\",\"fate\":\"learnt\"},{\"id\":\"e3\",\"fate\":\"duplicate\"},"
                  + "{\"id\":\"e3\",\"fate\":\"corrected\"},{\"id\":\"later\",\"fate\":\"early\"}]");
    }
  }

  @Test
  void anEventSentAgainGetsTheSameAnswerAlsoAfterARestart() throws Exception {
    String answer;
    try (Service s = payments()) {
      answer = s.post("/v1/events", event(7)).body();
      s.post("/v1/labels", "{\"id\":\"e7\",\"label\":\"fraud\"}");
      assertThat(s.post("/v1/events", event(8)).body()).isNotEqualTo(answer);
      assertThat(s.post("/v1/events", event(7)).body()).isEqualTo(answer);
      assertThat(s.get("/v1/model").json().get("events").asInt()).isEqualTo(2);
    }
    try (Service s = payments()) {
      assertThat(s.post("/v1/events", event(7)).body()).isEqualTo(answer);
      assertThat(s.get("/v1/model").json().get("events").asInt()).isEqualTo(2);
    }
  }

  @Test
  void theFirstEventTellsTheColumnsWhereNoneAreDeclared() throws Exception {
    String yaml = "name: p\nsource: { http: {} }\npipeline: [gaussian_nb]\n";
    try (Service s = new Service(folder, yaml)) {
      assertThat(s.get("/health/ready").status()).isEqualTo(200);
      Answer model = s.get("/v1/model");
      assertThat(model.status()).isEqualTo(503);
      assertThat(model.body())
          .isEqualTo("{\"error\":\"no event has come yet, which tells the columns\"}");
      assertThat(s.post("/v1/labels", "{\"id\":\"a\",\"label\":\"x\"}").status()).isEqualTo(503);
      assertThat(s.post("/v1/events", "{\"id\":\"a\"}").body())
          .isEqualTo(
              "{\"error\":\"event 0: has no features; the first event tells which columns there"
                  + " are\",\"record\":0}");
      Answer first = s.post("/v1/events", "{\"id\":\"a\",\"features\":{\"v\":1.5,\"w\":\"red\"}}");
      assertThat(first.body())
          .isEqualTo("{\"id\":\"a\",\"prediction\":null,\"scores\":{},\"model\":\"main-1\"}");
      assertThat(s.get("/v1/model").json().get("columns").toString())
          .isEqualTo(
              "[{\"name\":\"v\",\"kind\":\"numeric\"},{\"name\":\"w\",\"kind\":\"category\"}]");
    }
  }

  @Test
  void aNumberIsPredictedWithoutScores() throws Exception {
    String yaml =
        "name: p\nsource: { http: { numeric: [v], task: regression } }\npipeline: [linear_regression]\n";
    try (Service s = new Service(folder, yaml)) {
      assertThat(s.post("/v1/events", "{\"id\":\"a\",\"features\":{\"v\":2}}").body())
          .isEqualTo("{\"id\":\"a\",\"prediction\":0.0,\"model\":\"main-1\"}");
      Answer wrong = s.post("/v1/labels", "{\"id\":\"a\",\"label\":\"high\"}");
      assertThat(wrong.status()).isEqualTo(400);
      assertThat(wrong.body())
          .isEqualTo(
              "{\"error\":\"label 0: 'label' is 'high', expected a number\",\"record\":0,"
                  + "\"member\":\"label\"}");
      assertThat(s.post("/v1/labels", "{\"id\":\"a\",\"label\":4}").body()).contains("learnt");
      assertThat(s.post("/v1/questions/b", "{\"label\":\"x\"}").body())
          .isEqualTo(
              "{\"error\":\"'label' is \\\"x\\\", expected a number\",\"member\":\"label\"}");
    }
  }

  @Test
  void questionsAreTheMostUncertainOfThoseThatWait() throws Exception {
    try (Service s = payments()) {
      for (int i = 0; i < 300; i++) {
        s.post("/v1/events", event(i));
        if (i < 280) {
          String label = i % 2 == 1 ? "fraud" : "ok";
          s.post("/v1/labels", "{\"id\":\"e%d\",\"label\":\"%s\"}".formatted(i, label));
        }
      }
      s.post("/v1/events", "{\"id\":\"odd\",\"features\":{\"amount\":450,\"country\":\"PT\"}}");
      JsonNode all = s.get("/v1/questions?limit=100").json();
      assertThat(all.get("waiting").asInt()).isEqualTo(21);
      assertThat(all.get("questions")).hasSize(21);
      double before = 1;
      for (JsonNode q : all.get("questions")) {
        double least =
            1 - Math.max(q.at("/scores/ok").asDouble(), q.at("/scores/fraud").asDouble());
        assertThat(q.get("uncertainty").asDouble()).isEqualTo(least).isLessThanOrEqualTo(before);
        before = least;
      }
      assertThat(s.get("/v1/questions?limit=3").json().get("questions")).hasSize(3);
      assertThat(s.post("/v1/questions/odd", "{\"label\":\"ok\"}").body())
          .isEqualTo("{\"id\":\"odd\",\"fate\":\"learnt\"}");
      assertThat(s.get("/v1/questions").json().get("waiting").asInt()).isEqualTo(20);
      Answer again = s.post("/v1/questions/odd", "{\"label\":\"ok\"}");
      assertThat(again.status()).isEqualTo(404);
      assertThat(again.body())
          .isEqualTo("{\"error\":\"no event of the id 'odd' waits for a label\"}");
      assertThat(s.get("/v1/questions?limit=0").body())
          .isEqualTo("{\"error\":\"'limit' is no number from 1 to 1000\"}");
    }
  }

  @Test
  void labelsComeOverHttpWhereverTheEventsComeFrom() throws Exception {
    String yaml = "name: p\nsource: { sea: {} }\npipeline: [hoeffding_tree]\n";
    try (Service s = new Service(folder, yaml, "", HttpClient.newHttpClient(), new QuietFeed())) {
      assertThat(s.post("/v1/labels", "{\"id\":\"a\",\"label\":\"x\"}").body())
          .isEqualTo("{\"id\":\"a\",\"fate\":\"early\"}");
      Answer events = s.post("/v1/events", event(1));
      assertThat(events.status()).isEqualTo(409);
      assertThat(events.body())
          .isEqualTo(
              "{\"error\":\"the events of this pipeline come from quiet; with 'source: { http: {} }'"
                  + " they come here\"}");
    }
  }

  /** A topic to which nobody writes. */
  private static final class QuietFeed implements Feed {
    @Override
    public String name() {
      return "quiet";
    }

    @Override
    public Schema schema() {
      return Schema.classification(List.of(Column.numeric("v")), "y", new Dictionary());
    }

    @Override
    public void start(Schema schema, Map<String, Long> from, Inbox inbox) {}

    @Override
    public boolean canSeek() {
      return true;
    }

    @Override
    public void close() {}
  }
}
