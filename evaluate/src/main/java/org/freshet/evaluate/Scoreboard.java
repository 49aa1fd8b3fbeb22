package org.freshet.evaluate;

import java.util.LinkedHashMap;
import java.util.Map;
import org.freshet.core.IntervalRegressor;
import org.freshet.core.Learner;
import org.freshet.core.Schema;
import org.freshet.core.SetClassifier;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.Outcomes;
import org.freshet.evaluate.metrics.Baselines;
import org.freshet.evaluate.metrics.Blocks;
import org.freshet.evaluate.metrics.Coverage;
import org.freshet.evaluate.metrics.Curve;
import org.freshet.evaluate.metrics.RightAnswers;

/**
 * Scores one model. Labels are scored in the order they arrive, each against the prediction given
 * at its event; baselines answer at the event from the labels that had arrived by then.
 */
abstract sealed class Scoreboard permits ClassScoreboard, NumberScoreboard, SeveralScoreboard {
  final Baselines baselines;
  final Curve curve;
  final Blocks blocks = new Blocks();
  final RightAnswers right;
  final double[] point;

  /** Null for a model without sets and intervals. */
  final Coverage coverage;

  long labels;

  Scoreboard(Baselines baselines, EvaluateOptions options, Coverage coverage) {
    this.baselines = baselines;
    this.coverage = coverage;
    this.point = new double[coverage == null ? 3 : 5];
    this.curve = new Curve(point.length, Math.max(1, options.window() / 100));
    this.right = options.paired() ? new RightAnswers() : null;
  }

  static Scoreboard of(Schema schema, EvaluateOptions options, Learner model) {
    Coverage coverage = coverage(model, options.window());
    if (schema.hasTruths()) {
      return new SeveralScoreboard(schema, options);
    }
    return schema.target() == Schema.Target.CLASS
        ? new ClassScoreboard(schema.declaredLabels(), options, coverage)
        : new NumberScoreboard(options, coverage);
  }

  private static Coverage coverage(Learner model, int window) {
    if (model instanceof SetClassifier c) {
      return Coverage.ofSets(c.nominalCoverage(), window);
    }
    return model instanceof IntervalRegressor r
        ? Coverage.ofIntervals(r.nominalCoverage(), window)
        : null;
  }

  /** Takes in what a call of the engine brought. */
  final void take(Outcomes out) {
    int predicted = 0;
    long first = out.firstEvent();
    for (int i = 0; i < out.labels(); i++) {
      for (;
          predicted < out.predictions() && first + predicted < out.eventsBefore(i);
          predicted++) {
        predictBaselines(first + predicted);
      }
      score(out, i);
    }
    for (; predicted < out.predictions(); predicted++) {
      predictBaselines(first + predicted);
    }
  }

  abstract void score(Outcomes out, int i);

  /** The baselines answer at an event. */
  void predictBaselines(long event) {
    baselines.predict(event);
  }

  /** Called after a label was scored. */
  final void scored(long event) {
    labels++;
    if (curve.wants(labels)) {
      rolling(point);
      if (coverage != null) {
        coverage.rolling(point, 3);
      }
      curve.add(event, point);
    }
  }

  /** The metrics, with those of the sets or intervals. */
  final Map<String, Double> allMetrics() {
    return with(metrics(), coverage == null ? Map.of() : coverage.values());
  }

  /** The metrics of the last window, with those of the sets or intervals. */
  final Map<String, Double> allWindowMetrics() {
    return with(windowMetrics(), coverage == null ? Map.of() : coverage.windowValues());
  }

  private static Map<String, Double> with(Map<String, Double> m, Map<String, Double> more) {
    if (more.isEmpty()) {
      return m;
    }
    Map<String, Double> all = new LinkedHashMap<>(m);
    all.putAll(more);
    return all;
  }

  /** Accuracy, or mean absolute error, of the last window: model, no change, majority or mean. */
  abstract void rolling(double[] into);

  abstract Map<String, Double> metrics();

  abstract Map<String, Double> windowMetrics();

  abstract Map<String, Double> fadingMetrics();

  abstract Map<String, Map<String, Double>> baselineMetrics();

  /** Accuracy, or mean absolute error, over the whole stream. */
  abstract double main();

  void save(StateWriter out) {
    out.put("labels", labels);
    baselines.save(out.child("baselines"));
    curve.save(out.child("curve"));
    blocks.save(out.child("blocks"));
    if (coverage != null) {
      coverage.save(out.child("coverage"));
    }
  }

  void load(StateReader in) {
    labels = in.longValue("labels", 0, Long.MAX_VALUE);
    baselines.load(in.child("baselines"));
    curve.load(in.child("curve"));
    blocks.load(in.child("blocks"));
    if (coverage != null) {
      coverage.load(in.child("coverage"));
    }
  }
}
