package org.freshet.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.freshet.serve.Service.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The queue of questions over HTTP. */
class QuestionsTest {
  private static final String YAML =
      """
      name: payments
      source: { http: { numeric: [amount], categorical: [country], labels: [ok, fraud] } }
      pipeline: [gaussian_nb]
      labels: { queue: { price: 0.25 } }
      """;

  @TempDir Path folder;

  private static void events(Service s, int from, int to) throws Exception {
    StringBuilder json = new StringBuilder("[");
    for (int i = from; i < to; i++) {
      json.append(i > from ? "," : "");
      json.append(
          "{\"id\":\"e%d\",\"features\":{\"amount\":%d,\"country\":\"PT\"}}".formatted(i, i));
    }
    assertThat(s.post("/v1/events", json + "]").status()).isEqualTo(200);
    settled(s);
  }

  /** Waits until the queue has what the journal has. */
  private static void settled(Service s) throws Exception {
    long entry = s.live.read(r -> r.entry()).get();
    assertThat(s.queue.await(entry, 60_000)).isTrue();
  }

  private static JsonNode lease(Service s, String who, int most) throws Exception {
    Answer a = s.post("/v1/leases", "{\"most\":%d,\"annotator\":\"%s\"}".formatted(most, who));
    assertThat(a.status()).as(a.body()).isEqualTo(200);
    return a.json().get("questions");
  }

  private static Answer say(Service s, JsonNode q, String who, String what) throws Exception {
    return s.post(
        "/v1/questions/" + q.get("id").asText(),
        "{\"lease\":\"%s\",\"annotator\":\"%s\",%s}".formatted(q.get("lease").asText(), who, what));
  }

  private static List<String> ids(JsonNode questions) {
    List<String> ids = new ArrayList<>();
    questions.forEach(q -> ids.add(q.get("id").asText()));
    return ids;
  }

  @Test
  void aLeaseAnAnswerAndItsAudit() throws Exception {
    try (Service s = new Service(folder, YAML)) {
      events(s, 0, 3);
      JsonNode q = lease(s, "anna", 1).get(0);
      assertThat(q.at("/features/country").asText()).isEqualTo("PT");
      assertThat(q.at("/features/amount").asDouble()).isEqualTo(0);
      assertThat(ids(lease(s, "ben", 5))).hasSize(2).doesNotContain(q.get("id").asText());

      Answer learnt = say(s, q, "anna", "\"label\":\"fraud\"");
      assertThat(learnt.body()).isEqualTo("{\"id\":\"e0\",\"fate\":\"learnt\"}");
      assertThat(say(s, q, "anna", "\"label\":\"fraud\"").json().get("fate").asText())
          .isEqualTo("repeated");
      Answer other = say(s, q, "anna", "\"label\":\"ok\"");
      assertThat(other.status()).isEqualTo(409);
      assertThat(other.body()).contains("lease again");
      assertThat(say(s, q, "ben", "\"label\":\"ok\"").status()).isEqualTo(409);
      assertThat(s.get("/v1/model").json().at("/labels/learnt").asInt()).isEqualTo(1);

      JsonNode counts = s.get("/v1/questions").json().get("queue");
      assertThat(counts.get("answered").asInt()).isEqualTo(1);
      assertThat(counts.get("leased").asInt()).isEqualTo(2);
      assertThat(counts.get("paid").asDouble()).isEqualTo(0.25);
      JsonNode anna = s.get("/v1/annotators").json().at("/annotators/0");
      assertThat(anna.get("annotator").asText()).isEqualTo("anna");
      assertThat(anna.get("paid").asDouble()).isEqualTo(0.25);
      List<String> deeds = new ArrayList<>();
      s.get("/v1/audit").json().get("deeds").forEach(d -> deeds.add(d.get("deed").asText()));
      assertThat(deeds)
          .containsExactly("asked", "asked", "asked", "leased", "leased", "leased", "answered");
      assertThat(s.get("/v1/audit?last=2").json().at("/deeds/0/deed").asText()).isEqualTo("leased");
      assertThat(s.get("/v1/audit?from=6&limit=1").json().at("/deeds/0/label").asText())
          .isEqualTo("fraud");
    }
  }

