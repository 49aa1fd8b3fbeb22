package org.freshet.runtime.models;

import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;

/**
 * One space of {@link SqliteModels}: a row for each put, by its version, with an index by key. The
 * last puts wait in memory for the next group.
 */
final class SpaceTable {
  /** Puts written at once. */
  private static final int GROUP = 64;

  /** Versions looked through at once when rows are deleted: a few milliseconds. */
  private static final int STEP = 1000;

  private final SqliteModels all;
  private final String name;
  private final Connection writing;
  private final PreparedStatement insert;
  private final PreparedStatement select;
  private final PreparedStatement selectBehind; // on the connection of those that follow
  private long[] first = new long[GROUP];
  private long[] second = new long[GROUP];
  private long[] version = new long[GROUP];
  private byte[][] state = new byte[GROUP][];
  private int waiting;
  private volatile String trouble;
  private volatile long kept = Long.MAX_VALUE; // puts after which a state is forgotten

  SpaceTable(SqliteModels all, String name, Connection writing, Connection reading)
      throws SQLException {
    this.all = all;
    this.name = name;
    this.writing = writing;
    synchronized (writing) {
      try (Statement s = writing.createStatement()) {
        s.execute(
            "CREATE TABLE IF NOT EXISTS "
                + name
                + " (version INTEGER PRIMARY KEY, first INTEGER, second INTEGER, state BLOB)");
        s.execute(
            "CREATE INDEX IF NOT EXISTS "
                + name
                + "_keys ON "
                + name
                + " (first, second, version)");
      }
    }
    insert = writing.prepareStatement("INSERT OR REPLACE INTO " + name + " VALUES (?, ?, ?, ?)");
    String newest =
        "SELECT state FROM "
            + name
            + " WHERE first = ? AND second = ? AND version > ? AND version <= ?"
            + " ORDER BY version DESC LIMIT 1";
    select = writing.prepareStatement(newest);
    selectBehind = reading.prepareStatement(newest);
  }

  /** Learns after how many puts its user forgets a state. */
  void keeps(long puts) {
    kept = puts;
  }

  /** In words why puts wait in memory that should be on the disk; null when all is well. */
  String trouble() {
    return trouble;
  }

  /** Keeps a state; it stays in memory as long as it cannot be written, say on a full disk. */
  synchronized void put(long h1, long h2, long at, byte[] bytes) {
    if (waiting == first.length) {
      first = Arrays.copyOf(first, 2 * waiting);
      second = Arrays.copyOf(second, 2 * waiting);
      version = Arrays.copyOf(version, 2 * waiting);
      state = Arrays.copyOf(state, 2 * waiting);
    }
    first[waiting] = h1;
    second[waiting] = h2;
    version[waiting] = at;
    state[waiting] = bytes;
    if (++waiting % GROUP == 0) {
      try {
        flush();
        trouble = null;
      } catch (UncheckedIOException e) {
        trouble = e.getMessage();
      }
    }
  }

  /** Writes what waits; it can be read from memory until it is in the database. */
  synchronized void flush() {
    if (waiting == 0) {
      return;
    }
    all.trying(
        "write",
        () -> {
          synchronized (writing) {
            writing.setAutoCommit(false);
            try {
              for (int i = 0; i < waiting; i++) {
                insert.setLong(1, version[i]);
                insert.setLong(2, first[i]);
                insert.setLong(3, second[i]);
                insert.setBytes(4, state[i]);
                insert.executeUpdate();
              }
              writing.commit();
            } catch (SQLException e) {
              writing.rollback();
              throw e;
            } finally {
              writing.setAutoCommit(true);
            }
          }
          return null;
        });
    for (int i = 0; i < waiting; i++) {
      state[i] = null;
    }
    waiting = 0;
  }

  byte[] get(long h1, long h2, long after, long upTo, boolean writer) {
    synchronized (this) {
      for (int i = waiting - 1; i >= 0; i--) {
        boolean seen = version[i] <= upTo && version[i] > after;
        if (seen && first[i] == h1 && second[i] == h2) {
          return state[i];
        }
      }
    }
    PreparedStatement by = writer ? select : selectBehind;
    return all.trying(
        "read",
        () -> {
          synchronized (by.getConnection()) {
            by.setLong(1, h1);
            by.setLong(2, h2);
            by.setLong(3, after);
            by.setLong(4, upTo);
            try (ResultSet found = by.executeQuery()) {
              return found.next() ? found.getBytes(1) : null;
            }
          }
        });
  }

  /** Deletes what was put after a version. */
  synchronized void truncate(long at) {
    for (int i = 0; i < waiting; i++) {
      state[i] = null;
    }
    waiting = 0;
    all.trying(
        "write",
        () -> {
          synchronized (writing) {
            try (Statement s = writing.createStatement()) {
              s.executeUpdate("DELETE FROM " + name + " WHERE version > " + at);
              s.executeUpdate("DELETE FROM marks WHERE space = '" + name + "' AND version > " + at);
              s.executeUpdate(
                  "UPDATE pruned SET version = "
                      + at
                      + " WHERE space = '"
                      + name
                      + "' AND version > "
                      + at);
            }
          }
          return null;
        });
  }

  /**
   * Deletes the states that a user at a version or later never asks for: those with a newer one up
   * to there, and those it has forgotten.
   */
  void prune(Connection keeping, long at) throws SQLException {
    long from = pruned(keeping);
    while (from < at) {
      long to = Math.min(at, from + STEP);
      try (PreparedStatement s =
          keeping.prepareStatement(
              "DELETE FROM "
                  + name
                  + " WHERE version IN (SELECT o.version FROM "
                  + name
                  + " n JOIN "
                  + name
                  + " o ON o.first = n.first AND o.second = n.second AND o.version < n.version"
                  + " WHERE n.version > ? AND n.version <= ?)")) {
        s.setLong(1, from);
        s.setLong(2, to);
        s.executeUpdate();
      }
      from = to;
    }
    try (Statement s = keeping.createStatement()) {
      if (kept < at) {
        s.executeUpdate("DELETE FROM " + name + " WHERE version <= " + (at - kept));
      }
      s.executeUpdate("INSERT OR REPLACE INTO pruned VALUES ('" + name + "', " + at + ")");
    }
  }

  private long pruned(Connection keeping) throws SQLException {
    try (Statement s = keeping.createStatement();
        ResultSet r = s.executeQuery("SELECT version FROM pruned WHERE space = '" + name + "'")) {
      return r.next() ? r.getLong(1) : 0;
    }
  }

  synchronized void close() throws SQLException {
    insert.close();
    select.close();
    selectBehind.close();
  }
}
