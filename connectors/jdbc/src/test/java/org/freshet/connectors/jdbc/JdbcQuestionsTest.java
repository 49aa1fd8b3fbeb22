package org.freshet.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.freshet.core.ask.QuestionNews;
import org.freshet.core.ask.QuestionStore;
import org.freshet.core.ask.QuestionStore.Counts;
import org.freshet.core.ask.QuestionStore.Deed;
import org.freshet.core.ask.QuestionStore.Entry;
import org.freshet.core.ask.QuestionStore.Held;
import org.freshet.core.ask.QuestionStore.Listed;
import org.freshet.core.ask.QuestionStore.Outcome;
import org.freshet.core.ask.QuestionStore.State;
import org.freshet.core.ask.QuestionStore.Terms;
import org.freshet.core.ask.QuestionStore.Worker;
import org.freshet.core.ask.QueuedQuestion;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The queue in both databases; times are small numbers. */
class JdbcQuestionsTest {
  private static final long FAR = 1_000_000_000;
  private static final Terms TERMS = new Terms(100, 10_000_000_000L, 5, 0.5, Map.of("dear", 7.0));
  private static EmbeddedPostgres server;
  private static int pipelines;

  @TempDir Path folder;

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  private final List<QuestionStore> opened = new ArrayList<>();

  private QuestionStore open(String database, String pipeline) throws Exception {
    return open(database, pipeline, TERMS);
  }

  private QuestionStore open(String database, String pipeline, Terms terms) throws Exception {
    QuestionStore q;
    if (database.equals("sqlite")) {
      q = JdbcQuestions.sqlite(folder.resolve("q.db"), false, terms);
    } else {
      if (server == null) {
        server = EmbeddedPostgres.start();
      }
      q =
          JdbcQuestions.postgres(
              "jdbc:postgresql://localhost:" + server.getPort() + "/postgres",
              "U",
              "P",
              terms,
              Map.of("U", "postgres", "P", "postgres")::get);
    }
    q.open(pipeline);
    opened.add(q);
    return q;
  }

  private QuestionStore open(String database) throws Exception {
    return open(database, "p" + pipelines++);
  }

  private static QuestionNews asked(String id, double priority, int wanted) {
    return new QuestionNews.Asked(
        new QueuedQuestion(
            id,
            id.hashCode(),
            1,
            FAR,
            priority,
            wanted,
            "ok",
            "{\"ok\":0.6}",
            List.of("a\nb", "c\\n"),
            "{\"x\":1}"));
  }

  private static QuestionNews label(String id, String annotator, String label) {
    return new QuestionNews.Labelled(id, annotator, label, false);
  }

  private static List<String> ids(List<Held> held) {
    return held.stream().map(h -> h.question().id()).toList();
  }

  private static List<String> deeds(QuestionStore q) {
    return q.audit(0, 1000).stream()
        .map(e -> e.deed() + " " + e.id() + (e.annotator() == null ? "" : " " + e.annotator()))
        .toList();
  }

