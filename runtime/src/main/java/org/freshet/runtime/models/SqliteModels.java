package org.freshet.runtime.models;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.freshet.core.state.ModelStore;

/**
 * A model store in a SQLite file. The replica that answers writes ({@link #writer}); one that
 * follows it, to make a snapshot, only reads what the first has put ({@link #reader}), which is
 * what it would have put itself.
 *
 * <p>Puts are written in groups, without waiting for the disk: after a crash they are made again by
 * the replay of the journal. Before a snapshot is published its states are made to last, by {@link
 * #mark}. States that no kept snapshot needs any more are deleted by {@link #prune}.
 *
 * <p>The file is made when the first learner asks for a space.
 */
public final class SqliteModels implements AutoCloseable {
  /** Milliseconds one connection waits for another's short write. */
  private static final int PATIENCE = 10_000;

  private final Path file;
  private final Map<String, SpaceTable> tables = new ConcurrentHashMap<>();
  private Connection writing;
  private Connection reading;
  private Connection keeping; // marks, checkpoints and deletes, by the thread of snapshots

  /**
   * @param file of the database; its folder is made when needed
   */
  public SqliteModels(Path file) {
    this.file = file;
  }

  /** For the replica that answers. */
  public ModelStore writer() {
    return new View(this, "models", true);
  }

  /** For a replica that follows the one that answers. */
  public ModelStore reader() {
    return new View(this, "models", false);
  }

  synchronized SpaceTable table(String name) {
    open();
    return tables.computeIfAbsent(
        name, n -> trying("open", () -> new SpaceTable(this, n, writing, reading)));
  }

