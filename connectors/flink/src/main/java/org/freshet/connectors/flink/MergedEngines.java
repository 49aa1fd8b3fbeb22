package org.freshet.connectors.flink;

import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.apache.flink.runtime.operators.coordination.OperatorEventGateway;
import org.apache.flink.runtime.operators.coordination.OperatorEventHandler;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.CoordinatedOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.freshet.engine.merge.Delta;
import org.freshet.engine.merge.Merged;

/**
 * Engines whose models are copies of one: each part sends what it has learnt to the {@link
 * MergeCoordinator} and takes the merged model in when that comes, between two records.
 */
final class MergedEngines<T> extends EngineOperator<T> implements OperatorEventHandler {
  private static final long serialVersionUID = 1;

  private final transient OperatorEventGateway coordinator;

  private MergedEngines(
      Plan plan,
      Handing<T> handing,
      StreamOperatorParameters<T> parameters,
      OperatorEventGateway coordinator) {
    super(plan, handing, parameters);
    this.coordinator = coordinator;
  }

  @Override
  void opened(Part part) {
    for (Delta delta : part.copy().unanswered()) {
      send(delta);
    }
  }

  @Override
  void taken(Part part) {
    Delta delta = part.delta();
    if (delta != null) {
      send(delta);
    }
  }

  private void send(Delta delta) {
    coordinator.sendEventToCoordinator(new MergeEvent(delta.toBytes()));
  }

  @Override
  public void handleOperatorEvent(OperatorEvent event) {
    Merged merged = Merged.of("the job manager", ((MergeEvent) event).bytes());
    for (Part part : parts()) {
      part.take(merged);
    }
  }

  /** Makes the operator in each task, and its coordinator. */
  static final class Factory<T> extends AbstractStreamOperatorFactory<T>
      implements OneInputStreamOperatorFactory<Item, T>, CoordinatedOperatorFactory<T> {
    private static final long serialVersionUID = 1;

    private final Plan plan;
    private final Handing<T> handing;

    Factory(Plan plan, Handing<T> handing) {
      this.plan = plan;
      this.handing = handing;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <S extends StreamOperator<T>> S createStreamOperator(
        StreamOperatorParameters<T> parameters) {
      OperatorID id = parameters.getStreamConfig().getOperatorID();
      OperatorEventGateway gateway =
          parameters.getOperatorEventDispatcher().getOperatorEventGateway(id);
      MergedEngines<T> engines = new MergedEngines<>(plan, handing, parameters, gateway);
      parameters.getOperatorEventDispatcher().registerEventHandler(id, engines);
      return (S) engines;
    }

    @Override
    public OperatorCoordinator.Provider getCoordinatorProvider(String name, OperatorID id) {
      return new MergeCoordinator.Maker(id, plan);
    }

    @Override
    @SuppressWarnings("unchecked")
    public Class<? extends StreamOperator<?>> getStreamOperatorClass(ClassLoader loader) {
      return (Class<? extends StreamOperator<?>>) (Class<?>) MergedEngines.class;
    }
  }
}
