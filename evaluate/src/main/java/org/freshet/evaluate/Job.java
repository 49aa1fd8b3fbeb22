package org.freshet.evaluate;

import java.util.function.Supplier;
import org.freshet.core.Schema;
import org.freshet.core.Source;
import org.freshet.core.component.Spec;
import org.freshet.engine.Engine;
import org.freshet.engine.LabelPlan;

/**
 * What is evaluated: a model on a stream.
 *
 * @param stream name of the stream, for reports
 * @param open opens the stream anew from its start
 * @param model text of the pipeline, for reports
 * @param engines makes a fresh engine
 * @param labels when labels arrive
 * @param seed of the model
 * @param threads the model may use
 */
public record Job(
    String stream,
    Supplier<Source> open,
    String model,
    EngineMaker engines,
    LabelPlan labels,
    long seed,
    int threads) {

  /** Makes an engine with a fresh model for the rows of a stream. */
  @FunctionalInterface
  public interface EngineMaker {
    Engine make(Schema schema, LabelPlan labels);
  }

  /** A pipeline by its specification. */
  public static Job of(
      String stream, Supplier<Source> open, Spec model, LabelPlan labels, long seed, int threads) {
    EngineMaker maker = (schema, plan) -> new Engine(schema, model, plan, seed, threads);
    return new Job(stream, open, model.toString(), maker, labels, seed, threads);
  }

  /** A pipeline by its one-line text, labels at once, seed 1, one thread. */
  public static Job of(String stream, Supplier<Source> open, String model) {
    return of(stream, open, Spec.parse(model), LabelPlan.IMMEDIATE, 1, 1);
  }
}
