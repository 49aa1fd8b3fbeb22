package org.freshet.testkit;

import java.util.Arrays;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Features;
import org.freshet.core.Trait;
import org.freshet.core.component.Components;

/** What holds for every learner on every stream. */
final class CommonChecks {
  private static final int N = SampleStream.EVENTS;

  /** What an O(1) count may be off for small objects, besides 20 %. */
  private static final long MEMORY_SLACK = 256;

  private final Subject subject;
  private final SampleStream stream;

  CommonChecks(Subject subject, SampleStream stream) {
    this.subject = subject;
    this.stream = stream;
  }

  List<Check> all() {
    return List.of(
        new Check("is found by its class", this::isDescribed),
        new Check("predict is pure", this::predictIsPure),
        new Check("input is untouched", this::inputUntouched),
        new Check("no view is kept", this::noViewKept),
        new Check("the fused call equals predict, then learn", this::fusedEqualsTwoCalls),
        new Check("a batch equals its rows", this::batchEqualsRows),
        new Check("same seed, same result", this::sameSeed),
        new Check("another seed matters only when RANDOMIZED", this::otherSeed),
        new Check("any number of threads, same result", this::threads),
        new Check("nothing learnt: predicts, saves, has a size", this::emptyStream),
        new Check("memoryBytes is within 20 % of a heap walk", this::memory),
        new Check("memory has a bound when BOUNDED_MEMORY", this::memoryBound));
  }

  private void isDescribed() {
    Run run = Run.start(subject, stream);
    boolean found =
        Components.describe(run.learner)
            .filter(p -> p.name().equals(subject.provider().name()))
            .isPresent();
    Check.that(
        found,
        "%s made a %s, which is neither its class nor nested in it; its state would carry no version",
        subject,
        run.learner.getClass().getName());
  }

  private void predictIsPure() {
    Run run = Run.start(subject, stream);
    for (int at : new int[] {0, N / 2, N}) {
      run.steps(at == 0 ? 0 : at - N / 2, at, new Trace());
      byte[] before = run.state();
      Trace first = run.probe();
      Check.that(
          Arrays.equals(before, run.state()), "predicting changed the state after %d events", at);
      Check.same(
          first, run.probe(), "predicting again after " + at + " events gives another answer");
    }
  }

  private void inputUntouched() {
    Run run = Run.start(subject, stream);
    for (int i = 0; i < N; i++) {
      Features x = run.row(i);
      String before = x == null ? "" : x.toString();
      run.predict(x, new Trace());
      run.learn(x, stream.label(i), 1, new Trace());
      String after = x == null ? "" : x.toString();
      Check.that(
          before.equals(after),
          "event %d was %s and is %s after predict and learn",
          i,
          before,
          after);
    }
  }

  private void noViewKept() {
    Run plain = Run.start(subject, stream);
    Run poisoned = Run.start(subject, stream);
    Trace a = new Trace();
    Trace b = new Trace();
    for (int i = 0; i < N; i++) {
      plain.predict(plain.lastingRow(i), a);
      plain.learn(plain.lastingRow(i), stream.label(i), 1, a);
      poisoned.predict(poisoned.row(i), b);
      poisoned.poison();
      poisoned.learn(poisoned.row(i), stream.label(i), 1, b);
      poisoned.poison();
    }
    Check.same(a, b, "the result depends on what becomes of a row after the call; keep a copy");
    Check.that(
        Arrays.equals(plain.state(), poisoned.state()),
        "the state depends on a row after the call; keep a copy");
  }

  private void fusedEqualsTwoCalls() {
    Run two = Run.start(subject, stream);
    Run one = Run.start(subject, stream);
    Trace a = two.steps(0, N);
    Trace b = new Trace();
    for (int i = 0; i < N; i++) {
      one.fused(one.row(i), stream.label(i), 1, b);
    }
    Check.same(a, b, "testThenLearn differs from predict, then learn");
    Check.that(
        Arrays.equals(two.state(), one.state()),
        "testThenLearn leaves another state than predict, then learn");
  }

