package org.freshet.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.live.AnswerBlock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JdbcSinkTest {
  private static final Schema CLASSES =
      Schema.classification(List.of(Column.numeric("x")), "label", "a", "b");
  private static final Schema NUMBERS = Schema.regression(List.of(Column.numeric("x")), "y");

  @TempDir Path folder;

  private static JdbcSink sqlite(Path path, String table) {
    return new JdbcSink(
        new JdbcSink.Parameters(path.toString(), null, table, null, null, false), n -> null);
  }

  private static JdbcSink postgres(int port, Map<String, String> environment) {
    return new JdbcSink(
        new JdbcSink.Parameters(
            null,
            "jdbc:postgresql://localhost:" + port + "/postgres",
            "public.answers",
            "DB_USER",
            "DB_PASSWORD",
            false),
        environment::get);
  }

  /** Answer n has id {@code e<n>} and says {@code b} where n is odd. */
  private static AnswerBlock block(long first, int size) {
    String[] ids = new String[size];
    long[] times = new long[size];
    double[] predicted = new double[size];
    int[] known = new int[size];
    double[] scores = new double[2 * size];
    boolean[] asked = new boolean[size];
    for (int i = 0; i < size; i++) {
      ids[i] = "e" + (first + i);
      times[i] = first + i == 0 ? Features.NO_TIME : 1000;
      predicted[i] = (first + i) % 2;
      known[i] = 2;
      asked[i] = first + i == 1;
      scores[2 * i + (int) predicted[i]] = 0.75;
      scores[2 * i + 1 - (int) predicted[i]] = 0.25;
    }
    return new AnswerBlock(
        CLASSES,
        "champion",
        first,
        size,
        ids,
        new String[size],
        times,
        predicted,
        known,
        scores,
        2,
        null,
        asked,
        null,
        false);
  }

  private static List<String> rows(String url, String columns, String where) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection c = DriverManager.getConnection(url);
        Statement s = c.createStatement();
        ResultSet r =
            s.executeQuery("SELECT " + columns + " FROM answers " + where + " ORDER BY n")) {
      while (r.next()) {
        StringBuilder row = new StringBuilder();
        for (int i = 1; i <= r.getMetaData().getColumnCount(); i++) {
          row.append(i == 1 ? "" : " ").append(r.getString(i));
        }
        rows.add(row.toString());
      }
    }
    return rows;
  }

  private static List<String> numbered(long to) {
    List<String> all = new ArrayList<>();
    for (long n = 0; n < to; n++) {
      all.add(n + " e" + n);
    }
    return all;
  }

  @Test
  void whatIsLeftToAnExpertHasItsFinalAnswerInARowOfItsOwn() throws SQLException {
    Path db = folder.resolve("deferred.db");
    try (JdbcSink s = sqlite(db, "answers")) {
      s.open("p", CLASSES);
      s.write(deferred(block(0, 2), new String[] {"gpt", null}, false));
      s.write(deferred(block(2, 1), new String[] {"gpt"}, true));
    }
    assertThat(rows("jdbc:sqlite:" + db, "n, deferred_to, final", ""))
        .containsExactly("0 gpt 0", "1 null null", "2 gpt 1");
  }

  private static AnswerBlock deferred(AnswerBlock b, String[] to, boolean last) {
    return new AnswerBlock(
        b.schema(),
        b.model(),
        b.first(),
        b.size(),
        b.ids(),
        b.keys(),
        b.times(),
        b.predicted(),
        b.known(),
        b.scores(),
        b.stride(),
        null,
        null,
        to,
        last);
  }

  @Test
  void aRowEachForClassesAndNumbers() throws SQLException {
    Path db = folder.resolve("new/answers.db");
    try (JdbcSink s = sqlite(db, "answers")) {
      assertThat(s.open("p", CLASSES)).isZero();
      s.write(block(0, 2));
    }
    try (JdbcSink s = sqlite(db, "answers")) {
      assertThat(s.open("q", NUMBERS)).isZero(); // another pipeline counts for itself
      s.write(
          new AnswerBlock(
              NUMBERS,
              "m",
              0,
              2,
              new String[2],
              new String[] {"k\0", null},
              new long[] {5, 6},
              new double[] {1.5, Double.NaN},
              new int[2],
              new double[0],
              0));
    }
    assertThat(rows("jdbc:sqlite:" + db, "*", "WHERE pipeline = 'p'"))
        .containsExactly(
            "p 0 e0 null null a null 0.75 {\"a\":0.75,\"b\":0.25} champion null null 0",
            "p 1 e1 null 1000 b null 0.75 {\"a\":0.25,\"b\":0.75} champion null null 1");
    assertThat(rows("jdbc:sqlite:" + db, "*", "WHERE pipeline = 'q'"))
        .containsExactly(
            "q 0 null k\uFFFD 5 null 1.5 null null m null null 0",
            "q 1 null null 6 null null null null m null null 0");
  }

  @Test
  void aTableOfAnEarlierVersionGetsWhatItLacks() throws SQLException {
    Path db = folder.resolve("old.db");
    String url = "jdbc:sqlite:" + db;
    try (Connection c = DriverManager.getConnection(url);
        Statement s = c.createStatement()) {
      s.execute(
          "CREATE TABLE answers (pipeline TEXT NOT NULL, n BIGINT NOT NULL, id TEXT, event_key TEXT,"
              + " event_time BIGINT, prediction TEXT, value DOUBLE PRECISION,"
              + " score DOUBLE PRECISION, scores TEXT, model TEXT, PRIMARY KEY (pipeline, n))");
      s.execute("INSERT INTO answers (pipeline, n, id) VALUES ('p', 0, 'e0')");
    }
    try (JdbcSink s = sqlite(db, "answers")) {
      assertThat(s.open("p", CLASSES)).isEqualTo(1);
      s.write(block(1, 2));
    }
    assertThat(rows(url, "n, CASE WHEN asked THEN 'yes' WHEN NOT asked THEN 'no' END", ""))
        .containsExactly("0 null", "1 yes", "2 no");
  }

  @Test
  void whatIsThereStaysAsItIs() throws SQLException {
    Path db = folder.resolve("a.db");
    try (JdbcSink s = sqlite(db, "answers")) {
      s.open("p", CLASSES);
      s.write(block(0, 5));
      s.write(block(3, 4)); // tried again, part of it was written
      assertThat(sqlite(db, "answers").open("p", CLASSES)).isEqualTo(7);
    }
    assertThat(rows("jdbc:sqlite:" + db, "n, id", "")).isEqualTo(numbered(7));
  }

  @Test
  void aTableThatIsGoneIsMadeAgain() throws SQLException {
    Path db = folder.resolve("a.db");
    try (JdbcSink s = sqlite(db, "answers")) {
      s.open("p", CLASSES);
      s.write(block(0, 2));
      try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + db);
          Statement t = other.createStatement()) {
        t.execute("DROP TABLE answers");
      }
      assertThatThrownBy(() -> s.write(block(2, 2)))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("no such table: answers");
      s.write(block(2, 2)); // on a new connection, which makes the table
    }
    assertThat(rows("jdbc:sqlite:" + db, "n, id", "")).containsExactly("2 e2", "3 e3");
  }

  @Test
  void mistakesAreSaidInOneLineWithoutSecrets() throws IOException {
    Path text = Files.writeString(folder.resolve("text"), "no database ".repeat(100));
    assertThatThrownBy(() -> sqlite(text, "answers").open("p", CLASSES))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("not a database");
    Path other = folder.resolve("other.db");
    try (JdbcSink s = sqlite(other, "answers")) {
      s.open("p", CLASSES);
    }
    assertThatThrownBy(() -> sqlite(other, "sqlite_master").open("p", CLASSES))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("jdbc:sqlite:" + other + "/sqlite_master: ");
    assertThatThrownBy(() -> sqlite(text, "answers; DROP TABLE x"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("'table' of jdbc is no name of a table");
    assertThatThrownBy(() -> parameters(null, null)).hasMessageContaining("needs either 'path'");
    assertThatThrownBy(() -> parameters("x", "y")).hasMessageContaining("needs either 'path'");
    assertThatThrownBy(() -> parameters(null, "jdbc:postgresql://h/d?password=hush"))
        .hasMessageContaining("password_variable")
        .hasMessageNotContaining("hush");
    assertThatThrownBy(() -> parameters(null, "jdbc:postgresql://me:hush@h/d"))
        .hasMessageContaining("password_variable")
        .hasMessageNotContaining("hush");
    assertThatThrownBy(() -> parameters(null, "jdbc:mysql://h/d"))
        .hasMessageContaining("does not begin with jdbc:postgresql:");
    assertThatThrownBy(() -> postgres(1, Map.of("DB_USER", "me")))
        .hasMessageContaining("'DB_PASSWORD'");
  }

  private static JdbcSink parameters(String path, String url) {
    return new JdbcSink(
        new JdbcSink.Parameters(path, url, "answers", null, null, false), n -> null);
  }

  /** Writes blocks until it is killed. */
  static final class Writer {
    public static void main(String[] args) {
      try (JdbcSink s = sqlite(Path.of(args[0]), "answers")) {
        for (long n = s.open("p", CLASSES); ; n += 7) {
          s.write(block(n, 7));
        }
      }
    }
  }

  @Test
  void killedAtAnyMomentEveryRowIsThereOnce() throws Exception {
    Path db = folder.resolve("a.db");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    File log = folder.resolve("log").toFile();
    long seen = 0;
    for (int round = 0; round < 2; round++) {
      Process p =
          new ProcessBuilder(
                  java,
                  "-XX:TieredStopAtLevel=1",
                  "-XX:+UseSerialGC",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Writer.class.getName(),
                  db.toString())
              .redirectErrorStream(true)
              .redirectOutput(log)
              .start();
      long enough = seen + 500;
      while (p.isAlive() && seen < enough) {
        seen = Files.exists(db) ? count(db) : 0;
      }
      assertThat(p.isAlive()).as(Files.readString(log.toPath())).isTrue();
      p.destroyForcibly().waitFor();
    }
    try (JdbcSink s = sqlite(db, "answers")) {
      long next = s.open("p", CLASSES);
      assertThat(next).isGreaterThan(1000);
      s.write(block(next, 3));
      assertThat(rows("jdbc:sqlite:" + db, "n, id", "")).isEqualTo(numbered(next + 3));
    }
  }

  private static long count(Path db) {
    try {
      return Long.parseLong(rows("jdbc:sqlite:" + db, "COUNT(*), 1 AS n", "").get(0).split(" ")[0]);
    } catch (SQLException notYet) {
      return 0;
    }
  }

  @Test
  void postgresDownAndBack() throws Exception {
    int port = freePort();
    Path data = folder.resolve("pg");
    Map<String, String> environment = Map.of("DB_USER", "postgres", "DB_PASSWORD", "hush");
    String url = "jdbc:postgresql://localhost:" + port + "/postgres?user=postgres";
    JdbcSink sink = postgres(port, environment);
    assertThat(sink.open("p", CLASSES)).isZero(); // it is down: waited for
    assertThatThrownBy(() -> sink.write(block(0, 3)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("refused")
        .hasMessageNotContaining("hush");
    try (EmbeddedPostgres server = server(port, data)) {
      sink.write(block(0, 3));
      sink.write(block(3, 100));
      assertThat(rows(url, "n, id", "")).isEqualTo(numbered(103));
      try (Connection c = DriverManager.getConnection(url);
          Statement s = c.createStatement()) {
        s.execute("ALTER TABLE answers DROP COLUMN asked"); // as an earlier version made it
      }
    }
    assertThatThrownBy(() -> sink.write(block(103, 5))).isInstanceOf(UncheckedIOException.class);
    assertThatThrownBy(() -> sink.write(block(103, 5))).isInstanceOf(UncheckedIOException.class);
    try (EmbeddedPostgres server = server(port, data)) {
      sink.write(block(103, 5));
      sink.write(block(100, 20)); // a second life of the process overlaps
      sink.close();
      assertThat(rows(url, "n, id", "")).isEqualTo(numbered(120));
      assertThat(rows(url, "*", "WHERE n = 1"))
          .containsExactly(
              "p 1 e1 null 1000 b null 0.75 {\"a\":0.25,\"b\":0.75} champion null null null");
      try (JdbcSink again = postgres(port, environment)) {
        assertThat(again.open("p", CLASSES)).isEqualTo(120);
        assertThat(again.open("other", CLASSES)).isZero();
      }
      JdbcSink stranger = postgres(port, Map.of("DB_USER", "nobody_here", "DB_PASSWORD", "hush"));
      assertThatThrownBy(() -> stranger.open("p", CLASSES))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("nobody_here")
          .hasMessageNotContaining("hush");
    }
  }

  private static EmbeddedPostgres server(int port, Path data) throws IOException {
    return EmbeddedPostgres.builder()
        .setPort(port)
        .setDataDirectory(data)
        .setCleanDataDirectory(false)
        .start();
  }

  private static int freePort() throws IOException {
    try (ServerSocket s = new ServerSocket(0)) {
      return s.getLocalPort();
    }
  }
}
