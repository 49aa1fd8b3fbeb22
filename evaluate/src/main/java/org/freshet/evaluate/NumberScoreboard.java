package org.freshet.evaluate;

import java.util.LinkedHashMap;
import java.util.Map;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.Outcomes;
import org.freshet.evaluate.metrics.Baselines;
import org.freshet.evaluate.metrics.Coverage;
import org.freshet.evaluate.metrics.RegressionFading;
import org.freshet.evaluate.metrics.RegressionSums;
import org.freshet.evaluate.metrics.RegressionWindow;

/** Scores of a regressor. */
final class NumberScoreboard extends Scoreboard {
  final RegressionSums sums = new RegressionSums();
  final RegressionWindow window;
  final RegressionFading fading;

  NumberScoreboard(EvaluateOptions options, Coverage coverage) {
    super(Baselines.ofNumbers(), options, coverage);
    window = new RegressionWindow(options.window());
    fading = new RegressionFading(options.fading());
  }

  @Override
  void score(Outcomes out, int i) {
    if (coverage != null) {
      addInterval(out.weight(i), out.label(i), out.labelLow(i), out.labelHigh(i));
    }
    score(out.labelEvent(i), out.label(i), out.weight(i), out.labelPredicted(i));
  }

  void score(long event, double target, double weight, double answer) {
    double same = baselines.noChange(event);
    double mean = baselines.other(event);
    sums.add(target, weight, answer, same, mean);
    window.add(target, weight, answer, same, mean);
    fading.add(target, weight, answer);
    if (weight > 0) {
      blocks.add(Math.abs(target - (Double.isFinite(answer) ? answer : 0)), weight);
    }
    baselines.forget(event);
    baselines.learn(target, weight);
    scored(event);
  }

  void addInterval(double weight, double target, double low, double high) {
    coverage.add(weight, low <= target && target <= high, high - low);
  }

  @Override
  void rolling(double[] into) {
    into[0] = window.sums().mae();
    into[1] = window.sums().noChangeMae();
    into[2] = window.sums().meanMae();
  }

  @Override
  Map<String, Double> metrics() {
    return sums.values();
  }

  @Override
  Map<String, Double> windowMetrics() {
    return window.values();
  }

  @Override
  Map<String, Double> fadingMetrics() {
    return fading.values();
  }

  @Override
  Map<String, Map<String, Double>> baselineMetrics() {
    Map<String, Map<String, Double>> b = new LinkedHashMap<>();
    if (labels > 0) {
      b.put("no_change", sums.noChangeValues());
      b.put("mean", sums.meanValues());
    }
    return b;
  }

  @Override
  double main() {
    return sums.mae();
  }

  @Override
  void save(StateWriter out) {
    super.save(out);
    sums.save(out.child("sums"));
    window.save(out.child("window"));
    fading.save(out.child("fading"));
  }

  @Override
  void load(StateReader in) {
    super.load(in);
    sums.load(in.child("sums"));
    window.load(in.child("window"));
    fading.load(in.child("fading"));
  }
}
