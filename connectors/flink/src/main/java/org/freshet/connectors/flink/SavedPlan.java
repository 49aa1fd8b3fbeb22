package org.freshet.connectors.flink;

import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.freshet.core.FreshetException;
import org.freshet.core.component.Spec;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.Snapshot;
import org.freshet.engine.Snapshots;
import org.freshet.engine.section.PlaceSection;

/** What a job was made of, as its checkpoints tell the job that goes on from them. */
final class SavedPlan {
  private static final ListStateDescriptor<byte[]> PLAN =
      new ListStateDescriptor<>("plan", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

  private SavedPlan() {}

  /** Name of the state it is in. */
  static String state() {
    return PLAN.getName();
  }

  /**
   * Puts the plan into a task's state, from now on.
   *
   * @throws LastingFault where the state is that of another plan
   */
  static void keep(Plan plan, OperatorStateStore store) throws Exception {
    ListState<byte[]> plans = store.getListState(PLAN);
    for (byte[] saved : plans.get()) {
      try {
        check("state of " + plan.file().name(), saved, plan);
      } catch (FreshetException e) {
        throw new LastingFault(e);
      }
    }
    plans.update(List.of(of(plan)));
  }

  /** The form of a snapshot without a model. */
  static byte[] of(Plan plan) {
    return Snapshots.toBytes(
        Version.number(),
        plan.setup(),
        plan.schema(),
        run -> {
          run.put("source", source(plan.file()));
          run.put("place", place(plan.file().live().place()));
          run.put("parts", plan.parts());
        });
  }

  /**
   * Refuses to go on with another model, seed, delay, columns, stream or division than those saved.
   * Sinks, limits and how often is merged may be others.
   *
   * @param name of where it was saved
   * @throws org.freshet.core.StateException with what is different
   */
  static void check(String name, byte[] saved, Plan plan) {
    Snapshot snapshot = Snapshots.open(name, saved);
    PipelineFile file = plan.file();
    snapshot.same("source", snapshot.run().string("source"), source(file));
    snapshot.same("place", snapshot.run().string("place"), place(file.live().place()));
    snapshot.same("--parts", snapshot.run().intValue("parts", 1, Integer.MAX_VALUE), plan.parts());
    snapshot.adopt(plan.schema());
    snapshot.check(plan.setup());
  }

  /** A position in one stream means nothing in another. */
  private static String source(PipelineFile file) {
    Spec source = file.source();
    if (Distribution.isSource(source)) {
      return source.name();
    }
    try (var feed = KafkaStream.feed(source)) {
      return feed.name();
    }
  }

  private static String place(PlaceSection.Parameters place) {
    if (place == null) {
      return "one model";
    }
    if (place.per() != null) {
      return "per: " + place.per() + keyedLabels(place);
    }
    if (place.partitioned() != null) {
      return "partitioned: "
          + place.partitioned()
          + ", parts: "
          + place.parts()
          + keyedLabels(place);
    }
    return place.byMember() > 0 ? "by_member: " + place.byMember() : "merged: " + place.merged();
  }

  /** Without it, ids are part of the state. */
  private static String keyedLabels(PlaceSection.Parameters place) {
    return place.keyedLabels() ? ", keyed_labels: true" : "";
  }
}
