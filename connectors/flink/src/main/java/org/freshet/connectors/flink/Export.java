package org.freshet.connectors.flink;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;
import org.freshet.core.ConfigException;
import org.freshet.core.KeyedModels;
import org.freshet.core.Learner;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Spec;
import org.freshet.core.state.HeapModelStore;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.Engine;
import org.freshet.engine.MemoryBudget;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.Setup;
import org.freshet.engine.Snapshots;
import org.freshet.engine.merge.Copy;
import org.freshet.engine.merge.Delta;
import org.freshet.engine.merge.Merging;

/**
 * Takes the model out of a savepoint, into a snapshot that the single process begins with, in the
 * form of its versions. Events that wait for their labels stay behind.
 */
final class Export {
  private static final PrimitiveArrayTypeInfo<byte[]> BYTES =
      PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO;

  private final Plan plan;
  private final String savepoint;
  private final Schema schema;
  private final List<SavedPart> parts = new ArrayList<>();

  /** Models of keys of the whole that are not in memory. */
  private final HeapModelStore models = new HeapModelStore();

  Export(Plan plan, String savepoint) {
    this.plan = plan;
    this.savepoint = savepoint;
    this.schema = plan.schema();
  }

  /**
   * @param env that restores from the savepoint, and passes over what else is in it
   * @param to the snapshot, written whole or not at all
   */
  void write(StreamExecutionEnvironment env, Path to) throws Exception {
    byte[] combiner = read(env);
    PipelineFile file = plan.file();
    for (SavedPart p : parts) {
      p.engine().check(setup(file, plan.pipeline()));
      p.engine().adopt(schema); // each knows the first of the names
    }
    try (Engine whole = engine(file.pipeline(), models)) {
      if (plan.byMember()) {
        joinMembers(combiner, whole);
      } else if (plan.merged()) {
        merge(whole);
      } else if (plan.parts() == 1) {
        whole.loadModel(state(parts.get(0)));
      } else {
        joinKeys(whole);
      }
      Snapshots.write(
          to,
          Version.number(),
          setup(file, file.pipeline()),
          schema,
          run -> {
            run.put("version", 1);
            run.put("name", "main-1");
            run.put("why", "taken out of a savepoint");
            run.put("entry", 0);
            run.put("event", events());
            run.put("time", System.currentTimeMillis());
            run.put("recent", Double.NaN);
            whole.saveModel(run.child("engine"));
          });
    }
  }

  /**
   * Reads the parts.
   *
   * @return what their combiner saved; null where there is none
   */
  private byte[] read(StreamExecutionEnvironment env) throws Exception {
    int key = PartKeys.of(plan.parts())[0];
    env.setMaxParallelism(Job.MOST_TASKS);
    env.setParallelism(1);
    SingleOutputStreamOperator<byte[]> state =
        env.fromData(0)
            .keyBy(nothing -> key, Types.INT)
            .transform(Job.ENGINES, BYTES, new SavedPart.Reading(plan.parts()))
            .uid(Job.ENGINES)
            .setMaxParallelism(plan.parts());
    if (plan.byMember()) {
      state =
          state
              .transform(CombinerOperator.UID, BYTES, new CombinerOperator.Reading())
              .uid(CombinerOperator.UID)
              .setMaxParallelism(plan.parts());
    }
    List<byte[]> all;
    try (CloseableIterator<byte[]> pieces = state.executeAndCollect()) {
      all = Pieces.join(pieces);
    }
    byte[] combiner = plan.byMember() && !all.isEmpty() ? all.remove(all.size() - 1) : null;
    boolean divided = !plan.byMember() && !plan.merged() && plan.parts() > 1;
    for (byte[] saved : all) {
      parts.add(SavedPart.read(saved, divided ? new HeapModelStore() : models));
    }
    if (parts.isEmpty() || plan.byMember() && parts.size() < plan.parts()) {
      throw new ConfigException(
          "--from", "holds no engine of a pipeline: no event had come; take a later savepoint");
    }
    return combiner;
  }

