package org.freshet.streams.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.freshet.core.DataException;
import org.freshet.core.Schema;
import org.freshet.streams.input.OnError;
import org.freshet.streams.input.Task;
import org.junit.jupiter.api.Test;

class StdinTest {
  private static Stdin.Parameters parameters(List<String> numeric, List<String> categorical) {
    EventColumns columns =
        new EventColumns(numeric, categorical, List.of(), "label", Task.CLASSIFICATION, List.of());
    return new Stdin.Parameters(
        new LineForm(
            LineFormat.AUTO,
            "auto",
            RecordKind.AUTO,
            new EventForm(columns, "id", "time", "key", "weight"),
            OnError.SKIP,
            null,
            0,
            4096));
  }

  @Test
  void linesAreTakenAsTheyCome() throws Exception {
    PipedInputStream in = new PipedInputStream();
    ListInbox inbox = new ListInbox();
    try (PipedOutputStream out = new PipedOutputStream(in);
        Stdin feed = new Stdin(parameters(List.of("x"), List.of("c")), in)) {
      feed.start(feed.schema(), Map.of(), inbox);
      for (int i = 0; i < 3; i++) {
        out.write(("{\"id\":\"e" + i + "\",\"x\":" + i + ",\"c\":\"k\"}\n").getBytes());
        out.flush();
        assertThat(inbox.await(i + 1)).isEqualTo(ListInbox.numbered(i + 1));
      }
      out.write("{\"id\":\"e0\",\"label\":\"yes\"}\nbad\n{\"id\":\"e3\",\"x\":3".getBytes());
      out.flush();
      assertThat(inbox.await(4).get(3)).isEqualTo("LABEL e0 label=yes");
      out.write(",\"c\":\"k\"}".getBytes()); // the input ends without a line end
      out.close();
      assertThat(inbox.await(5).get(4)).isEqualTo("EVENT e3 x=3.0 c=k");
      assertThat(feed.badRecords()).isEqualTo(1);
      while (!feed.ended()) {
        Thread.onSpinWait();
      }
      assertThat(feed.canSeek()).isFalse();
    }
  }

  @Test
  void theFirstLineOfCsvNamesTheColumns() throws Exception {
    byte[] csv = "id,c,x\ne0,k,0\ne1,k,1\n".getBytes(StandardCharsets.UTF_8);
    ListInbox inbox = new ListInbox();
    Stdin feed = new Stdin(parameters(List.of(), List.of()), new ByteArrayInputStream(csv));
    Schema schema = feed.schema();
    feed.start(schema, Map.of(), inbox);
    assertThat(inbox.await(2)).containsExactly("EVENT e0 c=k x=0.0", "EVENT e1 c=k x=1.0");
  }

  @Test
  void nothingAtAll() {
    Stdin feed = new Stdin(parameters(List.of(), List.of()), new ByteArrayInputStream(new byte[0]));
    assertThatThrownBy(feed::schema)
        .isInstanceOf(DataException.class)
        .hasMessage("stdin: ended before its first record; declare its columns, or send one");
  }
}
