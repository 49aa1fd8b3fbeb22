package org.freshet.testkit;

import java.util.Arrays;
import java.util.List;
import org.freshet.core.Features;
import org.freshet.core.MultiLabelClassifier;
import org.freshet.core.MultiTargetRegressor;
import org.freshet.core.Trait;
import org.freshet.core.component.Kind;

/** What holds for every learner that predicts several labels or targets. */
final class SeveralChecks {
  private static final int N = SampleStream.EVENTS;

  private final Subject subject;
  private final SampleStream stream;
  private final boolean labels;

  SeveralChecks(Subject subject, SampleStream stream) {
    this.subject = subject;
    this.stream = stream;
    this.labels = subject.kind() == Kind.MULTI_LABEL_CLASSIFIER;
  }

  List<Check> all() {
    return List.of(
        new Check("one answer an output, neutral before anything is learnt", this::neutralFirst),
        new Check("answers are finite, and probabilities for labels", this::finite),
        new Check("truths that are not known change nothing", this::unknown),
        new Check("weight 0 or less learns nothing", this::zeroWeight),
        new Check("what is learnt shows: better than the neutral answer", this::learns),
        new Check("infinite, huge and constant values", this::extremes),
        new Check("a row with nothing known when MISSING", this::allMissing));
  }

  private double[] answers(Run run, Features x, String when) {
    double[] a = new double[SampleStream.OUTPUTS.size()];
    if (labels) {
      ((MultiLabelClassifier) run.learner).scores(x, a);
    } else {
      ((MultiTargetRegressor) run.learner).predict(x, a);
    }
    for (double v : a) {
      Check.that(
          Double.isFinite(v) && (!labels || v >= 0 && v <= 1), "an answer is %s %s", v, when);
    }
    return a;
  }

  private void neutralFirst() {
    Run run = Run.start(subject, stream);
    int n =
        labels
            ? ((MultiLabelClassifier) run.learner).labels()
            : ((MultiTargetRegressor) run.learner).targets();
    Check.that(
        n == SampleStream.OUTPUTS.size(),
        "it has %s outputs, the schema %s",
        n,
        SampleStream.OUTPUTS.size());
    for (double v : answers(run, run.row(0), "before anything is learnt")) {
      double expected = labels ? 0.5 : 0;
      Check.that(v == expected, "the first answer is %s, expected %s", v, expected);
    }
  }

  private void finite() {
    Run run = Run.start(subject, stream);
    for (int i = 0; i < N; i++) {
      answers(run, run.row(i), "before event " + i);
      run.learn(run.row(i), stream.label(i), 1, new Trace());
    }
  }

  private void unknown() {
    Run run = Run.start(subject, stream);
    run.steps(0, N / 2, new Trace());
    byte[] before = run.state();
    run.learn(run.row(3), Double.NaN, 1, new Trace());
    run.fused(run.row(3), Double.NaN, 1, new Trace());
    Check.that(Arrays.equals(before, run.state()), "learning no truth changed the state");
  }

  private void zeroWeight() {
    for (double weight : new double[] {0, -1}) {
      Run run = Run.start(subject, stream);
      run.steps(0, N / 2, new Trace());
      byte[] before = run.state();
      run.learn(run.row(3), stream.label(3), weight, new Trace());
      run.fused(run.row(4), stream.label(4), weight, new Trace());
      Check.that(
          Arrays.equals(before, run.state()), "learning with weight %s changed the state", weight);
    }
  }

  /** On the later half; the first output follows the first column, or is its sign. */
  private void learns() {
    if (stream.numeric() == 0) {
      return;
    }
    Run run = Run.start(subject, stream);
    double error = 0;
    double neutral = 0;
    for (int i = 0; i < N; i++) {
      double[] a = answers(run, run.row(i), "");
      double truth = SampleStream.truths(stream.target(), stream.label(i))[0];
      if (i >= N / 2) {
        error += Math.abs(a[0] - truth);
        neutral += Math.abs((labels ? 0.5 : 0) - truth);
      }
      run.learn(run.row(i), stream.label(i), 1, new Trace());
    }
    Check.that(
        error < neutral, "the error of the first output is %s, neutral gives %s", error, neutral);
  }

  private void extremes() {
    if (stream.numeric() == 0) {
      return;
    }
    for (double extreme : Extremes.VALUES) {
      Run run = Run.start(subject, stream);
      run.steps(0, 40, new Trace());
      for (int i = 0; i < 12; i++) {
        Features x = Extremes.row(run.row(i), stream, extreme);
        answers(run, x, "for the value " + extreme);
        run.learn(x, stream.label(i), 1, new Trace());
        answers(run, run.row(i), "after learning the value " + extreme);
      }
    }
  }

  private void allMissing() {
    if (!subject.has(Trait.MISSING) || stream.sparse()) {
      return;
    }
    Run run = Run.start(subject, stream);
    for (int i = 0; i < 60; i++) {
      Features x = i % 5 == 0 ? Extremes.missing(stream) : run.row(i);
      answers(run, x, "for a row with nothing known");
      run.learn(x, stream.label(i), 1, new Trace());
    }
  }
}
