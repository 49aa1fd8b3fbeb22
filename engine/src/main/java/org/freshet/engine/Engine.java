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
public final class Engine extends EventLoop implements AutoCloseable {
  private final Spec spec;
  private final long seed;
  private final Workers workers;

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
    super(schema, model, labels, seed, workers.threads());
    this.spec = spec == null ? null : FullSpec.of(spec);
    this.seed = seed;
    this.workers = workers;
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

  /**
   * Each example is learnt for so many of its kind from now on, as a copy does that sees one of so
   * many events; what is counted and measured stays. Not part of the state.
   */
  public void weigh(double each) {
    student.each = each;
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
