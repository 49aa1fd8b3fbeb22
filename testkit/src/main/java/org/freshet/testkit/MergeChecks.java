package org.freshet.testkit;

import java.util.Arrays;
import java.util.List;
import org.freshet.core.Mergeable;
import org.freshet.core.Trait;

/** What holds for copies that learn apart and are brought together, see {@link Mergeable}. */
final class MergeChecks {
  private static final int N = SampleStream.EVENTS;
  private static final double TOLERANCE = 1e-9;

  private final Subject subject;
  private final SampleStream stream;

  MergeChecks(Subject subject, SampleStream stream) {
    this.subject = subject;
    this.stream = stream;
  }

  List<Check> all() {
    Check honest = new Check("it is Mergeable exactly when MERGEABLE", this::honest);
    if (!subject.has(Trait.MERGEABLE)) {
      return List.of(honest);
    }
    return List.of(
        honest,
        new Check("nothing learnt apart changes nothing", this::nothing),
        new Check("a copy alone is as though never merged", this::alone),
        new Check("what two copies learnt alike, half of each, is what one learnt", this::alike),
        new Check("parts add up to the whole where exact, in any order", this::parts),
        new Check("merged copies go on and save as any other", this::goesOn));
  }

  private void honest() {
    Run run = Run.start(subject, stream);
    boolean is = run.learner instanceof Mergeable;
    boolean says = subject.has(Trait.MERGEABLE);
    Check.that(
        is == says,
        "%s %s the trait MERGEABLE, but what it makes %s Mergeable",
        subject,
        says ? "has" : "lacks",
        is ? "is" : "is not");
    String why = says ? ((Mergeable) run.learner).unmergeable() : null;
    Check.that(why == null, "%s as tested says that it %s", subject, why);
  }

  private static Mergeable of(Run run) {
    return (Mergeable) run.learner;
  }

  private Run none() {
    return Run.start(subject, stream, N, 1, 1);
  }

  /** One that has learnt events {@code from}, {@code from + step} … below {@code to}. */
  private Run learnt(Run run, int from, int to, int step) {
    for (int i = from; i < to; i += step) {
      run.learn(run.row(i), stream.label(i), 1, new Trace());
    }
    return run;
  }

  private Run copy(Run of) {
    return Run.restore(subject, stream, N, of.state());
  }

  private void nothing() {
    Run run = learnt(none(), 0, N / 2, 1);
    Trace first = run.probe();
    of(run).add(none().learner, none().learner, 1);
    of(run).add(copy(run).learner, copy(run).learner, 0.5);
    Check.same(first, run.probe(), "adding what is no difference changes the answers");
    Run other = copy(run);
    of(run).add(none().learner, none().learner, 1);
    of(run).add(copy(run).learner, copy(run).learner, 0.5);
    Check.that(
        Arrays.equals(other.state(), run.state()),
        "adding what is no difference changes the state");
    Run older = copy(run);
    Run newer = learnt(copy(run), N / 2, N, 1);
    byte[] wasOlder = older.state();
    byte[] wasNewer = newer.state();
    of(run).add(newer.learner, older.learner, 0.5);
    Check.that(
        Arrays.equals(wasOlder, older.state()) && Arrays.equals(wasNewer, newer.state()),
        "adding changed what was added");
  }

  /** Sends everything as deltas, by their bytes, and takes it back. */
  private void alone() {
    Run live = none();
    Run merged = none();
    int[] cuts = {0, N / 3, N / 2, N};
    for (int k = 1; k < cuts.length; k++) {
      Run sent = copy(live);
      learnt(live, cuts[k - 1], cuts[k], 1);
      Run delta = none();
      of(delta).add(live.learner, sent.learner, 1);
      of(merged).add(copy(delta).learner, none().learner, 1);
    }
    near(live.probe(), merged.probe(), "the merged model of one copy answers other than the copy");
  }

  private void alike() {
    Run base = learnt(none(), 0, N / 3, 1);
    Run whole = learnt(copy(base), N / 3, N, 1);
    Run merged = copy(base);
    if (of(merged).isExact()) {
      return;
    }
    of(merged).add(whole.learner, base.learner, 0.5);
    of(merged).add(whole.learner, base.learner, 0.5);
    near(whole.probe(), merged.probe(), "half of the way, twice, leads elsewhere");
  }

  private void parts() {
    Run whole = learnt(none(), 0, N, 1);
    if (!of(whole).isExact()) {
      return;
    }
    int third = N / 3;
    Run base = learnt(none(), 0, third, 1);
    Run even = learnt(copy(base), third, N, 2);
    Run odd = learnt(copy(base), third + 1, N, 2);
    Run one = copy(base);
    of(one).add(even.learner, base.learner, 0.1);
    of(one).add(odd.learner, base.learner, 0.1);
    near(
        whole.probe(), one.probe(), "copies that learnt the parts differ from one that learnt all");
    Run two = copy(base);
    of(two).add(odd.learner, base.learner, 3);
    of(two).add(even.learner, base.learner, 3);
    near(whole.probe(), two.probe(), "the other order of copies gives another model");
    // late, and made without a common base
    Run alone = learnt(none(), third + 1, N, 2);
    of(even).add(alone.learner, none().learner, 1);
    near(whole.probe(), even.probe(), "a copy that takes another in differs from one of both");
  }

  private void goesOn() {
    Run base = learnt(none(), 0, N / 4, 1);
    Run merged = copy(base);
    of(merged).add(learnt(copy(base), N / 4, N / 2, 1).learner, base.learner, 0.5);
    Run back = copy(merged);
    Check.that(
        Arrays.equals(back.state(), merged.state()), "a merged state is another when restored");
    Check.same(
        merged.steps(N / 2, N), back.steps(N / 2, N), "restored, a merged one goes on elsewhere");
    Check.that(
        Arrays.equals(back.state(), merged.state()), "restored, a merged one ends elsewhere");
  }

  private static void near(Trace expected, Trace found, String what) {
    Check.that(
        expected.size() == found.size(),
        "%s: %d answers and %d",
        what,
        expected.size(),
        found.size());
    for (int i = 0; i < expected.size(); i++) {
      double a = expected.get(i);
      double b = found.get(i);
      double far = Math.abs(a - b);
      Check.that(
          Double.compare(a, b) == 0 || far <= TOLERANCE * Math.max(1, Math.abs(a)),
          "%s: answer %d is %s and %s",
          what,
          i,
          a,
          b);
    }
  }
}
