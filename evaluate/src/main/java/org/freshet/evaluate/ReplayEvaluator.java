package org.freshet.evaluate;

import java.util.List;
import org.freshet.core.ConfigException;
import org.freshet.core.Schema;
import org.freshet.core.Source;
import org.freshet.engine.Outcomes;

/**
 * Scores what engines elsewhere gave out for a stream, in its order: the metrics, baselines and
 * curve that {@link Evaluator} makes of its own engine.
 */
public final class ReplayEvaluator implements AutoCloseable {
  private final Job job;
  private final EvaluateOptions options;
  private final Contestant model;
  private long events;

  /**
   * @param schema names get to its dictionaries before what they are used in
   * @throws ConfigException for a model whose cost of labels or experts belongs to its own engine
   */
  public ReplayEvaluator(Job job, EvaluateOptions options, Schema schema) {
    this.job = job;
    this.options = options;
    this.model = new Contestant("model", job.engines().make(schema, job.labels()), options, 0);
    String told =
        model.engine.asking() != null
            ? "labels.budget"
            : model.engine.experts() != null ? "pipeline" : null;
    if (told != null) {
      model.close();
      throw new ConfigException(
          told,
          told.equals("pipeline")
              ? "asks experts, whose use is told by one process; use 'freshet evaluate'"
              : "is spent by one process, which tells what was asked; use 'freshet evaluate'");
    }
  }

  /** Takes in what a record brought; its events are numbered over the whole stream. */
  public void take(Outcomes out) {
    events += out.predictions();
    model.take(out);
  }

  /**
   * What came of it.
   *
   * @param nanos that all engines predicted and learnt
   * @param modelBytes of all models at the end
   */
  public Evaluation result(long nanos, long modelBytes) {
    model.effort.add(nanos, modelBytes);
    try (Source stream = job.open().get()) {
      return new Results(job, options, stream)
          .of(model, events, modelBytes, job.labels(), List.of(model.effort.seconds()));
    }
  }

  @Override
  public void close() {
    model.close();
  }
}
