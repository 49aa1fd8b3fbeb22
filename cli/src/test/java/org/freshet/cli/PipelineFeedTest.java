package org.freshet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.live.Feed;
import org.freshet.core.live.Inbox;
import org.freshet.core.live.Outlet;
import org.freshet.core.live.Records;
import org.freshet.streams.live.JsonBytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events and labels through topics, answers from one. */
class PipelineFeedTest {
  @TempDir Path folder;

  /** A topic. */
  private static final class Lines implements Outlet {
    final List<String> lines = new ArrayList<>();
    int flushed;

    @Override
    public void send(byte[] json) {
      lines.add(new String(json, StandardCharsets.UTF_8));
    }

    @Override
    public void flush() {
      flushed = lines.size();
    }

    @Override
    public void close() {}
  }

  /** Answers that the test gives. */
  private static final class Given implements Feed {
    private final Schema schema = Schema.unlabelled(List.of(Column.category("prediction")));
    private Inbox inbox;

    @Override
    public String name() {
      return "given";
    }

    @Override
    public Schema schema() {
      return schema;
    }

    @Override
    public void start(Schema s, Map<String, Long> from, Inbox to) {
      inbox = to;
      give();
    }

    void give(String... idsAndPredictions) {
      Records r = new Records(schema, Math.max(1, idsAndPredictions.length / 2));
      for (int i = 0; i < idsAndPredictions.length; i += 2) {
        r.begin(Batch.Kind.EVENT, idsAndPredictions[i], Features.NO_TIME);
        if (idsAndPredictions[i + 1] != null) {
          r.name(0, idsAndPredictions[i + 1]);
        }
        r.end();
      }
      try {
        inbox.put(r.from(this, "0", 0));
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public boolean canSeek() {
      return true;
    }

    @Override
    public void close() {}
  }

  @Test
  void answersFindTheirEventsInAnyOrderAndOnce() throws Exception {
    Lines events = new Lines();
    Lines labels = new Lines();
    Given answers = new Given();
    List<String> heard = new ArrayList<>();
    try (PipelineFeed f = new PipelineFeed(events, labels, answers)) {
      JsonBytes json = new JsonBytes();
      f.event("a", json.ascii("{\"id\":\"a\"}"));
      f.event("b", json.clear().ascii("{\"id\":\"b\"}"));
      f.label(json.clear().ascii("{\"id\":\"a\",\"label\":\"ok\"}"));
      f.send();
      assertThat(events.lines).containsExactly("{\"id\":\"a\"}", "{\"id\":\"b\"}");
      assertThat(events.flushed).isEqualTo(2);
      assertThat(labels.lines).containsExactly("{\"id\":\"a\",\"label\":\"ok\"}");
      assertThat(labels.flushed).isEqualTo(1);
      answers.give("b", "fraud", "of another run", "ok");
      answers.give("a", null, "b", "ok");
      f.answers((id, prediction, nanos) -> heard.add(id + "=" + prediction));
      f.answers((id, prediction, nanos) -> heard.add("again " + id));
    }
    assertThat(heard).containsExactly("b=fraud", "a=null");
  }

  @Test
  void aPipelineThatReadsNothingItCanWriteTo() {
    Path file =
        Cli.write(
            folder.resolve("p.yaml"),
            "seed: 1",
            "source: { http: { numeric: [x], labels: [no, yes] } }",
            "pipeline: [softmax_regression]",
            "sink: { kafka: { topic: answers } }");
    Cli wrong = Cli.run("generate", "payments", "--to", file.toString());
    assertThat(wrong.code()).isEqualTo(Main.WRONG);
    assertThat(wrong.err())
        .isEqualTo(
            "freshet: --to: "
                + file
                + " reads 'http', which is not fed by this command; kafka with JSON is, and a service"
                + " by its address such as http://127.0.0.1:8080\n");
    Cli.write(file, "source: { kafka: { topic: t } }", "pipeline: [softmax_regression]");
    wrong = Cli.run("generate", "payments", "--to", file.toString());
    assertThat(wrong.err())
        .isEqualTo(
            "freshet: --to: none of the sinks of " + file + " can be read back; kafka can\n");
  }
}
