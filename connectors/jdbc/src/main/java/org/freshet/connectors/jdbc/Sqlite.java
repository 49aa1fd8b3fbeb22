package org.freshet.connectors.jdbc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.freshet.core.ConfigException;
import org.sqlite.SQLiteConfig;

/** A file of SQLite, in its write-ahead mode, so that others may read it meanwhile. */
final class Sqlite implements Database {
  private static final int WAIT_FOR_LOCK = 10_000;

  private final Path path;
  private final boolean sync;

  /**
   * @param sync whether a commit waits for the disk
   */
  Sqlite(String path, boolean sync) {
    try {
      this.path = Path.of(path);
    } catch (InvalidPathException e) {
      throw new ConfigException("", "'path' of jdbc is no path: " + e.getMessage());
    }
    this.sync = sync;
  }

  @Override
  public String name() {
    return "sqlite:" + path;
  }

  @Override
  public Connection connect() throws SQLException {
    try {
      if (path.getParent() != null) {
        Files.createDirectories(path.getParent());
      }
    } catch (IOException e) {
      throw new SQLException("cannot make the folder of " + path + ": " + e.getMessage(), e);
    }
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(
        sync ? SQLiteConfig.SynchronousMode.FULL : SQLiteConfig.SynchronousMode.NORMAL);
    config.setBusyTimeout(WAIT_FOR_LOCK);
    Connection c = config.createConnection("jdbc:sqlite:" + path);
    try (Statement s = c.createStatement()) {
      s.execute("PRAGMA user_version"); // a file that is no database is refused here, not later
      c.setAutoCommit(false);
      return c;
    } catch (SQLException e) {
      c.close();
      throw e;
    }
  }

  /**
   * A file that is locked, or a disk that is full, may be free again; a file that is no database
   * stays so.
   */
  @Override
  public boolean passes(SQLException e) {
    int code = e.getErrorCode() & 0xff;
    return code == 5 || code == 6 || code == 10 || code == 13; // busy, locked, input/output, full
  }
}
