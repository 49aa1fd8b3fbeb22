package org.freshet.connectors.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Source;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.engine.PipelineFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies that learn apart and are merged answer nearly as well as one model. */
class MergedTest {
  @TempDir Path folder;

  private double accuracy(List<String> answers, Path path) {
    PipelineFile file = PipelineFile.read(path);
    List<String> truth = new ArrayList<>();
    try (Source source =
        Components.create(file.source(), Build.of(null).withSeed(file.seed()), Source.class)) {
      Batch b = new Batch(source.schema(), 500);
      while (source.read(b, 500) > 0) {
        for (int r = 0; r < b.size(); r++) {
          truth.add(source.schema().labels().name(b.labelCode(r)));
        }
      }
    }
    assertThat(answers).hasSameSizeAs(truth);
    int right = 0;
    for (int i = 0; i < truth.size(); i++) {
      right += answers.get(i).contains("\"prediction\":\"" + truth.get(i) + "\"") ? 1 : 0;
    }
    return (double) right / truth.size();
  }

  @Test
  void nearOneModel() throws Exception {
    String text =
        """
        source: { arff: { path: %s, label: class } }
        pipeline: [standard_scaler, gaussian_nb]
        """
            .formatted(Path.of("../../examples/data/electricity.arff.gz").toAbsolutePath());
    Both both = new Both(folder);
    Path one = both.write("one", text);
    Path copies = both.write("copies", text + "place: { merged: 4, every: 400 }\n");
    Path apart = both.write("apart", text + "place: { merged: 4, every: 1000000 }\n");
    double single = accuracy(both.onFlink(one), one);
    double merged = accuracy(both.onFlink(copies, "--parallelism", "2"), copies);
    // How late merged models come depends on the machine: bench/merged.sh has the exact figures.
    assertThat(merged).isBetween(single - 0.04, single + 0.03);
    double alone = accuracy(both.onFlink(apart, "--parallelism", "2"), apart);
    assertThat(alone).isNotEqualTo(merged); // copies that are never merged are other models
    assertThat(Files.exists(folder.resolve("copies.jsonl"))).isTrue();
  }
}
