package org.freshet.connectors.flink;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Learner;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Span;
import org.freshet.core.state.ModelStore;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.Engine;
import org.freshet.engine.Outcomes;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.Replay;
import org.freshet.engine.Snapshot;
import org.freshet.engine.Snapshots;
import org.freshet.engine.Votes;
import org.freshet.engine.merge.Copy;
import org.freshet.engine.merge.Delta;
import org.freshet.engine.merge.Merged;
import org.freshet.engine.merge.Merging;

/** A part of the pipeline: its engine, and what it knows of names. */
final class Part implements AutoCloseable {
  /** Deltas without an answer, beyond which a copy learns on and sends nothing. */
  private static final int IN_FLIGHT = 4;

  private final Plan plan;
  private final int number;
  private final Schema schema;
  private final Engine engine;
  private final Batch row;
  private final Outcomes out = new Outcomes();
  private final AnswerBytes answers;
  private final TaskMetrics metrics;
  private Copy copy; // null where the model is no copy of one that is merged
  private final long share; // examples between two deltas; 0 where they go by time
  private final long pause; // milliseconds between two deltas
  private long sent; // when the last one was
  private boolean changed;

  Part(Plan plan, int number, ModelStore store, TaskMetrics metrics) {
    this.plan = plan;
    this.number = number;
    this.metrics = metrics;
    this.schema = plan.schema();
    PipelineFile file = plan.file();
    this.engine =
        plan.byMember()
            ? plan.members(schema, store).engine(number)
            : plan.budget(schema)
                .engine(
                    plan.pipeline(),
                    file.labels(),
                    Build.of(schema).withSeed(file.seed()).withStore(store));
    this.row = new Batch(schema, 1);
    if (plan.merged()) {
      Span every = file.live().place().every();
      this.share = every.events() ? Math.max(1, every.length() / plan.parts()) : 0;
      this.pause = every.events() ? 0 : every.length();
      engine.weigh(Merging.weight(engine.model(), plan.parts())); // it sees one of so many events
      this.copy = copy(plan, schema, engine, number, IN_FLIGHT);
    } else {
      this.share = 0;
      this.pause = 0;
      this.copy = null;
    }
    this.answers = new AnswerBytes(schema);
  }

  /**
   * What there is around the model of a part that is a copy, as it is now.
   *
   * @param inFlight deltas that may be without an answer
   */
  static Copy copy(Plan plan, Schema schema, Engine engine, int number, int inFlight) {
    Supplier<Learner> empty = plan.emptyModels(schema);
    return new Copy("copy-" + number, plan.modelWords(), engine.model(), empty, inFlight);
  }

  int number() {
    return number;
  }

  /** Gives a record to the engine. */
  void take(Item item) {
    if (item.added != null) {
      names(schema, item.added, item.dictionaries);
    }
    fill(item);
    process();
  }

  /** Adds names to the dictionaries of columns, or of the labels, whose number is the width. */
  static void names(Schema schema, String[] added, int[] dictionaries) {
    for (int i = 0; i < added.length; i++) {
      int d = dictionaries[i];
      (d == schema.width() ? schema.labels() : schema.column(d).dictionary()).code(added[i]);
    }
  }

  /** Writes all names, as {@link #names} takes them. */
  static void save(Schema schema, StateWriter out) {
    List<String> names = new ArrayList<>();
    List<Integer> of = new ArrayList<>();
    for (int d = 0; d <= schema.width(); d++) {
      boolean named = d == schema.width() ? schema.labels() != null : schema.column(d).isCategory();
      if (named) {
        for (String n :
            (d == schema.width() ? schema.labels() : schema.column(d).dictionary()).names()) {
          names.add(n);
          of.add(d);
        }
      }
    }
    out.put("names", names.toArray(new String[0]));
    out.put("dictionaries", of.stream().mapToInt(Integer::intValue).toArray());
  }

