package org.freshet.serve.meter;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.freshet.engine.JobVitals;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.Rolling;
import org.freshet.runtime.Happening;

/** Keeps what the page shows of a job on a cluster, from what the cluster tells of it. */
public final class JobMeters {
  private static final int SETTLED = 50;

  /** Shorter, and a rate would be that of the cluster's clock beside ours. */
  private static final long LEAST = 3_000;

  /** Clusters gather metrics every ten seconds; if none changes for longer, nothing happens. */
  private static final long STILL = 15_000;

  /** How far answers were scored, how many were wrong or how wrong they were, and drifts. */
  private record Scored(long labels, double loss, long drifts) {
    Scored plus(Scored more) {
      return new Scored(labels + more.labels, loss + more.loss, drifts + more.drifts);
    }
  }

  private final PipelineFile file;
  private final EventLog log;
  private final History history = new History();
  private static final Scored NOTHING = new Scored(0, 0, 0);

  private final Deque<Scored> scored = new ArrayDeque<>(); // the oldest first
  private Scored before = NOTHING; // by tasks that began anew since, which then count from 0
  private Scored told = NOTHING;
  private JobVitals now = JobVitals.NONE;
  private JobVitals changed; // when a count went up last
  private long changedAt;
  private float eventRate = Float.NaN;
  private float labelRate = Float.NaN;
  private float perEvent = Float.NaN;

  public JobMeters(PipelineFile file) {
    this.file = file;
    this.log = new EventLog(file.name());
  }

  /** How the job does now; about once a second. */
  public synchronized void take(JobVitals vitals) {
    long at = System.currentTimeMillis();
    if (!vitals.job().equals(now.job())) {
      changed = null;
      scored.clear();
      before = NOTHING;
      told = NOTHING;
    }
    long driftsBefore = drifts();
    tell(now, vitals);
    now = vitals;
    score(vitals.counts());
    drifted(drifts() - driftsBefore);
    rates(vitals, at);
    float[] v = new float[History.FIXED.size() + 1];
    JobVitals.Counts c = vitals.counts();
    boolean up = vitals.running() > 0;
    v[0] = up ? eventRate : Float.NaN;
    v[1] = up ? labelRate : Float.NaN;
    v[2] = up ? perEvent : Float.NaN;
    v[3] = Float.NaN;
    v[4] = c.waiting() < 0 ? Float.NaN : c.waiting();
    v[5] = vitals.labels().pending();
    v[6] = Float.NaN;
    v[7] = c.memoryBytes();
    v[8] = scoredLabels() < SETTLED ? Float.NaN : (float) quality(Rolling.SHORT);
    history.add(new History.Point(at, v));
  }

  /** What a person may want to read about. */
  private void tell(JobVitals before, JobVitals after) {
    boolean other = !after.job().equals(before.job());
    if (other || !after.state().equals(before.state())) {
      log.say(Happening.STATE, "job " + after.job() + " is " + after.state());
    }
    if (after.trouble() != null && !after.trouble().equals(before.trouble())) {
      log.say(Happening.TROUBLE, after.trouble());
    }
    if (other) {
      return;
    }
    if (after.restarts() > before.restarts()) {
      log.say(Happening.STATE, "restart " + after.restarts());
    }
    // While tasks are not there they are given up, and that is said.
    boolean working = before.running() == before.tasks() && after.running() == after.tasks();
    if (after.checkpoints().failed() > before.checkpoints().failed() && working) {
      log.say(Happening.SNAPSHOT, "checkpoints given up so far: " + after.checkpoints().failed());
    }
  }

  private void drifted(long drifts) {
    if (drifts > 0) {
      String event = " by event " + now.counts().events();
      log.say(Happening.DRIFT, (drifts == 1 ? "a drift" : drifts + " drifts") + event);
    }
  }

  private void score(JobVitals.Counts c) {
    if (c.scored() < told.labels || c.drifts() < told.drifts) {
      before = before.plus(told);
    }
    told = new Scored(c.scored(), c.loss(), c.drifts());
    Scored all = scored();
    if (scored.isEmpty()) {
      scored.add(NOTHING);
    }
    if (all.labels > scored.getLast().labels) {
      scored.add(all);
    }
    while (scored.size() > 2 && second().labels <= all.labels - Rolling.LONG) {
      scored.removeFirst();
    }
  }

  private Scored scored() {
    return before.plus(told);
  }

  /** Labels of events that had an answer. */
  long scoredLabels() {
    return scored().labels;
  }

  long drifts() {
    return scored().drifts;
  }

  private Scored second() {
    var all = scored.iterator();
    all.next();
    return all.next();
  }

  /** A cluster's counts go up by steps; between two of them the last rate stands. */
  private void rates(JobVitals vitals, long at) {
    if (changed == null) {
      changed = vitals;
      changedAt = at;
      return;
    }
    JobVitals.Counts c = vitals.counts();
    long events = c.events() - changed.counts().events();
    long labels = vitals.labels().learnt() - changed.labels().learnt();
    if (at - changedAt < (events == 0 && labels == 0 ? STILL : LEAST)) {
      return;
    }
    double seconds = Math.max(1, at - changedAt) / 1000.0;
    eventRate = (float) (Math.max(0, events) / seconds);
    labelRate = (float) (Math.max(0, labels) / seconds);
    double spent = c.seconds() - changed.counts().seconds();
    perEvent = events > 0 && spent > 0 ? (float) (spent / events) : Float.NaN;
    changed = vitals;
    changedAt = at;
  }

  PipelineFile file() {
    return file;
  }

  JobVitals now() {
    return now;
  }

  EventLog log() {
    return log;
  }

  History history() {
    return history;
  }

  /** Over at least so many of the last labels, or over all; NaN before the first. */
  double quality(long labels) {
    Scored to = scored();
    Scored from = NOTHING;
    for (Scored s : scored) {
      from = s.labels <= to.labels - labels ? s : from;
    }
    double mean = (to.loss - from.loss) / (to.labels - from.labels);
    return "regression".equals(now.counts().task()) ? Math.sqrt(mean) : 1 - mean;
  }

  /**
   * What the page shows, as JSON.
   *
   * @param after time of the last point that is known already
   * @param from number of the first entry of the log that is not known yet
   */
  public synchronized byte[] page(long after, long from) {
    return new JobJson(this).write(after, from);
  }

  /** There is one, which the cluster may have in many pieces. */
  static List<String> models() {
    return List.of("model");
  }
}