  /** That went into the model. */
  private long events() {
    long all = 0;
    for (SavedPart p : parts) {
      all += state(p).longValue("events");
    }
    return plan.byMember() ? all / parts.size() : all;
  }

  private static StateReader state(SavedPart part) {
    return part.engine().run().child("engine");
  }

  private void joinKeys(Engine whole) {
    for (SavedPart p : parts) {
      try (Engine part = engine(plan.pipeline(), p.models())) {
        part.loadModel(state(p));
        List<KeyedModels> into = KeyedModels.in(whole.model());
        List<KeyedModels> from = KeyedModels.in(part.model());
        for (int i = 0; i < into.size(); i++) {
          into.get(i).takeOver(from.get(i));
        }
      }
    }
  }

  private void joinMembers(byte[] combiner, Engine whole) {
    List<StateReader> all = new ArrayList<>();
    parts.forEach(p -> all.add(state(p)));
    all.add(CombinerOperator.open(combiner).child("combiner"));
    whole.loadModel(StateReader.joined(savepoint, all));
  }

  /** The merged model, and what copies learnt that is not in it yet. */
  private void merge(Engine whole) throws IOException {
    Merging merging = MergeCoordinator.fresh(plan, schema);
    merging.load(StateReader.open(savepoint, Savepoint.coordinator(savepoint, Job.ENGINES)));
    for (SavedPart p : parts) {
      try (Engine part = engine(plan.pipeline(), models)) {
        part.loadModel(state(p));
        Copy copy = Part.copy(plan, schema, part, p.number(), Integer.MAX_VALUE);
        copy.load(p.engine().run().child("copy"));
        List<Delta> deltas = copy.unanswered();
        if (copy.unsent() > 0) {
          deltas.add(copy.send());
        }
        deltas.forEach(merging::take);
      }
    }
    Learner merged = plan.emptyModels(schema).get();
    Merging.load(merged, merging.merge().state(), savepoint);
    StateWriter out = new StateWriter();
    out.put("model", merged);
    whole.loadModel(StateReader.open(savepoint, out.toBytes()));
  }

  private static Setup setup(PipelineFile file, Spec pipeline) {
    return new Setup(file.name(), file.source(), pipeline, file.seed(), file.labels());
  }

  /**
   * An engine as the single process has it.
   *
   * @param models of keys that are not in memory
   */
  private Engine engine(Spec pipeline, HeapModelStore models) {
    PipelineFile file = plan.file();
    Build build = Build.of(schema).withSeed(file.seed()).withStore(models);
    return MemoryBudget.of(file.live().limits().memory(), 1, schema, file.labels())
        .engine(pipeline, file.labels(), build);
  }

  /** Begins a part with what a snapshot of the single process holds. */
  static void begin(Plan plan, int number, Schema schema, Engine part) {
    if (plan.parts() == 1 || plan.byMember() || plan.merged()) {
      part.loadModel(plan.history().learnt());
      return;
    }
    try (Engine whole = whole(plan, schema)) {
      List<KeyedModels> from = KeyedModels.in(whole.model());
      List<KeyedModels> into = KeyedModels.in(part.model());
      for (int i = 0; i < from.size(); i++) {
        from.get(i).retain(number, plan.parts());
        into.get(i).takeOver(from.get(i));
      }
    }
  }

  /** What a snapshot of the single process holds, as copies begin with it. */
  static byte[] learnt(Plan plan, Schema schema) {
    try (Engine whole = whole(plan, schema)) {
      return Merging.state(whole.model());
    }
  }

  private static Engine whole(Plan plan, Schema schema) {
    PipelineFile file = plan.file();
    Build build = Build.of(schema).withSeed(file.seed()).withStore(new HeapModelStore());
    Engine whole = new Engine(file.pipeline(), file.labels(), build);
    whole.loadModel(plan.history().learnt());
    return whole;
  }
}
