package org.freshet.evaluate;

import java.util.Map;
import org.freshet.core.Batch;
import org.freshet.core.Learner;
import org.freshet.core.Schema;

/**
 * How much each column mattered to the model at a moment: shares that sum to 1.
 *
 * @param event events seen by then
 * @param attribution share of each column in what the columns added to recent answers; empty when
 *     the model has no attributions
 * @param splitGain share of each column in the gain of the splits of the model's trees
 */
public record Importance(
    long event, Map<String, Double> attribution, Map<String, Double> splitGain) {

  /** Looks at a model. */
  public interface Meter {
    /**
     * @param rows the last rows read
     * @param schema of the rows
     */
    Importance measure(Learner model, Schema schema, Batch rows, long event);
  }
}
