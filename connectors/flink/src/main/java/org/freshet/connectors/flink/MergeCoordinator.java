package org.freshet.connectors.flink;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.freshet.core.Learner;
import org.freshet.core.Schema;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.merge.Delta;
import org.freshet.engine.merge.Merged;
import org.freshet.engine.merge.Merging;

/**
 * Where the deltas of copies meet: in the job manager, because what is merged goes back to the
 * tasks and a stream of Flink has no way back. It merges when each copy has sent a delta since the
 * last merge, or one of them two, so that a copy without events holds nobody up; who is late joins
 * a later merge.
 *
 * <p>A delta lost in a crash is sent again by its copy, one that comes twice is passed over: see
 * {@link org.freshet.engine.merge.Copy}.
 */
final class MergeCoordinator implements OperatorCoordinator {
  private final Plan plan;
  private final Context context;
  private final Map<Integer, SubtaskGateway> tasks = new HashMap<>();
  private Merging merging;
  private volatile long version;
  private volatile double staleness;
  private volatile long stalest;

  private MergeCoordinator(Plan plan, Context context) {
    this.plan = plan;
    this.context = context;
  }

  /** Made where the job is submitted. */
  record Maker(OperatorID id, Plan plan) implements Provider {
    private static final long serialVersionUID = 1;

    @Override
    public OperatorID getOperatorId() {
      return id;
    }

    @Override
    public OperatorCoordinator create(Context context) {
      return new MergeCoordinator(plan, context);
    }
  }

  /** Before any copy has learnt something. */
  static Merging fresh(Plan plan, Schema schema) {
    Supplier<Learner> empty = plan.emptyModels(schema);
    Merging merging =
        new Merging(plan.modelWords(), empty, Merging.Settings.USUAL.withCopies(plan.parts()));
    if (plan.history() != null) {
      merging.begin(Export.learnt(plan, schema));
    }
    return merging;
  }

  @Override
  public void start() {
    if (merging == null) {
      merging = fresh(plan, plan.schema());
    }
    MetricGroup group = JobMetric.in(context.metricGroup());
    group.gauge(JobMetric.MERGES.shown(), () -> version);
    group.gauge(JobMetric.STALENESS_MEAN.shown(), () -> staleness);
    group.gauge(JobMetric.STALENESS_MOST.shown(), () -> stalest);
  }

  @Override
  public void handleEventFromOperator(int subtask, int attempt, OperatorEvent event) {
    if (!merging.take(Delta.of("a task of the job", ((MergeEvent) event).bytes()))) {
      send(subtask, merging.current()); // sent again after a restart: it has not the answer
      return;
    }
    if (merging.waiting() >= plan.parts() || merging.mostOfOne() > 1) {
      Merged all = merging.merge();
      version = merging.version();
      staleness = merging.meanStaleness();
      stalest = merging.mostStaleness();
      tasks.keySet().forEach(task -> send(task, all));
    }
  }

  private void send(int task, Merged merged) {
    SubtaskGateway gateway = tasks.get(task);
    if (gateway != null) {
      gateway.sendEvent(new MergeEvent(merged.toBytes()));
    }
  }

  @Override
  public void checkpointCoordinator(long checkpoint, CompletableFuture<byte[]> result) {
    StateWriter out = new StateWriter();
    merging.save(out);
    result.complete(out.toBytes());
  }

  @Override
  public void resetToCheckpoint(long checkpoint, byte[] saved) {
    merging = fresh(plan, plan.schema());
    if (saved != null) {
      merging.load(StateReader.open("the merged model of the job", saved));
    }
    version = merging.version();
  }

  @Override
  public void executionAttemptReady(int subtask, int attempt, SubtaskGateway gateway) {
    tasks.put(subtask, gateway);
  }

  @Override
  public void executionAttemptFailed(int subtask, int attempt, Throwable reason) {
    tasks.remove(subtask);
  }

  @Override
  public void subtaskReset(int subtask, long checkpoint) {
    tasks.remove(subtask);
  }

  @Override
  public void notifyCheckpointComplete(long checkpoint) {}

  @Override
  public void close() {}
}
