package org.freshet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.freshet.core.Batch;
import org.freshet.core.Schema;
import org.freshet.core.ask.QuestionNews;
import org.freshet.runtime.journal.Entry;
import org.freshet.runtime.journal.JournalReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three annotators, of whose answers one in ten is wrong, work a queue over HTTP while the service
 * is killed as by {@code kill -9}. {@code -Dfreshet.kills=100} kills more often, and {@code
 * -Dfreshet.questions} says how many events are asked about; {@code bench/live-questions.sh} runs
 * it so.
 */
class KillQuestionsTest {
  private static final int KILLS = Integer.getInteger("freshet.kills", 3);
  private static final int EVENTS = Integer.getInteger("freshet.questions", 60 * KILLS);
  private static final double PRICE = 0.25;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<String, String> accepted = new ConcurrentHashMap<>(); // answers by event
  private final ConcurrentLinkedQueue<Throwable> faults = new ConcurrentLinkedQueue<>();
  private final AtomicLong replies = new AtomicLong();
  private final AtomicLong wrong = new AtomicLong();
  private volatile String address;
  private volatile boolean finishing;

  @Test
  void noQuestionIsLostAndNoneIsPaidTwice() throws Exception {
    Path file =
        Cli.write(
            folder.resolve("asked.yaml"),
            "name: asked",
            "source: { http: { numeric: [a, b], labels: [no, yes] } }",
            "pipeline: [gaussian_nb]",
            "labels: { queue: { lease: 2s, price: " + PRICE + " } }",
            "state: { directory: state, every: 100ms, keep: 2, keep_journal: true }");
    List<Thread> people = new ArrayList<>();
    people.add(new Thread(() -> guarded(this::feed), "feeder"));
    for (String name : List.of("anna", "ben", "cy")) {
      people.add(new Thread(() -> guarded(() -> annotate(name)), name));
    }
    people.forEach(Thread::start);
    Random random = new Random(3);
    for (int life = 0; life < KILLS; life++) {
      try (RunProcess run = new RunProcess(file)) {
        long before = replies.get();
        address = run.address;
        until(() -> replies.get() > before + EVENTS / (2 * KILLS) || finishing(), run);
        Thread.sleep(random.nextInt(50));
        address = null;
        run.kill();
      }
    }
    try (RunProcess run = new RunProcess(file)) {
      address = run.address;
      until(() -> finished(run), run);
      finishing = true;
      for (Thread p : people) {
        p.join(TimeUnit.MINUTES.toMillis(2));
        assertThat(p.isAlive()).isFalse();
      }
      assertThat(faults).isEmpty();
      List<JsonNode> audit = audit(run);
      JsonNode model = run.get("/v1/model");
      JsonNode counts = run.get("/v1/questions").get("queue");
      assertThat(run.drain()).isZero();
      check(audit, counts, model);
    }
  }

  /** Holds the audit, the journal, the counts and what the annotators were told to each other. */
  private void check(List<JsonNode> audit, JsonNode counts, JsonNode model) throws IOException {
    Set<String> asked = new TreeSet<>();
    Map<String, String> answered = new HashMap<>();
    Map<String, String> holder = new HashMap<>();
    int lapsed = 0;
    for (JsonNode d : audit) {
      String id = d.get("id").asText();
      String by = d.path("annotator").asText();
      double paid = 0;
      switch (d.get("deed").asText()) {
        case "asked" -> assertThat(asked.add(id)).as("asked twice: " + id).isTrue();
        case "leased" -> assertThat(holder.put(id, by)).as("held by two: " + id).isNull();
        case "answered" -> {
          assertThat(holder.remove(id)).isEqualTo(by);
          assertThat(answered.put(id, by + " " + d.get("label").asText())).as(id).isNull();
          paid = PRICE;
        }
        case "skipped", "released" -> assertThat(holder.remove(id)).isEqualTo(by);
        case "lapsed" -> {
          assertThat(holder.remove(id)).isEqualTo(by);
          lapsed++;
        }
        default -> throw new AssertionError("nobody does this: " + d);
      }
      assertThat(d.get("amount").asDouble()).isEqualTo(paid);
    }
    assertThat(asked).hasSize(EVENTS);
    assertThat(answered.size() + counts.get("skipped").asInt()).isEqualTo(EVENTS);
    assertThat(counts.get("answered").asInt()).isEqualTo(answered.size());
    assertThat(counts.get("paid").asDouble()).isEqualTo(PRICE * answered.size());
    assertThat(answered).containsAllEntriesOf(accepted);
    assertThat(labels()).isEqualTo(answered);
    assertThat(model.at("/labels/learnt").asInt()).isEqualTo(answered.size());
    // Of duplicates there are some: events that were sent again.
    assertThat(model.at("/labels/corrections").asInt()).isZero();
    System.out.printf(
        "%d kills: %d questions, %d answered and paid once (%.1f %% of them wrong), %d skipped by"
            + " three, %d leases ran out, %d deeds; audit, journal and model agree%n",
        KILLS,
        asked.size(),
        answered.size(),
        100.0 * wrong.get() / accepted.size(),
        counts.get("skipped").asInt(),
        lapsed,
        audit.size());
  }