  @Test
  void repliesWithoutALabelAndWhatCannotBeSaid() throws Exception {
    try (Service s = new Service(folder, YAML)) {
      events(s, 0, 1);
      JsonNode q = lease(s, "anna", 1).get(0);
      assertThat(say(s, q, "anna", "\"reply\":\"none\"").json().get("lease").asText())
          .isEqualTo(q.get("lease").asText());
      long until = say(s, q, "anna", "\"reply\":\"extend\"").json().get("until").asLong();
      assertThat(until).isGreaterThanOrEqualTo(q.get("until").asLong());
      assertThat(say(s, q, "anna", "\"reply\":\"skip\"").body()).isEqualTo("{\"id\":\"e0\"}");
      assertThat(lease(s, "anna", 1)).isEmpty();
      JsonNode bens = lease(s, "ben", 1).get(0);
      for (String wrong :
          List.of("\"reply\":\"maybe\"", "\"reply\":\"skip\",\"label\":\"ok\"", "\"label\":null")) {
        assertThat(say(s, bens, "ben", wrong).status()).as(wrong).isEqualTo(400);
      }
      assertThat(s.post("/v1/questions/e0", "{\"label\":\"ok\"}").body()).contains("'lease'");
      assertThat(s.post("/v1/leases", "{\"most\":101}").status()).isEqualTo(400);
      assertThat(s.post("/v1/leases", "{\"annotator\":\"a b\"}").status()).isEqualTo(400);
      assertThat(s.get("/v1/questions?state=odd").body()).contains("open, leased, answered");
      // A label that comes by itself, and an event that was never asked about.
      s.post("/v1/labels", "{\"id\":\"e0\",\"label\":\"ok\"}");
      settled(s);
      assertThat(say(s, bens, "ben", "\"reply\":\"release\"").status()).isEqualTo(200);
      assertThat(lease(s, "cy", 1)).isEmpty();
      assertThat(s.get("/v1/questions?state=known").json().get("questions")).hasSize(1);
    }
  }

  /** Events that are given up are no questions any more. */
  @Test
  void whatDoesNotWaitExpiresWhenItsTurnComes() throws Exception {
    try (Service s = new Service(folder, YAML.replace("{ queue", "{ pending: 2, queue"))) {
      for (int i = 0; i < 5; i++) {
        events(s, i, i + 1);
      }
      assertThat(ids(lease(s, "anna", 5))).containsExactlyInAnyOrder("e3", "e4");
      assertThat(s.get("/v1/questions?state=expired").json().get("questions")).hasSize(3);
    }
  }

  @Test
  void theTokenSaysWhoAnswers() throws Exception {
    Tokens.Made anna = Tokens.make("anna", Set.of(Access.LABEL, Access.PREDICT));
    Tokens.Made reader = Tokens.make("reader", Set.of(Access.PREDICT));
    Path file = Files.writeString(folder.resolve("tokens"), anna.line() + "\n" + reader.line());
    String serve = ", tokens: \"" + file + "\"";
    try (Service s = new Service(folder, YAML, serve, HttpClient.newHttpClient())) {
      String bearer = "Bearer " + anna.token();
      s.post("/v1/events", "{\"id\":\"a\",\"features\":{}}", "Authorization", bearer);
      settled(s);
      Answer a = s.post("/v1/leases", "", "Authorization", bearer);
      assertThat(a.json().get("annotator").asText()).isEqualTo("anna");
      assertThat(a.json().get("questions")).hasSize(1);
      String ben = "{\"annotator\":\"ben\"}";
      assertThat(s.post("/v1/leases", ben, "Authorization", bearer).status()).isEqualTo(403);
      assertThat(s.get("/v1/audit", reader.token()).status()).isEqualTo(403);
      assertThat(s.post("/v1/leases", "").status()).isEqualTo(401);
    }
  }

  /** The same over HTTP that the store's own test shows: nobody gets what another has. */
  @Test
  void aCrowdNeverGetsTheSameQuestion() throws Exception {
    try (Service s = new Service(folder, YAML)) {
      events(s, 0, 40);
      Set<String> seen = new ConcurrentSkipListSet<>();
      ExecutorService crowd = Executors.newFixedThreadPool(4);
      List<Future<?>> all = new ArrayList<>();
      for (int k = 0; k < 4; k++) {
        String who = "a" + k;
        all.add(
            crowd.submit(
                () -> {
                  for (int n = 1; n <= 12; n++) {
                    for (JsonNode q : lease(s, who, 1)) {
                      assertThat(seen.add(q.get("id").asText())).isTrue();
                      assertThat(say(s, q, who, "\"label\":\"ok\"").status()).isEqualTo(200);
                    }
                  }
                  return null;
                }));
      }
      for (Future<?> f : all) {
        f.get();
      }
      crowd.shutdown();
      assertThat(seen).hasSize(40);
      assertThat(s.get("/v1/questions").json().at("/queue/paid").asDouble()).isEqualTo(10);
    }
  }

