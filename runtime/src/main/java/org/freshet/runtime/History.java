package org.freshet.runtime;

import java.nio.file.Path;
import org.freshet.core.ConfigException;
import org.freshet.core.Schema;
import org.freshet.core.component.Spec;
import org.freshet.engine.Engine;
import org.freshet.engine.FullSpec;
import org.freshet.engine.Setup;
import org.freshet.engine.Snapshot;
import org.freshet.engine.Snapshots;

/**
 * What a live pipeline can begin with: the engine saved by {@code evaluate --save}, with the events
 * that wait for their labels, or the model of a version of another live pipeline.
 */
final class History {
  private final String name;
  private final Snapshot snapshot;

  History(String name, Snapshot snapshot) {
    this.name = name;
    this.snapshot = snapshot;
    if (!evaluated() && !snapshot.run().has("engine")) {
      throw new ConfigException(
          "--from",
          name
              + " is a snapshot of a running pipeline; give one of 'evaluate --save', or a file of"
              + " the folder 'versions'");
    }
  }

  static History read(Path file) {
    return new History(file.toString(), Snapshots.read(file));
  }

  private boolean evaluated() {
    return snapshot.run().has("evaluation");
  }

  Schema schema() {
    return snapshot.schema();
  }

  /** Refuses what was learnt by another model, or with other rules for labels. */
  void check(Setup given) {
    snapshot.check(given);
  }

  /** Refuses columns other than those it was learnt from. */
  void checkColumns(Schema declared) {
    snapshot.adopt(declared);
  }

  /** Records it has read of a source; 0 where it is of another. */
  long readOf(Spec source) {
    String saved = FullSpec.of(snapshot.setup().source()).toString();
    boolean same = FullSpec.of(source).toString().equals(saved);
    return same && evaluated()
        ? snapshot.run().child("evaluation").child("position").longValue("record")
        : 0;
  }

  /** Where it is from, in words. */
  String origin() {
    String written = snapshot.about("written");
    return evaluated()
        ? "saved " + written + " from " + snapshot.setup().stream()
        : snapshot.run().string("name") + " of " + snapshot.setup().stream() + ", saved " + written;
  }

  /** Gives a new engine what it holds. */
  void into(Engine engine) {
    if (evaluated()) {
      engine.load(snapshot.run().child("evaluation").child("model").child("engine"));
    } else {
      engine.loadModel(snapshot.run().child("engine"));
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
