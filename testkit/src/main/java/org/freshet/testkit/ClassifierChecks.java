package org.freshet.testkit;

import java.util.Arrays;
import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Trait;

/** What holds for every classifier on a stream. */
final class ClassifierChecks {
  private static final int N = SampleStream.EVENTS;

  /** Scores may miss the sum 1 by this much rounding. */
  private static final double ROUNDING = 1e-9;

  private final Subject subject;
  private final SampleStream stream;

  ClassifierChecks(Subject subject, SampleStream stream) {
    this.subject = subject;
    this.stream = stream;
  }

  List<Check> all() {
    return List.of(
        new Check("scores are in 0..1 and sum to 1", this::scoresAreProbabilities),
        new Check("labels() counts the labels known", this::labelsKnown),
        new Check("uniform before anything is learnt", this::uniformFirst),
        new Check("predict is the highest score, the lowest code on a tie", this::predictIsArgmax),
        new Check("scores beyond labels() are set to 0", this::zeroFilled),
        new Check("an unknown label only predicts", this::unknownLabel),
        new Check("weight 0 or less learns nothing", this::zeroWeight),
        new Check("a huge weight keeps scores finite", this::hugeWeight),
        new Check("weight 2 is about two copies when WEIGHTS", this::doubleWeight),
        new Check("one class only", this::oneClass),
        new Check("a new class mid-stream when OPEN_LABELS", this::newClass),
        new Check("infinite, huge and constant values", this::extremes),
        new Check("a row with nothing known when MISSING", this::allMissing));
  }

  private Classifier classifier(Run run) {
    return (Classifier) run.learner;
  }