  private void batchEqualsRows() {
    Run byBatch = Run.start(subject, stream);
    if (byBatch.schema == null) {
      return;
    }
    Run byRow = Run.start(subject, stream);
    Trace a = byRow.steps(0, N);
    Trace b = batches(byBatch);
    Check.same(a, b, "learning batches differs from learning their rows");
    Check.that(
        Arrays.equals(byRow.state(), byBatch.state()),
        "batches leave another state than their rows");
  }

  /** Batches of 1, 2, 3 … events; all names of a batch are known before it is learnt. */
  private Trace batches(Run run) {
    Trace out = new Trace();
    int from = 0;
    for (int size = 1; from < N; size++) {
      int to = Math.min(N, from + size);
      Batch rows = new Batch(run.schema, to - from);
      for (int i = from; i < to; i++) {
        stream.grow(run.schema, i);
        stream.append(rows, i);
      }
      run.fused(rows, out);
      from = to;
    }
    return out;
  }

  private void sameSeed() {
    Run a = Run.start(subject, stream, 0, 5, 1);
    Run b = Run.start(subject, stream, 0, 5, 1);
    Check.same(a.steps(0, N), b.steps(0, N), "two learners of one seed differ");
    Check.that(
        Arrays.equals(a.state(), b.state()), "two learners of one seed have different states");
  }

  private void otherSeed() {
    Run a = Run.start(subject, stream, 0, 5, 1);
    Run b = Run.start(subject, stream, 0, 6, 1);
    Trace first = a.steps(0, N);
    Trace second = b.steps(0, N);
    if (subject.has(Trait.RANDOMIZED)) {
      boolean equal = Arrays.equals(a.state(), b.state());
      Check.that(
          !equal || subject.nests(),
          "it has the trait RANDOMIZED, but another seed gives the same state");
    } else {
      Check.same(
          first, second, "another seed gives another result, but it lacks the trait RANDOMIZED");
    }
  }

  private void threads() {
    Run one = Run.start(subject, stream, 0, 1, 1);
    Trace alone = one.steps(0, N);
    for (int threads = 2; threads <= 3; threads++) {
      Run many = Run.start(subject, stream, 0, 1, threads);
      Check.same(alone, many.steps(0, N), threads + " threads give another result than one");
      Check.that(
          Arrays.equals(one.state(), many.state()),
          "%d threads give another state than one",
          threads);
      if (subject.has(Trait.PARALLEL)) {
        Run batched = Run.start(subject, stream, 0, 1, threads);
        Check.same(
            alone, batches(batched), threads + " threads on batches give another result than one");
        Check.that(
            Arrays.equals(one.state(), batched.state()),
            "%d threads on batches give another state",
            threads);
      }
    }
  }

  private void emptyStream() {
    Run run = Run.start(subject, stream);
    run.probe();
    Check.that(
        run.learner.memoryBytes() > 0,
        "memoryBytes is %d before anything is learnt",
        run.learner.memoryBytes());
    Run back = Run.restore(subject, stream, 0, run.state());
    Check.same(
        run.steps(0, N),
        back.steps(0, N),
        "restored before the first event, it goes on differently");
  }

  private void memory() {
    Run run = Run.start(subject, stream);
    for (int at : new int[] {0, N / 2, N}) {
      run.steps(at == 0 ? 0 : at - N / 2, at, new Trace());
      long counted = run.learner.memoryBytes();
      long walked = HeapWalk.bytes(run.learner);
      Check.that(
          Math.abs(counted - walked) <= 0.2 * walked + MEMORY_SLACK,
          "after %d events memoryBytes is %d, a heap walk finds %d; allowed 20 %% and %d bytes",
          at,
          counted,
          walked,
          MEMORY_SLACK);
    }
  }

  private void memoryBound() {
    if (!subject.has(Trait.BOUNDED_MEMORY)) {
      return;
    }
    Run run = Run.start(subject, stream);
    run.steps(0, N, new Trace());
    run.steps(0, N, new Trace());
    long early = run.learner.memoryBytes();
    for (int pass = 0; pass < 4; pass++) {
      run.steps(0, N, new Trace());
    }
    long late = run.learner.memoryBytes();
    long allowed = early + early / 2 + (96 << 10);
    Check.that(
        late <= allowed,
        "memory is %d bytes after %d events and %d after %d more of the same; allowed %d",
        early,
        2 * N,
        late,
        4 * N,
        allowed);
  }
}
