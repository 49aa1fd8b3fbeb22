package org.freshet.connectors.jdbc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;

/** One connection on which transactions run one after the other; a broken one is made anew. */
final class Sql implements AutoCloseable {
  /** Work of a transaction. */
  interface Work<T> {
    T in(Sql sql) throws SQLException;
  }

  /** Makes something of a row. */
  interface Row<T> {
    T of(ResultSet row) throws SQLException;
  }

  private final Database database;
  private final String name;
  private Connection connection;

  /**
   * @param name for messages
   */
  Sql(Database database, String name) {
    this.database = database;
    this.name = name;
  }

  /**
   * All of it or nothing.
   *
   * @throws UncheckedIOException when the database cannot be reached or refuses it
   */
  synchronized <T> T transaction(Work<T> work) {
    try {
      return attempt(work);
    } catch (SQLException e) {
      throw new UncheckedIOException(name + ": " + said(e), new IOException(e));
    }
  }

  /** The same, for who tells errors apart. */
  synchronized <T> T attempt(Work<T> work) throws SQLException {
    boolean done = false;
    try {
      if (connection == null) {
        connection = database.connect();
      }
      T result = work.in(this);
      connection.commit();
      done = true;
      return result;
    } finally {
      if (!done) {
        close();
      }
    }
  }

  int update(String sql, Object... values) throws SQLException {
    try (PreparedStatement s = prepared(sql, values)) {
      return s.executeUpdate();
    }
  }

  <T> List<T> list(Row<T> as, String sql, Object... values) throws SQLException {
    try (PreparedStatement s = prepared(sql, values);
        ResultSet r = s.executeQuery()) {
      List<T> all = new ArrayList<>();
      while (r.next()) {
        all.add(as.of(r));
      }
      return all;
    }
  }

  /** The first row; null where there is none. */
  <T> T first(Row<T> as, String sql, Object... values) throws SQLException {
    List<T> all = list(as, sql, values);
    return all.isEmpty() ? null : all.get(0);
  }

  long number(String sql, Object... values) throws SQLException {
    Long n = first(r -> r.getLong(1), sql, values);
    return n == null ? 0 : n;
  }

  private PreparedStatement prepared(String sql, Object... values) throws SQLException {
    PreparedStatement s = connection.prepareStatement(sql);
    for (int i = 0; i < values.length; i++) {
      set(s, i + 1, values[i]);
    }
    return s;
  }

  private static void set(PreparedStatement s, int at, Object value) throws SQLException {
    if (value == null) {
      s.setNull(at, Types.VARCHAR);
    } else if (value instanceof String text) {
      s.setString(at, text);
    } else if (value instanceof Long n) {
      s.setLong(at, n);
    } else if (value instanceof Integer n) {
      s.setInt(at, n);
    } else if (value instanceof Double v) {
      s.setDouble(at, v);
    } else {
      throw new IllegalArgumentException("no value of a column: " + value);
    }
  }

  /** The error's first line. */
  static String said(SQLException e) {
    SQLException first = e.getNextException() == null ? e : e.getNextException();
    return String.valueOf(first.getMessage()).lines().findFirst().orElse("").strip();
  }

  @Override
  public synchronized void close() {
    Connection old = connection;
    connection = null;
    if (old != null) {
      try {
        old.close(); // what was not committed is rolled back
      } catch (SQLException broken) {
        // a new one is made
      }
    }
  }
}
