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
import org.freshet.engine.LabelPlan;
import org.freshet.engine.MemoryBudget;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.SpillFolder;
import org.freshet.runtime.contest.Contest.Entrant;

/** Makes the models a pipeline file names, each in an engine with its share of the memory. */
final class Entrants {
  private final PipelineFile file;
  private final Terms terms;
  private final Schema schema;
  private final int threads;
  private final ModelStore store;
  private final LabelPlan labels;
  private final MemoryBudget budget;

  /**
   * @param terms models and memory, which may be others than the file's
   * @param store null where there is none
   */
  Entrants(PipelineFile file, Terms terms, Schema schema, int threads, ModelStore store) {
    this.file = file;
    this.terms = terms;
    this.schema = schema;
    this.threads = threads;
    this.store = store;
    this.labels = terms.labels(file);
    this.budget = MemoryBudget.of(terms.memory(), terms.models().size(), schema, labels);
  }

  MemoryBudget budget() {
    return budget;
  }

  /** The file's pipeline, the challengers in its order, then the fallback stage. */
  List<Entrant> all() {
    List<Entrant> all = new ArrayList<>();
    try {
      for (Terms.Model m : terms.models()) {
        all.add(new Entrant(m.name(), engine(m.name())));
      }
      return all;
    } catch (RuntimeException e) {
      all.forEach(made -> made.engine().close());
      throw e;
    }
  }

  /** A new engine for one of the models. All have the seed of the file: as it would do alone. */
  Engine engine(String name) {
    Spec pipeline =
        terms.models().stream().filter(m -> m.name().equals(name)).findFirst().get().spec();
    Build build = Build.of(schema).withSeed(file.seed()).withWorkers(new Workers(threads));
    if (store != null) {
      String space = HexFormat.of().formatHex(name.getBytes(StandardCharsets.UTF_8));
      build = build.withStore(store.space("m" + space));
    }
    Engine engine = budget.engine(pipeline, labels, build);
    engine.answersLater(name, terms.inFlight());
    engine.spill(
        new SpillFolder(Path.of(file.live().state().directory()).resolve(StateFolder.ROWS)),
        budget.inMemory());
    return engine;
  }
}
