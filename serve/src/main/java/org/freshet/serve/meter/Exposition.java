package org.freshet.serve.meter;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import org.freshet.core.KeyTable;
import org.freshet.core.live.Fate;
import org.freshet.core.live.Feed;
import org.freshet.engine.Rolling;
import org.freshet.engine.section.LimitsSection;
import org.freshet.engine.section.PlaceSection;
import org.freshet.runtime.Happening;
import org.freshet.runtime.SinkState;

/** Shows the meters to Prometheus by Micrometer. */
final class Exposition implements AutoCloseable {
  private final Meters meters;
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics gc = new JvmGcMetrics();
  private final Set<String> sinks = ConcurrentHashMap.newKeySet();
  private final Set<String> steps = ConcurrentHashMap.newKeySet();

  Exposition(Meters meters) {
    this.meters = meters;
  }

  /** Everything that is known before the pipeline starts. */
  void register() {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    gc.bindTo(registry);
    registry.getPrometheusRegistry().register(meters.latencies());
    stream();
    labels();
    if (meters.asked() != null) {
      questions();
    }
    merged();
    budgets();
    snapshots();
    meters.watches().whenNew((key, all) -> watch(key));
  }

  private void stream() {
    counter(Metric.EVENTS, Meters::events);
    counter(Metric.LABELS, Meters::labels);
    for (Fate f : Fate.values()) {
      counter(Metric.RECORDS, m -> m.fate(f), word(f));
    }
    counter(Metric.SHED, m -> m.live().shed());
    gauge(Metric.WAITING, m -> m.live().waiting());
    for (Feed f : meters.live().feeds()) {
      counter(Metric.BAD, m -> f.badRecords(), f.name());
      gauge(Metric.LAG, m -> f.lag() < 0 ? Double.NaN : f.lag(), f.name());
      gauge(Metric.FEED_UP, m -> f.trouble() == null ? 1 : 0, f.name());
    }
    counter(Metric.DRIFTS, m -> m.drifts().count());
    for (Happening h : Happening.values()) {
      counter(Metric.HAPPENED, m -> m.log().count(h), word(h));
    }
    gauge(Metric.PAUSED, m -> m.live().paused() ? 1 : 0);
    gauge(Metric.TROUBLE, m -> m.live().trouble() == null ? 0 : 1);
  }

  private void labels() {
    gauge(Metric.PENDING, m -> m.vitals().pending());
    gauge(Metric.PENDING_LIMIT, m -> m.file().labels().pending());
    gauge(Metric.PENDING_BYTES, m -> m.vitals().pendingBytes());
    gauge(Metric.SPILLED, m -> m.vitals().spilled());
    counter(Metric.PENDING_DROPPED, m -> m.vitals().dropped());
    counter(Metric.LABELS_LATE, m -> m.vitals().labels().late());
    counter(Metric.LABELS_TIMED_OUT, m -> m.vitals().labels().timedOut());
    if (meters.file().labels().ask() != null) {
      counter(Metric.ASKED, m -> m.vitals().asked().labels());
      gauge(Metric.BUDGET_SPENT, m -> m.vitals().asked().spent());
      gauge(Metric.BUDGET_LIMIT, m -> m.vitals().asked().limit());
    }
    gauge(Metric.LABELLED, m -> m.vitals().labelled());
    gauge(Metric.LABEL_DELAY, m -> m.vitals().delay50(), "0.5");
    gauge(Metric.LABEL_DELAY, m -> m.vitals().delay90(), "0.9");
    gauge(Metric.LABEL_DELAY, m -> m.vitals().delay99(), "0.99");
  }

  private void questions() {
    gauge(Metric.QUESTIONS, m -> m.asked().open(), "open");
    gauge(Metric.QUESTIONS, m -> m.asked().leased(), "leased");
    gauge(Metric.QUESTIONS, m -> m.asked().answered(), "answered");
    gauge(Metric.QUESTIONS, m -> m.asked().known(), "known");
    gauge(Metric.QUESTIONS, m -> m.asked().expired(), "expired");
    gauge(Metric.QUESTIONS, m -> m.asked().skipped(), "skipped");
    gauge(Metric.QUESTION_AGE, m -> age(m.asked().oldest()));
    counter(Metric.QUESTIONS_PAID, m -> m.asked().paid());
  }

  private void merged() {
    PlaceSection.Parameters place = meters.file().live().place();
    if (place != null && place.meets()) {
      counter(Metric.MERGE_SENT, m -> m.vitals().merged().sent());
      gauge(Metric.MERGE_OPEN, m -> m.vitals().merged().open());
      gauge(Metric.MERGE_UNSENT, m -> m.vitals().merged().unsent());
      counter(Metric.MERGE_TAKEN, m -> m.vitals().merged().taken());
      gauge(Metric.MERGE_VERSION, m -> m.vitals().merged().version());
      gauge(Metric.MERGE_STALE, m -> m.vitals().merged().stale());
    }
  }

  /** Of a pipeline that asks experts, once it runs. */
  void experts(ExpertVitals of) {
    for (ExpertVitals.One o : of.each()) {
      String name = o.name();
      counter(Metric.EXPERT_CALLS, m -> expert(m, name, ExpertVitals.One::calls), name);
      counter(Metric.EXPERT_USELESS, m -> expert(m, name, ExpertVitals.One::useless), name);
      counter(Metric.EXPERT_TOKENS, m -> expert(m, name, ExpertVitals.One::tokens), name);
      counter(Metric.EXPERT_COST, m -> expert(m, name, ExpertVitals.One::cost), name);
      counter(Metric.EXPERT_SECONDS, m -> expert(m, name, ExpertVitals.One::seconds), name);
      gauge(Metric.EXPERT_ACCURACY, m -> m.experts().accuracy(name), name);
    }
    gauge(Metric.EXPERT_IN_FLIGHT, m -> experts(m, ExpertVitals::inFlight));
    counter(Metric.EXPERT_DECLINED, m -> experts(m, ExpertVitals::declined));
    gauge(Metric.EXPERT_SAVED_SECONDS, m -> experts(m, ExpertVitals::savedSeconds));
    gauge(Metric.EXPERT_SAVED_COST, m -> experts(m, ExpertVitals::savedCost));
  }

