package org.freshet.connectors.flink;

import org.apache.flink.streaming.api.operators.Output;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Dictionary;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.state.ModelStore;
import org.freshet.engine.Engine;
import org.freshet.engine.Outcomes;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.Setup;
import org.freshet.engine.Snapshot;
import org.freshet.engine.Snapshots;

/** A part of the pipeline: its engine, and what it knows of names. */
final class Part implements AutoCloseable {
  private final Plan plan;
  private final int number;
  private final Schema schema;
  private final Engine engine;
  private final Batch row;
  private final Outcomes out = new Outcomes();
  private final AnswerBytes answers;
  private final EngineOperator.Counts counts;
  private boolean changed;

  Part(Plan plan, int number, ModelStore store, EngineOperator.Counts counts) {
    this.plan = plan;
    this.number = number;
    this.counts = counts;
    this.schema = plan.schema();
    PipelineFile file = plan.file();
    this.engine =
        plan.budget(schema)
            .engine(
                plan.pipeline(),
                file.labels(),
                Build.of(schema).withSeed(file.seed()).withStore(store));
    this.row = new Batch(schema, 1);
    this.answers = new AnswerBytes(schema);
  }

  int number() {
    return number;
  }

  /** Gives a record to the engine. */
  void take(Item item) {
    if (item.added != null) {
      for (int i = 0; i < item.added.length; i++) {
        dictionary(item.dictionaries[i]).code(item.added[i]);
      }
    }
    fill(item);
    process();
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
    counts.events += out.predictions();
    counts.labels += out.labels();
    counts.drifts += out.drifts();
  }

  private Dictionary dictionary(int number) {
    return number == schema.width() ? schema.labels() : schema.column(number).dictionary();
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

  /** Hands on the answer to the record taken last, if it was a new event. */
  void emit(long record, Output<StreamRecord<Answer>> to) {
    if (out.predictions() > 0) {
      to.collect(new StreamRecord<>(answers.of(row, out, record)));
    }
  }

  boolean changed() {
    return changed;
  }

  long pending() {
    return engine.pending();
  }

  long modelBytes() {
    return engine.modelBytes();
  }

  /** A snapshot such as the single process writes. */
  byte[] save() {
    byte[] bytes =
        Snapshots.toBytes(
            Version.number(), setup(), schema, run -> engine.save(run.child("engine")));
    changed = false;
    return bytes;
  }

  private Setup setup() {
    PipelineFile file = plan.file();
    return new Setup(file.name(), file.source(), plan.pipeline(), file.seed(), file.labels());
  }

  /** Begins with what the job was told to begin with, if anything. */
  void begin() {
    if (plan.history() != null) {
      Export.begin(plan, number, schema, engine);
    }
  }

  void load(byte[] saved) {
    String name = "part " + number + " of " + plan.file().name();
    Snapshot snapshot = Snapshots.open(name, saved);
    snapshot.check(setup());
    snapshot.adopt(schema);
    engine.load(snapshot.run().child("engine"));
  }

  @Override
  public void close() {
    engine.close();
  }
}
