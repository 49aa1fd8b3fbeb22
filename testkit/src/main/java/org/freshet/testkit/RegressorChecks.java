package org.freshet.testkit;

import java.util.Arrays;
import java.util.List;
import org.freshet.core.Features;
import org.freshet.core.Regressor;
import org.freshet.core.Trait;

/** What holds for every regressor on a stream. */
final class RegressorChecks {
  private static final int N = SampleStream.EVENTS;

  private final Subject subject;
  private final SampleStream stream;

  RegressorChecks(Subject subject, SampleStream stream) {
    this.subject = subject;
    this.stream = stream;
  }

  List<Check> all() {
    return List.of(
        new Check("the answer is 0 before anything is learnt", this::zeroFirst),
        new Check("answers are finite", this::finite),
        new Check("an unknown target only predicts", this::unknownTarget),
        new Check("weight 0 or less learns nothing", this::zeroWeight),
        new Check("weight 2 is about two copies when WEIGHTS", this::doubleWeight),
        new Check("a constant target", this::constantTarget),
        new Check("infinite, huge and constant values", this::extremes),
        new Check("a row with nothing known when MISSING", this::allMissing));
  }

  private double predict(Run run, Features x, String when) {
    double y = ((Regressor) run.learner).predict(x);
    Check.that(Double.isFinite(y), "the answer is %s %s", y, when);
    return y;
  }

  private void zeroFirst() {
    Run run = Run.start(subject, stream);
    double y = predict(run, run.row(0), "before anything is learnt");
    Check.that(y == 0, "before anything is learnt the answer is %s, expected 0", y);
  }

  private void finite() {
    Run run = Run.start(subject, stream);
    for (int i = 0; i < N; i++) {
      predict(run, run.row(i), "before event " + i);
      run.learn(run.row(i), stream.label(i), 1, new Trace());
    }
  }

  private void unknownTarget() {
    Run run = Run.start(subject, stream);
    run.steps(0, N / 2, new Trace());
    byte[] before = run.state();
    double asked = predict(run, run.row(3), "");
    double fused = ((Regressor) run.learner).testThenLearn(run.row(3), Double.NaN, 1);
    Check.that(
        asked == fused, "testThenLearn with target NaN answers %s, predict %s", fused, asked);
    Check.that(
        Arrays.equals(before, run.state()), "testThenLearn with target NaN changed the state");
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

  /** Mean difference below a fifth of the target's range, about 7: an equivalent is allowed. */
  private void doubleWeight() {
    if (!subject.has(Trait.WEIGHTS)) {
      return;
    }
    Run twice = Run.start(subject, stream);
    Run once = Run.start(subject, stream);
    for (int i = 0; i < N; i++) {
      twice.learn(twice.row(i), stream.label(i), 1, new Trace());
      twice.learn(twice.row(i), stream.label(i), 1, new Trace());
      once.learn(once.row(i), stream.label(i), 2, new Trace());
    }
    Trace a = twice.probe();
    Trace b = once.probe();
    double difference = 0;
    for (int i = 0; i < a.size(); i++) {
      difference += Math.abs(a.get(i) - b.get(i)) / a.size();
    }
    Check.that(
        difference < 1.4,
        "weight 2 and two copies differ by %s in the mean, allowed 1.4",
        difference);
  }

  private void constantTarget() {
    Run run = Run.start(subject, stream);
    for (int i = 0; i < N; i++) {
      run.learn(run.row(i), 5, 1, new Trace());
      predict(run, run.row(i), "with a constant target, event " + i);
    }
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
        Check.that(
            !Double.isNaN(((Regressor) run.learner).predict(x)),
            "the answer for %s is NaN",
            extreme);
        run.learn(x, stream.label(i), 1, new Trace());
        predict(run, run.row(i), "after learning the value " + extreme);
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
      predict(run, x, "for a row with nothing known");
      run.learn(x, stream.label(i), 1, new Trace());
    }
  }
}
