package org.freshet.engine;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.freshet.core.Batch;
import org.freshet.core.ConfigException;
import org.freshet.core.Divisible;
import org.freshet.core.Features;
import org.freshet.core.KeyTable;
import org.freshet.core.Learner;
import org.freshet.core.Schema;
import org.freshet.core.SchemaException;
import org.freshet.core.Workers;
import org.freshet.core.ask.Expert;
import org.freshet.core.component.Build;
import org.freshet.core.component.Spec;
import org.freshet.core.live.Fate;
import org.freshet.core.state.HeapModelStore;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.Pending.State;
import org.freshet.engine.ask.Asking;

/**
 * The one loop that orders events and labels, for replay and live alike. For each row: the clock
 * goes on, and labels that are due are learnt, each from the row exactly as it was predicted from;
 * then an event is transformed, the transformers learn from it, and it is predicted; a label that
 * comes at once is learnt in the same walk. A row that is only a label is learnt when it comes, see
 * {@link LabelJoin} for the rules; a tick only moves the clock.
 *
 * <p>A later record of a waiting event's id that carries a label is no event: it brings the label.
 * A known event's id again is the same event: it gets the same answer, and nothing is learnt.
 *
 * <p>With a plan to ask, {@link Asking} decides after the answer whether the event's label is asked
 * for. A label that stands in the event's own row is the answer to that question: not asked for, it
 * is given out for the metrics and not learnt. A label that comes by a record of its own is learnt
 * whenever it comes.
 *
 * <p>Where nothing needs the single step, rows go to the learner a block at a time: for a learner
 * without transformers, and for one with the trait PARALLEL when there are threads. The results are
 * the same bit for bit, however the rows are divided among calls.
 */
public final class Engine implements AutoCloseable {
  /** Rows that are looked at together: ids, so that waits for memory overlap, and for encoders. */
  static final int AHEAD = 64;

  private final Schema schema;
  private final LabelPlan plan;
  private final Spec spec;
  private final long seed;
  private final Student student;
  private final Workers workers;
  private final Blocks blocks; // null where each row is a step
  private final long[] hashes = new long[AHEAD]; // of the ids at hand; 0 without one

  /** The truths of the row at hand; null where an event has one label. */
  private final double[] truths;

  private final Asking asking; // null where all labels are learnt
  private Outcomes leader; // of the engine that decides what is asked; null for this one