  private double[] scores(Run run, Features x, String when) {
    Classifier c = classifier(run);
    double[] scores = new double[c.labels() + 3];
    Arrays.fill(scores, 7);
    c.scores(x, scores);
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      Check.that(
          scores[i] >= 0 && scores[i] <= 1 + ROUNDING,
          "the score of label %d %s is %s, of %s",
          i,
          when,
          scores[i],
          Arrays.toString(scores));
      sum += scores[i];
    }
    double expected = c.labels() == 0 ? 0 : 1;
    Check.that(
        Math.abs(sum - expected) < ROUNDING,
        "scores %s sum to %s %s",
        Arrays.toString(scores),
        sum,
        when);
    return scores;
  }

  private void scoresAreProbabilities() {
    Run run = Run.start(subject, stream);
    for (int i = 0; i < N; i++) {
      scores(run, run.row(i), "before event " + i);
      run.learn(run.row(i), stream.label(i), 1, new Trace());
    }
  }

  private void labelsKnown() {
    Run run = Run.start(subject, stream);
    int known = stream.declared();
    for (int i = 0; i < N; i++) {
      int found = classifier(run).labels();
      Check.that(found == known, "before event %d labels() is %d, known are %d", i, found, known);
      run.learn(run.row(i), stream.label(i), 1, new Trace());
      known = Math.max(known, (int) stream.label(i) + 1);
    }
  }

  private void uniformFirst() {
    Run run = Run.start(subject, stream);
    double[] scores = scores(run, run.row(0), "before anything is learnt");
    int known = stream.declared();
    for (int i = 0; i < known; i++) {
      Check.that(
          Math.abs(scores[i] - 1.0 / known) < ROUNDING,
          "before anything is learnt the scores are %s, expected uniform over %d",
          Arrays.toString(scores),
          known);
    }
    int predicted = classifier(run).predict(run.row(0));
    int expected = known == 0 ? -1 : 0;
    Check.that(
        predicted == expected,
        "before anything is learnt it predicts %d, expected %d",
        predicted,
        expected);
  }

  private void predictIsArgmax() {
    Run run = Run.start(subject, stream);
    for (int i = 0; i < N; i++) {
      Classifier c = classifier(run);
      Features x = run.row(i);
      double[] scores = new double[c.labels()];
      c.scores(x, scores);
      int expected = Kernels.argmax(scores, scores.length);
      int found = c.predict(x);
      Check.that(
          found == expected,
          "event %d: predict is %d, scores are %s",
          i,
          found,
          Arrays.toString(scores));
      run.learn(x, stream.label(i), 1, new Trace());
    }
  }

  private void zeroFilled() {
    Run run = Run.start(subject, stream);
    for (int i = 0; i < N; i++) {
      double[] fused = new double[classifier(run).labels() + 4];
      Arrays.fill(fused, 7);
      int known = classifier(run).labels();
      classifier(run).testThenLearn(run.row(i), (int) stream.label(i), 1, fused);
      for (int k = known; k < fused.length; k++) {
        Check.that(
            fused[k] == 0,
            "event %d: entry %d of the scores is %s with %d labels known",
            i,
            k,
            fused[k],
            known);
      }
      double[] scores = scores(run, run.row(i), "after event " + i);
      for (int k = classifier(run).labels(); k < scores.length; k++) {
        Check.that(
            scores[k] == 0, "event %d: entry %d of the scores is %s, expected 0", i, k, scores[k]);
      }
    }
  }

  private void unknownLabel() {
    Run run = Run.start(subject, stream);
    run.steps(0, N / 2, new Trace());
    byte[] before = run.state();
    double[] asked = new double[8];
    double[] fused = new double[8];
    classifier(run).scores(run.row(3), asked);
    classifier(run).testThenLearn(run.row(3), -1, 1, fused);
    Check.that(
        Arrays.equals(asked, fused), "testThenLearn with label -1 gives other scores than scores");
    Check.that(Arrays.equals(before, run.state()), "testThenLearn with label -1 changed the state");
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

  private void hugeWeight() {
    Run run = Run.start(subject, stream);
    for (int i = 0; i < N; i++) {
      run.learn(run.row(i), stream.label(i), i % 20 == 0 ? 1e6 : 1, new Trace());
      scores(run, run.row(i), "after a weight of a million, event " + i);
    }
  }

  /** Mean difference of the probabilities below 0.25: an equivalent, not the same, is allowed. */
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
      difference += Math.abs(a.get(i) - b.get(i));
    }
    double mean = difference / Run.PROBES / classifier(once).labels();
    Check.that(
        mean < 0.25,
        "weight 2 and two copies differ by %s in the mean probability, allowed 0.25",
        mean);
  }

  private void oneClass() {
    Run run = Run.start(subject, stream);
    for (int i = 0; i < N; i++) {
      run.learn(run.row(i), 0, 1, new Trace());
      scores(run, run.row(i), "with one class only, event " + i);
    }
    int predicted = classifier(run).predict(run.row(0));
    Check.that(predicted == 0, "having seen label 0 only, it predicts %d", predicted);
  }

  private void newClass() {
    if (!subject.has(Trait.OPEN_LABELS)) {
      return;
    }
    Run run = Run.start(subject, stream);
    run.steps(0, N / 2, new Trace());
    for (int label : new int[] {stream.classes() + 2, stream.classes() + 1}) {
      run.schema.labels().code("late" + label);
      run.learn(run.row(label), label, 1, new Trace());
      scores(run, run.row(label), "after the new label " + label);
    }
    int found = classifier(run).labels();
    Check.that(
        found == stream.classes() + 3,
        "after label %d labels() is %d",
        stream.classes() + 2,
        found);
    run.steps(N / 2, N, new Trace());
    scores(run, run.row(0), "some events after a new label");
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
        scores(run, x, "for the value " + extreme);
        run.learn(x, stream.label(i), 1, new Trace());
        scores(run, x, "for the value " + extreme + ", learnt " + (i + 1) + " times");
        scores(run, run.row(i), "after learning the value " + extreme);
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
      scores(run, x, "for a row with nothing known");
      run.learn(x, stream.label(i), 1, new Trace());
    }
  }
}
