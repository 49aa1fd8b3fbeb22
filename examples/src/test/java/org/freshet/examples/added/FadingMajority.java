package org.freshet.examples.added;

import java.util.Arrays;
import org.freshet.core.Classifier;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Predicts the class that was most frequent lately, whatever the features are. For streams whose
 * mix of classes moves; it is also what "Adding a learner" in CONTRIBUTING.md adds.
 *
 * <p>How it works: each class has a count. Learning a label of weight w multiplies all counts by
 * {@code fading} and adds w to the label's own; scores are the shares of the counts.
 *
 * <p>Source: the fading factors of J. Gama, R. Sebastião, P. P. Rodrigues, "On evaluating stream
 * learning algorithms", Machine Learning 90, 2013, section 4.2, applied to class counts instead of
 * losses. We differ nowhere else.
 *
 * <p>Takes any row, since it looks at none. Cost: one multiplication per class and event; memory 8
 * bytes per class.
 *
 * <pre>{@code
 * pipeline:
 *   - fading_majority: { fading: 0.99 }
 * }</pre>
 */
@Component(
    name = "fading_majority",
    kinds = Kind.CLASSIFIER,
    family = "baseline",
    traits = {
      Trait.NUMERIC,
      Trait.CATEGORICAL,
      Trait.TEXT,
      Trait.SPARSE,
      Trait.MISSING,
      Trait.OPEN_LABELS,
      Trait.OPEN_FEATURES,
      Trait.BOUNDED_MEMORY
    })
public final class FadingMajority implements Classifier {
  public record Parameters(
      @Param(
              value = "What remains of a count after one more label.",
              def = "0.99",
              range = "(0, 1]",
              origin = "half of a count is forgotten in 69 labels")
          double fading) {}

  private final double fading;
  private double[] counts;

  public FadingMajority(Parameters p, Build build) {
    fading = p.fading();
    counts = new double[build.schema().declaredLabels()];
  }

  @Override
  public int labels() {
    return counts.length;
  }

  @Override
  public void scores(Features x, double[] scores) {
    System.arraycopy(counts, 0, scores, 0, counts.length);
    Arrays.fill(scores, counts.length, scores.length, 0);
    if (counts.length > 0) {
      Kernels.normalize(scores, counts.length);
    }
  }

  @Override
  public void learn(Features x, int label, double weight) {
    if (weight > 0) {
      counts = label < counts.length ? counts : Arrays.copyOf(counts, label + 1);
      Kernels.scale(fading, counts, 0, counts.length);
      counts[label] += weight;
    }
  }

  @Override
  public void save(StateWriter out) {
    out.put("counts", counts);
  }

  @Override
  public void load(StateReader in) {
    counts = in.doubles("counts");
  }

  @Override
  public long memoryBytes() {
    return 24 + 16 + 8L * counts.length;
  }
}
