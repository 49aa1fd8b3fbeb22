package org.freshet.evaluate;

import java.util.LinkedHashMap;
import java.util.Map;
import org.freshet.core.Schema;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.Outcomes;
import org.freshet.evaluate.metrics.Baselines;
import org.freshet.evaluate.metrics.LabelSets;
import org.freshet.evaluate.metrics.RegressionSums;
import org.freshet.evaluate.metrics.RegressionWindow;

/**
 * Scores of what predicts several outputs. Several labels are answered where their probability is
 * at least one half, and then the mean absolute error of the answers 1 and 0 is the Hamming loss.
 * Each output has baselines of its own. Truths that are not known are left out.
 */
final class SeveralScoreboard extends Scoreboard {
  private final boolean classes;
  private final Baselines[] each;
  private final RegressionSums[] sums;
  private final RegressionWindow[] windows;
  private final LabelSets sets;

  SeveralScoreboard(Schema schema, EvaluateOptions options) {
    super(Baselines.ofNumbers(), options, null);
    int n = schema.outputs().size();
    classes = schema.target() == Schema.Target.LABELS;
    each = new Baselines[n];
    sums = new RegressionSums[n];
    windows = new RegressionWindow[n];
    for (int k = 0; k < n; k++) {
      each[k] = classes ? Baselines.ofClasses(2) : Baselines.ofNumbers();
      sums[k] = new RegressionSums();
      windows[k] = new RegressionWindow(options.window());
    }
    sets = classes ? new LabelSets(n) : null;
  }

  @Override
  void predictBaselines(long event) {
    for (Baselines b : each) {
      b.predict(event);
    }
  }

  @Override
  void score(Outcomes out, int i) {
    long event = out.labelEvent(i);
    double weight = out.weight(i);
    double[] scores = out.labelScores(i);
    int at = out.labelScoresAt(i);
    double error = 0;
    int known = 0;
    for (int k = 0; k < each.length; k++) {
      double truth = out.truth(i, k);
      double answer = classes ? (scores[at + k] >= 0.5 ? 1 : 0) : scores[at + k];
      if (!Double.isNaN(truth)) {
        double same = each[k].noChange(event);
        double other = each[k].other(event);
        sums[k].add(truth, weight, answer, same, other);
        windows[k].add(truth, weight, answer, same, other);
        error += Math.abs(truth - (Double.isFinite(answer) ? answer : 0));
        known++;
      }
      each[k].forget(event);
      if (!Double.isNaN(truth)) {
        each[k].learn(truth, weight);
      }
      if (classes) {
        sets.add(k, truth, answer);
      }
    }
    if (classes) {
      sets.end(weight);
    }
    if (weight > 0 && known > 0) {
      blocks.add(error / known, weight);
    }
    scored(event);
  }

  @Override
  void rolling(double[] into) {
    java.util.Arrays.fill(into, 0);
    for (RegressionWindow w : windows) {
      into[0] += w.sums().mae() / windows.length;
      into[1] += w.sums().noChangeMae() / windows.length;
      into[2] += w.sums().meanMae() / windows.length;
    }
  }

  @Override
  Map<String, Double> metrics() {
    Map<String, Double> m = means(sums, RegressionSums::values);
    if (classes) {
      m.putAll(sets.values());
    }
    return m;
  }

  private interface Values<T> {
    Map<String, Double> of(T sums);
  }

  /** The mean over the outputs of each metric; for labels the error alone, as the Hamming loss. */
  private <T> Map<String, Double> means(T[] all, Values<T> values) {
    Map<String, Double> m = new LinkedHashMap<>();
    for (T s : all) {
      values.of(s).forEach((name, v) -> m.merge(name, v / all.length, Double::sum));
    }
    if (!classes) {
      return m;
    }
    Map<String, Double> loss = new LinkedHashMap<>();
    if (m.containsKey("mae")) {
      loss.put("hamming_loss", m.get("mae"));
    }
    return loss;
  }

  @Override
  Map<String, Double> windowMetrics() {
    return means(windows, RegressionWindow::values);
  }

  @Override
  Map<String, Double> fadingMetrics() {
    return Map.of();
  }

  @Override
  Map<String, Map<String, Double>> baselineMetrics() {
    Map<String, Map<String, Double>> b = new LinkedHashMap<>();
    if (labels > 0) {
      b.put("no_change", means(sums, RegressionSums::noChangeValues));
      b.put(classes ? "majority" : "mean", means(sums, RegressionSums::meanValues));
    }
    return b;
  }

  @Override
  double main() {
    double sum = 0;
    for (RegressionSums s : sums) {
      sum += s.mae();
    }
    return sum / sums.length;
  }

  @Override
  void save(StateWriter out) {
    super.save(out);
    for (int k = 0; k < each.length; k++) {
      StateWriter o = out.child("output-" + k);
      each[k].save(o.child("baselines"));
      sums[k].save(o.child("sums"));
      windows[k].save(o.child("window"));
    }
    if (classes) {
      sets.save(out.child("sets"));
    }
  }

  @Override
  void load(StateReader in) {
    super.load(in);
    for (int k = 0; k < each.length; k++) {
      StateReader o = in.child("output-" + k);
      each[k].load(o.child("baselines"));
      sums[k].load(o.child("sums"));
      windows[k].load(o.child("window"));
    }
    if (classes) {
      sets.load(in.child("sets"));
    }
  }
}
