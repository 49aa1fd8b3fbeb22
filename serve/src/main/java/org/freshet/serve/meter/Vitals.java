package org.freshet.serve.meter;

import java.util.List;
import java.util.Map;
import org.freshet.core.KeyTable;
import org.freshet.engine.Engine;
import org.freshet.engine.LabelCounts;
import org.freshet.engine.ask.Asking;
import org.freshet.runtime.Participant;
import org.freshet.runtime.Replica;
import org.freshet.runtime.contest.Standing;

/** What the pipeline's own thread tells once a second, taken at one moment between two turns. */
record Vitals(
    String model,
    List<Standing> standings,
    long answers,
    int pending,
    long pendingBytes,
    int spilled,
    long dropped,
    long modelBytes,
    long memoryBytes,
    Labels labels,
    long delays,
    double delay50,
    double delay90,
    double delay99,
    int givenUp,
    Map<String, KeyTable.Keys> keys,
    Asked asked,
    ExpertVitals experts,
    Merged merged,
    long events) {
  static final Vitals NONE =
      new Vitals(
          "",
          List.of(),
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          new Labels(0, 0, 0, 0, 0, 0, 0, 0),
          0,
          Double.NaN,
          Double.NaN,
          Double.NaN,
          0,
          Map.of(),
          new Asked(0, 0, 0),
          null,
          new Merged(0, 0, 0, 0, 0, 0),
          0);

  /** What became of labels, over all runs. */
  record Labels(
      long learnt,
      long early,
      long duplicate,
      long corrected,
      long unknown,
      long late,
      long timedOut,
      long refused) {}

  /**
   * Labels asked for, and what is spent of their budget.
   *
   * @param spent labels or money in the budget's window
   * @param limit what may be spent in it
   */
  record Asked(long labels, double spent, double limit) {
    static Asked of(Asking a) {
      return a == null ? new Asked(0, 0, 0) : new Asked(a.asked(), a.spentInWindow(), a.allowed());
    }
  }

  /** What was sent to those the model is merged with, and what came back. */
  record Merged(long sent, int open, long unsent, long taken, long version, long stale) {
    static Merged of(Participant p) {
      return p == null
          ? NONE.merged
          : new Merged(p.sent(), p.open(), p.unsent(), p.taken(), p.version(), p.stale());
    }
  }

  /** The share of the answered events from which something was learnt; NaN before the first. */
  double labelled() {
    return events == 0 ? Double.NaN : Math.min(1, (double) labels.learnt() / events);
  }

  /** Whether the fallback stage answers. */
  boolean fallback() {
    return standings.stream().anyMatch(s -> s.fallback() && s.answers());
  }

  static Vitals of(Replica r) {
    Engine e = r.engine();
    LabelCounts c = e.counts();
    return new Vitals(
        r.model(),
        r.contest().standings(),
        r.answers(),
        e.pending(),
        e.pendingBytes(),
        e.spilled(),
        e.dropped(),
        e.modelBytes(),
        r.memoryBytes(),
        new Labels(
            c.labels(),
            c.early(),
            c.duplicates(),
            c.corrections(),
            c.unknown(),
            c.late(),
            c.timedOut(),
            c.refused()),
        e.delays().count(),
        e.delays().quantile(0.5) / 1000,
        e.delays().quantile(0.9) / 1000,
        e.delays().quantile(0.99) / 1000,
        r.givenUp().values().stream().mapToInt(List::size).sum(),
        e.keys(),
        Asked.of(r.contest().asking()),
        ExpertVitals.of(r),
        Merged.of(r.participant()),
        e.events());
  }
}
