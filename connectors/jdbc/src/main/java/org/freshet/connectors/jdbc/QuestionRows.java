package org.freshet.connectors.jdbc;

import java.sql.SQLException;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.freshet.core.ask.QuestionNews;
import org.freshet.core.ask.QuestionStore.Deed;
import org.freshet.core.ask.QuestionStore.Held;
import org.freshet.core.ask.QuestionStore.Listed;
import org.freshet.core.ask.QuestionStore.State;
import org.freshet.core.ask.QuestionStore.Terms;
import org.freshet.core.ask.QueuedQuestion;

/** One pipeline's rows, and the rules by which they change; within a transaction. */
final class QuestionRows {
  /** Annotators who pass a question over before it is given up. */
  private static final int PASSES = 3;

  /** Questions that are done are looked for so often. */
  private static final long PRUNE = TimeUnit.HOURS.toMillis(1);

  static final String OF = " WHERE pipeline = ? AND id = ?";

  private final Sql sql;
  private final String pipeline;
  private final Terms terms;
  private final SplittableRandom names = new SplittableRandom();
  private long pruned;

  QuestionRows(Sql sql, String pipeline, Terms terms) {
    this.sql = sql;
    this.pipeline = pipeline;
    this.terms = terms;
  }

  static String select(String rest) {
    return "SELECT "
        + QuestionTables.QUESTION
        + ", q.state, q.answers, q.held FROM freshet_questions q WHERE q.pipeline = ?"
        + rest;
  }

  Listed find(String id) throws SQLException {
    return sql.first(QuestionTables::listed, select(" AND q.id = ?"), pipeline, id);
  }

  /** A row of the leases. */
  record Lease(
      String id,
      String annotator,
      String lease,
      long since,
      String state,
      String reply,
      long replied) {}

  Lease lease(String id, String annotator) throws SQLException {
    return leases(OF + " AND annotator = ?", pipeline, id, annotator).stream()
        .findFirst()
        .orElse(null);
  }

  List<Lease> leases(String where, Object... values) throws SQLException {
    return sql.list(
        r ->
            new Lease(
                r.getString(1),
                r.getString(2),
                r.getString(3),
                r.getLong(4),
                r.getString(5),
                r.getString(6),
                r.getLong(7)),
        "SELECT id, annotator, lease, since, state, reply, replied FROM freshet_leases" + where,
        values);
  }

  void reply(String id, String annotator, String label, long now) throws SQLException {
    sql.update(
        "UPDATE freshet_leases SET reply = ?, replied = ?" + OF + " AND annotator = ?",
        label,
        now,
        pipeline,
        id,
        annotator);
  }

  /**
   * The annotator holds it no longer.
   *
   * @param state why, so that it is not offered again; null where it may be
   */
  void close(Lease l, String state) throws SQLException {
    String mine = OF + " AND annotator = ?";
    if (state == null) {
      sql.update("DELETE FROM freshet_leases" + mine, pipeline, l.id, l.annotator);
    } else {
      sql.update("UPDATE freshet_leases SET state = ?" + mine, state, pipeline, l.id, l.annotator);
    }
    sql.update("UPDATE freshet_questions SET held = held - 1" + OF, pipeline, l.id);
  }

  /** Puts a question in the state that follows from its counts. */
  void settle(String id, long now) throws SQLException {
    Listed q = find(id);
    if (q.state() != State.OPEN && q.state() != State.LEASED) {
      return;
    }
    boolean known = sql.number("SELECT known FROM freshet_questions" + OF, pipeline, id) == 1;
    int wanted = q.question().wanted();
    State to = q.answers() + q.held() >= wanted ? State.LEASED : State.OPEN;
    if (q.answers() >= wanted || known && q.held() == 0 && q.answers() > 0) {
      to = State.ANSWERED;
    } else if (known && q.held() == 0) {
      to = State.KNOWN;
      note(now, q, Deed.KNOWN, null, null, -1, 0);
    } else if (q.held() == 0 && passed(id) >= PASSES) {
      to = q.answers() > 0 ? State.ANSWERED : State.SKIPPED;
    } else if (known) {
      to = State.LEASED;
    }
    become(id, to, now);
  }

