package org.freshet.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Dictionary;
import org.freshet.core.Schema;
import org.freshet.core.live.Feed;
import org.freshet.core.live.Inbox;
import org.freshet.core.live.Records;
import org.freshet.engine.Engine;
import org.freshet.engine.Outcomes;
import org.freshet.engine.PipelineFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that wait longer than memory holds them: on the disk, over stops, and gone when joined. */
class SpillTest {
  private static final int EVENTS = 4000;
  @TempDir Path folder;

  private PipelineFile file() {
    return PipelineFile.parse(
        "live.yaml",
        """
        name: t
        source: { sea: { events: 1 } }
        pipeline:
          - standard_scaler
          - logistic_regression
        limits: { memory: 2MB }
        state: { directory: s, every: 50ms, keep: 2 }
        """,
        folder,
        List.of());
  }

  private static Schema schema() {
    return Schema.classification(
        List.of(Column.numeric("a"), Column.numeric("b")),
        "y",
        new Dictionary(List.of("no", "yes")));
  }

  /** Events 0 … EVENTS-1, then their labels, each followed by an event without an id. */
  private static void fill(Batch b, int record) {
    b.beginRow();
    b.setTime(record);
    if (record >= EVENTS && (record - EVENTS) % 2 == 0) {
      int of = (record - EVENTS) / 2 * 7 % EVENTS;
      b.setKind(Batch.Kind.LABEL);
      b.setId("e" + of);
      b.setLabel(of % 3 == 0 ? 1 : 0);
    } else {
      b.set(0, record % 3);
      b.set(1, record % 11);
      b.setId(record < EVENTS ? "e" + record : null);
    }
    b.endRow();
  }

  /** The records from one on up to another, whose number is the position. */
  private static final class Numbered implements Feed {
    private final int end;
    private Thread thread;

    Numbered(int end) {
      this.end = end;
    }

    @Override
    public String name() {
      return "numbered";
    }

    @Override
    public Schema schema() {
      return SpillTest.schema();
    }

    @Override
    public void start(Schema schema, Map<String, Long> from, Inbox inbox) {
      int first = (int) (long) from.getOrDefault("0", 0L);
      thread = new Thread(() -> run(schema, first, inbox));
      thread.start();
    }

    private void run(Schema schema, int first, Inbox inbox) {
      Batch one = new Batch(schema, 1);
      try {
        for (int i = first; i < end; i++) {
          one.clear();
          fill(one, i);
          Records r = new Records(schema, 1);
          r.begin(one.kind(0), one.id(0), one.time(0));
          for (int c = 0; c < 2; c++) {
            r.set(c, one.row(0).get(c));
          }
          r.label(one.labelCode(0) < 0 ? null : schema.labels().name(one.labelCode(0)));
          r.end();
          inbox.put(r.from(this, "0", i + 1));
        }
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public boolean canSeek() {
      return true;
    }

    @Override
    public void close() {
      thread.interrupt();
    }
  }

  private List<Double> alone(int records) {
    List<Double> all = new ArrayList<>();
    PipelineFile f = file();
    try (Engine engine = new Engine(schema(), f.pipeline(), f.labels(), f.seed(), 1)) {
      Batch one = new Batch(schema(), 1);
      Outcomes out = new Outcomes();
      for (int i = 0; i < records; i++) {
        one.clear();
        fill(one, i);
        engine.process(one, 0, 1, out);
        if (out.predictions() > 0) {
          all.add(out.predicted(0));
        }
      }
    }
    return all;
  }

  private void run(ListSink sink, int records, int answers) throws Exception {
    Numbered feed = new Numbered(records);
    try (Live live = new Live(file(), List.of(feed), 1, "test", LiveListener.NONE)) {
      live.start(List.of(sink));
      while (sink.size() < answers && !live.ended().isDone()) {
        Thread.sleep(5);
      }
      live.drainAndClose();
      live.ended().get();
    }
  }

  private long spilledFiles() throws Exception {
    try (Stream<Path> all = Files.list(folder.resolve("s").resolve("rows"))) {
      return all.count();
    }
  }

  @Test
  void labelsFindRowsOnTheDiskAfterStops() throws Exception {
    ListSink sink = new ListSink();
    run(sink, EVENTS, EVENTS);
    assertThat(spilledFiles()).as("about 1,400 rows fit").isPositive();
    run(sink, EVENTS + 3000, EVENTS + 1500);
    run(sink, 3 * EVENTS, 2 * EVENTS);
    assertThat(sink.answers).isEqualTo(alone(3 * EVENTS));
    assertThat(sink.answers.subList(EVENTS, 2 * EVENTS)).contains(0.0, 1.0);
  }
}
