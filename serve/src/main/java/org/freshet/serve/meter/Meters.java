package org.freshet.serve.meter;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Function;
import org.freshet.core.Batch;
import org.freshet.core.Schema;
import org.freshet.core.ask.QuestionStore;
import org.freshet.core.live.Fate;
import org.freshet.core.live.Records;
import org.freshet.engine.Outcomes;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.Rolling;
import org.freshet.runtime.Happening;
import org.freshet.runtime.Live;
import org.freshet.runtime.LiveListener;
import org.freshet.runtime.Replica;
import org.freshet.serve.ask.Questions;

/**
 * Counts and measures what a live pipeline does. The pipeline's thread only counts, in structures
 * of one writer; a thread of its own looks once a second and keeps the history.
 */
public final class Meters implements LiveListener, AutoCloseable {
  static final String CHAMPION = "champion";

  /** Labels from which on a quality is drawn; of a few it says nothing. */
  private static final int SETTLED = 50;

  private final PipelineFile file;
  private final EventLog log;
  private final History history = new History();
  private final Watches watches = new Watches();
  private final Drifts drifts = new Drifts();
  private final ExpertScore experts = new ExpertScore();
  private final Latencies latencies = new Latencies(Metric.LATENCY);
  private final AtomicLongArray fates = new AtomicLongArray(Fate.values().length);
  private final PageFile kept;
  private final Exposition exposition;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          r -> {
            Thread t = new Thread(r, "meters");
            t.setDaemon(true);
            return t;
          });
  private final long begun = System.currentTimeMillis();

  // Of the pipeline's thread; the map is made before others see it and not changed after.
  private volatile Map<String, Rolling> qualities = Map.of();
  private Rolling champion;
  private Rolling[] contenders = new Rolling[0]; // empty where there are no challengers
  private Baselines baselines;
  private Recent recent;

  private volatile long labelsOfEarlierRuns;
  private volatile Live live;
  private volatile Questions questions; // null without a queue
  private volatile QuestionStore.Counts asked;
  private volatile Schema schema;
  private volatile Vitals vitals = Vitals.NONE;
  private volatile Disk disk = Disk.NONE;
  private volatile long snapshots;
  private volatile long snapshotBytes;
  private volatile long snapshotNanos;

  // Of the clock's thread.
  private long[] latenciesBefore = latencies.counts();
  private long eventsBefore;
  private long labelsBefore;
  private long lookedBefore = System.nanoTime();
  private String troubleBefore;
  private volatile String troubleSaid;
  private long looks;
  private long entriesKept;

  public Meters(PipelineFile file) {
    this.file = file;
    this.log = new EventLog(file.name());
    Path folder = Path.of(file.live().state().directory());
    this.kept = new PageFile(folder.resolve("page"), history, log, watches, drifts);
    this.exposition = new Exposition(this);
  }

  /** Begins to look once a second. */
  public void watch(Live at) {
    live = at;
    exposition.register();
    clock.scheduleAtFixedRate(this::look, 1, 1, TimeUnit.SECONDS);
  }

  /** Measures the queue of open questions too; before {@link #watch}. */
  public void questions(Questions queue) {
    questions = queue;
  }

  @Override
  public void started(Replica replica) {
    Schema s = replica.schema();
    boolean classes = s.target() == Schema.Target.CLASS;
    Map<String, Rolling> all = new LinkedHashMap<>();
    if (classes || s.target() == Schema.Target.NUMBER) {
      champion = new Rolling(classes);
      all.put(CHAMPION, champion);
      List<String> names = replica.contest().models();
      contenders = new Rolling[names.size() > 1 ? names.size() : 0];
      for (int k = 0; k < contenders.length; k++) {
        contenders[k] = new Rolling(classes);
        all.put(names.get(k), contenders[k]);
      }
      all.put("no_change", new Rolling(classes));
      all.put(classes ? "majority" : "mean", new Rolling(classes));
      baselines =
          new Baselines(classes, all.get("no_change"), all.get(classes ? "majority" : "mean"));
    }
    kept.read(all, baselines);
    labelsOfEarlierRuns = champion == null ? 0 : champion.labels();
    qualities = all;
    schema = s;
    recent = new Recent(s);
    all.forEach((name, q) -> exposition.quality(name, q, classes));
    ExpertVitals asks = ExpertVitals.of(replica);
    if (asks != null) {
      exposition.experts(asks);
    }
    log.say(
        Happening.STATE,
        replica.answers() == 0 ? "started" : "started after " + replica.answers() + " answers");
  }

  @Override
  public void ending(Replica replica) {
    vitals = Vitals.of(replica);
    log.say(Happening.STATE, "ended after " + replica.answers() + " answers");
    kept.last(History.names(qualities.keySet()), PageFile.models(qualities, baselines));
  }

  @Override
  public void applied(Replica replica, Batch rows, Outcomes out, long now) {
    for (int r = 0; r < rows.size(); r++) {
      int fate = out.fate(r).ordinal();
      fates.setRelease(fate, fates.getPlain(fate) + 1);
    }
    if (champion != null) {
      score(replica, out);
    }
    if (replica.answering().experts() != null) {
      experts.add(replica.answering().experts(), out);
    }
    drifts.add(out);
    recent.add(rows, out);
  }

  /**
   * The values of the last events as they came in, for who is asked what their labels are.
   *
   * @return by id, without events that came too long ago; only by the pipeline's thread
   */
  public Map<String, Map<String, Object>> features(Set<String> ids) {
    return recent.find(ids);
  }

  private void score(Replica replica, Outcomes out) {
    for (int i = 0; i < out.labels(); i++) {
      double truth = out.label(i);
      champion.add(truth, out.labelPredicted(i));
      for (int k = 0; k < contenders.length; k++) {
        contenders[k].add(truth, replica.contest().labelPredicted(k, i));
      }
      baselines.events(out.eventsBefore(i));
      baselines.label(out.labelEvent(i), truth);
    }
    baselines.events(out.firstEvent() + out.predictions());
    for (Rolling q : qualities.values()) {
      q.publish();
    }
  }

  @Override
  public void answered(Records records, long nanos) {
    if (records.size() > 0 && records.kind(0) == Batch.Kind.EVENT) {
      latencies.add(nanos, records.size());
    }
  }

  @Override
  public void snapshot(long entry, long bytes, long nanos) {
    snapshotBytes = bytes;
    snapshotNanos = nanos;
    snapshots = snapshots + 1;
    log.say(
        Happening.SNAPSHOT,
        String.format(
            Locale.ROOT, "snapshot of %,d kB in %,d ms", (bytes + 999) / 1000, nanos / 1_000_000));
  }

  @Override
  public void happened(Happening kind, String text) {
    log.keep(kind, text);
    if (kind == Happening.TROUBLE) {
      troubleSaid = text; // the next look may find it too
    }
  }

  @Override
  public void measured(String watch, String of, double value, double limit) {
    watches.measured(watch, of, value, limit);
  }

  /** Once a second. */
  private void look() {
    try {
      Vitals now = ask(Vitals::of);
      vitals = now == null ? vitals : now;
      if (looks++ % 10 == 0) {
        disk = Disk.of(file.live().state().directory());
      }
      String drift = drifts.line();
      if (drift != null) {
        log.say(Happening.DRIFT, drift);
      }
      count();
      trouble(live.trouble());
      history.add(point());
      keep();
    } catch (RuntimeException e) {
      log.say(Happening.TROUBLE, "no metrics this second: " + e);
    }
  }

  private void count() {
    if (questions == null || !live.running()) {
      return;
    }
    try {
      asked = questions.store().counts(System.currentTimeMillis());
    } catch (UncheckedIOException down) {
      // the queue itself says so
    }
  }

  /** The questions a second ago; null where there is no queue. */
  QuestionStore.Counts asked() {
    return asked == null && questions != null
        ? new QuestionStore.Counts(0, 0, 0, 0, 0, 0, 0, 0)
        : asked;
  }

  private void trouble(String now) {
    if (now != null && !now.equals(troubleBefore) && !now.equals(troubleSaid)) {
      log.say(Happening.TROUBLE, now);
    } else if (now == null && troubleBefore != null) {
      log.say(Happening.STATE, "works again: " + troubleBefore);
    }
    troubleBefore = now;
  }

  /** The state folder belongs to this process only while the pipeline runs. */
  private void keep() {
    if (!live.running() || looks % 10 != 0 && log.next() == entriesKept) {
      return;
    }
    long entries = log.next();
    Map<String, Rolling> all = qualities;
    byte[] models = ask(r -> PageFile.models(all, baselines));
    if (models != null) {
      kept.write(History.names(all.keySet()), models);
      entriesKept = entries;
    }
  }

  /** Null where the pipeline is busy, or stops. */
  private <T> T ask(Function<Replica, T> question) {
    if (!live.running() || live.stopping()) {
      return null;
    }
    try {
      return live.read(question).get(1, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException busyOrStopping) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private History.Point point() {
    long now = System.nanoTime();
    double seconds = (now - lookedBefore) / 1e9;
    long events = events();
    long labels = labels();
    long[] counts = latencies.counts();
    Map<String, Rolling> all = qualities;
    float[] v = new float[History.FIXED.size() + all.size()];
    int at = 0;
    v[at++] = (float) ((events - eventsBefore) / seconds);
    v[at++] = (float) ((labels - labelsBefore) / seconds);
    v[at++] = (float) Latencies.quantile(latenciesBefore, counts, 0.5);
    v[at++] = (float) Latencies.quantile(latenciesBefore, counts, 0.99);
    v[at++] = live.waiting();
    v[at++] = vitals.pending();
    v[at++] = (float) vitals.delay50();
    v[at++] = vitals.memoryBytes();
    for (Rolling q : all.values()) {
      v[at++] = q.labels() < SETTLED ? Float.NaN : (float) q.ofShort();
    }
    lookedBefore = now;
    eventsBefore = events;
    labelsBefore = labels;
    latenciesBefore = counts;
    return new History.Point(System.currentTimeMillis(), v);
  }

  long fate(Fate f) {
    return fates.getAcquire(f.ordinal());
  }

  long events() {
    return fate(Fate.ANSWERED);
  }

  /** Labels learnt since the start, however they came. */
  long labels() {
    Rolling q = qualities.get(CHAMPION);
    return q == null ? fate(Fate.LEARNT) : q.labels() - labelsOfEarlierRuns;
  }

  PipelineFile file() {
    return file;
  }

  Live live() {
    return live;
  }

  /** Null before the pipeline has started. */
  Schema schema() {
    return schema;
  }

  long begun() {
    return begun;
  }

  Vitals vitals() {
    return vitals;
  }

  Disk disk() {
    return disk;
  }

  Map<String, Rolling> qualities() {
    return qualities;
  }

  EventLog log() {
    return log;
  }

  ExpertScore experts() {
    return experts;
  }

  History history() {
    return history;
  }

  Watches watches() {
    return watches;
  }

  Drifts drifts() {
    return drifts;
  }

  Latencies latencies() {
    return latencies;
  }

  long snapshots() {
    return snapshots;
  }

  long snapshotBytes() {
    return snapshotBytes;
  }

  double snapshotSeconds() {
    return snapshots == 0 ? Double.NaN : snapshotNanos / 1e9;
  }

  double snapshotAge() {
    long at = live.lastSnapshot();
    return at == 0 ? Double.NaN : Math.max(0, System.currentTimeMillis() - at) / 1000.0;
  }

  /** All metrics in the text format of Prometheus. */
  public String prometheus() {
    return exposition.text();
  }

  /**
   * What the page shows, as JSON.
   *
   * @param after time of the last point that is known already
   * @param from number of the first entry of the log that is not known yet
   */
  public byte[] page(long after, long from) {
    return new PageJson(this).write(after, from);
  }

  @Override
  public void close() {
    clock.shutdownNow();
    exposition.close();
  }
}