  long passed(String id) throws SQLException {
    return sql.number(
        "SELECT COUNT(*) FROM freshet_leases" + OF + " AND state IN ('skipped', 'abstained')",
        pipeline,
        id);
  }

  void become(String id, State to, long now) throws SQLException {
    sql.update(
        "UPDATE freshet_questions SET state = ?, changed = ?" + OF,
        QuestionTables.word(to),
        now,
        pipeline,
        id);
  }

  /** Nobody holds it; with an answer it is answered, though by fewer than were wanted. */
  void expire(Listed q, long now) throws SQLException {
    if (q.state() == State.OPEN && q.held() == 0) {
      become(q.question().id(), q.answers() > 0 ? State.ANSWERED : State.EXPIRED, now);
      if (q.answers() == 0) {
        note(now, q, Deed.EXPIRED, null, null, -1, 0);
      }
    }
  }

  void note(long now, Listed q, Deed deed, String by, String label, long millis, double amount)
      throws SQLException {
    note(now, q.question().id(), q.question().event(), deed, by, label, millis, amount);
  }

  void note(
      long now,
      String id,
      long event,
      Deed deed,
      String by,
      String label,
      long millis,
      double amount)
      throws SQLException {
    long n = deeds();
    sql.update(
        "INSERT INTO freshet_audit (pipeline, n, at, id, event, deed, annotator, label, millis, amount)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        pipeline,
        n,
        now,
        id,
        event,
        QuestionTables.word(deed),
        by,
        label,
        millis,
        amount);
    if (amount != 0) {
      sql.update("UPDATE freshet_queues SET paid = paid + ? WHERE pipeline = ?", amount, pipeline);
    }
  }

  /** Puts a question; one of the same event is there already, one of an earlier is done with. */
  void ask(QueuedQuestion q, long now) throws SQLException {
    Listed old = find(q.id());
    if (old != null) {
      boolean open = old.state() == State.OPEN || old.state() == State.LEASED;
      if (open || old.question().event() == q.event()) {
        return;
      }
      sql.update("DELETE FROM freshet_leases" + OF, pipeline, q.id());
      sql.update("DELETE FROM freshet_questions" + OF, pipeline, q.id());
    }
    sql.update(
        "INSERT INTO freshet_questions (pipeline, id, event, asked, due, priority, wanted,"
            + " prediction, scores, candidates, features, state, answers, held, known, changed)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', 0, 0, 0, ?)",
        pipeline,
        q.id(),
        q.event(),
        q.asked(),
        q.due(),
        q.priority(),
        q.wanted(),
        q.prediction(),
        q.scores(),
        QuestionTables.joined(q.candidates()),
        q.features(),
        now);
    offer(q.id(), q.offers(), now);
    note(now, q.id(), q.event(), Deed.ASKED, null, null, -1, 0);
  }

  void labelled(QuestionNews.Labelled l, long now) throws SQLException {
    Listed q = find(l.id());
    if (q == null) {
      return;
    }
    if (l.more() != null) {
      offer(l.id(), l.more(), now);
    }
    if (l.annotator() != null) {
      Lease lease = lease(l.id(), l.annotator());
      if (lease != null && lease.state().equals("held") && lease.reply() != null) {
        if (l.refused()) {
          reply(l.id(), l.annotator(), null, now);
          note(now, q, Deed.REFUSED, l.annotator(), l.label(), -1, 0);
          return;
        }
        close(lease, "answered");
        String wanted = l.more() == null ? "" : ", wanted = answers + held + 2";
        sql.update(
            "UPDATE freshet_questions SET answers = answers + 1" + wanted + OF, pipeline, l.id());
        long millis = Math.max(0, lease.replied() - lease.since());
        note(now, q, Deed.ANSWERED, l.annotator(), l.label(), millis, terms.price(l.annotator()));
        settle(l.id(), now);
        return;
      }
      if (lease != null && lease.state().equals("answered")) {
        return;
      }
    }
    if (!l.refused() && l.more() == null) {
      sql.update("UPDATE freshet_questions SET known = 1" + OF, pipeline, l.id());
      settle(l.id(), now);
    }
  }