  private void open() {
    if (writing != null) {
      return;
    }
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot make the folder " + file.getParent() + ": " + e.getMessage(), e);
    }
    trying(
        "open",
        () -> {
          writing = connect();
          try (Statement s = writing.createStatement()) {
            s.execute("PRAGMA wal_autocheckpoint = 0"); // done by the thread of snapshots
          }
          reading = connect();
          keeping = connect();
          try (Statement s = keeping.createStatement()) {
            s.execute(
                "CREATE TABLE IF NOT EXISTS marks (entry INTEGER, space TEXT, version INTEGER,"
                    + " PRIMARY KEY (entry, space))");
            s.execute(
                "CREATE TABLE IF NOT EXISTS pruned (space TEXT PRIMARY KEY, version INTEGER)");
          }
          return null;
        });
  }

  private Connection connect() throws SQLException {
    Connection c = DriverManager.getConnection("jdbc:sqlite:" + file);
    try (Statement s = c.createStatement()) {
      s.execute("PRAGMA busy_timeout = " + PATIENCE);
      s.execute("PRAGMA journal_mode = WAL");
      s.execute("PRAGMA synchronous = NORMAL");
    }
    return c;
  }

  /** Work on the database that may fail. */
  interface Work<T> {
    T run() throws SQLException;
  }

  /** Turns what a database says into one line with the file's name. */
  <T> T trying(String what, Work<T> work) {
    try {
      return work.run();
    } catch (SQLException e) {
      throw new UncheckedIOException(
          "cannot " + what + " the models in " + file + ": " + e.getMessage(), new IOException(e));
    }
  }

  /**
   * How far a replica has put, by space; by the thread that owns the replica, at the moment of its
   * snapshot.
   *
   * @param store of that replica; of another kind of store there is nothing to say
   */
  public static Map<String, Long> versions(ModelStore store) {
    return store instanceof View v ? v.versions() : Map.of();
  }

  /**
   * Makes last what a replica had put when it made a snapshot, and remembers how far that was. To
   * be called before the snapshot is published.
   *
   * @param versions see {@link #versions}
   * @param entry number the snapshot is known by; later ones have higher numbers
   */
  public synchronized void mark(Map<String, Long> versions, long entry) {
    if (keeping == null) {
      return;
    }
    tables.values().forEach(SpaceTable::flush);
    trying(
        "write",
        () -> {
          for (Map.Entry<String, Long> e : versions.entrySet()) {
            try (PreparedStatement s =
                keeping.prepareStatement("INSERT OR REPLACE INTO marks VALUES (?, ?, ?)")) {
              s.setLong(1, entry);
              s.setString(2, e.getKey());
              s.setLong(3, e.getValue());
              s.executeUpdate();
            }
          }
          try (Statement s = keeping.createStatement()) {
            // Syncs the write-ahead log before it copies; waits for nobody.
            s.execute("PRAGMA wal_checkpoint(PASSIVE)");
          }
          return null;
        });
  }

  /**
   * Deletes states that only snapshots before {@code entry} needed.
   *
   * @param entry of the oldest snapshot kept
   */
  public synchronized void prune(long entry) {
    if (keeping == null) {
      return;
    }
    trying(
        "prune",
        () -> {
          for (Map.Entry<String, Long> e : marks(entry).entrySet()) {
            SpaceTable table = tables.get(e.getKey());
            if (table != null) {
              table.prune(keeping, e.getValue());
            }
          }
          try (PreparedStatement s =
              keeping.prepareStatement("DELETE FROM marks WHERE entry < ?")) {
            s.setLong(1, entry);
            s.executeUpdate();
          }
          return null;
        });
  }

  private Map<String, Long> marks(long entry) throws SQLException {
    Map<String, Long> versions = new LinkedHashMap<>();
    try (PreparedStatement s =
        keeping.prepareStatement("SELECT space, version FROM marks WHERE entry = ?")) {
      s.setLong(1, entry);
      ResultSet found = s.executeQuery();
      while (found.next()) {
        versions.put(found.getString(1), found.getLong(2));
      }
    }
    return versions;
  }

  /** In words what is wrong now; null when all is well. */
  public String trouble() {
    for (SpaceTable t : tables.values()) {
      if (t.trouble() != null) {
        return t.trouble();
      }
    }
    return null;
  }

  /** Bytes of the file, its log included; 0 before there is one. */
  public long bytes() {
    long sum = 0;
    for (String end : new String[] {"", "-wal"}) {
      Path part = file.resolveSibling(file.getFileName() + end);
      try {
        sum += Files.exists(part) ? Files.size(part) : 0;
      } catch (IOException gone) {
        // counted as nothing
      }
    }
    return sum;
  }

  @Override
  public synchronized void close() {
    if (writing == null) {
      return;
    }
    tables.values().forEach(SpaceTable::flush);
    trying(
        "close",
        () -> {
          for (SpaceTable t : tables.values()) {
            t.close();
          }
          keeping.close();
          reading.close();
          writing.close();
          return null;
        });
    writing = null;
    keeping = null;
    tables.clear();
  }

  /** What one replica sees; its spaces share the tables with those of others. */
  private static final class View implements ModelStore {
    private final SqliteModels all;
    private final String name;
    private final boolean writes;
    private final Map<String, View> spaces = new LinkedHashMap<>();
    private SpaceTable table;
    private long version;
    private boolean resumed;

    View(SqliteModels all, String name, boolean writes) {
      this.all = all;
      this.name = name;
      this.writes = writes;
    }

    @Override
    public ModelStore space(String inner) {
      return spaces.computeIfAbsent(
          inner,
          n -> {
            View v = new View(all, name + "_" + n.replaceAll("[^A-Za-z0-9]", "_"), writes);
            v.table = all.table(v.name);
            return v;
          });
    }

    /** The versions of this space and all below. */
    Map<String, Long> versions() {
      Map<String, Long> own = new LinkedHashMap<>();
      if (table != null) {
        own.put(name, version);
      }
      spaces.values().forEach(s -> own.putAll(s.versions()));
      return own;
    }

    private SpaceTable begun() {
      if (!resumed) {
        resume(0); // from the first event on: what is there was put by a run that is void
      }
      return table;
    }

    @Override
    public void put(long first, long second, long at, byte[] state) {
      SpaceTable t = begun();
      version = at;
      if (writes) {
        t.put(first, second, at, state);
      }
    }

    @Override
    public byte[] get(long first, long second, long after, long upTo) {
      SpaceTable t = begun();
      if (after > 0) {
        t.keeps(upTo - after);
      }
      return t.get(first, second, after, upTo, writes);
    }

    @Override
    public void resume(long at) {
      resumed = true;
      version = at;
      if (writes) {
        table.truncate(at);
      }
    }
  }
}
