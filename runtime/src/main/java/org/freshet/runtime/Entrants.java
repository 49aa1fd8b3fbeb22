package org.freshet.runtime;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.freshet.core.Schema;
import org.freshet.core.Workers;
import org.freshet.core.component.Build;
import org.freshet.core.component.Spec;
import org.freshet.core.state.ModelStore;
import org.freshet.engine.Engine;
import org.freshet.engine.LiveSettings.Challenger;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.SpillFolder;
import org.freshet.runtime.budget.MemoryBudget;
import org.freshet.runtime.contest.Contest;
import org.freshet.runtime.contest.Contest.Entrant;

/** Makes the models a pipeline file names, each in an engine with its share of the memory. */
final class Entrants {
  private final PipelineFile file;
  private final Schema schema;
  private final int threads;
  private final ModelStore store;
  private final MemoryBudget budget;

  /**
   * @param store null where there is none
   */
  Entrants(PipelineFile file, Schema schema, int threads, ModelStore store) {
    this.file = file;
    this.schema = schema;
    this.threads = threads;
    this.store = store;
    int models = MemoryBudget.models(file.live());
    this.budget = MemoryBudget.of(file.live().limits().memory(), models, schema, file.labels());
  }

  MemoryBudget budget() {
    return budget;
  }

  /** The file's pipeline, the challengers in its order, then the fallback stage. */
  List<Entrant> all() {
    List<Entrant> all = new ArrayList<>();
    try {
      all.add(entrant(Contest.MAIN, file.pipeline()));
      for (Challenger c : file.live().challengers()) {
        all.add(entrant(c.name(), c.pipeline()));
      }
      if (file.live().limits().fallback() != null) {
        all.add(entrant(Contest.FALLBACK, file.live().limits().fallback()));
      }
      return all;
    } catch (RuntimeException e) {
      all.forEach(made -> made.engine().close());
      throw e;
    }
  }

  /** All have the seed of the file: each does what it would do alone. */
  private Entrant entrant(String name, Spec pipeline) {
    Build build = Build.of(schema).withSeed(file.seed()).withWorkers(new Workers(threads));
    if (store != null) {
      String space = HexFormat.of().formatHex(name.getBytes(StandardCharsets.UTF_8));
      build = build.withStore(store.space("m" + space));
    }
    Engine engine = budget.engine(pipeline, file.labels(), build);
    engine.spill(
        new SpillFolder(Path.of(file.live().state().directory()).resolve(StateFolder.ROWS)),
        budget.inMemory());
    return new Entrant(name, engine);
  }
}
