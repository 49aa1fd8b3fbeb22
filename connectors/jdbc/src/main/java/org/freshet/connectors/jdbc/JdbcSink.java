package org.freshet.connectors.jdbc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.List;
import java.util.function.UnaryOperator;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.live.AnswerBlock;
import org.freshet.core.live.Sink;
import org.freshet.streams.live.AnswerLines;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes answers to a table of SQLite (a file, nothing to install) or PostgreSQL, one row each.
 *
 * <p>The table is made when it is not there: {@code pipeline} and {@code n}, the number of the
 * answer, are its primary key; {@code id}, {@code event_key} and {@code event_time} (milliseconds
 * since 1970) tell the event; {@code prediction} is the class, or {@code value} the number that was
 * predicted; {@code score} is that of the class, {@code scores} all of them as JSON; {@code model}
 * is who answered. An answer that is left to an expert names it in {@code deferred_to}, with {@code
 * final} false; its final answer is a row of its own, with {@code final} true; of others both are
 * null. {@code asked} is true where the label of the event is asked for. Several pipelines may
 * share a table. One made by an earlier version gets what columns it lacks.
 *
 * <p>Each row is written once, whatever happens: a block of answers is one transaction, and a row
 * that is there already is left as it is. When the database cannot be reached the block is tried
 * again until it can, on a new connection; meanwhile answers wait, and then the pipeline does. At
 * the start a database that is down is waited for in the same way, but a wrong password, database
 * or table is an error. What a commit survives is the database's affair: PostgreSQL's settings, or
 * {@code sync} for SQLite.
 *
 * <p>User and password come from environment variables that the file names. A zero character, which
 * PostgreSQL has no place for, is stored as U+FFFD.
 *
 * <pre>{@code
 * sink: { jdbc: { path: answers.db } }
 * sink: { jdbc: { url: "jdbc:postgresql://db/fraud", password_variable: FRAUD_DB_PASSWORD } }
 * }</pre>
 */
@Component(name = "jdbc", kinds = Kind.SINK, family = "sink")
public final class JdbcSink implements Sink {
  private static final Logger LOG = LoggerFactory.getLogger(JdbcSink.class);
  private static final String FIRST_COLUMNS =
      "pipeline, n, id, event_key, event_time, prediction, value, score, scores, model";
  private static final List<String> LATER = List.of("deferred_to", "final", "asked");
  private static final String COLUMNS = FIRST_COLUMNS + ", " + String.join(", ", LATER);
  private static final String NAME = "[A-Za-z_][A-Za-z0-9_]{0,62}";

  public record Parameters(
      @Param(value = "File of SQLite; made when it is not there.", def = "none") String path,
      @Param(
              value = "PostgreSQL server, such as jdbc:postgresql://host:5432/database.",
              def = "none")
          String url,
      @Param(
              value = "Table: letters, digits and _, after a schema and a dot where it has one.",
              def = "answers",
              origin = "what it holds")
          String table,
      @Param(
              value = "Environment variable with the user of PostgreSQL.",
              def = "none",
              origin = "the user of the system")
          String userVariable,
      @Param(
              value = "Environment variable with the password of PostgreSQL.",
              def = "none",
              origin = "a password in a file is soon in a repository")
          String passwordVariable,
      @Param(
              value = "Whether SQLite waits for the disk at every block of answers.",
              def = "false",
              origin =
                  "without, a crash of the machine (not of the process) can lose the last rows")
          boolean sync) {}

  private final Database database;
  private final String table;
  private Connection connection;
  private PreparedStatement insert;
  private String pipeline;
  private AnswerLines json;

  public JdbcSink(Parameters parameters, Build build) {
    this(parameters, System::getenv);
  }

  JdbcSink(Parameters p, UnaryOperator<String> environment) {
    if ((p.path() == null) == (p.url() == null)) {
      throw new ConfigException(
          "", "jdbc needs either 'path', a file of SQLite, or 'url', a PostgreSQL server");
    }
    if (!p.table().matches("(" + NAME + "\\.)?" + NAME)) {
      throw new ConfigException(
          "",
          "'table' of jdbc is no name of a table: letters, digits and _, such as answers or fraud.answers");
    }
    this.table = p.table();
    this.database =
        p.path() != null
            ? new Sqlite(p.path(), p.sync())
            : new Postgres("jdbc", p.url(), p.userVariable(), p.passwordVariable(), environment);
  }

  @Override
  public String name() {
    return "jdbc:" + database.name() + "/" + table;
  }

  /**
   * With a database that is down the count is unknown; 0 is then always right, because rows that
   * are there stay as they are.
   */
  @Override
  public long open(String ofPipeline, Schema schema) {
    pipeline = ofPipeline;
    json = new AnswerLines(schema);
    try {
      connect();
      return next();
    } catch (SQLException e) {
      disconnect();
      if (!database.passes(e)) {
        throw new ConfigException("", name() + ": " + said(e));
      }
      LOG.warn("{} cannot be reached yet: {}", name(), said(e));
      return 0;
    }
  }

