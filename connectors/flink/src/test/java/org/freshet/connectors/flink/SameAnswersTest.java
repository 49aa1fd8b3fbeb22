package org.freshet.connectors.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file gives on Flink, line by line, the answers of the single process. */
class SameAnswersTest {
  @TempDir Path folder;

  private void same(String name, String text, int least, String... more) throws Exception {
    Both both = new Both(folder);
    Path file = both.write(name, text);
    List<String> expected = both.inOneProcess(file);
    List<String> found = both.onFlink(file, more);
    assertThat(expected).hasSizeGreaterThanOrEqualTo(least);
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(found.get(i)).isEqualTo(expected.get(i));
    }
  }

  @Test
  void oneModel() throws Exception {
    same(
        "electricity",
        """
        source: { arff: { path: %s, label: class } }
        pipeline: [standard_scaler, { hoeffding_tree: { grace_period: 200 } }]
        """
            .formatted(Path.of("../../examples/data/electricity.arff.gz").toAbsolutePath()),
        45_000,
        "--checkpoint-every",
        "200ms");
  }

  @Test
  void oneModelForEachKey() throws Exception {
    same(
        "payments",
        """
        source: { payments: { events: 6000 } }
        pipeline: [one_hot, standard_scaler, logistic_regression]
        place: { per: country, models: 40 }
        """,
        6000,
        "--parallelism",
        "2",
        "--parts",
        "5",
        "--checkpoint-every",
        "50ms");
  }

  @Test
  void anEnsembleByItsMembers() throws Exception {
    same(
        "forest",
        """
        source: { payments: { events: 4000, change: 2000 events } }
        pipeline: [{ adaptive_random_forest: { members: 10 } }]
        place: { by_member: 3 }
        labels: { delay: 50 events }
        """,
        4000,
        "--parallelism",
        "3",
        "--checkpoint-every",
        "50ms");
  }
}
