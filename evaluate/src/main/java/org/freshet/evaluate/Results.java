package org.freshet.evaluate;

import java.util.Arrays;
import java.util.List;
import org.freshet.core.Source;
import org.freshet.engine.LabelPlan;
import org.freshet.evaluate.metrics.DriftScore;

/** Puts together what a contestant has to show. */
final class Results {
  private final Job job;
  private final EvaluateOptions options;
  private final Source source;

  Results(Job job, EvaluateOptions options, Source source) {
    this.job = job;
    this.options = options;
    this.source = source;
  }

  Evaluation of(Contestant c, LabelPlan labels, List<Double> passSeconds) {
    return of(c, c.events(), c.engine.modelBytes(), labels, passSeconds);
  }

  /** Of one whose engines are elsewhere. */
  Evaluation of(
      Contestant c, long events, long modelBytes, LabelPlan labels, List<Double> passSeconds) {
    Scoreboard s = c.scores;
    long[] known = source.driftPositions();
    long[] truth = Arrays.stream(known).filter(t -> t < events).toArray();
    boolean any = s.labels > 0;
    Evaluation.Setup setup =
        new Evaluation.Setup(
            job.stream(), job.model(), job.seed(), job.threads(), labels.toString(), options);
    return new Evaluation(
        setup,
        events,
        s.labels,
        any ? s.allMetrics() : java.util.Map.of(),
        s.baselineMetrics(),
        any ? s.allWindowMetrics() : java.util.Map.of(),
        any ? s.fadingMetrics() : java.util.Map.of(),
        c.effort.seconds(),
        List.copyOf(passSeconds),
        modelBytes,
        c.effort.ramHours(),
        c.drifts.kept(),
        c.drifts.total(),
        truth,
        known.length == 0 ? null : score(truth, c),
        s.curve,
        s.coverage,
        s.blocks,
        s.right,
        s instanceof ClassScoreboard k ? classes(c, k) : null,
        null,
        -1,
        null,
        null,
        c.experts.result(c.engine.experts(), events),
        null,
        Evaluation.Asked.of(c.engine.asking(), events));
  }

  private DriftScore score(long[] truth, Contestant c) {
    long[] found = c.drifts.kept().stream().mapToLong(Evaluation.Drift::event).toArray();
    return DriftScore.of(truth, found, options.tolerance());
  }

  private static Evaluation.Classes classes(Contestant c, ClassScoreboard k) {
    return new Evaluation.Classes(
        c.engine.schema().labels().names(),
        k.sums.counts(),
        k.confusion,
        k.sums.calibration(),
        k.blind);
  }
}
