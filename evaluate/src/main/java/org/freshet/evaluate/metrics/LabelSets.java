package org.freshet.evaluate.metrics;

import java.util.LinkedHashMap;
import java.util.Map;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Metrics of sets of labels: the share of events whose whole set is right ({@code
 * subset_accuracy}), the mean overlap of predicted and true set over their union ({@code jaccard};
 * 1 where both are empty), and F1 over all labels together ({@code f1_micro}) or as the mean over
 * labels ({@code f1_macro}; 0 for a label that neither occurred nor was answered). Truths that are
 * not known are left out. Source: G. Tsoumakas, I. Katakis, I. Vlahavas, "Mining Multi-label Data",
 * Data Mining and Knowledge Discovery Handbook, 2010, section 7.
 */
public final class LabelSets {
  private final double[] both; // weight where the label held and was answered
  private final double[] either; // weight of truths plus weight of answers
  private final boolean[] truth;
  private final boolean[] answer;
  private final boolean[] known;
  private double weight;
  private double exact;
  private double overlap;

  /**
   * @param labels number of labels
   */
  public LabelSets(int labels) {
    both = new double[labels];
    either = new double[labels];
    truth = new boolean[labels];
    answer = new boolean[labels];
    known = new boolean[labels];
  }

  /** One label of the event at hand: truth 1, 0 or NaN, answer 1 or 0. */
  public void add(int label, double is, double said) {
    known[label] = !Double.isNaN(is);
    truth[label] = is > 0;
    answer[label] = said > 0;
  }

  /** All labels of the event at hand were added. */
  public void end(double w) {
    int hits = 0;
    int union = 0;
    int seen = 0;
    boolean same = true;
    for (int k = 0; k < known.length; k++) {
      if (known[k]) {
        seen++;
        hits += truth[k] && answer[k] ? 1 : 0;
        union += truth[k] || answer[k] ? 1 : 0;
        same &= truth[k] == answer[k];
      }
    }
    if (!(w > 0) || seen == 0) {
      return;
    }
    for (int k = 0; k < known.length; k++) {
      if (known[k]) {
        both[k] += truth[k] && answer[k] ? w : 0;
        either[k] += (truth[k] ? w : 0) + (answer[k] ? w : 0);
      }
    }
    weight += w;
    exact += same ? w : 0;
    overlap += w * (union == 0 ? 1 : (double) hits / union);
  }

  public Map<String, Double> values() {
    Map<String, Double> m = new LinkedHashMap<>();
    if (weight > 0) {
      double hits = 0;
      double all = 0;
      double macro = 0;
      for (int k = 0; k < both.length; k++) {
        hits += both[k];
        all += either[k];
        macro += either[k] > 0 ? 2 * both[k] / either[k] : 0;
      }
      m.put("subset_accuracy", exact / weight);
      m.put("jaccard", overlap / weight);
      m.put("f1_micro", all > 0 ? 2 * hits / all : 0);
      m.put("f1_macro", macro / both.length);
    }
    return m;
  }

  public void save(StateWriter out) {
    out.put("both", both);
    out.put("either", either);
    out.put("weight", weight);
    out.put("exact", exact);
    out.put("overlap", overlap);
  }

  public void load(StateReader in) {
    System.arraycopy(in.doubles("both", both.length), 0, both, 0, both.length);
    System.arraycopy(in.doubles("either", either.length), 0, either, 0, either.length);
    weight = in.doubleValue("weight");
    exact = in.doubleValue("exact");
    overlap = in.doubleValue("overlap");
  }
}
