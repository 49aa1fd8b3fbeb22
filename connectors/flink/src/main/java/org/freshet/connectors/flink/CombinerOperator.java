package org.freshet.connectors.flink;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.freshet.core.Batch;
import org.freshet.core.Schema;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.Combiner;
import org.freshet.engine.Outcomes;
import org.freshet.engine.Parts;
import org.freshet.engine.Votes;

/**
 * Where the votes of the parts of an ensemble meet: one task. Each part votes on every record in
 * the same order, so the votes that belong together are the first that wait of each part. A part
 * that is ahead waits here, as far as Flink's buffers let it run ahead.
 */
final class CombinerOperator<T> extends AbstractStreamOperator<T>
    implements OneInputStreamOperator<Vote, T> {
  private static final long serialVersionUID = 1;

  /** Under which the operator is found in a savepoint. */
  static final String UID = "combiner";

  /** Under which its state is found there. */
  static final ListStateDescriptor<byte[]> COMBINER =
      new ListStateDescriptor<>("combiner", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

  /** What is handed on of a record whose votes met; null for nothing. */
  interface Handing<T> extends Serializable {
    T of(CombinerOperator<T> joined, Item item);

    /** At the end of the stream, with what all parts took. */
    default T end(CombinerOperator<T> joined, long nanos, long modelBytes) {
      return null;
    }
  }

  private final Plan plan;
  private final Handing<T> handing;
  private transient Schema schema;
  private transient Combiner combiner;
  private transient List<Deque<Vote>> waiting;
  private transient Outcomes[] votes;
  private transient Outcomes out;
  private transient Batch row;
  private transient AnswerBytes answers;
  private transient TaskMetrics metrics;
  private transient ListState<byte[]> state;
  private transient ListState<Vote> ahead;

  CombinerOperator(Plan plan, Handing<T> handing) {
    this.plan = plan;
    this.handing = handing;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    schema = plan.schema();
    Parts parts = plan.members(schema, null);
    combiner = parts.combiner();
    int n = parts.number();
    waiting = new ArrayList<>();
    votes = new Outcomes[n];
    for (int p = 0; p < n; p++) {
      waiting.add(new ArrayDeque<>());
      votes[p] = new Outcomes();
    }
    out = new Outcomes();
    row = new Batch(schema, 1);
    answers = new AnswerBytes(schema);
    state = context.getOperatorStateStore().getListState(COMBINER);
    ahead =
        context
            .getOperatorStateStore()
            .getListState(new ListStateDescriptor<>("ahead", VoteSerializer.INSTANCE));
    for (byte[] saved : state.get()) {
      StateReader in = open(saved);
      Part.names(schema, in.strings("names"), in.ints("dictionaries"));
      combiner.load(in.child("combiner"));
    }
    if (!context.isRestored() && plan.history() != null) {
      combiner.loadModel(plan.history().learnt());
    }
    for (Vote vote : ahead.get()) {
      waiting.get(vote.part()).add(vote);
    }
  }

  static StateReader open(byte[] saved) {
    return StateReader.open("the combiner of the job", saved);
  }

  @Override
  public void open() throws Exception {
    super.open();
    metrics = TaskMetrics.ofAnswers(getMetricGroup(), schema);
    getProcessingTimeService()
        .scheduleWithFixedDelay(
            now -> metrics.look(List.of()), TaskMetrics.PAUSE, TaskMetrics.PAUSE);
  }

  @Override
  public void processElement(StreamRecord<Vote> record) throws Exception {
    Vote vote = record.getValue();
    waiting.get(vote.part()).add(vote);
    while (waiting.stream().noneMatch(Deque::isEmpty)) {
      join();
    }
  }

  private void join() throws Exception {
    Item item = waiting.get(0).element().of(); // null at the end
    long nanos = 0;
    long modelBytes = 0;
    for (int p = 0; p < votes.length; p++) {
      Vote vote = waiting.get(p).remove();
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(vote.votes()));
      Votes.read(in, votes[p]);
      nanos += item == null ? in.readLong() : 0;
      modelBytes += item == null ? in.readLong() : 0;
    }
    if (item != null && item.added != null) {
      Part.names(schema, item.added, item.dictionaries);
    }
    combiner.join(votes, out);
    metrics.took(out);
    T handed = item == null ? handing.end(this, nanos, modelBytes) : handing.of(this, item);
    if (handed != null) {
      output.collect(new StreamRecord<>(handed));
    }
  }

  /** What the votes that met last came to. */
  Outcomes out() {
    return out;
  }

  /** The answer to the record whose votes met last; null where it was no new event. */
  Answer answer(Item item) {
    if (out.predictions() == 0) {
      return null;
    }
    row.clear();
    row.beginRow();
    row.setId(item.id);
    row.setKey(item.key);
    row.setTime(item.time);
    row.endRow();
    return answers.of(row, out, item.number);
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    StateWriter saved = new StateWriter();
    Part.save(schema, saved);
    combiner.save(saved.child("combiner"));
    state.update(List.of(saved.toBytes()));
    List<Vote> left = new ArrayList<>();
    waiting.forEach(left::addAll);
    ahead.update(left);
  }

  /** Gives out the state in a savepoint, behind what is given to it. */
  static final class Reading extends AbstractStreamOperator<byte[]>
      implements OneInputStreamOperator<byte[], byte[]>, BoundedOneInput {
    private static final long serialVersionUID = 1;

    private transient ListState<byte[]> state;

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
      super.initializeState(context);
      state = context.getOperatorStateStore().getListState(COMBINER);
    }

    @Override
    public void processElement(StreamRecord<byte[]> piece) {
      output.collect(piece);
    }

    @Override
    public void endInput() throws Exception {
      for (byte[] saved : state.get()) {
        Pieces.give(saved, piece -> output.collect(new StreamRecord<>(piece)));
      }
    }
  }
}
