package org.freshet.connectors.jdbc;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;
import org.freshet.core.ConfigException;
import org.freshet.core.ask.QuestionNews;
import org.freshet.core.ask.QuestionStore;

/**
 * A queue of questions in SQLite or PostgreSQL. Several pipelines may share a database: each has
 * its rows by its name.
 *
 * <p>A place at a question is taken by an update that counts only while there is one, so two never
 * get the same, not even two programs on one database. The audit is appended to, and a unique index
 * of it has the database refuse to pay an answer twice.
 */
public final class JdbcQuestions implements QuestionStore {
  private static final String OF = QuestionRows.OF;

  private final Sql sql;
  private final Database database;
  private final Terms terms;
  private String pipeline;
  private QuestionRows rows;
  private volatile long position;

  private JdbcQuestions(Database database, Terms terms) {
    this.database = database;
    this.terms = terms;
    this.sql = new Sql(database, name());
  }

  /**
   * In a file.
   *
   * @param sync whether a commit waits for the disk
   */
  public static JdbcQuestions sqlite(Path file, boolean sync, Terms terms) {
    return new JdbcQuestions(new Sqlite(file.toString(), sync), terms);
  }

  /**
   * On a server.
   *
   * @param userVariable environment variable with the user; null without
   */
  public static JdbcQuestions postgres(
      String url, String userVariable, String passwordVariable, Terms terms) {
    return postgres(url, userVariable, passwordVariable, terms, System::getenv);
  }

  static JdbcQuestions postgres(
      String url,
      String userVariable,
      String passwordVariable,
      Terms terms,
      UnaryOperator<String> environment) {
    return new JdbcQuestions(
        new Postgres("queue", url, userVariable, passwordVariable, environment), terms);
  }

  @Override
  public String name() {
    return "questions:" + database.name();
  }

  @Override
  public void open(String ofPipeline) {
    pipeline = ofPipeline;
    rows = new QuestionRows(sql, pipeline, terms);
    try {
      position = sql.attempt(s -> began(s));
    } catch (SQLException e) {
      throw new ConfigException("labels.queue", name() + ": " + Sql.said(e));
    }
  }

