package org.freshet.connectors.flink;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;
import org.freshet.core.ConfigException;
import org.freshet.core.KeyedModels;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.engine.Engine;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.Setup;
import org.freshet.engine.Snapshots;

/**
 * Takes the model out of a savepoint, into a snapshot that the single process begins with. Of a
 * stream in one part everything comes along; of a divided one what was learnt, while events that
 * wait for their labels stay behind.
 */
final class Export {
  private final Plan plan;

  Export(Plan plan) {
    this.plan = plan;
  }

  /**
   * @param env that restores from the savepoint, and passes over what else is in it
   * @param to the snapshot, written whole or not at all
   */
  void write(StreamExecutionEnvironment env, Path to) throws Exception {
    List<SavedPart> parts = new ArrayList<>();
    int key = PartKeys.of(plan.parts())[0];
    env.setMaxParallelism(Job.MOST_TASKS);
    env.setParallelism(1);
    try (CloseableIterator<byte[]> all =
        env.fromData(0)
            .keyBy(nothing -> key, Types.INT)
            .transform(
                "engines",
                PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO,
                new SavedPart.Reading())
            .uid(Job.ENGINES)
            .setMaxParallelism(plan.parts())
            .executeAndCollect()) {
      all.forEachRemaining(bytes -> parts.add(SavedPart.read(bytes)));
    }
    if (parts.isEmpty()) {
      throw new ConfigException("--from", "holds no engine of a pipeline");
    }
    join(parts, to);
  }

  private void join(List<SavedPart> parts, Path to) {
    PipelineFile file = plan.file();
    Schema schema = plan.schema();
    for (SavedPart p : parts) {
      p.engine().check(setup(file, plan.pipeline()));
      p.engine().adopt(schema); // each knows the first of the names
    }
    SavedPart first = parts.get(0);
    try (Engine whole = engine(first, schema, file.pipeline())) {
      if (plan.parts() == 1) {
        whole.load(first.engine().run().child("engine"));
      } else {
        for (SavedPart p : parts) {
          try (Engine part = engine(p, schema, plan.pipeline())) {
            part.loadModel(p.engine().run().child("engine"));
            List<KeyedModels> into = KeyedModels.in(whole.model());
            List<KeyedModels> from = KeyedModels.in(part.model());
            for (int i = 0; i < into.size(); i++) {
              into.get(i).takeOver(from.get(i));
            }
          }
        }
      }
      Snapshots.write(
          to,
          Version.number(),
          setup(file, file.pipeline()),
          schema,
          run -> {
            run.put("name", "main-1");
            whole.save(run.child("engine"));
          });
    }
  }

  private static Setup setup(PipelineFile file, Spec pipeline) {
    return new Setup(file.name(), file.source(), pipeline, file.seed(), file.labels());
  }

  /** An engine whose models beyond memory are those of a part, or its own alone. */
  private Engine engine(SavedPart part, Schema schema, Spec pipeline) {
    Build build = Build.of(schema).withSeed(plan.file().seed());
    boolean whole = pipeline.equals(plan.file().pipeline()) && plan.parts() > 1;
    return plan.budget(schema)
        .engine(
            pipeline,
            plan.file().labels(),
            build.withStore(whole ? new org.freshet.core.state.HeapModelStore() : part.models()));
  }

  /** Begins a part with what a snapshot of the single process holds. */
  static void begin(Plan plan, int number, Schema schema, Engine part) {
    StateReader learnt = plan.history().learnt();
    PipelineFile file = plan.file();
    if (plan.parts() == 1) {
      part.loadModel(learnt);
      return;
    }
    Build build =
        Build.of(schema)
            .withSeed(file.seed())
            .withStore(new org.freshet.core.state.HeapModelStore());
    try (Engine whole = new Engine(file.pipeline(), file.labels(), build)) {
      whole.loadModel(learnt);
      List<KeyedModels> from = KeyedModels.in(whole.model());
      List<KeyedModels> into = KeyedModels.in(part.model());
      for (int i = 0; i < from.size(); i++) {
        from.get(i).retain(number, plan.parts());
        into.get(i).takeOver(from.get(i));
      }
    }
  }
}