  private static double experts(Meters m, ToDoubleFunction<ExpertVitals> what) {
    ExpertVitals v = m.vitals().experts();
    return v == null ? 0 : what.applyAsDouble(v);
  }

  private static double expert(Meters m, String name, ToDoubleFunction<ExpertVitals.One> what) {
    ExpertVitals v = m.vitals().experts();
    ExpertVitals.One one = v == null ? null : v.find(name);
    return one == null ? 0 : what.applyAsDouble(one);
  }

  private static double age(long since) {
    return since == 0 ? Double.NaN : Math.max(0, System.currentTimeMillis() - since) / 1000.0;
  }

  private void budgets() {
    LimitsSection.Parameters limits = meters.file().live().limits();
    gauge(Metric.FALLBACK, m -> m.vitals().fallback() ? 1 : 0);
    gauge(Metric.MODEL_BYTES, m -> m.vitals().modelBytes());
    gauge(Metric.MEMORY, m -> m.vitals().memoryBytes());
    gauge(Metric.GIVEN_UP, m -> m.vitals().givenUp());
    gauge(Metric.DISK, m -> m.disk().all());
    gauge(Metric.JOURNAL, m -> m.disk().journal());
    if (limits.memory() > 0) {
      gauge(Metric.MEMORY_LIMIT, m -> limits.memory());
    }
    if (limits.disk() > 0) {
      gauge(Metric.DISK_LIMIT, m -> limits.disk());
    }
    if (limits.latency() != null) {
      gauge(Metric.LATENCY_LIMIT, m -> limits.latency().length() / 1000.0);
    }
  }

  private void snapshots() {
    counter(Metric.SNAPSHOTS, Meters::snapshots);
    gauge(Metric.SNAPSHOT_AGE, Meters::snapshotAge);
    gauge(Metric.SNAPSHOT_BYTES, Meters::snapshotBytes);
    gauge(Metric.SNAPSHOT_TIME, Meters::snapshotSeconds);
  }

  /** A model, once it is known. */
  void quality(String name, Rolling q, boolean classes) {
    Metric metric = classes ? Metric.ACCURACY : Metric.RMSE;
    gauge(metric, m -> q.ofShort(), name, Integer.toString(Rolling.SHORT));
    gauge(metric, m -> q.ofLong(), name, Integer.toString(Rolling.LONG));
  }

  private void watch(Watches.Key key) {
    gauge(Metric.WATCHED, m -> m.watches().get(key).value(), key.watch(), key.of());
    gauge(Metric.WATCH_LIMIT, m -> m.watches().get(key).limit(), key.watch(), key.of());
  }

  /** Sinks are opened when the pipeline starts. */
  private void sinks() {
    for (SinkState s : meters.live().sinks()) {
      if (sinks.add(s.name())) {
        gauge(Metric.SINK_WAITING, m -> sink(s.name()).waiting(), s.name());
        counter(Metric.SINK_WRITTEN, m -> sink(s.name()).written(), s.name());
        gauge(Metric.SINK_UP, m -> sink(s.name()).trouble() == null ? 1 : 0, s.name());
      }
    }
  }

  /** Steps that go by keys are known when the pipeline runs; they are those of the champion. */
  private void keys() {
    for (String step : meters.vitals().keys().keySet()) {
      if (steps.add(step)) {
        gauge(Metric.KEYS, m -> keys(m, step).held(), step);
        counter(Metric.KEYS_DROPPED, m -> keys(m, step).dropped(), step);
        counter(Metric.KEYS_EXPIRED, m -> keys(m, step).expired(), step);
        counter(Metric.KEYS_STORED, m -> keys(m, step).stored(), step);
        counter(Metric.KEYS_FETCHED, m -> keys(m, step).fetched(), step);
      }
    }
  }

  private static KeyTable.Keys keys(Meters m, String step) {
    return m.vitals().keys().getOrDefault(step, new KeyTable.Keys(0, 0, 0, 0, 0));
  }

  private SinkState sink(String name) {
    return meters.live().sinks().stream()
        .filter(s -> s.name().equals(name))
        .findFirst()
        .orElse(new SinkState(name, 0, 0, null));
  }

  private void counter(Metric metric, ToDoubleFunction<Meters> value, String... labels) {
    FunctionCounter.builder(metric.registered(), meters, value)
        .tags(tags(metric, labels))
        .description(metric.help())
        .register(registry);
  }

  private void gauge(Metric metric, ToDoubleFunction<Meters> value, String... labels) {
    Gauge.builder(metric.registered(), meters, value)
        .tags(tags(metric, labels))
        .description(metric.help())
        .register(registry);
  }

  private static Tags tags(Metric metric, String... values) {
    Tags tags = Tags.empty();
    for (int i = 0; i < values.length; i++) {
      tags = tags.and(metric.labels().get(i), values[i]);
    }
    return tags;
  }

  private static String word(Enum<?> of) {
    return of.name().toLowerCase(Locale.ROOT);
  }

  String text() {
    sinks();
    keys();
    return registry.scrape();
  }

  @Override
  public void close() {
    gc.close();
    registry.close();
  }
}