  /** Offers a question to some, each when its turn comes; to anybody where there are none. */
  private void offer(String id, List<QueuedQuestion.Offer> offers, long now) throws SQLException {
    sql.update("DELETE FROM freshet_offers" + OF, pipeline, id);
    for (QueuedQuestion.Offer o : offers == null ? List.<QueuedQuestion.Offer>of() : offers) {
      sql.update(
          "INSERT INTO freshet_offers (pipeline, id, annotator, starts) VALUES (?, ?, ?, ?)",
          pipeline,
          id,
          o.annotator(),
          now + o.rank() * terms.lease());
    }
  }

  /** Somebody passed a question over: whoever is next need not wait as long. */
  void passOn(String id, long now) throws SQLException {
    sql.update(
        "UPDATE freshet_offers SET starts = starts - ?" + OF + " AND starts > ?",
        terms.lease(),
        pipeline,
        id,
        now);
  }

  /** Keeps to the limit of open questions. */
  void giveWay(long now) throws SQLException {
    long open =
        sql.number(
            "SELECT COUNT(*) FROM freshet_questions WHERE pipeline = ? AND state = 'open'",
            pipeline);
    if (open > terms.limit()) {
      List<Listed> least =
          sql.list(
              QuestionTables::listed,
              select(" AND q.state = 'open' AND q.held = 0 ORDER BY q.priority, q.event LIMIT ?"),
              pipeline,
              open - terms.limit());
      for (Listed q : least) {
        become(q.question().id(), State.EXPIRED, now);
        note(now, q, Deed.GAVE_WAY, null, null, -1, 0);
      }
    }
  }

  /** Deeds of the audit. */
  long deeds() throws SQLException {
    return sql.number(
        "SELECT n + 1 FROM freshet_audit WHERE pipeline = ? ORDER BY n DESC LIMIT 1", pipeline);
  }

  /** What the clock brings: leases that ran out, questions nobody answered, those kept for long. */
  void sweep(long now) throws SQLException {
    for (Lease l :
        leases(
            " WHERE pipeline = ? AND state = 'held' AND ends <= ? AND reply IS NULL",
            pipeline,
            now)) {
      close(l, null);
      note(now, find(l.id()), Deed.LAPSED, l.annotator(), null, -1, 0);
      settle(l.id(), now);
    }
    for (Listed q :
        sql.list(
            QuestionTables::listed,
            select(" AND q.state = 'open' AND q.held = 0 AND q.due <= ?"),
            pipeline,
            now)) {
      expire(q, now);
    }
    if (now - pruned > PRUNE) {
      pruned = now;
      String old = "pipeline = ? AND state NOT IN ('open', 'leased') AND changed < ?";
      for (String table : List.of("freshet_leases", "freshet_offers")) {
        sql.update(
            "DELETE FROM "
                + table
                + " WHERE pipeline = ? AND id IN (SELECT id FROM freshet_questions WHERE "
                + old
                + ")",
            pipeline,
            pipeline,
            now - terms.keep());
      }
      sql.update("DELETE FROM freshet_questions WHERE " + old, pipeline, now - terms.keep());
      trim(now);
    }
  }

