package org.freshet.cli;

import java.nio.file.Path;
import org.freshet.core.ConfigException;
import org.freshet.core.Schema;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.Engine;
import org.freshet.engine.LabelPlan;
import org.freshet.engine.Setup;
import org.freshet.engine.Snapshots;
import org.freshet.evaluate.EvaluateOptions;
import org.freshet.evaluate.Evaluator;

/**
 * The file of {@code --save}: a snapshot of the engine, with the options of the evaluation. Also a
 * version of a live pipeline, which holds a model alone.
 */
final class Snapshot {
  private final Path file;
  private final org.freshet.engine.Snapshot whole;
  private final StateReader options;

  private Snapshot(Path file, org.freshet.engine.Snapshot whole) {
    this.file = file;
    this.whole = whole;
    this.options = whole.run().has("options") ? whole.run().child("options") : null;
  }

  /** Writes a run at its stop; an older file stays whole if that fails. */
  static void write(Path file, Plan plan, EvaluateOptions options, Evaluator.Stop stop) {
    Snapshots.write(
        file,
        Freshet.Version.number(),
        plan.setup(),
        stop.schema(),
        out -> {
          StateWriter own = out.child("options");
          own.put("window", options.window());
          own.put("fading", options.fading());
          own.put("near-future", options.nearFuture());
          stop.save(out.child("evaluation"));
        });
  }

  /** Opens a snapshot; everything in it is checked before it is believed. */
  static Snapshot read(Path file) {
    org.freshet.engine.Snapshot whole = Snapshots.read(file);
    if (whole.run().has("models")) {
      throw new ConfigException(
          file.toString(),
          "is a snapshot of a live pipeline, which only 'run' and 'inspect' take; its models are the"
              + " files of the folder 'versions'");
    }
    if (!whole.run().has("evaluation") && !whole.run().has("engine")) {
      throw whole
          .run()
          .corrupt("evaluation", "is missing; it was not written by 'evaluate --save'");
    }
    return new Snapshot(file, whole);
  }

  /** As the other, refusing what holds a model alone. */
  static Snapshot readEvaluation(Path file) {
    Snapshot s = read(file);
    if (s.isVersion()) {
      throw new ConfigException(
          file.toString(),
          "is a version of a live pipeline, which 'predict' and 'run --from' take; expected a file"
              + " of 'evaluate --save'");
    }
    return s;
  }

  /** Whether it is a version of a live pipeline. */
  boolean isVersion() {
    return options == null;
  }

  Path file() {
    return file;
  }

  /** What the engine keeps. */
  org.freshet.engine.Snapshot whole() {
    return whole;
  }

  /** The state of the evaluation. */
  StateReader run() {
    return whole.run().child("evaluation");
  }

  /** The engine as it was, to be closed; the model in it has what it had learnt. */
  Engine engine() {
    Engine engine =
        new Engine(whole.schema(), setup().pipeline(), LabelPlan.IMMEDIATE, setup().seed(), 1);
    StateReader saved =
        isVersion() ? whole.run().child("engine") : run().child("model").child("engine");
    engine.loadModel(saved);
    return engine;
  }

  Setup setup() {
    return whole.setup();
  }

  int window() {
    return options.intValue("window", 1, Integer.MAX_VALUE);
  }

  int nearFuture() {
    return options.intValue("near-future", EvaluateOptions.AUTO, Integer.MAX_VALUE);
  }

  /** Refuses to go on with another model, seed, delay or window. */
  void check(Plan plan, EvaluateOptions given) {
    whole.check(plan.setup());
    whole.same("window", window(), given.window());
    whole.same("near-future", nearFuture(), given.nearFuture());
  }

  /** Refuses a stream with other columns; the codes of its categories become those saved. */
  void adopt(Schema found) {
    whole.adopt(found);
  }
}
