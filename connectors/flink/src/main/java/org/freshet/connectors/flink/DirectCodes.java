package org.freshet.connectors.flink;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.freshet.core.Batch;
import org.freshet.core.Schema;

/**
 * What {@link Codes} does, in as many tasks as the source has and without a state: names are those
 * declared, and each record says by itself which part it belongs to.
 *
 * <p>A name that was not declared is missing where it is a category, and none where it is a label;
 * a label without its event's key is passed over. Both are counted.
 */
final class DirectCodes extends ProcessFunction<Item, Item> implements CheckpointedFunction {
  private static final long serialVersionUID = 1;

  private final Plan plan;
  private transient Schema schema;
  private transient Keys keys;
  private transient Counter unknownNames;
  private transient Counter withoutKey;

  DirectCodes(Plan plan) {
    this.plan = plan;
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    SavedPlan.keep(plan, context.getOperatorStateStore());
    schema = plan.schema();
    keys = new Keys(plan, schema);
  }

  @Override
  public void open(OpenContext context) {
    MetricGroup group = JobMetric.in(getRuntimeContext().getMetricGroup());
    unknownNames = group.counter(JobMetric.NAMES_UNKNOWN.shown());
    withoutKey = group.counter(JobMetric.WITHOUT_KEY.shown());
  }

  @Override
  public void processElement(Item item, Context context, Collector<Item> out) {
    unknownNames.inc(Names.find(schema, item));
    if (item.kind == Batch.Kind.LABEL) {
      item.part = keys.partOfLabel(item);
      if (item.part < 0) {
        withoutKey.inc();
        return;
      }
    } else {
      item.part = keys.part(item);
    }
    out.collect(item);
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) {}
}
