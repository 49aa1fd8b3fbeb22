package org.freshet.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.Divisible;
import org.freshet.core.Trait;
import org.freshet.core.state.StateReader;

/** What holds for ensembles whose members can live apart, see {@link Divisible}. */
final class PartChecks {
  private static final int N = SampleStream.EVENTS;

  private final Subject subject;
  private final SampleStream stream;

  PartChecks(Subject subject, SampleStream stream) {
    this.subject = subject;
    this.stream = stream;
  }

  List<Check> all() {
    Check honest = new Check("it is Divisible exactly when DIVISIBLE", this::honest);
    return subject.has(Trait.DIVISIBLE)
        ? List.of(honest, new Check("members apart are the whole, answers and state", this::apart))
        : List.of(honest);
  }

  private void honest() {
    boolean is = Run.start(subject, stream).learner instanceof Divisible;
    boolean says = subject.has(Trait.DIVISIBLE);
    Check.that(
        is == says,
        "%s %s the trait DIVISIBLE, but what it makes %s Divisible",
        subject,
        says ? "has" : "lacks",
        is ? "is" : "is not");
    Check.that(
        !says || subject.provider().coupled().isEmpty(),
        "%s has the trait DIVISIBLE, and says what ties its members",
        subject);
  }

  private void apart() {
    Run whole = Run.start(subject, stream);
    int n = ((Divisible) whole.learner).share().members();
    int[] bounds = {0, n / 3, n, n}; // the last has none: it joins
    List<Run> runs = new ArrayList<>();
    for (int p = 0; p < 3; p++) {
      if (p == 2 || bounds[p] < bounds[p + 1]) {
        Run run = Run.start(subject, stream);
        ((Divisible) run.learner).keep(p == 2 ? 0 : bounds[p], p == 2 ? 0 : bounds[p + 1]);
        runs.add(run);
      }
    }
    Trace together = new Trace();
    Trace apart = new Trace();
    for (int i = 0; i < N; i++) {
      whole.fused(whole.row(i), stream.label(i), 1, together);
      apart(runs, i, apart);
    }
    Check.same(together, apart, "the joined votes of its members differ from its answer");
    List<StateReader> states = runs.stream().map(r -> StateReader.open("part", r.state())).toList();
    Run back = Run.start(subject, stream, N, 1, 1);
    StateReader in = StateReader.joined("parts", states);
    (back.labels() > 0 ? in.withLabels(back.labels()) : in).load("it", back.learner);
    Check.that(
        Arrays.equals(whole.state(), back.state()),
        "the states of its parts laid over each other are not its state");
  }

  /** One event through the parts, the last of which joins. */
  private void apart(List<Run> runs, int event, Trace out) {
    Divisible joins = (Divisible) runs.get(runs.size() - 1).learner;
    boolean classes = joins instanceof Classifier;
    int known = classes ? ((Classifier) runs.get(0).learner).labels() : 0;
    double[] votes = new double[joins.share().members() * joins.voteWidth(known)];
    for (Run run : runs.subList(0, runs.size() - 1)) {
      Divisible part = (Divisible) run.learner;
      int at = part.share().from() * part.voteWidth(known);
      int to = part.share().to() * part.voteWidth(known);
      double[] own = new double[to - at];
      part.voteThenLearn(run.row(event), stream.label(event), 1, own);
      System.arraycopy(own, 0, votes, at, own.length);
    }
    double[] answer = new double[8];
    double number = joins.join(votes, known, answer);
    out.add(classes ? answer : new double[] {number}, classes ? answer.length : 1);
    if (joins.joiningLearns()) {
      joins.learnJoining(votes, known, stream.label(event), 1);
    }
  }
}
