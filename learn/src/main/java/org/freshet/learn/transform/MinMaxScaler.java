package org.freshet.learn.transform;

import java.util.Arrays;
import org.freshet.core.Features;
import org.freshet.core.Learner;
import org.freshet.core.Mergeable;
import org.freshet.core.Row;
import org.freshet.core.Schema;
import org.freshet.core.Trait;
import org.freshet.core.Transformer;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Scales each numeric column to 0 … 1 by the smallest and the largest value seen so far. For
 * learners that expect that range, such as half-space trees. One outlier squeezes all other values;
 * {@code standard_scaler} suffers less.
 *
 * <p>A value x becomes (x − min) / (max − min), and 0 where max = min or nothing was seen. Then x
 * is learnt: min and max take it in. An event is scaled by the past alone, so that x may lie
 * outside min … max; with {@code clip} it then becomes 0 or 1.
 *
 * <p>Paper: none; the rescaling of every textbook, such as J. Han, M. Kamber and J. Pei, "Data
 * Mining: Concepts and Techniques", 2011, section 3.5.2, with the range of the data so far.
 *
 * <p>Where we differ: libraries that learn an event before they scale it need no clipping.
 *
 * <p>Takes numeric columns and missing values (they stay missing and are not learnt); categories
 * and text pass unchanged. Infinite values and those beyond ±1e300 are not learnt. Not for sparse
 * rows, whose zeros would move. O(d) time an event, 16 d bytes.
 *
 * <pre>
 * --model 'min_max_scaler | logistic_regression'
 * </pre>
 */
@Component(
    name = "min_max_scaler",
    kinds = Kind.TRANSFORMER,
    family = "transform",
    traits = {
      Trait.MISSING,
      Trait.CATEGORICAL,
      Trait.NUMERIC,
      Trait.TEXT,
      Trait.MERGEABLE,
      Trait.BOUNDED_MEMORY
    })
public final class MinMaxScaler implements Transformer, Mergeable {
  public record Parameters(
      @Param(
              value = "Whether values outside the range seen so far become 0 or 1",
              def = "true",
              origin = "the range 0 to 1 is what learners rely on")
          boolean clip) {}

  /** Larger values are not learnt: the range of two of them would overflow. */
  private static final double LARGEST = 1e300;

  private final Schema schema;
  private final int[] columns;
  private final boolean clip;
  private final double[] min;
  private final double[] max;

  public MinMaxScaler(Parameters p, Build build) {
    schema = build.schema();
    columns = NumericColumns.of(schema);
    clip = p.clip();
    min = new double[columns.length];
    max = new double[columns.length];
    Arrays.fill(min, Double.POSITIVE_INFINITY);
    Arrays.fill(max, Double.NEGATIVE_INFINITY);
  }

  @Override
  public Schema output() {
    return schema;
  }

  @Override
  public void transform(Features in, Row out) {
    double[] y = out.values();
    in.copyTo(y, 0);
    for (int j = 0; j < columns.length; j++) {
      int c = columns[j];
      double x = y[c];
      if (max[j] > min[j]) {
        x = (x - min[j]) / (max[j] - min[j]);
        y[c] = clip ? Math.max(0, Math.min(1, x)) : x;
      } else if (!Double.isNaN(x)) {
        y[c] = 0;
      }
    }
  }

  @Override
  public void learn(Features in) {
    for (int j = 0; j < columns.length; j++) {
      double x = in.get(columns[j]);
      if (Math.abs(x) <= LARGEST) {
        min[j] = Math.min(min[j], x);
        max[j] = Math.max(max[j], x);
      }
    }
  }

  @Override
  public boolean isExact() {
    return true;
  }

  /** The ends of all that was seen. */
  @Override
  public void add(Learner newer, Learner older, double share) {
    MinMaxScaler a = (MinMaxScaler) newer;
    for (int j = 0; j < min.length; j++) {
      min[j] = Math.min(min[j], a.min[j]);
      max[j] = Math.max(max[j], a.max[j]);
    }
  }

  @Override
  public void save(StateWriter out) {
    out.put("min", min);
    out.put("max", max);
  }

  @Override
  public void load(StateReader in) {
    System.arraycopy(in.doubles("min", min.length), 0, min, 0, min.length);
    System.arraycopy(in.doubles("max", max.length), 0, max, 0, max.length);
  }

  @Override
  public long memoryBytes() {
    return 40 + 3 * 16 + 20L * columns.length;
  }
}
