package org.freshet.connectors.flink;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.freshet.core.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one process can do and a cluster cannot is said before anything is submitted. */
class DistributionTest {
  @TempDir Path folder;

  private void refused(String text, String... parts) throws Exception {
    Path file = Files.writeString(folder.resolve("p.yaml"), text);
    assertThatThrownBy(() -> Job.of(file, List.of(), 4, null))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll(parts);
  }

  @Test
  void aSourceOfOneProcess() throws Exception {
    refused(
        "source: { stdin: { numeric: [x], labels: [no, yes] } }\npipeline: [gaussian_nb]\n",
        "p.yaml:1",
        "'stdin' brings its records to one process; on a cluster they come from kafka, or from a"
            + " file that every task manager can read");
  }

  @Test
  void everythingAtOnce() throws Exception {
    refused(
        """
        source: { payments: { events: 10 } }
        pipeline: [gaussian_nb]
        place: { per: country }
        labels: { delay: 5 events }
        challengers: [{ name: tree, pipeline: hoeffding_tree }]
        sink: { webhook: { url: "http://127.0.0.1:1/" } }
        """,
        "p.yaml:6",
        "the sink 'webhook' has no form on Flink",
        "challengers: are promoted by one process that sees all answers",
        "labels.delay: is 5 events, and each part of a divided stream would count its own");
  }

  @Test
  void copiesOfAJobMeetNowhereElse() throws Exception {
    refused(
        """
        source: { payments: { events: 10 } }
        pipeline: [gaussian_nb]
        place: { merged: 2, over: { kafka: { topic: models } }, name: edge-7 }
        """,
        "p.yaml:3:",
        "'over' is where single processes meet");
  }
}