  /** Moves the clock. */
  void tick(long time) {
    row.clear();
    row.beginRow();
    row.setKind(Batch.Kind.TICK);
    row.setTime(time);
    row.endRow();
    process();
  }

  private void process() {
    engine.process(row, 0, 1, out);
    changed = true;
    if (copy != null && out.labels() > 0) {
      copy.learnt(out.labels());
    }
    metrics.took(out);
  }

  private void fill(Item item) {
    row.clear();
    row.beginRow();
    row.setKind(item.kind);
    row.setTime(item.time);
    row.setId(item.id);
    row.setKey(item.key);
    if (item.kind == Batch.Kind.EVENT && item.values != null) {
      System.arraycopy(item.values, 0, row.block(), 0, item.values.length);
    }
    if (item.names != null) {
      for (int c = 0; c < item.names.length; c++) {
        if (item.names[c] != null && schema.column(c).kind() == Column.Kind.TEXT) {
          row.attach(schema.attachmentOf(c), item.names[c]);
        }
      }
    }
    row.setLabel(item.label);
    if (item.weight != 1) {
      row.setWeight(item.weight);
    }
    if (item.labelTime != org.freshet.core.Features.NO_TIME) {
      row.setLabelTime(item.labelTime);
    }
    row.endRow();
  }

  /** The answer to the record taken last; null where it was no new event. */
  Answer answer(Item item) {
    return out.predictions() > 0 ? answers.of(row, out, item.number) : null;
  }

  /** What the members said to the record taken last. */
  Vote vote(Item item) {
    byte[] votes = Outcome.bytes(to -> Votes.write(out, to));
    return new Vote(number, votes, number == 0 ? item.withoutValues() : null);
  }

  /** What the record taken last brought, for who scores it. */
  Vote outcome(Item item) {
    return Outcome.of(number, out, item);
  }

  /**
   * What the end of the stream brings; nothing may follow.
   *
   * @param votes whether the part has members of an ensemble
   */
  Vote end(boolean votes) {
    engine.finish(out);
    Outcome.Form form = votes ? Votes::write : Replay::write;
    return Outcome.end(number, form, out, engine.nanos(), engine.modelBytes());
  }

  Copy copy() {
    return copy;
  }

  /** What is to be sent now of what was learnt; null for nothing. */
  Delta delta() {
    if (copy.unsent() == 0) {
      return null;
    }
    if (share > 0) {
      return copy.unsent() >= share ? copy.send() : null;
    }
    long now = System.currentTimeMillis();
    if (now - sent < pause) {
      return null;
    }
    sent = now;
    return copy.send();
  }

  /** Takes a merged model in. */
  void take(Merged merged) {
    copy.take(merged);
    changed = true;
  }

  boolean changed() {
    return changed;
  }

  /** Only to look at. */
  Engine engine() {
    return engine;
  }

  /** A snapshot such as the single process writes. */
  byte[] save() {
    byte[] bytes =
        Snapshots.toBytes(
            Version.number(),
            plan.setup(),
            schema,
            run -> {
              engine.save(run.child("engine"));
              if (copy != null) {
                copy.save(run.child("copy"));
              }
            });
    changed = false;
    return bytes;
  }

  /** Begins with what the job was told to begin with, if anything. */
  void begin() {
    if (plan.history() != null) {
      Export.begin(plan, number, schema, engine);
      copy = copy == null ? null : copy(plan, schema, engine, number, IN_FLIGHT);
    }
  }

  void load(byte[] saved) {
    String name = "part " + number + " of " + plan.file().name();
    Snapshot snapshot = Snapshots.open(name, saved);
    snapshot.check(plan.setup());
    snapshot.adopt(schema);
    engine.load(snapshot.run().child("engine"));
    if (copy != null) {
      copy.load(snapshot.run().child("copy"));
    }
  }

  @Override
  public void close() {
    engine.close();
  }
}