  private void answer(QuestionStore q, Held h, String label, long position, long now) {
    assertThat(q.reply(h.question().id(), h.lease(), h.annotator(), label, now))
        .isEqualTo(Outcome.TAKEN);
    q.follow(List.of(label(h.question().id(), h.annotator(), label)), position, now);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sqlite", "postgres"})
  void theMostUrgentFirstAndNobodyGetsTheSame(String database) throws Exception {
    try (QuestionStore q = open(database)) {
      q.follow(List.of(asked("low", 0.1, 1), asked("high", 0.9, 1), asked("mid", 0.5, 1)), 1, 1);
      List<Held> anna = q.lease("anna", 2, 10);
      assertThat(ids(anna)).containsExactly("high", "mid");
      assertThat(ids(q.lease("ben", 2, 10))).containsExactly("low");
      assertThat(q.lease("cy", 2, 10)).isEmpty();
      // Who asks again gets what is held, for longer.
      List<Held> again = q.lease("anna", 2, 20);
      assertThat(again.get(0).lease()).isEqualTo(anna.get(0).lease());
      assertThat(again.get(0).until()).isEqualTo(120);
      QueuedQuestion shown = anna.get(0).question();
      assertThat(shown.candidates()).containsExactly("a\nb", "c\\n");
      assertThat(shown.features()).isEqualTo("{\"x\":1}");

      answer(q, anna.get(0), "ok", 2, 35);
      Counts c = q.counts(40);
      assertThat(List.of(c.open(), c.leased(), c.answered())).containsExactly(0L, 2L, 1L);
      assertThat(c.paid()).isEqualTo(0.5);
      Entry paid = q.audit(0, 100).stream().filter(e -> e.amount() > 0).findFirst().orElseThrow();
      assertThat(paid.millis()).isEqualTo(25);
      assertThat(paid.label()).isEqualTo("ok");
      assertThat(deeds(q))
          .containsExactly(
              "ASKED low",
              "ASKED high",
              "ASKED mid",
              "LEASED high anna",
              "LEASED mid anna",
              "LEASED low ben",
              "ANSWERED high anna");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sqlite", "postgres"})
  void whatIsReplayedIsTakenOnceAndAnAnswerPaidOnce(String database) throws Exception {
    String name = "p" + pipelines++;
    List<QuestionNews> first = List.of(asked("a", 1, 1), asked("b", 0.5, 1));
    Held held;
    try (QuestionStore q = open(database, name)) {
      q.follow(first, 1, 1);
      held = q.lease("anna", 1, 2).get(0);
      assertThat(q.reply("a", held.lease(), "anna", "ok", 3)).isEqualTo(Outcome.TAKEN);
      assertThat(q.reply("a", held.lease(), "anna", "ok", 3)).isEqualTo(Outcome.BUSY);
    } // and the process is gone, the label in the journal
    try (QuestionStore q = open(database, name)) {
      assertThat(q.position()).isEqualTo(1);
      q.follow(first, 1, 9);
      q.follow(List.of(label("a", "anna", "ok")), 2, 9);
      q.withdrawAll();
      assertThat(q.counts(9).paid()).isEqualTo(0.5);
      assertThat(q.reply("a", held.lease(), "anna", "ok", 10)).isEqualTo(Outcome.DONE);
      assertThat(q.reply("a", held.lease(), "anna", "fraud", 10)).isEqualTo(Outcome.LOST);
      // Even where the position was lost, and the journal is taken from its beginning.
      q.goBack(0);
      q.follow(first, 1, 11);
      q.follow(List.of(label("a", "anna", "ok")), 2, 11);
      Counts c = q.counts(12);
      assertThat(List.of(c.open(), c.leased(), c.answered(), c.known()))
          .containsExactly(1L, 0L, 1L, 0L);
      assertThat(c.paid()).isEqualTo(0.5);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sqlite", "postgres"})
  void aReplyThatIsOnItsWayDoesNotRunOutAndOneThatWasLostIsOpenAgain(String database)
      throws Exception {
    try (QuestionStore q = open(database)) {
      q.follow(List.of(asked("a", 1, 1)), 1, 1);
      Held h = q.lease("anna", 1, 2).get(0);
      q.reply("a", h.lease(), "anna", "ok", 3);
      assertThat(q.lease("ben", 1, 5000)).isEmpty();
      q.withdrawAll(); // a start: the journal does not have it
      assertThat(q.lease("ben", 1, 5000)).hasSize(1);
      assertThat(q.reply("a", h.lease(), "anna", "ok", 5001)).isEqualTo(Outcome.LOST);
      assertThat(deeds(q)).contains("LAPSED a anna", "LEASED a ben");
      assertThat(q.counts(5002).paid()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sqlite", "postgres"})
  void repliesWithoutALabel(String database) throws Exception {
    try (QuestionStore q = open(database)) {
      q.follow(List.of(asked("a", 1, 1)), 1, 1);
      Held h = q.lease("anna", 1, 2).get(0);
      assertThat(q.end("a", h.lease(), "anna", Deed.NONE, 3)).isEqualTo(Outcome.TAKEN);
      assertThat(q.held("a", h.lease(), "anna").question().candidates()).isNull();
      assertThat(q.end("a", h.lease(), "anna", Deed.EXTENDED, 50)).isEqualTo(Outcome.TAKEN);
      assertThat(q.held("a", h.lease(), "anna").until()).isEqualTo(150);
      assertThat(q.end("a", h.lease(), "anna", Deed.RELEASED, 60)).isEqualTo(Outcome.TAKEN);
      assertThat(q.end("a", h.lease(), "anna", Deed.RELEASED, 60)).isEqualTo(Outcome.LOST);

      Held again = q.lease("anna", 1, 70).get(0); // what was given back may come again
      q.end("a", again.lease(), "anna", Deed.SKIPPED, 71);
      assertThat(q.end("a", again.lease(), "anna", Deed.SKIPPED, 71)).isEqualTo(Outcome.DONE);
      assertThat(q.lease("anna", 1, 72)).isEmpty(); // what was skipped does not
      for (String other : List.of("ben", "cy")) {
        q.end("a", q.lease(other, 1, 73).get(0).lease(), other, Deed.ABSTAINED, 74);
      }
      assertThat(q.find("a").state()).isEqualTo(State.SKIPPED); // three are enough
      assertThat(q.counts(75).paid()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sqlite", "postgres"})
  void twoAnnotatorsWhereTwoAreWanted(String database) throws Exception {
    try (QuestionStore q = open(database)) {
      q.follow(List.of(asked("a", 1, 2)), 1, 1);
      Held anna = q.lease("anna", 5, 2).get(0);
      Held ben = q.lease("ben", 5, 2).get(0);
      assertThat(q.lease("cy", 5, 2)).isEmpty();
      answer(q, anna, "ok", 2, 3);
      assertThat(q.find("a").state()).isEqualTo(State.LEASED);
      assertThat(q.lease("anna", 5, 3)).isEmpty();
      answer(q, ben, "fraud", 3, 4);
      assertThat(q.find("a").state()).isEqualTo(State.ANSWERED);
      assertThat(q.counts(5).paid()).isEqualTo(1);
    }
  }

  /** What is old goes, what it came to stays; the numbers go on. */
  @ParameterizedTest
  @ValueSource(strings = {"sqlite", "postgres"})
  void theAuditIsTrimmed(String database) throws Exception {
    Terms terms = new Terms(100, 1000, 5000, 5, 0.5, Map.of());
    long hour = 3_600_000;
    try (QuestionStore q = open(database, "p" + pipelines++, terms)) {
      q.follow(List.of(asked("a", 1, 1), asked("b", 0.5, 1)), 1, hour);
      Held a = q.lease("anna", 1, hour + 10).get(0);
      answer(q, a, "ok", 2, hour + 30);
      long deeds = q.audit(0, 100).size();
      assertThat(deeds).isEqualTo(4);
      List<Worker> before = q.workers();
      assertThat(before).hasSize(1);
      assertThat(before.get(0).millis()).isEqualTo(20);
      q.counts(3 * hour); // all are older than the audit, but b is open
      assertThat(q.audit(0, 100)).extracting(Entry::id).containsOnly("b", "a").hasSize(2);
      assertThat(q.workers()).isEqualTo(before);
      assertThat(q.counts(3 * hour).paid()).isEqualTo(0.5);
      Held b = q.lease("anna", 1, 3 * hour).get(0);
      assertThat(q.audit(-1, 1).get(0).n()).isEqualTo(deeds);
      answer(q, b, "ok", 3, 3 * hour + 40);
      assertThat(q.workers().get(0).answered()).isEqualTo(2);
      assertThat(q.workers().get(0).millis()).isEqualTo(30);
      q.counts(5 * hour);
      assertThat(q.audit(0, 100)).as("the last stays").hasSize(1);
      assertThat(q.workers().get(0).paid()).isEqualTo(1);
    }
  }

  /** Offered to ben at once, to anna a lease of 100 later, to others one later still. */
  @ParameterizedTest
  @ValueSource(strings = {"sqlite", "postgres"})
  void whomAQuestionIsOfferedTo(String database) throws Exception {
    List<QueuedQuestion.Offer> offers =
        List.of(new QueuedQuestion.Offer("ben", 0), new QueuedQuestion.Offer("anna", 1));
    try (QuestionStore q = open(database)) {
      for (String id : List.of("a", "b")) {
        q.follow(
            List.of(
                new QuestionNews.Asked(
                    new QueuedQuestion(
                        id, id.charAt(0), 1, FAR, 1, 1, null, null, null, null, offers))),
            id.equals("a") ? 1 : 2,
            1000);
      }
      assertThat(q.lease("anna", 9, 1099)).isEmpty();
      assertThat(q.lease("zoe", 9, 1199)).isEmpty();
      Held bens = q.lease("ben", 1, 1010).get(0);
      assertThat(bens.question().id()).isEqualTo("a");
      // ben does not know: it is anna's turn at once.
      assertThat(q.end("a", bens.lease(), "ben", Deed.ABSTAINED, 1020)).isEqualTo(Outcome.TAKEN);
      Held annas = q.lease("anna", 1, 1021).get(0);
      assertThat(annas.question().id()).isEqualTo("a");
      Held again = q.lease("anna", 1, 1110).get(0);
      assertThat(ids(q.lease("zoe", 9, 1200))).containsExactly("b");
      // anna's answer is not enough: cleo is asked too, and nobody but her.
      assertThat(q.reply("a", again.lease(), "anna", "ok", 1202)).isEqualTo(Outcome.TAKEN);
      List<QueuedQuestion.Offer> cleo = List.of(new QueuedQuestion.Offer("cleo", 0));
      q.follow(List.of(new QuestionNews.Labelled("a", "anna", "ok", false, cleo)), 3, 1203);
      assertThat(q.find("a").state()).isEqualTo(State.OPEN);
      assertThat(q.lease("anna", 9, 1204)).isEmpty();
      Held cleos = q.lease("cleo", 9, 1204).get(0);
      answer(q, cleos, "no", 4, 1205);
      assertThat(q.find("a").state()).isEqualTo(State.ANSWERED);
      assertThat(q.find("a").answers()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sqlite", "postgres"})
  void labelsThatComeByThemselvesExpiryAndTheLimit(String database) throws Exception {
    try (QuestionStore q = open(database)) {
      q.follow(List.of(asked("a", 1, 1), asked("b", 0.9, 1)), 1, 1);
      Held h = q.lease("anna", 1, 2).get(0);
      q.follow(List.of(label("a", null, "ok"), label("b", null, "ok")), 2, 3);
      assertThat(q.find("b").state()).isEqualTo(State.KNOWN);
      assertThat(q.find("a").state()).isEqualTo(State.LEASED);
      answer(q, h, "ok", 3, 4); // who was at it is paid
      assertThat(q.counts(4).paid()).isEqualTo(0.5);

      q.follow(List.of(asked("c", 1, 1), asked("d", 1, 1)), 4, 5);
      q.expire(Set.of("c", "unknown"), 6);
      assertThat(q.find("c").state()).isEqualTo(State.EXPIRED);
      assertThat(q.counts(FAR).expired()).isEqualTo(2); // d is due

      List<QuestionNews> many = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        many.add(asked("m" + i, i, 1));
      }
      q.follow(many, 5, 7);
      assertThat(q.list(State.OPEN, 100, 8).stream().map(Listed::question).map(QueuedQuestion::id))
          .containsExactly("m7", "m6", "m5", "m4", "m3");
      assertThat(deeds(q)).contains("GAVE_WAY m0", "GAVE_WAY m1", "GAVE_WAY m2");
      assertThat(q.list(State.OPEN, 100, FAR * FAR)).isEmpty();
      // What is done is removed after a time, the audit never.
      q.counts(FAR * FAR);
      assertThat(q.find("a")).isNull();
      assertThat(deeds(q)).contains("ASKED a");
    }
  }

  /** A label the model cannot learn is said to be so, and the question stays with its holder. */
  @ParameterizedTest
  @ValueSource(strings = {"sqlite", "postgres"})
  void aRefusedLabelAndAnEventOfTheSameId(String database) throws Exception {
    try (QuestionStore q = open(database)) {
      q.follow(List.of(asked("a", 1, 1)), 1, 1);
      Held h = q.lease("anna", 1, 2).get(0);
      q.reply("a", h.lease(), "anna", "??", 3);
      q.follow(List.of(new QuestionNews.Labelled("a", "anna", "??", true)), 2, 3);
      assertThat(q.find("a").state()).isEqualTo(State.LEASED);
      answer(q, h, "ok", 3, 4);
      QueuedQuestion q1 = ((QuestionNews.Asked) asked("a", 1, 1)).question();
      q.follow(List.of(new QuestionNews.Asked(q1)), 4, 5);
      assertThat(q.find("a").state()).isEqualTo(State.ANSWERED);
      QueuedQuestion later = new QueuedQuestion("a", 7, 1, FAR, 1, 1, null, null, null, null);
      q.follow(List.of(new QuestionNews.Asked(later)), 5, 6);
      answer(q, q.lease("anna", 1, 7).get(0), "ok", 6, 8);
      assertThat(q.counts(9).paid()).isEqualTo(1);
      assertThat(q.workers().get(0).answered()).isEqualTo(2);
      q.follow(List.of(asked("b", 1, 1)), 7, 10);
      answer(q, q.lease("dear", 1, 11).get(0), "ok", 8, 12);
      assertThat(q.counts(13).paid()).isEqualTo(8);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sqlite", "postgres"})
  void aCrowdRacesAndEachQuestionIsHeldOnce(String database) throws Exception {
    String name = "p" + pipelines++;
    // Two programs on one database, which know nothing of each other.
    try (QuestionStore one = open(database, name);
        QuestionStore two = open(database, name)) {
      for (int round = 0; round < 8; round++) {
        List<QuestionNews> news = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
          news.add(asked("r" + round + "-" + i, 1, 1));
        }
        one.follow(news, round + 1, 1);
        Set<String> seen = ConcurrentHashMap.newKeySet();
        ExecutorService crowd = Executors.newFixedThreadPool(6);
        List<Callable<Integer>> all = new ArrayList<>();
        for (int k = 0; k < 6; k++) {
          String who = "a" + round + "-" + k;
          // SQLite turns one away where both write; he comes again.
          QuestionStore at = k % 2 == 0 ? one : two;
          all.add(
              () -> {
                for (int attempt = 0; ; attempt++) {
                  try {
                    List<Held> held = at.lease(who, 2, 2);
                    held.forEach(h -> assertThat(seen.add(h.question().id())).isTrue());
                    return held.size();
                  } catch (UncheckedIOException busy) {
                    assertThat(attempt).isLessThan(100);
                  }
                }
              });
        }
        int sum = 0;
        for (Future<Integer> f : crowd.invokeAll(all)) {
          sum += f.get();
        }
        crowd.shutdown();
        assertThat(sum).isEqualTo(5);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sqlite", "postgres"})
  void theDatabaseItselfRefusesToPayTwice(String database) throws Exception {
    String name = "p" + pipelines++;
    try (QuestionStore q = open(database, name)) {
      q.follow(List.of(asked("a", 1, 1)), 1, 1);
      answer(q, q.lease("anna", 1, 2).get(0), "ok", 2, 3);
      Database d =
          database.equals("sqlite")
              ? new Sqlite(folder.resolve("q.db").toString(), false)
              : new Postgres(
                  "queue",
                  "jdbc:postgresql://localhost:" + server.getPort() + "/postgres",
                  "U",
                  null,
                  n -> "postgres");
      try (Sql sql = new Sql(d, "test")) {
        assertThatThrownBy(
                () ->
                    sql.transaction(
                        s ->
                            s.update(
                                "INSERT INTO freshet_audit (pipeline, n, at, id, event, deed, annotator,"
                                    + " label, millis, amount) SELECT pipeline, n + 100, at, id, event,"
                                    + " deed, annotator, label, millis, amount FROM freshet_audit"
                                    + " WHERE deed = 'answered' AND pipeline = ?",
                                name)))
            .isInstanceOf(UncheckedIOException.class)
            .hasMessageMatching("(?is).*unique.*");
      }
    }
  }
}
