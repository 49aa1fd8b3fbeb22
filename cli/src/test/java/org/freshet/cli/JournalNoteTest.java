package org.freshet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Schema;
import org.freshet.runtime.journal.JournalWriter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a recorded run did besides learning from its rows is said when it is evaluated. */
class JournalNoteTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fallback on|entry 1 of the journal is 'fallback on': the models rested until 'fallback off'",
        "restore 2 abc version-00000002.freshet|entry 1 of the journal is 'restore': the run went back to an older model",
        "publish x|"
      })
  void departuresFromTheRowsAreSaid(String command, String said) {
    Schema schema = Schema.classification(List.of(Column.numeric("x")), "y", "a", "b");
    Batch row = new Batch(schema, 1);
    row.beginRow();
    row.set(0, 1);
    row.setLabel(0);
    row.endRow();
    try (JournalWriter w = new JournalWriter(folder, "majority", schema, 0, false)) {
      w.append(row, Map.of());
      w.command(command, Map.of());
      w.append(row, Map.of());
    }
    Cli run = Cli.run("evaluate", "--data", folder.toString(), "--model", "majority");
    assertThat(run.code()).as(run.err()).isZero();
    List<String> notes = run.errors().stream().filter(l -> l.startsWith("note: ")).toList();
    if (said == null) {
      assertThat(notes).isEmpty();
    } else {
      assertThat(notes)
          .containsExactly(
              "note: "
                  + said
                  + ", which is not repeated; predictions may differ from the run's from there on");
    }
  }
}
