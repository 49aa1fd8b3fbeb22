package org.freshet.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.freshet.core.Batch;
import org.freshet.core.live.AnswerBlock;
import org.freshet.engine.Outcomes;
import org.freshet.engine.PipelineFile;
import org.freshet.runtime.journal.Entry;
import org.junit.jupiter.api.Test;

/** Blocks of answers, whole, in parts and put together, tell which labels are asked for. */
class AskedAnswersTest {
  private static final LiveRows ROWS = LiveRows.of("sea(events=60)", 60, 1000, 0);

  private static Replica replica(String labels) {
    PipelineFile file =
        PipelineFile.parse(
            "asked.yaml",
            "source: { sea: { events: 10 } }\npipeline: majority\n" + labels,
            Path.of("."),
            List.of());
    return new Replica(file, ROWS.schema(), 1);
  }

  private static Batch rows(int from, int to) {
    Batch some = new Batch(ROWS.schema(), to - from);
    for (int r = from; r < to; r++) {
      some.append(ROWS.rows(), r);
    }
    return some;
  }

  @Test
  void eachAnswerSaysIt() {
    try (Replica r = replica("labels: { budget: 40% }\n")) {
      Batch rows = rows(0, 30);
      Outcomes out = new Outcomes();
      r.apply(new Entry(0, Map.of(), null), rows, out);
      List<AnswerBlock> blocks = Answering.blocks(rows, out, r, 0);
      assertThat(blocks).hasSize(1);
      AnswerBlock first = blocks.get(0);
      int asked = 0;
      for (int i = 0; i < 30; i++) {
        assertThat(first.asked(i)).isEqualTo(out.asked(i));
        asked += first.asked(i) ? 1 : 0;
      }
      assertThat(asked).isBetween(5, 12);
      AnswerBlock byRow = Answering.rows(rows, 5, 30, out, r);
      AnswerBlock rest = Answering.from(first, 5);
      AnswerBlock twice = Answering.join(List.of(rest, rest));
      for (int i = 0; i < 25; i++) {
        assertThat(byRow.asked(i)).isEqualTo(first.asked(5 + i));
        assertThat(rest.asked(i)).isEqualTo(first.asked(5 + i));
        assertThat(twice.asked(25 + i)).isEqualTo(first.asked(5 + i));
      }
    }
  }

  @Test
  void withoutABudgetNothingIsAskedFor() {
    try (Replica r = replica("")) {
      Batch rows = rows(0, 30);
      Outcomes out = new Outcomes();
      r.apply(new Entry(0, Map.of(), null), rows, out);
      assertThat(Answering.blocks(rows, out, r, 0).get(0).asked()).isNull();
    }
  }
}
