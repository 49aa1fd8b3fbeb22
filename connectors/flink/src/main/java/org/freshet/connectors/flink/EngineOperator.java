package org.freshet.connectors.flink;

import java.io.Serializable;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.freshet.core.DataException;
import org.freshet.core.FreshetException;
import org.freshet.engine.PipelineFile;

/**
 * Where the model lives: one engine of the single process for each part that is at home in this
 * task. Parts are Flink's keys, each alone in its key group, so rescaling moves them whole.
 *
 * <p>At a checkpoint the engine of each part that changed writes its snapshot, in the form of the
 * single process, into Flink's state. Models of keys that are not in memory lie in Flink's state by
 * themselves, so that a checkpoint to RocksDB takes only those that changed.
 *
 * <p>Watermarks move the clock of all engines: what waits for its label too long times out where no
 * event comes any more.
 */
class EngineOperator<T> extends AbstractStreamOperator<T>
    implements OneInputStreamOperator<Item, T>, BoundedOneInput {
  private static final long serialVersionUID = 1;

  /** What is handed on of a record that a part took; null for nothing. */
  interface Handing<T> extends Serializable {
    T of(Part part, Item item);

    /** At the end of the stream. */
    default T end(Part part) {
      return null;
    }
  }

  static final ValueStateDescriptor<byte[]> SNAPSHOTS =
      new ValueStateDescriptor<>("engine", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

  static final MapStateDescriptor<Tuple3<String, Long, Long>, byte[]> MODELS =
      new MapStateDescriptor<>(
          "models",
          Types.TUPLE(Types.STRING, Types.LONG, Types.LONG),
          PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

  private final Plan plan;
  private final Handing<T> handing;
  private final int[] keys; // of the parts
  private transient Map<Integer, Part> parts;
  private transient ValueState<byte[]> snapshots;
  private transient MapState<Tuple3<String, Long, Long>, byte[]> models;
  private transient boolean clocked;
  private transient TaskMetrics metrics;
  private transient boolean complete; // all parts with state are in memory

  EngineOperator(Plan plan, Handing<T> handing) {
    this.plan = plan;
    this.handing = handing;
    this.keys = PartKeys.of(plan.parts());
  }

  /** In a task, with all that a task has. */
  EngineOperator(Plan plan, Handing<T> handing, StreamOperatorParameters<T> parameters) {
    super(parameters);
    this.plan = plan;
    this.handing = handing;
    this.keys = PartKeys.of(plan.parts());
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    parts = new HashMap<>();
    PipelineFile file = plan.file();
    // Parts of an ensemble must see the clock move at the same record: they go by records alone.
    clocked = file.labels().clocked() && !plan.byMember() && !plan.replayed();
    snapshots = context.getKeyedStateStore().getState(SNAPSHOTS);
    models = context.getKeyedStateStore().getMapState(MODELS);
  }

  @Override
  public void open() throws Exception {
    super.open();
    metrics = TaskMetrics.ofEngines(getMetricGroup(), plan.schema(), plan.byMember());
    getProcessingTimeService()
        .scheduleWithFixedDelay(now -> look(), TaskMetrics.PAUSE, TaskMetrics.PAUSE);
  }

  /** Once a second, between two records. Parts that came back are at work before a record comes. */
  private void look() throws Exception {
    if (!complete) {
      complete = true;
      List<Integer> saved;
      try (Stream<Integer> all =
          this.<Integer>getKeyedStateBackend()
              .getKeys(SNAPSHOTS.getName(), VoidNamespace.INSTANCE)) {
        saved = all.toList();
      }
      for (int p = 0; p < keys.length; p++) {
        if (saved.contains(keys[p])) {
          setCurrentKey(keys[p]);
          part(p);
        }
      }
    }
    metrics.look(parts.values());
  }

  @Override
  public void processElement(StreamRecord<Item> record) throws Exception {
    Item item = record.getValue();
    Part part = part(item.part);
    take(part, item);
    taken(part);
    T handed = handing.of(part, item);
    if (handed != null) {
      output.collect(new StreamRecord<>(handed));
    }
  }

  private Part part(int number) throws Exception {
    Part part = parts.get(number);
    if (part == null) {
      part = new Part(plan, number, new StateModels(models), metrics);
      byte[] saved = snapshots.value();
      try {
        if (saved != null) {
          part.load(saved);
        } else {
          part.begin();
        }
      } catch (FreshetException e) {
        throw new LastingFault(e);
      }
      parts.put(number, part);
      opened(part);
    }
    return part;
  }

  /** What the engine refuses it refuses again after a restart. */
  private void take(Part part, Item item) {
    try {
      part.take(item);
    } catch (FreshetException e) {
      throw new LastingFault(
          item.id == null
              ? e
              : new DataException(
                  plan.file().name() + ", '" + item.id + "'", 0, null, e.getMessage()));
    }
  }

  /** A part was made, or came back with its state. */
  void opened(Part part) {}

  /** A part took a record. */
  void taken(Part part) {}

  /** Those at home in this task that have had a record. */
  final Collection<Part> parts() {
    return parts.values();
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    if (clocked && mark.getTimestamp() != Long.MAX_VALUE && mark.getTimestamp() >= 0) {
      for (Part part : parts.values()) {
        setCurrentKey(keys[part.number()]);
        part.tick(mark.getTimestamp());
      }
    }
    super.processWatermark(mark);
  }

  @Override
  public void endInput() {
    for (Part part : parts.values()) {
      setCurrentKey(keys[part.number()]);
      T handed = handing.end(part);
      if (handed != null) {
        output.collect(new StreamRecord<>(handed));
      }
    }
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    for (Part part : parts.values()) {
      if (part.changed()) {
        setCurrentKey(keys[part.number()]);
        snapshots.update(part.save());
      }
    }
  }

  @Override
  public void close() throws Exception {
    if (parts != null) {
      parts.values().forEach(Part::close);
    }
    super.close();
  }
}