  /** The labels of the journal with who gave them, by event; none of them twice. */
  private Map<String, String> labels() {
    Map<String, String> labels = new HashMap<>();
    try (JournalReader journal = new JournalReader(folder.resolve("state/journal"), null, 0)) {
      Schema schema = journal.schema();
      Batch rows = new Batch(schema, 4096);
      for (Entry e = journal.next(rows); e != null; e = journal.next(rows)) {
        for (int r = 0; r < rows.size(); r++) {
          if (rows.kind(r) == Batch.Kind.LABEL) {
            String by = QuestionNews.annotator(rows.key(r));
            String label = schema.labels().name((int) rows.label(r));
            assertThat(labels.put(rows.id(r), by + " " + label)).as(rows.id(r)).isNull();
          }
        }
      }
    }
    return labels;
  }

  private static List<JsonNode> audit(RunProcess run) throws Exception {
    List<JsonNode> all = new ArrayList<>();
    while (true) {
      JsonNode some = run.get("/v1/audit?from=" + all.size()).get("deeds");
      if (some.isEmpty()) {
        return all;
      }
      for (JsonNode d : some) {
        assertThat(d.get("n").asInt()).isEqualTo(all.size());
        all.add(d);
      }
    }
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private void until(Condition c, RunProcess run) throws Exception {
    long limit = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
    while (!c.holds()) {
      assertThat(faults).isEmpty();
      assertThat(System.nanoTime()).as(run.said()).isLessThan(limit);
      Thread.sleep(2);
    }
  }

  /** Whether there is nothing left to answer. */
  private boolean finishing() {
    return accepted.size() >= EVENTS;
  }

  private boolean finished(RunProcess run) throws Exception {
    JsonNode q = run.get("/v1/questions").get("queue");
    return q.get("answered").asInt() + q.get("skipped").asInt() == EVENTS;
  }

  private interface Work {
    void run() throws Exception;
  }

  private void guarded(Work w) {
    try {
      w.run();
    } catch (Exception | AssertionError e) {
      faults.add(e);
    }
  }

  private static boolean truth(String id) {
    Random r = new Random(id.hashCode());
    return r.nextDouble() + r.nextDouble() > 1;
  }

  /** Keeps some twenty questions ahead of the annotators. */
  private void feed() throws Exception {
    for (int n = 0; n < EVENTS; n += 5) {
      while (n > accepted.size() + 20 && !finishing) {
        Thread.sleep(2);
      }
      List<String> events = new ArrayList<>();
      for (int i = n; i < Math.min(n + 5, EVENTS); i++) {
        Random r = new Random(("q" + i).hashCode());
        events.add(
            "{\"id\":\"q%d\",\"features\":{\"a\":%s,\"b\":%s}}"
                .formatted(i, r.nextDouble(), r.nextDouble()));
      }
      said("/v1/events", "[" + String.join(",", events) + "]", 200);
    }
  }

  private void annotate(String name) throws Exception {
    Random random = new Random(name.hashCode());
    while (!finishing) {
      HttpResponse<String> leased =
          said("/v1/leases", "{\"most\":2,\"annotator\":\"" + name + "\"}", 200);
      for (JsonNode q : JSON.readTree(leased.body()).get("questions")) {
        answer(name, q, random);
      }
      Thread.sleep(random.nextInt(5));
    }
  }

  private void answer(String name, JsonNode q, Random random) throws Exception {
    String id = q.get("id").asText();
    String who = "{\"annotator\":\"%s\",\"lease\":\"%s\",".formatted(name, q.get("lease").asText());
    String to = "/v1/questions/" + id;
    if (random.nextInt(20) == 0) {
      said(to, who + "\"reply\":\"" + (random.nextBoolean() ? "skip" : "release") + "\"}", 409);
      return;
    }
    boolean mistaken = random.nextInt(10) == 0;
    String label = truth(id) != mistaken ? "yes" : "no";
    HttpResponse<String> r = said(to, who + "\"label\":\"" + label + "\"}", 409);
    if (r.statusCode() == 200) {
      assertThat(JSON.readTree(r.body()).get("fate").asText()).isIn("learnt", "repeated");
      assertThat(accepted.put(id, name + " " + label)).as("answered twice: " + id).isNull();
      wrong.addAndGet(mistaken ? 1 : 0);
      replies.incrementAndGet();
    }
  }

  /** Sends the same until it is answered, whichever life answers: by 200, or by the other. */
  private HttpResponse<String> said(String path, String body, int other) throws Exception {
    long limit = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
    while (System.nanoTime() < limit) {
      String at = address;
      if (at != null) {
        try {
          HttpResponse<String> r =
              http.send(
                  HttpRequest.newBuilder(URI.create(at + path))
                      .POST(HttpRequest.BodyPublishers.ofString(body))
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
          if (r.statusCode() != 503) {
            assertThat(r.statusCode()).as(path + body + r.body()).isIn(200, other);
            return r;
          }
        } catch (IOException gone) {
          // killed, perhaps after it was taken
        }
      }
      Thread.sleep(2);
    }
    throw new AssertionError("no answer to " + path + " " + body);
  }
}
