package org.freshet.connectors.flink;

import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.freshet.core.Batch;
import org.freshet.core.Schema;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Gives names their codes, in the order in which they appear, and every record the part that owns
 * it; one task, so that a code means the same everywhere and records keep their order. Where names
 * are declared and labels say whose they are, {@link DirectCodes} does it in many.
 *
 * <p>An event belongs to the part of its key. A label that comes by a record of its own says only
 * the id of its event, so the part of each id is kept here, the last {@code remembered} of them; a
 * label that comes first waits here for its event.
 */
final class Codes extends KeyedProcessFunction<Integer, Item, Item>
    implements CheckpointedFunction {
  private static final long serialVersionUID = 1;

  /** Under which its state is found in a savepoint. */
  static final String UID = "codes";

  /** Ids kept besides those of events that may wait, for labels that are corrected later. */
  private static final int DONE = 100_000;

  private final Plan plan;
  private final long mostEarly;
  private transient Names names;
  private transient Keys keys;
  private transient PartOfIds parts; // null where labels say by themselves whose they are
  private transient EarlyLabels early;
  private transient ListState<byte[]> state;
  private transient Counter dropped;
  private transient Counter withoutKey;
  private transient long next; // number of a record that is replayed

  Codes(Plan plan) {
    this(plan, EarlyLabels.MOST);
  }

  /**
   * @param mostEarly labels that may wait for their events
   */
  Codes(Plan plan, long mostEarly) {
    this.plan = plan;
    this.mostEarly = mostEarly;
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    SavedPlan.keep(plan, context.getOperatorStateStore());
    Schema schema = plan.schema();
    names = new Names(schema, plan.parts());
    if (plan.parts() > 1 && !plan.byMember()) {
      keys = new Keys(plan, schema);
    }
    if (keys != null && !plan.labelsTell()) {
      int waiting = Math.min(plan.file().labels().pending(), Integer.MAX_VALUE / 4);
      parts = new PartOfIds(waiting + DONE, plan.parts());
      early = new EarlyLabels(context.getKeyedStateStore(), mostEarly);
    }
    state =
        context
            .getOperatorStateStore()
            .getListState(
                new ListStateDescriptor<>(
                    "codes", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
    for (byte[] saved : state.get()) {
      StateReader in = StateReader.open("the codes of the job", saved);
      names.load(in);
      if (parts != null) {
        parts.load(in);
        early.load(in);
      }
    }
  }

  @Override
  public void open(OpenContext context) {
    MetricGroup group = JobMetric.in(getRuntimeContext().getMetricGroup());
    withoutKey = group.counter(JobMetric.WITHOUT_KEY.shown());
    dropped = group.counter(JobMetric.EARLY_DROPPED.shown());
    group.gauge(JobMetric.EARLY_WAITING.shown(), () -> early == null ? 0L : early.size());
  }

  @Override
  public void processElement(Item item, Context context, Collector<Item> out) throws Exception {
    names.code(item);
    if (plan.byMember()) {
      number(item);
      for (int p = 0; p < plan.parts(); p++) {
        emit(item.forPart(p), out);
      }
      return;
    }
    if (keys == null || place(item, out)) {
      send(item, out);
    }
  }

  /** Whether it is known to which part a record goes. */
  private boolean place(Item item, Collector<Item> out) throws Exception {
    if (item.kind == Batch.Kind.LABEL) {
      return parts == null ? keyed(item) : label(item);
    }
    item.part = keys.part(item);
    if (parts != null) {
      event(item, out);
    }
    return true;
  }

  private boolean keyed(Item label) {
    label.part = keys.partOfLabel(label);
    withoutKey.inc(label.part < 0 ? 1 : 0);
    return label.part >= 0;
  }

  private void send(Item item, Collector<Item> out) {
    number(item);
    emit(item, out);
  }

  /**
   * Records that are replayed are numbered as they leave, for those who put them in order again.
   */
  private void number(Item item) {
    if (plan.replayed()) {
      item.number = next++;
    }
  }

  /** Notes where the event lives, and sends the labels that came before it in front of it. */
  private void event(Item item, Collector<Item> out) throws Exception {
    if (item.id == null) {
      return;
    }
    int before = parts.add(item.id, item.part);
    if (before >= 0) {
      item.part = before; // the same event again
      return;
    }
    if (early.size() > 0) {
      for (Item label : early.take(item.id)) {
        label.part = item.part;
        send(label, out);
      }
    }
  }

  /** Whether it is known where the event of a label lives. */
  private boolean label(Item item) throws Exception {
    int part = item.id == null ? 0 : parts.find(item.id);
    if (part >= 0) {
      item.part = part;
      return true;
    }
    dropped.inc(early.add(item));
    return false;
  }

  private void emit(Item item, Collector<Item> out) {
    names.attach(item);
    out.collect(item);
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    StateWriter out = new StateWriter();
    names.save(out);
    if (parts != null) {
      parts.save(out);
      early.save(out);
    }
    state.update(List.of(out.toBytes()));
  }
}
