package org.freshet.evaluate;

import java.util.LinkedHashMap;
import java.util.Map;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.Outcomes;
import org.freshet.evaluate.metrics.AucStream;
import org.freshet.evaluate.metrics.Baselines;
import org.freshet.evaluate.metrics.BlindLabels;
import org.freshet.evaluate.metrics.ClassificationFading;
import org.freshet.evaluate.metrics.ClassificationSums;
import org.freshet.evaluate.metrics.ClassificationWindow;
import org.freshet.evaluate.metrics.ConfusionMatrix;
import org.freshet.evaluate.metrics.Coverage;

/** Scores of a classifier. */
final class ClassScoreboard extends Scoreboard {
  final ClassificationSums sums = new ClassificationSums();
  final ClassificationWindow window;
  final ClassificationFading fading;
  final ConfusionMatrix confusion = new ConfusionMatrix();
  final AucStream auc = new AucStream();
  final BlindLabels blind = new BlindLabels();

  ClassScoreboard(int declared, EvaluateOptions options, Coverage coverage) {
    super(Baselines.ofClasses(declared), options, coverage);
    window = new ClassificationWindow(options.window());
    fading = new ClassificationFading(options.fading());
  }

  @Override
  void score(Outcomes out, int i) {
    if (coverage != null) {
      coverage.add(out.weight(i), out.labelInSet(i), out.labelSetSize(i));
    }
    score(
        out.labelEvent(i),
        (int) out.label(i),
        out.weight(i),
        (int) out.labelPredicted(i),
        out.labelScores(i),
        out.labelScoresAt(i),
        out.labelKnown(i));
  }

  void score(long event, int label, double weight, int answer, double[] scores, int at, int n) {
    int same = (int) baselines.noChange(event);
    int most = (int) baselines.other(event);
    sums.add(label, weight, answer, scores, at, n);
    sums.addBaselines(label, weight, same, most);
    window.add(label, weight, answer, scores, at, n, same, most);
    fading.add(label, weight, answer, scores, at, n);
    auc.add(label, weight, scores, at, n);
    if (weight > 0) {
      confusion.add(label, weight, answer);
      blocks.add(answer == label ? 1 : 0, weight);
    }
    blind.add(label);
    if (right != null) {
      right.add(answer == label);
    }
    baselines.forget(event);
    baselines.learn(label, weight);
    scored(event);
  }

  @Override
  void rolling(double[] into) {
    window.accuracies(into);
  }

  @Override
  Map<String, Double> metrics() {
    Map<String, Double> m = sums.values();
    double area = auc.value();
    if (Double.isFinite(area)) {
      m.put("auc", area);
      if (!auc.isExact()) {
        m.put("auc_error_bound", auc.errorBound());
      }
    }
    return m;
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
      b.put("no_change", Map.of("accuracy", sums.noChangeAccuracy()));
      b.put("majority", Map.of("accuracy", sums.majorityAccuracy()));
    }
    return b;
  }

  @Override
  double main() {
    return sums.accuracy();
  }

  @Override
  void save(StateWriter out) {
    super.save(out);
    sums.save(out.child("sums"));
    window.save(out.child("window"));
    fading.save(out.child("fading"));
    confusion.save(out.child("confusion"));
    auc.save(out.child("auc"));
    blind.save(out.child("blind"));
  }

  @Override
  void load(StateReader in) {
    super.load(in);
    sums.load(in.child("sums"));
    window.load(in.child("window"));
    fading.load(in.child("fading"));
    confusion.load(in.child("confusion"));
    auc.load(in.child("auc"));
    blind.load(in.child("blind"));
  }
}
