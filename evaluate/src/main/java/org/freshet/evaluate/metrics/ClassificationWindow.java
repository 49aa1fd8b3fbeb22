package org.freshet.evaluate.metrics;

import java.util.Arrays;
import java.util.Map;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Classification metrics over the last events. The events themselves are kept, and a metric is
 * computed from them when it is read: exact, with nothing ever subtracted, and adding costs a copy
 * of the scores. The area under the curve is the prequential one of Brzezinski and Stefanowski
 * ("Prequential AUC: properties of the area under the ROC curve for data streams with concept
 * drift", KAIS 52, 2017), whose tree keeps the window sorted; sorting it when read gives the same
 * value.
 *
 * <p>Memory: 28 + 8 × classes bytes an event. Scores are kept for up to {@link #SCORE_LIMIT}
 * numbers in all; where classes × size is more, those metrics that need scores are not given.
 */
public final class ClassificationWindow {
  /** The most scores kept: 16 MB. */
  public static final int SCORE_LIMIT = 1 << 21;

  private final int size;
  private int[] labels = new int[0];
  private int[] answers;
  private int[] noChange;
  private int[] majority;
  private double[] weights;
  private int[] counts;
  private double[] scores;
  private int stride = 2;
  private boolean scoreless;
  private int filled;
  private int next;
  private final ClassificationSums sums = new ClassificationSums();
  private boolean stale;

  /**
   * @param size events it looks back on, 1 or more
   */
  public ClassificationWindow(int size) {
    if (size < 1) {
      throw new IllegalArgumentException("window is " + size + ", allowed 1 or more");
    }
    this.size = size;
    allocate(Math.min(size, 1024));
  }

  private void allocate(int room) {
    labels = Arrays.copyOf(labels, room);
    answers = answers == null ? new int[room] : Arrays.copyOf(answers, room);
    noChange = noChange == null ? new int[room] : Arrays.copyOf(noChange, room);
    majority = majority == null ? new int[room] : Arrays.copyOf(majority, room);
    weights = weights == null ? new double[room] : Arrays.copyOf(weights, room);
    counts = counts == null ? new int[room] : Arrays.copyOf(counts, room);
    rescore(room, stride);
  }

  private void rescore(int room, int wider) {
    if (scoreless || (long) room * wider > SCORE_LIMIT) {
      scoreless = true;
      scores = new double[0];
      return;
    }
    double[] more = new double[room * wider];
    for (int i = 0; i < filled; i++) {
      System.arraycopy(scores, i * stride, more, i * wider, stride);
    }
    scores = more;
    stride = wider;
  }

  /** As {@link ClassificationSums#add} and {@link ClassificationSums#addBaselines} in one. */
  public void add(
      int label,
      double weight,
      int predicted,
      double[] s,
      int at,
      int n,
      int noChangeAnswer,
      int majorityAnswer) {
    if (!(weight > 0)) {
      return;
    }
    if (next == labels.length) {
      allocate((int) Math.min(size, 2L * next));
    }
    if (n > stride) {
      rescore(labels.length, Math.max(n, 2 * stride));
    }
    int i = next;
    labels[i] = label;
    weights[i] = weight;
    answers[i] = predicted;
    noChange[i] = noChangeAnswer;
    majority[i] = majorityAnswer;
    counts[i] = n;
    if (!scoreless) {
      for (int k = 0; k < stride; k++) {
        scores[i * stride + k] = k < n ? s[at + k] : 0;
      }
    }
    filled = Math.max(filled, i + 1);
    next = i + 1 == size ? 0 : i + 1;
    stale = true;
  }

  /**
   * Sums over the window, refilled when events were added since; oldest place in the ring first.
   */
  public ClassificationSums sums() {
    if (stale) {
      sums.clear();
      for (int i = 0; i < filled; i++) {
        int n = scoreless ? 0 : counts[i];
        sums.add(labels[i], weights[i], answers[i], scores, scoreless ? 0 : i * stride, n);
        sums.addBaselines(labels[i], weights[i], noChange[i], majority[i]);
      }
      stale = false;
    }
    return sums;
  }

  /** Writes the accuracies of the model, of no change and of the majority over the window. */
  public void accuracies(double[] into) {
    double total = 0;
    double right = 0;
    double same = 0;
    double most = 0;
    for (int i = 0; i < filled; i++) {
      double w = weights[i];
      int label = labels[i];
      total += w;
      right += answers[i] == label ? w : 0;
      same += noChange[i] == label ? w : 0;
      most += majority[i] == label ? w : 0;
    }
    into[0] = right / total;
    into[1] = same / total;
    into[2] = most / total;
  }

  /** Area under the curve over the window; NaN when it is not defined. */
  public double auc() {
    int classes = 0;
    for (int i = 0; i < filled; i++) {
      classes = Math.max(classes, Math.max(counts[i], labels[i] + 1));
    }
    return scoreless || classes < 2 || classes > stride
        ? Double.NaN
        : Auc.macro(scores, stride, classes, labels, weights, filled);
  }

  public Map<String, Double> values() {
    Map<String, Double> m = sums().values();
    if (scoreless) {
      m.keySet().removeAll(java.util.Set.of("log_loss", "brier", "calibration_error"));
    }
    ClassificationSums.put(m, "auc", auc());
    return m;
  }

  public int size() {
    return size;
  }

  /** Events in it now. */
  public int filled() {
    return filled;
  }

  public void save(StateWriter out) {
    out.put("size", size);
    out.put("next", next);
    out.put("stride", stride);
    out.put("scoreless", scoreless);
    out.put("labels", labels, filled);
    out.put("answers", answers, filled);
    out.put("no-change", noChange, filled);
    out.put("majority", majority, filled);
    out.put("weights", weights, filled);
    out.put("counts", counts, filled);
    out.put("scores", scores, scoreless ? 0 : filled * stride);
  }

  public void load(StateReader in) {
    in.longValue("size", size, size);
    scoreless = in.bool("scoreless");
    stride = in.intValue("stride", 2, Math.max(2, SCORE_LIMIT));
    labels = in.ints("labels");
    filled = in.intValue("next", 0, Math.min(size - 1, labels.length));
    next = filled;
    filled = labels.length;
    if (filled > size || next != filled && filled != size) {
      throw in.corrupt("labels", "has " + filled + " events, the window " + size);
    }
    answers = in.ints("answers", filled);
    noChange = in.ints("no-change", filled);
    majority = in.ints("majority", filled);
    weights = in.doubles("weights", filled);
    counts = in.ints("counts", filled);
    scores = in.doubles("scores", scoreless ? 0 : Math.multiplyExact(filled, stride));
    for (int i = 0; i < filled; i++) {
      if (labels[i] < 0 || answers[i] < -1 || counts[i] < 0 || !scoreless && counts[i] > stride) {
        throw in.corrupt("labels", "has an impossible event at " + i);
      }
    }
    allocate(Math.min(size, Math.max(filled, 1024)));
    stale = true;
  }

  public long memoryBytes() {
    return 160 + 28L * labels.length + 8L * scores.length + sums.memoryBytes();
  }
}
