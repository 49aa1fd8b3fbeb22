package org.freshet.streams.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.freshet.core.ConfigException;
import org.freshet.core.DataException;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.core.live.Feed;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FollowTest {
  private static final String COLUMNS = "numeric=[x], categorical=[c]";

  @TempDir Path folder;
  private Path path;
  private final ListInbox inbox = new ListInbox();
  private Feed feed;

  @BeforeEach
  void path() {
    path = folder.resolve("events.log");
  }

  @AfterEach
  void close() {
    if (feed != null) {
      feed.close();
    }
  }

  private Feed feed(String more) {
    return Components.create(
        Spec.parse(
            "follow(path='" + path + "', every=1ms" + (more.isEmpty() ? "" : ", " + more) + ")"),
        Build.of(null),
        Feed.class);
  }

  /** Starts a feed anew behind what the inbox got. */
  private void start(String more) throws InterruptedException {
    feed = feed(more);
    feed.start(feed.declared(), inbox.position(), inbox);
  }

  private void restart(String more) throws InterruptedException {
    feed.close();
    start(more);
  }

  private void write(String text) throws IOException {
    Files.writeString(path, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static String event(int i) {
    return "{\"id\":\"e" + i + "\",\"x\":" + i + ",\"c\":\"k\"}\n";
  }

  private static String events(int from, int to) {
    StringBuilder s = new StringBuilder();
    for (int i = from; i < to; i++) {
      s.append(event(i));
    }
    return s.toString();
  }

  private void expect(int events) throws InterruptedException {
    assertThat(inbox.await(events)).isEqualTo(ListInbox.numbered(events));
  }

  @Test
  void halfALineWaitsForItsRest() throws Exception {
    start(COLUMNS); // the file comes later
    write(events(0, 2));
    expect(2);
    write(event(2).substring(0, 7));
    write(event(2).substring(7) + event(3));
    expect(4);
    assertThat(inbox.records.get(0)).isEqualTo("EVENT e0 x=0.0 c=k");
  }

  @Test
  void goesOnWhereItWas() throws Exception {
    write(events(0, 300));
    start(COLUMNS);
    expect(300);
    ListInbox.idle(feed);
    feed.close();
    write(events(300, 400));
    start(COLUMNS);
    expect(400);
  }

  @Test
  void aRenamedFileIsReadToItsEndFirst() throws Exception {
    write(events(0, 2));
    start(COLUMNS);
    expect(2);
    Path old = folder.resolve("events.log.1");
    Files.move(path, old);
    Files.writeString(old, event(2) + event(3).trim(), StandardOpenOption.APPEND);
    write(events(4, 6)); // the last line of the old one has no end, and gets none any more
    expect(6);
    write(event(6));
    expect(7);
  }

  @Test
  void renamedWhileNobodyRead() throws Exception {
    write(events(0, 40));
    start(COLUMNS);
    expect(40);
    feed.close();
    write(events(40, 45));
    Files.move(path, folder.resolve("events.log.2"));
    write(events(45, 50));
    Files.move(path, folder.resolve("events.log.1"));
    write(events(50, 60));
    for (int i = 0; i < 3; i++) { // the file system's clock may stand still meanwhile
      Path f = folder.resolve("events.log" + (i == 0 ? "" : "." + i));
      Files.setLastModifiedTime(f, java.nio.file.attribute.FileTime.fromMillis(10_000 - i * 1000));
    }
    start(COLUMNS);
    expect(60);
  }

  @Test
  void cutOffItBeginsAnew() throws Exception {
    write(events(0, 50));
    start(COLUMNS);
    expect(50);
    Files.writeString(path, events(50, 52));
    expect(52);
    feed.close();
    Files.writeString(path, events(52, 152)); // longer than what was read of it
    start(COLUMNS);
    expect(152);
  }

  @Test
  void csvByTheNamesInItsFirstLine() throws Exception {
    write("c;id;time;x;label\n\"a;\"\"b\";e0;1970-01-01T00:00:01Z;2.5;yes\n;e1;;NA;\n");
    feed = feed("");
    Schema schema = feed.schema();
    assertThat(schema.columns())
        .extracting(c -> c.name() + " " + c.kind())
        .containsExactly("c CATEGORY", "x NUMERIC");
    feed.start(schema, Map.of(), inbox);
    assertThat(inbox.await(2))
        .containsExactly("EVENT e0 @1000 c=a;\"b x=2.5 label=yes", "EVENT e1 c=null x=NaN");
    feed.close();
    write("z;e2;;3;\n");
    feed = feed("");
    feed.start(schema, inbox.position(), inbox);
    assertThat(inbox.await(3).get(2)).isEqualTo("EVENT e2 c=z x=3.0");
  }

  @Test
  void labelsInTheirOwnFileOrAmongEvents() throws Exception {
    write(event(0) + "{\"id\":\"e0\",\"label\":\"ok\",\"by\":\"hand\"}\n");
    start(COLUMNS);
    assertThat(inbox.await(2).get(1)).isEqualTo("LABEL e0 label=ok");
    feed.close();
    Path labels = folder.resolve("labels.csv");
    Files.writeString(labels, "id,label,x\ne0,bad,7\n");
    ListInbox other = new ListInbox();
    path = labels;
    Schema schema = feed.declared();
    feed = feed("records=labels");
    feed.start(schema, Map.of(), other);
    assertThat(other.await(1)).containsExactly("LABEL e0 label=bad");
  }

  @Test
  void fromTheEnd() throws Exception {
    write(events(0, 5) + "{\"id\":");
    start(COLUMNS + ", from=end");
    ListInbox.idle(feed); // it has found the end
    write("\"e0\",\"x\":0,\"c\":\"k\"}\n" + event(1));
    expect(2);
  }

  @Test
  void badLinesByPolicy() throws Exception {
    String bad = "{\"id\":\"e9\",\"x\":\"high\"}\n";
    Path letters = folder.resolve("bad.jsonl");
    write(event(0) + bad + "no json\n" + "x".repeat(1200) + "\n" + event(1));
    start(COLUMNS + ", max_record=1024, on_error=dead_letter, dead_letter='" + letters + "'");
    expect(2);
    assertThat(feed.badRecords()).isEqualTo(3);
    List<String> written = Files.readAllLines(letters);
    assertThat(written).hasSize(3);
    assertThat(written.get(0))
        .isEqualTo(
            "{\"source\":\"follow:"
                + path
                + "\",\"byte\":"
                + (event(0) + bad).length()
                + ",\"field\":\"x\",\"error\":\"'x' is 'high', expected a number\",\"record\":"
                + "\"{\\\"id\\\":\\\"e9\\\",\\\"x\\\":\\\"high\\\"}\"}");
    feed.close();

    ListInbox strict = new ListInbox();
    feed = feed(COLUMNS + ", on_error=fail");
    feed.start(feed.declared(), Map.of(), strict);
    assertThatThrownBy(() -> strict.await(2))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "follow:"
                + path
                + ": the line that ends at byte "
                + (event(0) + bad).length()
                + ": 'x' is 'high', expected a number; mend it, or set 'on_error: skip'");
    assertThat(strict.records).hasSize(1); // the good one before it was handed over
  }

  @Test
  void theFirstLinesTellTheColumns() throws Exception {
    write("{\"id\":\"a\",\"label\":\"yes\"}\n"); // a label tells nothing
    feed = feed("on_error=skip");
    var schema =
        java.util.concurrent.CompletableFuture.supplyAsync(
            () -> {
              try {
                return feed.schema();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    write(
        "{\"id\":\"e0\",\"features\":{\"x\":null,\"c\":\"k\"}}\n"
            + event(1).replace("{", "{\"y\":1,"));
    assertThat(schema.get().indexOf("x")).isNotNegative();
    feed.start(schema.get(), Map.of(), inbox);
    assertThat(inbox.await(3)).hasSize(3);
  }

  @Test
  void parametersAreChecked() {
    assertThatThrownBy(() -> feed("separator=ab"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("parameter 'separator' is 'ab'");
    assertThatThrownBy(() -> feed("numeric=[x], categorical=[x]"))
        .hasMessage("the column 'x' is declared twice");
    assertThatThrownBy(() -> feed("on_error=dead_letter")).hasMessageContaining("dead_letter");
  }
}
