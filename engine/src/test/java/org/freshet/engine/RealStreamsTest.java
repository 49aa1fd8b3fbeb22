package org.freshet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Source;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.junit.jupiter.api.Test;

/** The loop on a stream whose labels come in later records, and the file of the design. */
class RealStreamsTest {
  @Test
  void everyFlightIsPredictedAtDepartureAndLearntAtLanding() {
    String data = System.getenv("FRESHET_DATA");
    assumeTrue(data != null, "FRESHET_DATA names no folder with the larger data sets");
    Path file = Path.of(data, "airlines_delayed_labels", "airlines_jan2008_delayed.arff.gz");
    PipelineFile p =
        PipelineFile.of(
            List.of(
                new Setting(
                    "source",
                    "arff(path='" + file + "', label=ValueToPredict, id=instanceId)",
                    "test"),
                new Setting("pipeline", "majority", "test")));
    try (Source source = Components.create(p.source(), Build.of(null), Source.class);
        Engine engine = new Engine(source.schema(), p.pipeline(), p.labels(), 1, 1)) {
      Batch batch = new Batch(source.schema(), 500);
      Outcomes out = new Outcomes();
      long[] classes = new long[3];
      long gap = 0;
      while (source.read(batch, 500) > 0) {
        engine.process(batch, 0, batch.size(), out);
        for (int i = 0; i < out.labels(); i++) {
          classes[(int) out.label(i)]++;
          gap = Math.max(gap, out.eventsBefore(i) - out.labelEvent(i));
        }
      }
      // Counted over the file by its README: before_time 1,881, delayed 1,945, on_time 3,715.
      assertThat(engine.events()).isEqualTo(7541);
      assertThat(classes).containsExactly(1881, 1945, 3715);
      assertThat(engine.counts().labelRecords()).isEqualTo(7541);
      assertThat(engine.pending()).isZero();
      assertThat(gap).isBetween(500L, 2231L);
    }
  }

  @Test
  void theFileOfTheDesignIsReadWithoutTheFieldsToCome() {
    PipelineFile f =
        PipelineFile.parse(
            "electricity.yaml",
            """
            name: electricity
            seed: 7
            source:   { csv: { path: elec.csv.gz, label: class } }
            pipeline:
              - standard_scaler: {}
              - adaptive_random_forest: { members: 10, warning: { adwin: { delta: 0.01 } }, drift: { adwin: { delta: 0.001 } } }
            labels:   { delay: 48 events }
            tests:
              - name: learns a clean concept
                source: { sea: { concept: 1, noise: 0.0, events: 2000 } }
                expect: { accuracy: ">= 0.80" }        # tests run with immediate, complete labels unless they say otherwise
            """,
            Path.of("market"),
            List.of());
    assertThat(f.source()).hasToString("csv(path=market/elec.csv.gz, label=class)");
    assertThat(f.pipeline())
        .hasToString(
            "standard_scaler | adaptive_random_forest(members=10, warning=adwin(delta=0.01),"
                + " drift=adwin(delta=0.001))");
    assertThat(FullSpec.of(f.pipeline()).toString())
        .startsWith("standard_scaler")
        .contains("members=10");
  }
}
