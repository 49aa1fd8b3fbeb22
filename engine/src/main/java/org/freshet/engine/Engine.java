package org.freshet.engine;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.ConfigException;
import org.freshet.core.ConfigException.Fault;
import org.freshet.core.DriftLog;
import org.freshet.core.DriftReporter;
import org.freshet.core.Features;
import org.freshet.core.IntervalRegressor;
import org.freshet.core.Learner;
import org.freshet.core.MultiLabelClassifier;
import org.freshet.core.MultiTargetRegressor;
import org.freshet.core.Pipeline;
import org.freshet.core.Regressor;
import org.freshet.core.Schema;
import org.freshet.core.SchemaException;
import org.freshet.core.SetClassifier;
import org.freshet.core.Trait;
import org.freshet.core.Workers;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * The one loop that orders events and labels, for replay and live alike. For each event: labels
 * that are due are learnt first, each from the row exactly as it was predicted from; then the event
 * is transformed, the transformers learn from it, and it is predicted; a label that comes at once
 * is learnt in the same walk.
 *
 * <p>A later record of a waiting event's id that carries a label is no event: it brings the label.
 * A waiting event's id without a label again is a duplicate and skipped. Both are counted.
 *
 * <p>Where nothing needs the single step, rows go to the learner a block at a time: for a learner
 * without transformers, and for one with the trait PARALLEL when there are threads. The results are
 * the same bit for bit.
 */
public final class Engine implements AutoCloseable {
  /** Most rows given to a learner in one block. */
  private static final int BLOCK = 1024;

  private final Schema schema;
  private final LabelPlan plan;
  private final Spec spec;
  private final long seed;
  private final Learner model;
  private final Pipeline pipeline;
  private final Head head;
  private final Answers answers;
  private final Workers workers;
  private final boolean blocks;
  private final Batch work;

  /** The truths of the row at hand; null where an event has one label. */
  private final double[] truths;

  private final Pending pending;
  private final LabelCounts counts = new LabelCounts();
  private long events;
  private long clock = Features.NO_TIME;
  private long nanos;
  private boolean finished;

  /**
   * @param pipeline a learner, or transformers and a learner
   * @param threads threads a learner with the trait PARALLEL may use, the caller among them
   * @throws ConfigException when the specification has faults
   * @throws SchemaException when a step cannot take the rows it would see
   */
  public Engine(Schema schema, Spec pipeline, LabelPlan labels, long seed, int threads) {
    this(schema, pipeline, labels, seed, new Workers(threads));
  }

  private Engine(Schema schema, Spec pipeline, LabelPlan labels, long seed, Workers workers) {
    this(schema, pipeline, seed, make(schema, pipeline, seed, workers), labels, workers);
  }

  /** Around a learner made in Java, on one thread. */
  public Engine(Schema schema, Learner model, LabelPlan labels) {
    this(schema, null, 0, model, labels, new Workers(1));
  }

  private Engine(
      Schema schema, Spec spec, long seed, Learner model, LabelPlan labels, Workers workers) {
    this.schema = schema;
    this.spec = spec == null ? null : FullSpec.of(spec);
    this.seed = seed;
    this.plan = labels;
    this.model = model;
    this.workers = workers;
    this.pipeline = model instanceof Pipeline p ? p : null;
    Learner learner = pipeline == null ? model : pipeline.learner();
    this.head = head(schema, learner);
    this.answers = Answers.of(learner);
    Schema seen = pipeline == null ? schema : pipeline.learnerSchema();
    boolean parallel =
        workers.threads() > 1
            && Components.describe(learner)
                .map(c -> c.traits().contains(Trait.PARALLEL))
                .orElse(false);
    this.truths = schema.hasTruths() ? new double[schema.outputs().size()] : null;
    this.blocks =
        labels.immediate()
            && truths == null
            && (pipeline == null || parallel && !pipeline.readsLabels());
    this.work = blocks && pipeline != null ? new Batch(seen, BLOCK) : null;
    this.pending = new Pending(seen, labels, answers);
  }

  private static Learner make(Schema schema, Spec spec, long seed, Workers workers) {
    Build build = Build.of(schema).withSeed(seed).withWorkers(workers);
    if (schema.target() == Schema.Target.NONE) {
      throw new SchemaException("the stream has no label; name its column with 'label'");
    }
    List<Fault> faults = new ArrayList<>();
    Components.check(spec, Kind.SUPERVISED, faults);
    if (!faults.isEmpty()) {
      throw new ConfigException(faults);
    }
    return Components.create(spec, build, Learner.class);
  }

