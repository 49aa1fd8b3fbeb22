package org.freshet.connectors.flink;

import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.freshet.core.KeyTable;
import org.freshet.core.Schema;
import org.freshet.engine.Engine;
import org.freshet.engine.LabelCounts;
import org.freshet.engine.Outcomes;
import org.freshet.engine.Rolling;

/**
 * What a task tells of its engines and their answers. With a record only the labels that came are
 * scored; all else is read off the engines once a second, by the task's own thread, which hands
 * readers a copy.
 */
final class TaskMetrics {
  /** Milliseconds between two looks. */
  static final long PAUSE = 1000;

  private static final Set<JobMetric> ANSWERS =
      EnumSet.of(
          JobMetric.SCORED,
          JobMetric.RIGHT,
          JobMetric.SQUARED,
          JobMetric.ACCURACY_SHORT,
          JobMetric.ACCURACY_LONG,
          JobMetric.RMSE_SHORT,
          JobMetric.RMSE_LONG,
          JobMetric.DRIFTS);
  private static final Set<JobMetric> ENGINES = EnumSet.complementOf(EnumSet.copyOf(ANSWERS));
  private static final Set<JobMetric> ELSEWHERE =
      EnumSet.range(JobMetric.EARLY_DROPPED, JobMetric.STALENESS_MOST);
  private static final Set<JobMetric> OF_NUMBERS =
      EnumSet.of(JobMetric.SQUARED, JobMetric.RMSE_SHORT, JobMetric.RMSE_LONG);
  private static final Set<JobMetric> OF_CLASSES =
      EnumSet.of(JobMetric.RIGHT, JobMetric.ACCURACY_SHORT, JobMetric.ACCURACY_LONG);

  private final Rolling rolling; // null where no answers are scored
  private final boolean classes;
  private final boolean members;
  private long scored;
  private double loss;
  private long drifts;
  private volatile double[] told = new double[JobMetric.values().length];

  private TaskMetrics(MetricGroup operator, Schema schema, boolean members, Set<JobMetric> which) {
    this.members = members;
    this.classes = schema.target() == Schema.Target.CLASS;
    boolean numbers = schema.target() == Schema.Target.NUMBER;
    boolean scores = which.contains(JobMetric.SCORED) && (classes || numbers);
    this.rolling = scores ? new Rolling(classes) : null;
    Set<JobMetric> has = EnumSet.copyOf(which);
    has.removeAll(ELSEWHERE);
    if (!scores) {
      has.remove(JobMetric.SCORED);
    }
    if (!scores || numbers) {
      has.removeAll(OF_CLASSES);
    }
    if (!scores || classes) {
      has.removeAll(OF_NUMBERS);
    }
    MetricGroup group = JobMetric.in(operator);
    has.forEach(m -> group.gauge(m.shown(), gauge(m.ordinal())));
    Arrays.fill(told, Double.NaN); // parts that come back are not there yet
  }

  /** Of a task with engines; where those have members of an ensemble, others score the answers. */
  static TaskMetrics ofEngines(MetricGroup operator, Schema schema, boolean members) {
    Set<JobMetric> which = EnumSet.copyOf(ENGINES);
    if (!members) {
      which.addAll(ANSWERS);
    }
    return new TaskMetrics(operator, schema, members, which);
  }

  /** Of a task where votes become answers. */
  static TaskMetrics ofAnswers(MetricGroup operator, Schema schema) {
    return new TaskMetrics(operator, schema, true, ANSWERS);
  }

  private Gauge<Number> gauge(int at) {
    return () -> {
      double v = told[at];
      return v == Math.rint(v) ? (Number) (long) v : (Number) v;
    };
  }

  /** A record brought something. */
  void took(Outcomes out) {
    drifts += out.drifts();
    if (rolling != null) {
      for (int i = 0; i < out.labels(); i++) {
        double one = rolling.add(out.label(i), out.labelPredicted(i));
        if (!Double.isNaN(one)) {
          scored++;
          loss += one;
        }
      }
    }
  }

  /** Reads all off, by the task's thread. */
  void look(Collection<Part> parts) {
    double[] now = new double[told.length];
    now[JobMetric.DRIFTS.ordinal()] = drifts;
    now[JobMetric.PARTS.ordinal()] = parts.size();
    if (rolling != null) {
      rolling.publish();
      now[JobMetric.SCORED.ordinal()] = scored;
      now[JobMetric.RIGHT.ordinal()] = scored - loss;
      now[JobMetric.SQUARED.ordinal()] = loss;
      now[(classes ? JobMetric.ACCURACY_SHORT : JobMetric.RMSE_SHORT).ordinal()] =
          rolling.ofShort();
      now[(classes ? JobMetric.ACCURACY_LONG : JobMetric.RMSE_LONG).ordinal()] = rolling.ofLong();
    }
    for (Part part : parts) {
      Engine e = part.engine();
      add(now, JobMetric.MODEL_BYTES, e.modelBytes());
      add(now, JobMetric.SECONDS, e.nanos() / 1e9);
      for (KeyTable.Keys k : e.keys().values()) {
        keys(now, k);
      }
      if (!members || part.number() == 0) { // all parts of an ensemble see the same
        stream(now, e);
      }
      add(now, JobMetric.MEMORY, e.modelBytes());
    }
    told = now;
  }

  private static void stream(double[] now, Engine e) {
    add(now, JobMetric.EVENTS, e.events());
    add(now, JobMetric.PENDING, e.pending());
    add(now, JobMetric.PENDING_BYTES, e.pendingBytes());
    add(now, JobMetric.MEMORY, e.pendingBytes());
    add(now, JobMetric.PENDING_DROPPED, e.dropped());
    LabelCounts c = e.counts();
    add(now, JobMetric.LABELS, c.labels());
    add(now, JobMetric.LABELS_EARLY, c.early());
    add(now, JobMetric.LABELS_LATE, c.late());
    add(now, JobMetric.LABELS_TIMED_OUT, c.timedOut());
    add(now, JobMetric.LABELS_DUPLICATE, c.duplicates());
    add(now, JobMetric.LABELS_CORRECTED, c.corrections());
    add(now, JobMetric.LABELS_UNKNOWN, c.unknown());
    add(now, JobMetric.LABELS_REFUSED, c.refused());
  }

  private static void keys(double[] now, KeyTable.Keys k) {
    add(now, JobMetric.KEYS, k.held());
    add(now, JobMetric.KEYS_DROPPED, k.dropped());
    add(now, JobMetric.KEYS_EXPIRED, k.expired());
    add(now, JobMetric.KEYS_STORED, k.stored());
    add(now, JobMetric.KEYS_FETCHED, k.fetched());
  }

  private static void add(double[] now, JobMetric m, double v) {
    now[m.ordinal()] += v;
  }
}
