package org.freshet.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.freshet.serve.Service.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests that are wrong are told so, and touch nothing. */
class ErrorsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "events|{\"id\":\"a\",\"features\":{\"amount\":\"much\"}}|event 0: 'amount' is 'much', expected a number",
        "events|[{\"id\":\"a\"},{\"id\":\"b\",\"features\":{\"amount\":[1]}}]|event 1: 'amount' is nested, expected one value",
        "events|[{\"id\":\"\"}]|event 0: 'id' has 0 characters, allowed 1 to 512",
        "events|{\"id\":\"a\",\"time\":\"noon\"}|event 0: 'time' is 'noon', expected milliseconds since 1970, or such as 2026-05-31T13:45:00Z",
        "events|[1]|event 0: expected an object, found a number",
        "events|7|event 0: expected an object or an array of objects, found a number",
        "events|{} {}|event 0: there is more behind the end of the JSON",
        "events|null|event 0: expected an object or an array of objects, found null",
        "events||event 0: expected an object or an array of objects, found nothing",
        "events|[{},{\"id\":1,}]|event 1: is no JSON: Unexpected character ('}' (code 125)): was expecting double-quote to start field name",
        "events|{\"id\":\"a\",\"features\":{|event 0: is no JSON: Unexpected end-of-input: expected close marker for Object",
        "events|{\"features\":{\"amount\":NaN}}|event 0: is no JSON: Non-standard token 'NaN'",
        "events|{\"features\":{\"amount\":1e999}}|event 0: 'amount' is '1e999', expected a number a double can hold",
        "events|{\"features\":[1,2]}|event 0: 'features' is an array, expected an object",
        "events|{\"features\":\"x\"}|event 0: 'features' is a text, expected an object",
        "events|{\"features\":{\"amount\":1,\"amount\":2}}|event 0: 'amount' is given twice",
        "events|{\"id\":\"a\",\"id\":\"b\"}|event 0: 'id' is given twice",
        "events|{\"id\":\"a\\ud83d\"}|event 0: 'id' has half a surrogate pair at character 2, \\ud83d alone; send both halves",
        "events|[{\"id\":\"\\ud83d\\ude00\"},{\"key\":\"\\ude00\\ud83d\"}]|event 1: 'key' has half a surrogate pair at character 1, \\ude00 alone; send both halves",
        "events|{\"features\":{\"country\":\"\\udfff\"}}|event 0: 'country' has half a surrogate pair at character 1, \\udfff alone; send both halves",
        "labels|{\"id\":\"a\",\"label\":\"\\ud83d\"}|label 0: 'label' has half a surrogate pair at character 1, \\ud83d alone; send both halves",
        "questions/a|{\"label\":\"\\ud83d\"}|'label' has half a surrogate pair",
        "events|{\"id\":\"a\",\"time\":1e300}|event 0: 'time' is '1e300', expected milliseconds since 1970, or such as 2026-05-31T13:45:00Z",
        "labels|{\"id\":\"a\",\"label\":\"ok\",\"label\":\"fraud\"}|label 0: 'label' is given twice",
        "labels|{\"id\":\"a\"}|label 0: has no 'label'",
        "labels|[{\"id\":\"a\",\"label\":\"ok\"},{\"label\":\"ok\"}]|label 1: a label needs the 'id' of its event",
        "questions/a|[]|expected an object with 'label'",
        "questions/a|{}|has no 'label'",
        "questions/a|{\"label\":\"ok\"} {}|the body is no JSON: Trailing token (of type START_OBJECT) found after value",
      })
  void malformedRecordsAreRefusedWithTheReason(String path, String body, String message)
      throws Exception {
    try (Service s = new Service(folder, Service.PAYMENTS)) {
      Answer a = s.post("/v1/" + path, body == null ? "" : body);
      assertThat(a.status()).isEqualTo(400);
      assertThat(a.json().get("error").asText()).isEqualTo(message);
      assertThat(s.get("/v1/model").json().get("entry").asInt()).isOne(); // the models
    }
  }

  @Test
  void wrongPathsAndMethodsAreToldSo() throws Exception {
    try (Service s = new Service(folder, Service.PAYMENTS)) {
      assertThat(s.get("/v1/nothing").body())
          .isEqualTo("{\"error\":\"there is no GET /v1/nothing\"}");
      assertThat(s.get("/v1/nothing").status()).isEqualTo(404);
      assertThat(s.get("/v1/events").body())
          .isEqualTo("{\"error\":\"/v1/events does not take GET\"}");
      Answer wrong = s.get("/v1/events");
      assertThat(wrong.status()).isEqualTo(405);
      assertThat(wrong.http().headers().firstValue("Allow")).contains("POST");
      assertThat(wrong.http().headers().firstValue("Connection")).isEmpty();
      assertThat(s.post("/v1/questions", "").http().headers().firstValue("Allow"))
          .contains("GET, HEAD");
      for (String path : new String[] {"/../pom.xml", "/page/../../pom.xml", "/%2e%2e/pom.xml"}) {
        String answer =
            s.raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 4").contains("{\"error\":\"").doesNotContain("<");
      }
      String[] noHttp = {"nonsense\r\n\r\n", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"};
      for (String request : noHttp) {
        assertThat(s.raw(request)).startsWith("HTTP/1.1 400 ").contains("{\"error\":\"");
      }
      String longPath = "GET /" + "a".repeat(9000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
      assertThat(s.raw(longPath)).startsWith("HTTP/1.1 414 ").contains("{\"error\":\"");
    }
  }

  @Test
  void limitsOnBodyAndBatchAreKept() throws Exception {
    try (Service s =
        new Service(
            folder,
            Service.PAYMENTS,
            ", max_body: 1024, max_batch: 2",
            HttpClient.newHttpClient())) {
      String large = "[" + "{\"id\":\"a\"},".repeat(200) + "{}]";
      Answer a = s.post("/v1/events", large);
      assertThat(a.status()).isEqualTo(413);
      assertThat(a.body())
          .isEqualTo("{\"error\":\"the body is larger than 1024 bytes (serve.max_body)\"}");
      String chunked =
          s.raw(
              "POST /v1/events HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
                  + "Connection: close\r\n\r\n600\r\n"
                  + " ".repeat(0x600)
                  + "\r\n0\r\n\r\n");
      assertThat(chunked).startsWith("HTTP/1.1 413 ");
      Answer batch = s.post("/v1/events", "[{},{},{}]");
      assertThat(batch.status()).isEqualTo(400);
      assertThat(batch.body())
          .isEqualTo("{\"error\":\"event 2: there are more than 2 records\",\"record\":2}");
      assertThat(s.post("/v1/events", "{}", "Content-Encoding", "gzip").status()).isEqualTo(415);
      assertThat(s.get("/v1/model").json().get("entry").asInt()).isOne(); // the models
    }
  }

  @Test
  void aClientThatAsksTooOftenIsToldToWait() throws Exception {
    try (Service s =
        new Service(folder, Service.PAYMENTS, ", rate: 5", HttpClient.newHttpClient())) {
      int refused = 0;
      for (int i = 0; i < 30; i++) {
        Answer a = s.post("/v1/events", "{}");
        if (a.status() == 429) {
          refused++;
          assertThat(a.body())
              .isEqualTo("{\"error\":\"too many requests; try again in a second\"}");
          assertThat(a.http().headers().firstValue("Retry-After")).contains("1");
        }
      }
      assertThat(refused).isPositive();
    }
  }

  @Test
  void aBucketFillsWithTime() {
    RateLimit limit = new RateLimit(2);
    assertThat(limit.admits("a", 0)).isTrue();
    assertThat(limit.admits("a", 0)).isTrue();
    assertThat(limit.admits("a", 0)).isFalse();
    assertThat(limit.admits("b", 0)).isTrue();
    assertThat(limit.admits("a", 499_000_000)).isFalse();
    assertThat(limit.admits("a", 501_000_000)).isTrue();
    assertThat(limit.admits("a", 501_000_000)).isFalse();
  }

  /**
   * Random bytes and mutated JSON on every route that takes a body: never a 5xx, nothing learnt.
   */
  @Test
  void nonsenseNeverBreaksAnything() throws Exception {
    String[] paths = {
      "/v1/events",
      "/v1/labels",
      "/v1/questions/q",
      "/v2/models/payments/infer",
      "/v1/model/promote"
    };
    String[] bodies = {
      "[{\"id\":\"e1\",\"time\":1,\"features\":{\"amount\":1.5,\"country\":\"PT\"}},\"x\"]",
      "{\"id\":\"l1\",\"label\":\"ok\",\"time\":\"2026-05-31T13:45:00Z\"},",
      "{\"label\":\"ok\"",
      "{\"inputs\":[{\"name\":\"amount\",\"shape\":[2],\"datatype\":\"FP64\",\"data\":[1,2,3]}]}",
      "{\"challenger\":\"forest\""
    };
    Random random = new Random(4);
    try (Service s = new Service(folder, Service.PAYMENTS)) {
      s.post("/v1/events", "{\"id\":\"e\",\"features\":{\"amount\":1}}");
      String before = s.state();
      for (int i = 0; i < 600; i++) {
        int at = i % paths.length;
        byte[] body = bodies[at].getBytes(StandardCharsets.UTF_8);
        if (i % 3 == 0) {
          body = new byte[random.nextInt(300)];
          random.nextBytes(body);
        } else {
          // Only the inside: each stays broken at its end, so none is a good record by luck.
          for (int k = 0; k < 1 + random.nextInt(4); k++) {
            body[random.nextInt(body.length - 5)] = (byte) random.nextInt(256);
          }
        }
        Answer a = s.post(paths[at], body);
        assertThat(a.status())
            .as(paths[at] + " " + new String(body, StandardCharsets.ISO_8859_1))
            .isBetween(400, 499);
        assertThat(a.json().get("error").asText()).isNotBlank();
      }
      assertThat(s.state()).isEqualTo(before);
    }
  }
}
