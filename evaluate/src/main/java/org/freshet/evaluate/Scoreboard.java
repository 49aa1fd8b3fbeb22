package org.freshet.evaluate;

import java.util.Map;
import org.freshet.core.Schema;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.Outcomes;
import org.freshet.evaluate.metrics.Baselines;
import org.freshet.evaluate.metrics.Blocks;
import org.freshet.evaluate.metrics.Curve;
import org.freshet.evaluate.metrics.RightAnswers;

/**
 * Scores one model. Labels are scored in the order they arrive, each against the prediction given
 * at its event; baselines answer at the event from the labels that had arrived by then.
 */
abstract sealed class Scoreboard permits ClassScoreboard, NumberScoreboard {
  final Baselines baselines;
  final Curve curve;
  final Blocks blocks = new Blocks();
  final RightAnswers right;
  final double[] point = new double[3];
  long labels;

  Scoreboard(Baselines baselines, EvaluateOptions options) {
    this.baselines = baselines;
    this.curve = new Curve(point.length, Math.max(1, options.window() / 100));
    this.right = options.paired() ? new RightAnswers() : null;
  }

  static Scoreboard of(Schema schema, EvaluateOptions options) {
    return schema.target() == Schema.Target.CLASS
        ? new ClassScoreboard(schema.declaredLabels(), options)
        : new NumberScoreboard(options);
  }

  /** Takes in what a call of the engine brought. */
  final void take(Outcomes out) {
    int predicted = 0;
    long first = out.firstEvent();
    for (int i = 0; i < out.labels(); i++) {
      for (;
          predicted < out.predictions() && first + predicted < out.eventsBefore(i);
          predicted++) {
        baselines.predict(first + predicted);
      }
      score(out, i);
    }
    for (; predicted < out.predictions(); predicted++) {
      baselines.predict(first + predicted);
    }
  }

  abstract void score(Outcomes out, int i);

  /** Called after a label was scored. */
  final void scored(long event) {
    labels++;
    if (curve.wants(labels)) {
      rolling(point);
      curve.add(event, point);
    }
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
  }

  void load(StateReader in) {
    labels = in.longValue("labels", 0, Long.MAX_VALUE);
    baselines.load(in.child("baselines"));
    curve.load(in.child("curve"));
    blocks.load(in.child("blocks"));
  }
}