  private void connect() throws SQLException {
    connection = database.connect();
    try {
      look(COLUMNS);
    } catch (SQLException notThere) { // or of another shape, which the second look says
      connection.rollback();
      create();
      look(COLUMNS);
    }
    connection.rollback();
    insert =
        connection.prepareStatement(
            "INSERT INTO "
                + table
                + " ("
                + COLUMNS
                + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                + " ON CONFLICT (pipeline, n) DO NOTHING");
  }

  /** Whether the table is there, with its columns; a user may lack the right to make it. */
  private void look(String columns) throws SQLException {
    try (Statement s = connection.createStatement()) {
      s.executeQuery("SELECT " + columns + " FROM " + table + " WHERE 1 = 0").close();
    }
  }

  private void create() throws SQLException {
    try (Statement s = connection.createStatement()) {
      s.execute(
          "CREATE TABLE IF NOT EXISTS "
              + table
              + " (pipeline TEXT NOT NULL, n BIGINT NOT NULL, id TEXT, event_key TEXT,"
              + " event_time BIGINT, prediction TEXT, value DOUBLE PRECISION,"
              + " score DOUBLE PRECISION, scores TEXT, model TEXT,"
              + " PRIMARY KEY (pipeline, n))");
    }
    connection.commit();
    look(FIRST_COLUMNS); // a table of something else is left as it is
    for (String column : LATER) {
      add(column);
    }
  }

  private void add(String column) throws SQLException {
    try {
      look(column);
    } catch (SQLException lacks) {
      connection.rollback();
      String type = column.equals("deferred_to") ? " TEXT" : " BOOLEAN";
      try (Statement s = connection.createStatement()) {
        s.execute("ALTER TABLE " + table + " ADD COLUMN " + column + type);
      }
      connection.commit();
    }
  }

  private long next() throws SQLException {
    try (PreparedStatement s =
        connection.prepareStatement("SELECT MAX(n) FROM " + table + " WHERE pipeline = ?")) {
      s.setString(1, pipeline);
      try (ResultSet r = s.executeQuery()) {
        r.next();
        long last = r.getLong(1);
        return r.wasNull() ? 0 : last + 1;
      }
    } finally {
      connection.rollback();
    }
  }

  @Override
  public void write(AnswerBlock answers) {
    try {
      if (connection == null) {
        connect();
      }
      for (int i = 0; i < answers.size(); i++) {
        row(answers, i);
      }
      insert.executeBatch();
      connection.commit();
    } catch (SQLException e) {
      disconnect();
      throw new UncheckedIOException(name() + ": " + said(e), new IOException(e));
    }
  }

  private void row(AnswerBlock a, int i) throws SQLException {
    insert.setString(1, pipeline);
    insert.setLong(2, a.first() + i);
    insert.setString(3, text(a.ids()[i]));
    insert.setString(4, text(a.keys()[i]));
    if (a.times()[i] == Features.NO_TIME) {
      insert.setNull(5, Types.BIGINT);
    } else {
      insert.setLong(5, a.times()[i]);
    }
    insert.setString(6, text(a.label(i)));
    boolean number = a.schema().labels() == null;
    number(7, number ? a.predicted()[i] : Double.NaN);
    number(8, a.label(i) == null ? Double.NaN : a.score(i, (int) a.predicted()[i]));
    insert.setString(9, json.scores(a, i));
    insert.setString(10, text(a.model()));
    insert.setString(11, text(a.deferredTo(i)));
    if (a.deferredTo(i) == null) {
      insert.setNull(12, Types.BOOLEAN);
    } else {
      insert.setBoolean(12, a.last());
    }
    insert.setBoolean(13, a.asked(i));
    insert.addBatch();
  }

  private void number(int column, double v) throws SQLException {
    if (Double.isNaN(v)) {
      insert.setNull(column, Types.DOUBLE);
    } else {
      insert.setDouble(column, v);
    }
  }

  private static String text(String s) {
    return s == null ? null : s.replace('\0', '\uFFFD');
  }

  /** The error's first line; what a batch failed with first tells more than that it failed. */
  private static String said(SQLException e) {
    SQLException first = e.getNextException() == null ? e : e.getNextException();
    String message = String.valueOf(first.getMessage());
    return message.lines().findFirst().orElse("").strip();
  }

  private void disconnect() {
    Connection old = connection;
    connection = null;
    insert = null;
    if (old != null) {
      try {
        old.close();
      } catch (SQLException broken) {
        // a new one is made
      }
    }
  }

  @Override
  public void close() {
    disconnect();
  }
}
