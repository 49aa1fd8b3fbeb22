package org.freshet.connectors.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.freshet.core.ask.QuestionStore.Deed;
import org.freshet.core.ask.QuestionStore.Entry;
import org.freshet.core.ask.QuestionStore.Held;
import org.freshet.core.ask.QuestionStore.Listed;
import org.freshet.core.ask.QuestionStore.State;
import org.freshet.core.ask.QueuedQuestion;

/** The tables of a queue of questions, and how their rows are read. */
final class QuestionTables {
  static final String QUESTION =
      "q.id, q.event, q.asked, q.due, q.priority, q.wanted, q.prediction, q.scores, q.candidates, q.features";

  /** What the deeds of an annotator come to. */
  static final String WORK =
      "SUM(CASE WHEN a.deed = 'answered' THEN 1 ELSE 0 END) AS answered,"
          + " SUM(CASE WHEN a.deed = 'abstained' THEN 1 ELSE 0 END) AS abstained,"
          + " SUM(CASE WHEN a.deed = 'skipped' THEN 1 ELSE 0 END) AS skipped,"
          + " SUM(CASE WHEN a.deed = 'answered' THEN a.millis ELSE 0 END) AS millis,"
          + " SUM(a.amount) AS paid";

  private static final List<String> TABLES =
      List.of(
          "CREATE TABLE IF NOT EXISTS freshet_queues (pipeline TEXT PRIMARY KEY,"
              + " position BIGINT NOT NULL, paid DOUBLE PRECISION NOT NULL)",
          "CREATE TABLE IF NOT EXISTS freshet_questions (pipeline TEXT NOT NULL, id TEXT NOT NULL,"
              + " event BIGINT NOT NULL, asked BIGINT NOT NULL, due BIGINT NOT NULL,"
              + " priority DOUBLE PRECISION NOT NULL, wanted INTEGER NOT NULL, prediction TEXT,"
              + " scores TEXT, candidates TEXT, features TEXT, state TEXT NOT NULL,"
              + " answers INTEGER NOT NULL, held INTEGER NOT NULL, known INTEGER NOT NULL,"
              + " changed BIGINT NOT NULL, PRIMARY KEY (pipeline, id))",
          "CREATE INDEX IF NOT EXISTS freshet_questions_open ON freshet_questions (pipeline, state, priority)",
          "CREATE TABLE IF NOT EXISTS freshet_leases (pipeline TEXT NOT NULL, id TEXT NOT NULL,"
              + " annotator TEXT NOT NULL, lease TEXT NOT NULL, since BIGINT NOT NULL,"
              + " ends BIGINT NOT NULL, state TEXT NOT NULL, reply TEXT, replied BIGINT,"
              + " PRIMARY KEY (pipeline, id, annotator))",
          "CREATE INDEX IF NOT EXISTS freshet_leases_ends ON freshet_leases (pipeline, state, ends)",
          "CREATE TABLE IF NOT EXISTS freshet_offers (pipeline TEXT NOT NULL, id TEXT NOT NULL,"
              + " annotator TEXT NOT NULL, starts BIGINT NOT NULL, PRIMARY KEY (pipeline, id, annotator))",
          "CREATE TABLE IF NOT EXISTS freshet_audit (pipeline TEXT NOT NULL, n BIGINT NOT NULL,"
              + " at BIGINT NOT NULL, id TEXT NOT NULL, event BIGINT NOT NULL, deed TEXT NOT NULL,"
              + " annotator TEXT, label TEXT, millis BIGINT NOT NULL, amount DOUBLE PRECISION NOT NULL,"
              + " PRIMARY KEY (pipeline, n))",
          "CREATE TABLE IF NOT EXISTS freshet_worked (pipeline TEXT NOT NULL, annotator TEXT NOT NULL,"
              + " answered BIGINT NOT NULL, abstained BIGINT NOT NULL, skipped BIGINT NOT NULL,"
              + " millis BIGINT NOT NULL, paid DOUBLE PRECISION NOT NULL,"
              + " PRIMARY KEY (pipeline, annotator))",
          // The database itself refuses to pay an answer twice.
          "CREATE UNIQUE INDEX IF NOT EXISTS freshet_audit_paid ON freshet_audit"
              + " (pipeline, id, event, annotator) WHERE deed = 'answered'");

  private QuestionTables() {}

  static void make(Sql sql) throws SQLException {
    for (String table : TABLES) {
      sql.update(table);
    }
  }

  static String word(Enum<?> of) {
    return of.name().toLowerCase(Locale.ROOT);
  }

  /** Labels may hold anything but a line feed's escape, so lines it is. */
  static String joined(List<String> candidates) {
    return candidates == null
        ? null
        : candidates.stream()
            .map(c -> c.replace("\\", "\\\\").replace("\n", "\\n"))
            .collect(Collectors.joining("\n"));
  }

  private static List<String> split(String candidates) {
    return candidates == null
        ? null
        : Arrays.stream(candidates.split("\n", -1)).map(QuestionTables::unescaped).toList();
  }

  private static String unescaped(String s) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if (c == '\\' && i + 1 < s.length()) {
        c = s.charAt(++i) == 'n' ? '\n' : '\\';
      }
      out.append(c);
    }
    return out.toString();
  }

  static QueuedQuestion question(ResultSet r) throws SQLException {
    return new QueuedQuestion(
        r.getString(1),
        r.getLong(2),
        r.getLong(3),
        r.getLong(4),
        r.getDouble(5),
        r.getInt(6),
        r.getString(7),
        r.getString(8),
        split(r.getString(9)),
        r.getString(10));
  }

  static Listed listed(ResultSet r) throws SQLException {
    State state = State.valueOf(r.getString("state").toUpperCase(Locale.ROOT));
    return new Listed(question(r), state, r.getInt("answers"), r.getInt("held"));
  }

  static Held held(ResultSet r) throws SQLException {
    return new Held(
        question(r),
        r.getString("annotator"),
        r.getString("lease"),
        r.getLong("since"),
        r.getLong("ends"));
  }

  static Entry entry(ResultSet r) throws SQLException {
    return new Entry(
        r.getLong("n"),
        r.getLong("at"),
        r.getString("id"),
        r.getLong("event"),
        Deed.valueOf(r.getString("deed").toUpperCase(Locale.ROOT)),
        r.getString("annotator"),
        r.getString("label"),
        r.getLong("millis"),
        r.getDouble("amount"));
  }
}
