package org.freshet.testkit;

import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Features;
import org.freshet.core.Source;
import org.freshet.core.StateException;
import org.freshet.core.Trait;

/** What holds for every source whose required parameters can be given. */
final class SourceChecks {
  private static final int EVENTS = 300;

  private final Subject subject;

  SourceChecks(Subject subject) {
    this.subject = subject;
  }

  List<Check> all() {
    return List.of(
        new Check("gives events that fit its schema", this::fits),
        new Check("the size of batches does not matter", this::batchSize),
        new Check("same seed, same events; another only when RANDOMIZED", this::seeds),
        new Check("goes on from a position", this::seek),
        new Check("a position of another stream is refused", this::otherStream),
        new Check("read never gives more than asked", this::atMost));
  }

  private Source open(long seed) {
    return (Source) subject.create(null, seed, 1);
  }

  /** The first events, read {@code size} at a time, through a block that is poisoned between. */
  static Trace read(Source source, int size, int events) {
    Trace out = new Trace();
    Batch batch = new Batch(source.schema(), size);
    try (PoisonedSource poisoned = new PoisonedSource(source)) {
      int left = events;
      while (left > 0) {
        int n = poisoned.read(batch, Math.min(size, left));
        if (n == 0) {
          break;
        }
        for (int r = 0; r < n; r++) {
          row(batch, r, out);
        }
        left -= n;
      }
    }
    return out;
  }

  private static void row(Batch batch, int r, Trace out) {
    Features x = batch.row(r);
    for (int k = 0; k < x.count(); k++) {
      out.add(x.index(k));
      out.add(x.value(k));
    }
    out.add(batch.label(r));
    out.add(batch.weight(r));
    out.add(batch.time(r));
  }

  private void fits() {
    try (Source source = open(1)) {
      Batch batch = new Batch(source.schema(), EVENTS);
      int n = source.read(batch, EVENTS);
      Check.that(
          n > 0 && n == batch.size(),
          "read answered %d with %d rows in the batch",
          n,
          batch.size());
      for (int r = 0; r < n; r++) {
        Features x = batch.row(r);
        for (int k = 0; k < x.count() && !x.isSparse(); k++) {
          boolean category = source.schema().column(k).isCategory();
          double v = x.value(k);
          Check.that(
              !category
                  || Double.isNaN(v)
                  || v >= 0 && v < source.schema().column(k).dictionary().size(),
              "event %d: '%s' has the code %s, which has no name",
              r,
              source.schema().column(k).name(),
              v);
        }
        int label = source.schema().labels() == null ? 0 : batch.labelCode(r);
        Check.that(
            source.schema().labels() == null || label < source.schema().labels().size(),
            "event %d: the label has the code %d, which has no name",
            r,
            label);
      }
    }
  }

  private void batchSize() {
    Trace one = read(open(1), 1, EVENTS);
    for (int size : new int[] {7, 64, EVENTS}) {
      Check.same(one, read(open(1), size, EVENTS), "read one by one and " + size + " at a time");
    }
  }

  private void seeds() {
    Trace a = read(open(5), 64, EVENTS);
    Check.same(a, read(open(5), 64, EVENTS), "two sources of one seed differ");
    boolean equal = a.difference(read(open(6), 64, EVENTS)) == null;
    boolean random = subject.has(Trait.RANDOMIZED);
    Check.that(
        equal != random || subject.nests(),
        equal
            ? "another seed gives the same events, but it has the trait RANDOMIZED"
            : "another seed gives other events, but it lacks the trait RANDOMIZED");
  }

  private void seek() {
    for (int at : new int[] {0, 1, 3}) {
      Source.Position position;
      Trace rest;
      try (Source first = open(1)) {
        Batch batch = new Batch(first.schema(), 4);
        if (at > 0) {
          first.read(batch, at);
        }
        position = first.position();
        rest = read(first, 64, EVENTS);
      }
      Check.that(
          position.record() == at, "after %d events the position is %d", at, position.record());
      Source second = open(1);
      second.seek(position);
      Check.same(rest, read(second, 64, EVENTS), "resumed after " + at + " events");
    }
  }

  private void otherStream() {
    try (Source source = open(1)) {
      Source.Position p = source.position();
      try {
        source.seek(new Source.Position(1, p.fingerprint() ^ 1));
      } catch (StateException refused) {
        return;
      }
      throw new AssertionError("a position with another fingerprint is accepted");
    }
  }

  private void atMost() {
    try (Source source = open(1)) {
      Batch batch = new Batch(source.schema(), 16);
      for (int max : new int[] {1, 2, 16}) {
        int n = source.read(batch, max);
        Check.that(
            n <= max && n == batch.size(),
            "asked for %d events, read gave %d and filled %d",
            max,
            n,
            batch.size());
      }
    }
  }
}