  @Test
  void throughAFileAndBack() throws Exception {
    try (Service s = new Service(folder, YAML)) {
      s.post(
          "/v1/events",
          "[{\"id\":\"=1+1\",\"features\":{\"amount\":-2.5,\"country\":\"a \\\"b\\\", c\"}},"
              + "{\"id\":\"'x\",\"features\":{\"amount\":1}},{\"id\":\"free\",\"features\":{}}]");
      settled(s);
      Answer csv = s.get("/v1/questions.csv");
      assertThat(csv.http().headers().firstValue("Content-Type")).hasValue("text/csv");
      assertThat(csv.body().lines().toList())
          .contains(
              "\uFEFFid,label,prediction,confidence,candidates,asked,amount,country",
              csv.body().lines().filter(l -> l.startsWith("'=1+1,")).findFirst().orElseThrow());
      assertThat(csv.body()).contains(",-2.5,\"a \"\"b\"\", c\"\r\n", "''x,");

      String filled =
          csv.body().replace("'=1+1,,", "'=1+1,fraud,").replace("''x,,", "''x,ok,")
              + "nobody,ok,,,,,,\r\n'=1+1,ok,,,,,,\r\nfree,frud,,,,,,\r\n";
      String broken = filled + "free,\"ok,,,,,,\r\n";
      Answer refused = s.post("/v1/questions.csv?annotator=anna", broken);
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.body()).contains("line 8: opens a quote that is never closed");
      assertThat(s.get("/v1/model").json().at("/labels/learnt").asInt()).isZero();

      JsonNode done = s.post("/v1/questions.csv?annotator=anna", filled).json();
      assertThat(done.get("answered").asInt()).isEqualTo(2);
      assertThat(done.get("empty").asInt()).isEqualTo(1);
      assertThat(done.get("faults").toString())
          .isEqualTo(
              "[{\"line\":6,\"id\":\"=1+1\",\"error\":\"is in line %d too\"}"
                      .formatted(lineOf(filled, "'=1+1,fraud"))
                  + ",{\"line\":7,\"id\":\"free\",\"error\":\"the label 'frud' is none of the classes known\"}"
                  + ",{\"line\":5,\"id\":\"nobody\",\"error\":\"no question is about this event\"}]");
      JsonNode again = s.post("/v1/questions.csv?annotator=anna", filled).json();
      assertThat(again.get("answered").asInt()).isZero();
      assertThat(again.get("repeated").asInt()).isEqualTo(2);
      assertThat(s.get("/v1/questions").json().at("/queue/paid").asDouble()).isEqualTo(0.5);
      JsonNode bens = s.post("/v1/questions.csv?annotator=ben", filled).json();
      assertThat(bens.get("faults").toString()).contains("the question is answered");
      assertThat(s.get("/v1/model").json().at("/labels/learnt").asInt()).isEqualTo(2);
    }
  }

  private static int lineOf(String text, String begin) {
    return (int) text.substring(0, text.indexOf(begin)).lines().count() + 1;
  }

  /** Only what the engine asks about is in the queue, as its budget allows. */
  @Test
  void aBudgetDecidesWhatIsAsked() throws Exception {
    String asking = YAML.replace("{ queue", "{ budget: 25%, ask: { random: {} }, queue");
    try (Service s = new Service(folder, asking)) {
      events(s, 0, 100);
      JsonNode all = s.get("/v1/questions?limit=1000").json();
      assertThat(all.get("waiting").asInt()).isEqualTo(100);
      int asked = all.at("/budget/asked").asInt();
      assertThat(asked).isBetween(5, 25);
      assertThat(all.get("questions")).hasSize(asked);
      assertThat(all.at("/budget/allowed").asDouble()).isGreaterThanOrEqualTo(asked);
      JsonNode q = lease(s, "anna", 1).get(0);
      assertThat(say(s, q, "anna", "\"label\":\"ok\"").json().get("fate").asText())
          .isEqualTo("learnt");
    }
  }

  /** The form of questions says what is offered first. */
  @Test
  void aFormOfQuestionsGivesTheCandidates() throws Exception {
    String form = YAML.replace("{ queue", "{ budget: 100%, question: yes_no, queue");
    try (Service s = new Service(folder, form)) {
      events(s, 0, 1);
      s.post("/v1/labels", "[{\"id\":\"e0\",\"label\":\"fraud\"}]");
      events(s, 1, 2);
      JsonNode q = lease(s, "anna", 1).get(0);
      assertThat(q.get("candidates").toString())
          .isEqualTo("[\"" + q.get("prediction").asText() + "\"]");
      assertThat(say(s, q, "anna", "\"reply\":\"none\"").json().has("candidates")).isFalse();
    }
  }

  /** With annotators named, what is learnt and who is asked goes by what they said so far. */
  @Test
  void annotatorsAreWeighed() throws Exception {
    String named =
        YAML.replace(
            "{ queue",
            "{ budget: 100%, annotators: [{ name: anna, price: 2 }, { name: ben }, { name: cy }], queue");
    JsonNode before;
    try (Service s = new Service(folder, named)) {
      events(s, 0, 1);
      assertThat(lease(s, "zoe", 1)).as("the turn of those named comes first").isEmpty();
      assertThat(lease(s, "anna", 1)).as("costs twice as much").isEmpty();
      JsonNode bens = lease(s, "ben", 1).get(0);
      assertThat(lease(s, "cy", 1)).as("one at a time").isEmpty();
      assertThat(say(s, bens, "ben", "\"label\":\"ok\"").body())
          .isEqualTo("{\"id\":\"e0\",\"fate\":\"heard\"}");
      assertThat(s.get("/v1/model").json().at("/labels/learnt").asInt()).isZero();
      assertThat(lease(s, "ben", 1)).isEmpty();
      List<String> next = new ArrayList<>();
      for (String who : List.of("anna", "cy")) {
        for (JsonNode q : lease(s, who, 1)) {
          next.add(who);
          assertThat(say(s, q, who, "\"reply\":\"abstain\"").status()).isEqualTo(200);
        }
      }
      assertThat(next).as("the other is asked where this one does not know").isNotEmpty();
      for (String who : List.of("anna", "cy")) {
        for (JsonNode q : lease(s, who, 1)) {
          next.add(who);
          say(s, q, who, "\"label\":\"ok\"");
        }
      }
      assertThat(next).containsExactlyInAnyOrder("anna", "cy");
      lease(s, "ben", 1); // who comes next has it told that nobody else is asked
      JsonNode all = s.get("/v1/annotators").json().get("annotators");
      assertThat(all).hasSize(3);
      assertThat(all.at("/1/annotator").asText()).isEqualTo("ben");
      assertThat(all.at("/1/error").asDouble()).isLessThan(0.2);
      assertThat(all.at("/1/replies").asInt()).isEqualTo(1);
      before = all;
      assertThat(s.get("/v1/model").json().at("/labels/learnt").asInt()).isEqualTo(1);
    }
    try (Service s = new Service(folder, named)) {
      s.running();
      JsonNode all = s.get("/v1/annotators").json().get("annotators");
      for (int a = 0; a < 3; a++) { // the journal again, bit for bit
        assertThat(all.get(a).get("error")).isEqualTo(before.get(a).get("error"));
        assertThat(all.get(a).get("replies")).isEqualTo(before.get(a).get("replies"));
      }
    }
  }

  /** What waited before there was a queue is asked about, and the queue outlives the service. */
  @Test
  void aQueueThatIsNewAndOneThatWasThere() throws Exception {
    try (Service s = new Service(folder, YAML.replaceFirst("(?m)^labels.*\n", ""))) {
      s.post("/v1/events", "{\"id\":\"before\",\"features\":{\"amount\":1}}");
      assertThat(s.post("/v1/leases", "").body()).contains("has no queue");
      assertThat(s.get("/v1/questions.csv").status()).isEqualTo(409);
    }
    String lease;
    try (Service s = new Service(folder, YAML)) {
      s.running();
      events(s, 0, 1);
      JsonNode mine = lease(s, "anna", 9);
      assertThat(new TreeSet<>(ids(mine))).containsExactly("before", "e0");
      lease = mine.toString();
    }
    try (Service s = new Service(folder, YAML)) {
      s.running();
      JsonNode again = lease(s, "anna", 9);
      assertThat(again.get(0).get("lease"))
          .isEqualTo(Service.JSON.readTree(lease).get(0).get("lease"));
      assertThat(say(s, again.get(0), "anna", "\"label\":\"ok\"").status()).isEqualTo(200);
    }
    // The queue's file is lost: what waits is asked about again, what is answered is not.
    Files.delete(folder.resolve("state/questions.db"));
    try (Service s = new Service(folder, YAML)) {
      s.running();
      assertThat(lease(s, "ben", 9)).hasSize(1);
    }
  }
}
