package org.freshet.connectors.flink;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.freshet.core.Learner;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.core.state.ModelStore;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.FullSpec;
import org.freshet.engine.MemoryBudget;
import org.freshet.engine.Parts;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.SavedSchema;
import org.freshet.engine.Setting;
import org.freshet.engine.Setup;
import org.freshet.engine.section.PlaceSection;

/**
 * What every process of a job knows of the pipeline: the file as it was read by who submitted it,
 * and the columns its source had then. Travels with the job; each process reads the file again.
 */
final class Plan implements Serializable {
  private static final long serialVersionUID = 1;

  private final String file;
  private final String text;
  private final String folder;
  private final String[][] settings;
  private final byte[] schema;
  private final int parts;
  private final String history; // null for none
  private boolean replayed;
  private transient PipelineFile read;
  private transient BeginWith opened;

  /**
   * @param settings fields given by flags, which the file was read with
   * @param parts into how many parts, each with an engine of its own, events are divided
   * @param history snapshot to begin with, at the same place for every task manager; null for none
   */
  Plan(
      PipelineFile file,
      Path folder,
      List<Setting> settings,
      Schema schema,
      int parts,
      Path history) {
    this.file = file.file();
    this.text = file.text();
    this.folder = folder.toAbsolutePath().toString();
    this.settings =
        settings.stream()
            .map(s -> new String[] {s.path(), s.value(), s.flag()})
            .toArray(String[][]::new);
    StateWriter out = new StateWriter();
    SavedSchema.save(schema, out);
    this.schema = out.toBytes();
    this.parts = parts;
    this.history = history == null ? null : history.toAbsolutePath().toString();
  }

  /** What the job begins with; null for nothing. */
  BeginWith history() {
    if (opened == null && history != null) {
      opened = new BeginWith(Path.of(history));
    }
    return opened;
  }

  /** From now on the plan of a job whose outcomes are scored. */
  void replay() {
    replayed = true;
  }

  /** Whether the outcomes are scored: everything goes by the records alone, in their order. */
  boolean replayed() {
    return replayed;
  }

  /** Whether the parts are parts of an ensemble, each of which sees all records. */
  boolean byMember() {
    return Distribution.members(file()) > 0;
  }

  /**
   * The parts of the ensemble.
   *
   * @param store null where nothing is kept by keys
   */
  Parts members(Schema columns, ModelStore store) {
    PipelineFile f = file();
    Build build = Build.of(columns).withSeed(f.seed()).withStore(store);
    return MemoryBudget.of(f.live().limits().memory(), 1, columns, f.labels())
        .parts(f.pipeline(), f.labels(), build, parts);
  }

  /** Whether the parts are copies of one model, which are merged. */
  boolean merged() {
    return Distribution.copies(file()) > 0;
  }

  /** Whether labels say by themselves which part they belong to. */
  boolean labelsTell() {
    PlaceSection.Parameters place = file().live().place();
    return place != null && (place.keyedLabels() || place.merged() > 0);
  }

  /**
   * Whether no task has to see all records: labels say where they belong, and all names are
   * declared. A file's reader gives names codes itself, and is one task anyway.
   */
  boolean direct() {
    return labelsTell()
        && !replayed
        && parts > 1
        && !Distribution.isSource(file().source())
        && Names.declared(schema());
  }

  /** The model in words, by which copies know that they belong together. */
  String modelWords() {
    return FullSpec.of(file().pipeline()).toString();
  }

  /** Makes models that have learnt nothing, all alike. */
  Supplier<Learner> emptyModels(Schema columns) {
    Build build = Build.of(columns).withSeed(file().seed());
    Spec spec = pipeline();
    return () -> Components.create(spec, build, Learner.class);
  }

  /** What each part runs. */
  Setup setup() {
    PipelineFile f = file();
    return new Setup(f.name(), f.source(), pipeline(), f.seed(), f.labels());
  }

  /** Memory of the engine of one part. */
  MemoryBudget budget(Schema columns) {
    return MemoryBudget.of(file().live().limits().memory(), 1, columns, file().labels())
        .divided(parts);
  }

  /** The file; the same at each call. */
  PipelineFile file() {
    if (read == null) {
      List<Setting> set = new ArrayList<>();
      for (String[] s : settings) {
        set.add(new Setting(s[0], s[1], s[2]));
      }
      read = PipelineFile.parse(file, text, Path.of(folder), set);
    }
    return read;
  }

  /** The columns, with dictionaries of the caller's own. */
  Schema schema() {
    return SavedSchema.load(StateReader.open("the job's columns", schema));
  }

  int parts() {
    return parts;
  }

  /** The pipeline of one part: models in memory are those of all parts together. */
  Spec pipeline() {
    Spec whole = file().pipeline();
    if (parts == 1 || byMember() || merged()) {
      return whole;
    }
    List<Spec> steps = new ArrayList<>();
    for (Spec s : whole.asSteps()) {
      boolean keyed = s.name().equals("per_key") || s.name().equals("per_key_steps");
      steps.add(keyed ? s.with("models", Math.max(1, models() / parts)) : s);
    }
    return steps.size() == 1 ? steps.get(0) : Spec.pipeline(steps, whole.where());
  }

  private long models() {
    return file().live().place().models();
  }
}