  private final LabelJoin join;
  private final Experts experts; // null where the learner asks none
  private final Pending pending;
  private final LabelCounts counts;
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
    this(
        pipeline,
        labels,
        Build.of(schema)
            .withSeed(seed)
            .withWorkers(new Workers(threads))
            .withStore(new HeapModelStore()));
  }

  /**
   * @param build schema, seed, memory limit and store of the pipeline, and its threads, which are
   *     the engine's own to close
   */
  public Engine(Spec pipeline, LabelPlan labels, Build build) {
    this(
        build.schema(),
        pipeline,
        build.seed(),
        Student.make(pipeline, build),
        labels,
        build.workers());
  }

  /** Around some members of the ensemble at the end of a pipeline; see {@link Parts}. */
  static Engine ofPart(Spec pipeline, LabelPlan labels, Build build, int from, int to) {
    Learner model = Student.make(pipeline, build);
    Divisible.in(model).keep(from, to);
    return new Engine(build.schema(), pipeline, build.seed(), model, labels, build.workers());
  }

  /** Around a learner made in Java, on one thread. */
  public Engine(Schema schema, Learner model, LabelPlan labels) {
    this(schema, null, 0, model, labels, new Workers(1));
  }

  private Engine(
      Schema schema, Spec spec, long seed, Learner model, LabelPlan labels, Workers workers) {
    this.schema = Student.answered(schema, model);
    this.spec = spec == null ? null : FullSpec.of(spec);
    this.seed = seed;
    this.plan = labels;
    this.workers = workers;
    this.student = new Student(this.schema, model);
    this.truths = schema.hasTruths() ? new double[schema.outputs().size()] : null;
    this.join = new LabelJoin(this.schema, labels, student, truths);
    this.pending = join.pending;
    this.counts = join.counts;
    this.asking = labels.ask() == null ? null : student.asking(labels.ask(), seed);
    this.experts = student.deferring == null ? null : new Experts(this.schema, student.deferring);
    boolean atOnce =
        labels.immediate() && labels.timeout() == null && truths == null && asking == null;
    this.blocks =
        atOnce && student.takesBlocks(workers.threads()) ? new Blocks(student, join) : null;
  }

  /**
   * Runs rows {@code from} to {@code to-1} in order.
   *
   * @param out overwritten with what they brought
   */
  public void process(Batch batch, int from, int to, Outcomes out) {
    process(batch, from, to, out, null);
  }

  /**
   * The same in the shadow of another engine, which was given the same rows since the beginning and
   * decides what is asked.
   *
   * @param leader what these rows brought there; null where this engine decides itself
   */
  public void process(Batch batch, int from, int to, Outcomes out, Outcomes leader) {
    if (finished) {
      throw new IllegalStateException("the stream is finished");
    }
    out.begin(events, student.answers, from, to);
    student.begin(out);
    if (asking != null) {
      this.leader = leader;
      student.tell(leader == null ? asking : null);
      join.tell(asking, leader);
      out.asks(true);
    }
    if (blocks != null && !student.resting) {
      runBlocks(batch, from, to, out);
    } else {
      steps(batch, from, to, out);
    }
    student.drainDrifts(events, out);
    pending.drainForgotten(out);
  }

  private void runBlocks(Batch batch, int from, int to, Outcomes out) {
    int r = from;
    while (r < to) {
      int end = blocks.end(batch, r, to, events);
      if (end == r) {
        steps(batch, r, r + 1, out);
        r++;
        continue;
      }
      long start = System.nanoTime();
      blocks.learn(batch, r, end, out);
      nanos += System.nanoTime() - start;
      blocks.note(batch, r, end, events, out);
      events += end - r;
      r = end;
    }
  }

  private void steps(Batch batch, int from, int to, Outcomes out) {
    long start = System.nanoTime();
    for (int at = from; at < to; at += AHEAD) {
      int end = Math.min(at + AHEAD, to);
      for (int r = at; r < end; r++) {
        String id = batch.id(r);
        hashes[r - at] = id == null ? 0 : SlotIndex.hash(id);
      }
      join.expect(hashes, end - at);
      student.expect(batch, at, end);
      for (int r = at; r < end; r++) {
        step(batch, r, hashes[r - at], out);
      }
    }
    nanos += System.nanoTime() - start;
  }

  private void step(Batch batch, int r, long hash, Outcomes out) {
    if (plan.clocked()) {
      tick(batch.time(r));
      if (plan.timed()) {
        deliver(clock, out);
      }
      if (plan.timeout() != null) {
        join.timeouts(clock, events, out);
      }
    }
    if (truths != null) {
      batch.truths(r, truths);
    }
    switch (batch.kind(r)) {
      case EVENT -> event(batch, r, hash, out);
      case LABEL -> join.label(batch, r, hash, student.usable(batch.label(r)), clock, events, out);
      case TICK -> out.fate(r, Fate.TICK);
      case REPLY -> {
        if (experts != null) {
          experts.reply(batch.key(r), join, events - 1, out);
        }
        out.fate(r, Fate.REPLIED);
      }
    }
    if (experts != null && student.usable(batch.label(r))) {
      experts.show(batch.label(r));
    }
  }

  private void event(Batch batch, int r, long hash, Outcomes out) {
    double given = batch.label(r);
    boolean labelled = student.usable(given);
    String id = batch.id(r);
    int early = -1;
    if (id != null) {
      int slot = join.find(id, hash);
      if (slot >= 0) {
        join.again(slot, labelled ? given : Double.NaN, batch, r, events, out);
        if (experts != null) {
          out.defer(r, experts.askedAbout(out.rowEvent(r)));
        }
        return;
      }
      early = join.findEarly(id, hash);
    }
    Features raw = batch.row(r);
    Features row = student.observe(raw);
    double weight = batch.weight(r);
    boolean walk = asking == null && experts == null;
    if (labelled && plan.immediate() && early < 0 && walk) {
      testThenLearn(row, given, hash, weight, out);
    } else {
      int expert = student.defer(row, raw, out);
      if (expert >= 0) {
        String asked = experts.ask(expert, raw, row, events, out);
        if (asked != null) {
          out.defer(r, asked);
        }
      }
      long event = events++;
      boolean possible = early < 0 && weight > 0 && (labelled || id != null);
      boolean taken = asking == null || ask(row, event, possible, out);
      if (early >= 0) {
        join.joinEarly(early, row, hash, event, weight, out);
      } else if (labelled && plan.immediate()) {
        answer(row, given, hash, event, weight, taken, out);
      } else if (labelled) {
        State as = taken ? State.SCHEDULED : State.WITHHELD;
        join.schedule(batch, r, row, hash, event, clock, as, out);
      } else if (id != null) {
        join.await(row, hash, event, clock, weight, out);
      } else {
        counts.unlabelled++;
        student.unlabelled(row, weight);
      }
      // Labels that wait by count are due after events without a label too.
      deliver(plan.timed() ? clock : event, out);
    }
    out.fate(r, Fate.ANSWERED, out.predictions() - 1);
  }

  private void testThenLearn(Features row, double label, long hash, double weight, Outcomes out) {
    student.testThenLearn(row, label, truths, weight, out);
    long event = events++;
    counts.labels++;
    out.arrive(event, label, weight, row.time(), out.predictions() - 1, events);
    out.truths(truths);
    join.learnt(row, label, hash, event, weight, out);
  }

  /** Whether the label of the event predicted last is asked for. */
  private boolean ask(Features row, long event, boolean possible, Outcomes out) {
    boolean asked =
        leader == null
            ? asking.decide(row, event, clock, possible && !student.resting, out)
            : leader.asked(out.predictions() - 1);
    if (asked) {
      out.ask();
    }
    return asked;
  }

  /** The label that stands in the row of an event predicted is the answer to what was asked. */
  private void answer(
      Features row,
      double label,
      long hash,
      long event,
      double weight,
      boolean asked,
      Outcomes out) {
    if (!asked) {
      join.withheld(row, label, hash, event, weight, out);
      return;
    }
    join.answer(row, label, event, weight, out);
    join.learnt(row, label, hash, event, weight, out);
  }

  /**
   * Predicts rows {@code from} to {@code to-1} as events that are never heard of again: nothing is
   * learnt, kept or counted, by the transformers neither.
   *
   * @param out overwritten with the predictions
   */
  public void predict(Batch batch, int from, int to, Outcomes out) {
    out.begin(events, student.answers, from, to);
    for (int r = from; r < to; r++) {
      if ((r - from) % AHEAD == 0) {
        student.expect(batch, r, Math.min(to, r + AHEAD));
      }
      student.glance(batch.row(r), out);
      out.fate(r, Fate.ANSWERED, out.predictions() - 1);
    }
  }

  /** Events that wait for their labels, the most uncertain first; nothing changes. */
  public List<OpenQuestion> questions(int most) {
    return OpenQuestion.of(pending, most);
  }

  /** Whether an event of this id waits for its label. */
  public boolean waits(String id) {
    int slot = join.find(id, SlotIndex.hash(id));
    return slot >= 0 && pending.state(slot) == State.WAITING;
  }

  /** Number of the event of an id that is known; -1 of another. */
  public long eventOf(String id) {
    int slot = join.find(id, SlotIndex.hash(id));
    return slot < 0 ? -1 : pending.event[slot];
  }

  /** Moves the event clock, the largest time seen; an event without a time happens now. */
  private void tick(long time) {
    if (time == Features.NO_TIME && clock == Features.NO_TIME) {
      throw new ConfigException(
          plan.timed()
              ? "labels.delay"
              : plan.timeout() != null ? "labels.timeout" : "labels.budget",
          (plan.timed()
                  ? "labels arrive"
                  : plan.timeout() != null ? "events time out" : "the window of the budget slides")
              + " by the clock, but the events have no time; name the time column of the source with"
              + " 'time', or "
              + (plan.timed()
                  ? "give the delay in events"
                  : plan.timeout() != null ? "leave the timeout out" : "give a window in events"));
    }
    clock = Math.max(clock, time);
  }

  private void deliver(long now, Outcomes out) {
    for (int slot = pending.due(now); slot >= 0; slot = pending.due(now)) {
      join.deliver(slot, events, out);
    }
  }

  /**
   * Ends the stream: labels that are known but had not arrived are given out for the metrics;
   * nothing is learnt from them, because no event comes after.
   *
   * @param out overwritten
   */
  public void finish(Outcomes out) {
    out.begin(events, student.answers);
    out.asks(asking != null);
    for (int slot = pending.due(Long.MAX_VALUE); slot >= 0; slot = pending.due(Long.MAX_VALUE)) {
      boolean withheld = pending.state(slot) == State.WITHHELD;
      pending.report(slot, !withheld, events, out);
      pending.finish(slot, State.LEFT);
      counts.afterEnd++;
    }
    finished = true;
    pending.drainForgotten(out);
  }

  /**
   * Answers of experts that do not stand in the events come from now on later than the events, as
   * rows of the kind {@link Batch.Kind#REPLY}, from who asks what {@link #openCalls} tells. Before
   * anything is processed or loaded.
   *
   * @param model name that these rows bear
   * @param inFlight questions that may be open at a time; beyond, the learner answers itself
   */
  public void answersLater(String model, int inFlight) {
    if (experts != null && experts.outside()) {
      experts.later(model, inFlight, schema, student.seen());
    }
  }

  /** Questions whose answers have not come, about events after one; -1 for all. */
  public List<OpenCall> openCalls(long after) {
    return experts == null ? List.of() : experts.open(after);
  }

  /** Number of those. */
  public int openCalls() {
    return experts == null ? 0 : experts.open();
  }

  /** An expert by its number; it must have one. */
  public Expert expert(int number) {
    return experts.expert(number);
  }

  /** Whether it asks experts whose answers do not stand in the events. */
  public boolean asksOutside() {
    return experts != null && experts.outside();
  }

  /** What experts were asked, and what that cost; null where the learner asks none. */
  public ExpertCounts experts() {
    return experts == null ? null : experts.counts();
  }

  /**
   * Nanoseconds spent predicting and learning, joins included, metrics and reading left out. No
   * part of the state, which is the same whenever the rows are.
   */
  public long nanos() {
    return nanos;
  }

  /** What the model answers. */
  public Answers answers() {
    return student.answers;
  }

  /** Event clock: the largest time seen; {@link Features#NO_TIME} before the first. */
  public long clock() {
    return clock;
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

  /**
   * Whether the engine only joins: events get no answer and labels are not learnt, but an event
   * that waits is learnt if its label comes afterwards. Not part of the state; only for events of
   * one label.
   */
  public void rest(boolean resting) {
    if (resting && student.answers.areVotes()) {
      throw new IllegalStateException("a part of an ensemble cannot rest; the others would not");
    }
    student.resting = resting;
  }

  /** Labels that came while the engine rested. */
  public long missed() {
    return student.missed;
  }

  /** Lowers the number of events done whose answers are remembered, 100,000 unless said. */
  public void remember(int most) {
    pending.remembered = Math.min(Pending.REMEMBERED, most);
  }

  /** Waiting events given up because too many waited. */
  public long dropped() {
    return pending.dropped;
  }

  /**
   * From now on the rows of waiting events beyond a number are kept elsewhere, the oldest first.
   * Outcomes are the same. Called before {@link #load}, whose state may refer to such rows; closed
   * with the engine.
   *
   * @param rowsInMemory the most waiting rows in memory
   */
  public void spill(Spill to, int rowsInMemory) {
    pending.spilled.to(to, rowsInMemory);
  }

  /** The same for about as many rows as fit in so many bytes, at least a thousand. */
  public void spill(Spill to, long bytesInMemory) {
    Schema seen = student.seen();
    long row = 300 + (seen.isSparse() ? 1024 : 8L * seen.width());
    spill(to, (int) Math.max(1000, Math.min(Integer.MAX_VALUE, bytesInMemory / row)));
  }

  /** What each step that goes by keys has of them, by its name; a second one is {@code name-2}. */
  public Map<String, KeyTable.Keys> keys() {
    return student.keys();
  }

  /** Features that steps gave up because memory was short, in words. */
  public List<String> givenUp() {
    return student.givenUp();
  }

  /** Waiting events whose rows are not in memory. */
  public int spilled() {
    return pending.spilled.size();
  }

  /** Names of the files with those rows. */
  public Set<String> rowFiles() {
    return pending.spilled.files();
  }

  /** Why rows stay in memory that should be spilled, such as a full disk; null when all is well. */
  public String spillTrouble() {
    return pending.spilled.trouble();
  }

  /** Labels kept that came before their events. */
  public int earlyLabels() {
    return join.early.size();
  }

  /** What is asked, and what it cost; null where all labels are learnt. */
  public Asking asking() {
    return asking;
  }

  /**
   * Decides from now on what is asked, in the place of another engine, and goes on with what that
   * has spent and learnt of it.
   */
  public void takeAsking(Engine other) {
    if (asking != null && other != this) {
      asking.take(other.asking);
    }
  }

  /** How long labels took that came by records of their own. */
  public LabelDelays delays() {
    return join.delays;
  }

  /** The learner, or the pipeline that ends in it. */
  public Learner model() {
    return student.model;
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
    return student.model.memoryBytes();
  }

  /** Bytes of the events that wait for their labels, and of those remembered. */
  public long pendingBytes() {
    return join.memoryBytes()
        + (asking == null ? 0 : asking.memoryBytes())
        + (experts == null ? 0 : experts.memoryBytes());
  }

  /** Writes everything needed to go on after any event, bit for bit. */
  public void save(StateWriter out) {
    if (finished) {
      throw new IllegalStateException("the stream is finished; save before finish");
    }
    student.save(out);
    out.put("events", events);
    out.put("clock", clock);
    out.put("missed", student.missed);
    join.save(out.child("join"));
    if (asking != null) {
      asking.save(out.child("asking"));
    }
    if (experts != null) {
      experts.save(out.child("experts"));
    }
  }

  /** Replaces the state of a new engine made with the same schema, pipeline, labels and seed. */
  public void load(StateReader in) {
    load(in, in);
  }

  /**
   * As the other, with the model of another moment: what is known of events and labels is that of
   * {@code in}, what was learnt from them that of {@code learnt}.
   *
   * @param learnt written by {@link #save} or {@link #saveModel}
   */
  public void load(StateReader in, StateReader learnt) {
    loadModel(learnt);
    events = in.longValue("events", 0, Long.MAX_VALUE);
    clock = in.longValue("clock");
    student.missed = in.has("missed") ? in.longValue("missed", 0, Long.MAX_VALUE) : 0;
    if (asking != null && in.has("asking")) {
      asking.load(in.child("asking"));
    }
    if (in.has("join")) {
      join.load(in.child("join"));
    } else {
      join.loadOld(in.child("counts"), in.child("pending"));
    }
    if (experts != null) {
      experts.load(in.child("experts"), events);
    }
  }

  /** Writes what was learnt alone. */
  public void saveModel(StateWriter out) {
    student.save(out);
  }

  /** Replaces what was learnt by a new engine; of events and labels it knows nothing. */
  public void loadModel(StateReader in) {
    student.load(in);
  }

  /**
   * Joins, as a new engine, a stream that another with the same schema and labels is in the middle
   * of: it knows every event the other knows, so that both see the same events and labels from now
   * on, but learns from none of those before, whose rows it has not seen.
   */
  public void enter(Engine other) {
    events = other.events;
    clock = other.clock;
    join.enter(other.join);
  }

  @Override
  public void close() {
    workers.close();
    pending.spilled.close();
    if (experts != null) {
      experts.close();
    }
  }
}
