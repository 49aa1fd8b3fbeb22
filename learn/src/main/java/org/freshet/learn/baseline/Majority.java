package org.freshet.learn.baseline;

import java.util.Arrays;
import org.freshet.core.Classifier;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Learner;
import org.freshet.core.Mergeable;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Predicts the class seen most often so far, whatever the features are: the floor any classifier
 * has to clear, and what accuracy alone hides on imbalanced streams.
 *
 * <p>How it works: the score of a class is its share of the weight learnt. Before anything is
 * learnt all classes known are equal; ties go to the class declared or seen first.
 *
 * <p>Source: the baseline of the kappa-M statistic (A. Bifet, G. de Francisci Morales, J. Read, G.
 * Holmes, B. Pfahringer, "Efficient Online Evaluation of Big Data Stream Classifiers", KDD 2015,
 * section 4). We differ nowhere.
 *
 * <p>Takes any row, since it looks at none: missing values, categories, text and sparse rows. A
 * class never seen before opens with its first event. Predicting costs one pass over the classes,
 * learning one addition; memory is 8 bytes a class, and the label dictionary limits the classes.
 *
 * <pre>{@code
 * Classifier floor = Components.classifier("majority", schema, 1);
 * floor.learn(x, 2, 1.0);
 * floor.predict(y); // 2
 * }</pre>
 */
@Component(
    name = "majority",
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
      Trait.WEIGHTS,
      Trait.MERGEABLE,
      Trait.BOUNDED_MEMORY
    })
public final class Majority implements Classifier, Mergeable {
  /** It has no parameters. */
  public record Parameters() {}

  private double[] weights;
  private int labels;

  public Majority(Parameters p, Build build) {
    labels = build.schema().declaredLabels();
    weights = new double[Math.max(2, labels)];
  }

  @Override
  public int labels() {
    return labels;
  }

  @Override
  public void scores(Features x, double[] scores) {
    System.arraycopy(weights, 0, scores, 0, labels);
    Arrays.fill(scores, labels, scores.length, 0);
    Kernels.normalize(scores, labels);
  }

  @Override
  public void learn(Features x, int label, double weight) {
    if (!(weight > 0)) {
      return;
    }
    if (label >= weights.length) {
      weights = Arrays.copyOf(weights, Math.max(label + 1, 2 * weights.length));
    }
    labels = Math.max(labels, label + 1);
    weights[label] += weight;
  }

  @Override
  public boolean isExact() {
    return true;
  }

  @Override
  public void add(Learner newer, Learner older, double share) {
    Majority a = (Majority) newer;
    Majority b = (Majority) older;
    if (a.labels > weights.length) {
      weights = Arrays.copyOf(weights, Math.max(a.labels, 2 * weights.length));
    }
    labels = Math.max(labels, a.labels);
    for (int c = 0; c < a.labels; c++) {
      weights[c] += Math.max(0, a.weights[c] - (c < b.labels ? b.weights[c] : 0));
    }
  }

  @Override
  public void save(StateWriter out) {
    out.put("weights", weights, labels);
  }

  @Override
  public void load(StateReader in) {
    double[] saved = in.doubles("weights");
    labels = saved.length;
    weights = Arrays.copyOf(saved, Math.max(2, labels));
  }

  @Override
  public long memoryBytes() {
    return 24 + 16 + 8L * weights.length;
  }
}
