package org.freshet.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.freshet.engine.PipelineFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CopierTest {
  @TempDir Path folder;

  private Replica replica() {
    PipelineFile file =
        PipelineFile.parse(
            "c.yaml",
            "name: c\nsource: { sea: {} }\nlabels: { timeout: 7d }\n"
                + "pipeline: { adaptive_random_forest: { members: 1 } }\n",
            folder,
            List.of());
    return new Replica(file, Script.schema(), 1, null);
  }

  @Test
  void aLargeStateIsCopiedByTheOwnerOnceCopiesOfASecondReplicaWereQuick() throws Exception {
    Copier copier = new Copier("test", 0);
    try (Replica r = replica()) {
      assertThat(copier.isQuick(r)).isFalse();
      copier.tryOut(r, () -> true);
      assertThat(copier.isQuick(r)).as("stopped before it was tried").isFalse();
      copier.tryOut(r, () -> false);
      assertThat(copier.isQuick(r)).isTrue();
      assertThat(copier.copy(r)).isNotNull();
    }
  }
}