  private static Head head(Schema schema, Learner learner) {
    if (schema.target() == Schema.Target.CLASS && learner instanceof SetClassifier c) {
      return new SetHead(c);
    }
    if (schema.target() == Schema.Target.CLASS && learner instanceof Classifier c) {
      return new Head.OfClasses(c);
    }
    if (schema.target() == Schema.Target.NUMBER && learner instanceof IntervalRegressor r) {
      return new IntervalHead(r);
    }
    if (schema.target() == Schema.Target.NUMBER && learner instanceof Regressor r) {
      return new Head.OfNumbers(r);
    }
    if (schema.target() == Schema.Target.LABELS && learner instanceof MultiLabelClassifier c) {
      return new SeveralHead.OfLabels(c);
    }
    if (schema.target() == Schema.Target.NUMBERS && learner instanceof MultiTargetRegressor r) {
      return new SeveralHead.OfTargets(r);
    }
    throw new SchemaException(
        learner.getClass().getSimpleName()
            + " cannot learn the label '"
            + schema.labelName()
            + "', a "
            + switch (schema.target()) {
              case CLASS -> "class";
              case LABELS -> "vector of labels";
              case NUMBERS -> "vector of numbers";
              default -> "number";
            });
  }

  /**
   * Runs rows {@code from} to {@code to-1} in order.
   *
   * @param out overwritten with what they brought
   */
  public void process(Batch batch, int from, int to, Outcomes out) {
    if (finished) {
      throw new IllegalStateException("the stream is finished");
    }
    out.begin(events, answers);
    if (blocks) {
      runBlocks(batch, from, to, out);
    } else {
      steps(batch, from, to, out);
    }
    drainDrifts(out);
  }

  private void runBlocks(Batch batch, int from, int to, Outcomes out) {
    int r = from;
    while (r < to) {
      int end = r;
      while (end < to && end - r < BLOCK && simple(batch, end)) {
        end++;
      }
      if (end == r) {
        steps(batch, r, r + 1, out);
        r++;
      } else {
        block(batch, r, end, out);
        r = end;
      }
    }
  }

  /** Whether a row has nothing to do with joins, and a label its learner can take or none. */
  private boolean simple(Batch batch, int r) {
    double label = batch.label(r);
    boolean usable = head.usable(label);
    if (!usable && !Double.isNaN(label)) {
      return false;
    }
    return batch.id(r) == null || usable && pending.noJoins();
  }

  private void steps(Batch batch, int from, int to, Outcomes out) {
    long start = System.nanoTime();
    for (int r = from; r < to; r++) {
      step(batch, r, out);
    }
    nanos += System.nanoTime() - start;
  }

  private void block(Batch batch, int from, int to, Outcomes out) {
    int row = out.predictions();
    long start = System.nanoTime();
    if (pipeline == null) {
      head.testThenLearn(batch, from, to, out);
    } else {
      work.clear();
      for (int r = from; r < to; r++) {
        work.append(pipeline.observe(batch.row(r)), batch.label(r), batch.weight(r));
      }
      head.testThenLearn(work, 0, to - from, out);
    }
    nanos += System.nanoTime() - start;
    for (int r = from; r < to; r++, row++) {
      double label = batch.label(r);
      events++;
      if (Double.isNaN(label)) {
        counts.unlabelled++;
      } else {
        counts.labels++;
        out.arrive(events - 1, label, batch.weight(r), batch.time(r), row, events);
      }
    }
  }

  private void step(Batch batch, int r, Outcomes out) {
    if (plan.timed()) {
      tick(batch.time(r));
      deliver(clock, out);
    }
    double given = batch.label(r);
    boolean labelled = head.usable(given);
    if (truths != null) {
      batch.truths(r, truths);
    }
    String id = batch.id(r);
    if (id != null && !pending.noJoins() && joins(id, labelled ? given : Double.NaN, out)) {
      return;
    }
    Features x = batch.row(r);
    Features row = pipeline == null ? x : pipeline.observe(x);
    long event = events++;
    double weight = batch.weight(r);
    if (labelled && plan.immediate()) {
      head.testThenLearn(row, given, truths, weight, out);
      tell(row, given);
      counts.labels++;
      out.arrive(event, given, weight, x.time(), out.predictions() - 1, events);
      out.truths(truths);
      return;
    }
    head.predict(row, out);
    if (labelled) {
      schedule(batch, r, event, row, out);
    } else if (id != null) {
      pending.await(row, event, weight, out);
    } else {
      counts.unlabelled++;
    }
    // Labels that wait by count are due after events without a label too.
    deliver(plan.timed() ? clock : event, out);
  }

  private void schedule(Batch batch, int r, long event, Features row, Outcomes out) {
    long due = event;
    if (plan.byLabelTime()) {
      due = batch.labelTime(r);
      if (due == Features.NO_TIME) {
        counts.neverArriving++;
        return;
      }
    } else if (plan.delay().events()) {
      due = event + plan.delay().length();
    } else {
      long own = batch.time(r) == Features.NO_TIME ? clock : batch.time(r);
      due = own + plan.delay().length();
    }
    pending.schedule(row, event, due, batch.label(r), batch.weight(r), out);
    pending.setTruths(truths);
  }

