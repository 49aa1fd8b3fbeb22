package org.freshet.connectors.flink;

import java.nio.file.Path;
import org.freshet.core.ConfigException;
import org.freshet.core.Schema;
import org.freshet.core.state.StateReader;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.Setup;
import org.freshet.engine.Snapshot;
import org.freshet.engine.Snapshots;

/** A snapshot of the single process that a job begins with. */
final class BeginWith {
  private final Snapshot snapshot;

  BeginWith(Path file) {
    snapshot = Snapshots.read(file);
    if (!evaluated() && !snapshot.run().has("engine")) {
      throw new ConfigException(
          "--from",
          file
              + " is a snapshot of a running pipeline; give one of 'evaluate --save', or a file of"
              + " the folder 'versions'");
    }
  }

  private boolean evaluated() {
    return snapshot.run().has("evaluation");
  }

  /** What was learnt. */
  StateReader learnt() {
    return evaluated()
        ? snapshot.run().child("evaluation").child("model").child("engine")
        : snapshot.run().child("engine");
  }

  /** Refuses another model or other columns; names of the columns get the codes they had. */
  void check(PipelineFile file, Schema schema) {
    snapshot.check(
        new Setup(file.name(), file.source(), file.pipeline(), file.seed(), file.labels()));
    snapshot.adopt(schema);
  }
}