  /**
   * Removes old deeds of questions that are gone, and adds them up first. The last one stays, which
   * says how many there were.
   */
  private void trim(long now) throws SQLException {
    if (now <= terms.audit()) {
      return;
    }
    String old =
        " WHERE a.pipeline = ? AND a.at < ? AND NOT EXISTS (SELECT 1 FROM freshet_questions q WHERE"
            + " q.pipeline = a.pipeline AND q.id = a.id)"
            + " AND a.n < (SELECT MAX(n) FROM freshet_audit WHERE pipeline = ?)";
    sql.update(
        "INSERT INTO freshet_worked (pipeline, annotator, answered, abstained, skipped, millis, paid)"
            + " SELECT a.pipeline, a.annotator, "
            + QuestionTables.WORK
            + " FROM freshet_audit a"
            + old
            + " AND a.annotator IS NOT NULL GROUP BY a.pipeline, a.annotator"
            + " ON CONFLICT (pipeline, annotator) DO UPDATE SET"
            + " answered = freshet_worked.answered + excluded.answered,"
            + " abstained = freshet_worked.abstained + excluded.abstained,"
            + " skipped = freshet_worked.skipped + excluded.skipped,"
            + " millis = freshet_worked.millis + excluded.millis,"
            + " paid = freshet_worked.paid + excluded.paid",
        pipeline,
        now - terms.audit(),
        pipeline);
    sql.update("DELETE FROM freshet_audit AS a" + old, pipeline, now - terms.audit(), pipeline);
  }

  void fill(String annotator, long more, long now) throws SQLException {
    for (Listed q :
        sql.list(
            QuestionTables::listed,
            select(
                " AND q.state = 'open' AND NOT EXISTS (SELECT 1 FROM freshet_leases l WHERE"
                    + " l.pipeline = q.pipeline AND l.id = q.id AND l.annotator = ?)"
                    + " AND (NOT EXISTS (SELECT 1 FROM freshet_offers o WHERE o.pipeline = q.pipeline"
                    + " AND o.id = q.id) OR EXISTS (SELECT 1 FROM freshet_offers o WHERE"
                    + " o.pipeline = q.pipeline AND o.id = q.id AND o.annotator = ? AND o.starts <= ?)"
                    + " OR NOT EXISTS (SELECT 1 FROM freshet_offers o WHERE o.pipeline = q.pipeline"
                    + " AND o.id = q.id AND o.starts > ?))"
                    + " ORDER BY q.priority DESC, q.event LIMIT ?"),
            pipeline,
            annotator,
            annotator,
            now,
            now - terms.lease(),
            more)) {
      hold(q, annotator, now);
    }
  }

  /** Takes a place at a question where there is one. */
  void hold(Listed q, String annotator, long now) throws SQLException {
    String id = q.question().id();
    int taken =
        sql.update(
            "UPDATE freshet_questions SET held = held + 1, state = CASE WHEN held + 1 + answers >="
                + " wanted THEN 'leased' ELSE 'open' END"
                + OF
                + " AND state = 'open' AND held + answers < wanted",
            pipeline,
            id);
    if (taken == 1) {
      sql.update(
          "INSERT INTO freshet_leases (pipeline, id, annotator, lease, since, ends, state)"
              + " VALUES (?, ?, ?, ?, ?, ?, 'held')",
          pipeline,
          id,
          annotator,
          newName(),
          now,
          now + terms.lease());
      note(now, q, Deed.LEASED, annotator, null, -1, 0);
    }
  }

  /** What is held, of this pipeline. */
  List<Held> held(String which, Object... values) throws SQLException {
    Object[] all = new Object[values.length + 1];
    all[0] = pipeline;
    System.arraycopy(values, 0, all, 1, values.length);
    return sql.list(
        QuestionTables::held,
        "SELECT "
            + QuestionTables.QUESTION
            + ", l.annotator, l.lease, l.since, l.ends FROM freshet_leases l JOIN freshet_questions q"
            + " ON q.pipeline = l.pipeline AND q.id = l.id WHERE l.pipeline = ? AND l.state = 'held'"
            + which,
        all);
  }

  private String newName() {
    byte[] random = new byte[12];
    names.nextBytes(random);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }
}