  /** Moves the event clock, the largest time seen; an event without a time happens now. */
  private void tick(long time) {
    if (time == Features.NO_TIME && clock == Features.NO_TIME) {
      throw new ConfigException(
          "labels.delay",
          "labels arrive by the clock, but the events have no time; name the time column of the source with"
              + " 'time', or give the delay in events");
    }
    clock = Math.max(clock, time);
  }

  private void deliver(long now, Outcomes out) {
    for (int slot = pending.due(now); slot >= 0; slot = pending.due(now)) {
      learn(slot, pending.label(slot), out);
    }
  }

  private void learn(int slot, double label, Outcomes out) {
    Features row = pending.row(slot);
    head.learn(row, label, pending.truths(slot), pending.weight(slot));
    tell(row, label);
    counts.labels++;
    pending.report(slot, label, events, out);
    pending.remove(slot);
  }

  private void tell(Features row, double label) {
    if (pipeline != null) {
      pipeline.label(row, label);
    }
  }

  /** Handles a record of an id that waits or was joined; false when it is an event. */
  private boolean joins(String id, double label, Outcomes out) {
    int slot = pending.find(id);
    if (slot < 0) {
      return joinedBefore(id, label);
    }
    if (Double.isNaN(label)) {
      counts.duplicates++;
      return true;
    }
    counts.labelRecords++;
    pending.joined(id, label);
    pending.setTruths(slot, truths);
    learn(slot, label, out);
    return true;
  }

  private boolean joinedBefore(String id, double label) {
    double known = pending.joinedLabel(id);
    if (Double.isNaN(known)) {
      return false;
    }
    if (Double.isNaN(label) || label == known) {
      counts.duplicates++;
    } else {
      counts.corrections++;
    }
    return true;
  }

  /** A drift was found when the n-th label of this call was learnt, after the events before it. */
  private void drainDrifts(Outcomes out) {
    if (!(model instanceof DriftReporter reporter)) {
      return;
    }
    DriftLog log = reporter.drifts();
    for (int i = 0; i < log.size(); i++) {
      long nth = Math.min(Math.max(log.ordinal(i), 1), out.labels());
      long event = nth == 0 ? events - 1 : out.eventsBefore((int) nth - 1) - 1;
      out.drift(event, log.source(i));
    }
    log.clear();
  }

  /**
   * Ends the stream: labels that are known but had not arrived are given out for the metrics;
   * nothing is learnt from them, because no event comes after.
   *
   * @param out overwritten
   */
  public void finish(Outcomes out) {
    out.begin(events, answers);
    for (int slot = pending.due(Long.MAX_VALUE); slot >= 0; slot = pending.due(Long.MAX_VALUE)) {
      pending.report(slot, pending.label(slot), events, out);
      pending.remove(slot);
      counts.afterEnd++;
    }
    finished = true;
  }

  /** Nanoseconds spent predicting and learning, joins included, metrics and reading left out. */
  public long nanos() {
    return nanos;
  }

  /** Events predicted. */
  public long events() {
    return events;
  }

  public LabelCounts counts() {
    return counts;
  }

  /** Events waiting for a label now. */
  public int pending() {
    return pending.size();
  }

  /** Waiting events given up because too many waited. */
  public long dropped() {
    return pending.dropped();
  }

  /** The learner, or the pipeline that ends in it. */
  public Learner model() {
    return model;
  }

  /** What the model was made of, defaults filled in; null when it was made in Java. */
  public Spec spec() {
    return spec;
  }

  public long seed() {
    return seed;
  }

  public Schema schema() {
    return schema;
  }

  public LabelPlan plan() {
    return plan;
  }

  /** Bytes of the model alone. */
  public long modelBytes() {
    return model.memoryBytes();
  }

  /** Bytes of the events that wait for their labels. */
  public long pendingBytes() {
    return pending.memoryBytes();
  }

  /** Writes everything needed to go on after any event, bit for bit. */
  public void save(StateWriter out) {
    if (finished) {
      throw new IllegalStateException("the stream is finished; save before finish");
    }
    out.put("model", model);
    out.put("events", events);
    out.put("clock", clock);
    out.put("nanos", nanos);
    counts.save(out.child("counts"));
    pending.save(out.child("pending"));
  }

  /** Replaces the state of a new engine made with the same schema, pipeline, labels and seed. */
  public void load(StateReader in) {
    (schema.labels() == null ? in : in.withLabels(schema.labels().size())).load("model", model);
    events = in.longValue("events", 0, Long.MAX_VALUE);
    clock = in.longValue("clock");
    nanos = in.longValue("nanos", 0, Long.MAX_VALUE);
    counts.load(in.child("counts"));
    pending.load(in.child("pending"));
  }

  @Override
  public void close() {
    workers.close();
  }
}