  private long began(Sql s) throws SQLException {
    QuestionTables.make(s);
    s.update(
        "INSERT INTO freshet_queues (pipeline, position, paid) VALUES (?, 0, 0) ON CONFLICT (pipeline) DO NOTHING",
        pipeline);
    return s.number("SELECT position FROM freshet_queues WHERE pipeline = ?", pipeline);
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public void follow(List<QuestionNews> news, long to, long now) {
    if (to <= position) {
      return;
    }
    sql.transaction(
        s -> {
          boolean more = false;
          for (QuestionNews n : news) {
            if (n instanceof QuestionNews.Asked a) {
              rows.ask(a.question(), now);
              more = true;
            } else if (n instanceof QuestionNews.Labelled l) {
              rows.labelled(l, now);
            }
          }
          if (more) {
            rows.giveWay(now);
          }
          return s.update(
              "UPDATE freshet_queues SET position = ? WHERE pipeline = ?", to, pipeline);
        });
    position = to;
  }

  @Override
  public void goBack(long to) {
    sql.transaction(
        s -> s.update("UPDATE freshet_queues SET position = ? WHERE pipeline = ?", to, pipeline));
    position = to;
  }

  @Override
  public Listed find(String id) {
    return sql.transaction(s -> rows.find(id));
  }

  @Override
  public void expire(Collection<String> ids, long now) {
    sql.transaction(
        s -> {
          for (String id : ids) {
            Listed q = rows.find(id);
            if (q != null && q.held() == 0) {
              rows.expire(q, now);
            }
          }
          return null;
        });
  }

  @Override
  public List<Held> lease(String annotator, int most, long now) {
    return sql.transaction(
        s -> {
          rows.sweep(now);
          String mine =
              " WHERE pipeline = ? AND annotator = ? AND state = 'held' AND reply IS NULL";
          s.update(
              "UPDATE freshet_leases SET ends = ?" + mine,
              now + terms.lease(),
              pipeline,
              annotator);
          long had = s.number("SELECT COUNT(*) FROM freshet_leases" + mine, pipeline, annotator);
          if (had < most) {
            rows.fill(annotator, most - had, now);
          }
          return rows.held(
              " AND l.annotator = ? AND l.reply IS NULL"
                  + " ORDER BY l.since, q.priority DESC, q.event LIMIT ?",
              annotator,
              most);
        });
  }

  @Override
  public Held take(String id, String annotator, long now) {
    return sql.transaction(
        s -> {
          rows.sweep(now);
          Listed q = rows.find(id);
          QuestionRows.Lease own = rows.lease(id, annotator);
          if (own == null && q != null) {
            rows.hold(q, annotator, now);
          }
          return rows
              .held(" AND l.id = ? AND l.annotator = ? AND l.reply IS NULL", id, annotator)
              .stream()
              .findFirst()
              .orElse(null);
        });
  }

  @Override
  public Held held(String id, String lease, String annotator) {
    return sql.transaction(
        s ->
            rows
                .held(" AND l.id = ? AND l.annotator = ? AND l.lease = ?", id, annotator, lease)
                .stream()
                .findFirst()
                .orElse(null));
  }

  @Override
  public boolean answered(String id, String annotator, String label) {
    return sql.transaction(
        s -> {
          QuestionRows.Lease l = rows.lease(id, annotator);
          return l != null && l.state().equals("answered") && label.equals(l.reply());
        });
  }

  @Override
  public Outcome reply(String id, String lease, String annotator, String label, long now) {
    return sql.transaction(
        s -> {
          QuestionRows.Lease l = rows.lease(id, annotator);
          if (l == null || !l.lease().equals(lease)) {
            return Outcome.LOST;
          }
          if (l.state().equals("answered")) {
            return label.equals(l.reply()) ? Outcome.DONE : Outcome.LOST;
          }
          if (!l.state().equals("held")) {
            return Outcome.LOST;
          }
          if (l.reply() != null) {
            return Outcome.BUSY;
          }
          rows.reply(id, annotator, label, now);
          return Outcome.TAKEN;
        });
  }

  @Override
  public void withdraw(String id, String lease) {
    sql.transaction(
        s ->
            s.update(
                "UPDATE freshet_leases SET reply = NULL" + OF + " AND lease = ? AND state = 'held'",
                pipeline,
                id,
                lease));
  }

  @Override
  public void withdrawAll() {
    sql.transaction(
        s ->
            s.update(
                "UPDATE freshet_leases SET reply = NULL WHERE pipeline = ? AND state = 'held'",
                pipeline));
  }

  @Override
  public Outcome end(String id, String lease, String annotator, Deed deed, long now) {
    return sql.transaction(
        s -> {
          QuestionRows.Lease l = rows.lease(id, annotator);
          if (l == null || !l.lease().equals(lease)) {
            return Outcome.LOST;
          }
          if (l.state().equals(QuestionTables.word(deed))) {
            return Outcome.DONE;
          }
          if (!l.state().equals("held")) {
            return Outcome.LOST;
          }
          if (l.reply() != null) {
            return Outcome.BUSY;
          }
          Listed q = rows.find(id);
          switch (deed) {
            case EXTENDED ->
                s.update(
                    "UPDATE freshet_leases SET ends = ?" + OF + " AND annotator = ?",
                    now + terms.lease(),
                    pipeline,
                    id,
                    annotator);
            case NONE ->
                s.update("UPDATE freshet_questions SET candidates = NULL" + OF, pipeline, id);
            case RELEASED -> rows.close(l, null);
            case ABSTAINED, SKIPPED -> rows.close(l, QuestionTables.word(deed));
            default -> throw new IllegalArgumentException("no reply: " + deed);
          }
          long millis = deed == Deed.EXTENDED ? -1 : Math.max(0, now - l.since());
          if (deed == Deed.ABSTAINED || deed == Deed.SKIPPED) {
            rows.passOn(id, now);
          }
          rows.note(now, q, deed, annotator, null, millis, 0);
          rows.settle(id, now);
          return Outcome.TAKEN;
        });
  }

  @Override
  public List<Listed> list(State state, int most, long now) {
    return sql.transaction(
        s -> {
          rows.sweep(now);
          return s.list(
              QuestionTables::listed,
              QuestionRows.select(" AND q.state = ? ORDER BY q.priority DESC, q.event LIMIT ?"),
              pipeline,
              QuestionTables.word(state),
              most);
        });
  }

  @Override
  public Counts counts(long now) {
    return sql.transaction(
        s -> {
          rows.sweep(now);
          long[] n = new long[State.values().length];
          s.list(
              r -> {
                for (State state : State.values()) {
                  if (QuestionTables.word(state).equals(r.getString(1))) {
                    n[state.ordinal()] = r.getLong(2);
                  }
                }
                return null;
              },
              "SELECT state, COUNT(*) FROM freshet_questions WHERE pipeline = ? GROUP BY state",
              pipeline);
          long oldest =
              s.number(
                  "SELECT MIN(asked) FROM freshet_questions WHERE pipeline = ? AND state = 'open'",
                  pipeline);
          Double paid =
              s.first(
                  r -> r.getDouble(1),
                  "SELECT paid FROM freshet_queues WHERE pipeline = ?",
                  pipeline);
          return new Counts(
              n[State.OPEN.ordinal()],
              n[State.LEASED.ordinal()],
              n[State.ANSWERED.ordinal()],
              n[State.KNOWN.ordinal()],
              n[State.EXPIRED.ordinal()],
              n[State.SKIPPED.ordinal()],
              oldest,
              paid);
        });
  }

  @Override
  public List<Worker> workers() {
    return sql.transaction(
        s ->
            s.list(
                r ->
                    new Worker(
                        r.getString(1),
                        r.getLong(2),
                        r.getLong(3),
                        r.getLong(4),
                        r.getLong(5),
                        r.getDouble(6),
                        r.getDouble(7)),
                "SELECT w.annotator, (SELECT COUNT(*) FROM freshet_leases l WHERE l.pipeline = ?"
                    + " AND l.annotator = w.annotator AND l.state = 'held'), SUM(w.answered),"
                    + " SUM(w.abstained), SUM(w.skipped),"
                    + " SUM(w.millis) * 1.0 / NULLIF(SUM(w.answered), 0), SUM(w.paid) FROM"
                    + " (SELECT a.annotator AS annotator, "
                    + QuestionTables.WORK
                    + " FROM freshet_audit a WHERE a.pipeline = ? AND a.annotator IS NOT NULL"
                    + " GROUP BY a.annotator UNION ALL SELECT annotator, answered, abstained,"
                    + " skipped, millis, paid FROM freshet_worked WHERE pipeline = ?) w"
                    + " GROUP BY w.annotator ORDER BY w.annotator",
                pipeline,
                pipeline,
                pipeline));
  }

  @Override
  public List<Entry> audit(long from, int most) {
    return sql.transaction(
        s ->
            s.list(
                QuestionTables::entry,
                "SELECT * FROM freshet_audit WHERE pipeline = ? AND n >= ? ORDER BY n LIMIT ?",
                pipeline,
                from < 0 ? rows.deeds() + from : from,
                most));
  }

  @Override
  public void close() {
    sql.close();
  }
}
