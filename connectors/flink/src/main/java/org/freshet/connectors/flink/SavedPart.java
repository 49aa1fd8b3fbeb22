package org.freshet.connectors.flink;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.freshet.core.state.Blobs;
import org.freshet.core.state.HeapModelStore;
import org.freshet.core.state.ModelStore;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.Snapshot;
import org.freshet.engine.Snapshots;

/**
 * What a savepoint holds of a part.
 *
 * @param number of the part
 * @param engine as the single process writes it
 * @param models of keys that were not in memory
 */
record SavedPart(int number, Snapshot engine, HeapModelStore models) {
  private static final String NAME = "a part of the savepoint";

  /**
   * @param models where those of keys go
   */
  static SavedPart read(byte[] bytes, HeapModelStore models) {
    StateReader in = StateReader.open(NAME, bytes);
    String[] spaces = in.strings("spaces");
    long[] hashes = in.longs("hashes", 2 * spaces.length);
    List<byte[]> states = Blobs.load(in.child("models"), spaces.length);
    for (int i = 0; i < spaces.length; i++) {
      ModelStore space = models;
      for (String name : spaces[i].substring(1).split("/")) {
        space = space.space(name);
      }
      ByteBuffer whole = ByteBuffer.wrap(states.get(i));
      long version = whole.getLong();
      byte[] state = new byte[whole.remaining()];
      whole.get(state);
      space.put(hashes[2 * i], hashes[2 * i + 1], version, state);
    }
    int number = in.intValue("part", 0, Integer.MAX_VALUE);
    return new SavedPart(number, Snapshots.open(NAME, in.bytes("engine")), models);
  }

  /** Gives out every part there is in the state of the operator of engines. */
  static final class Reading extends AbstractStreamOperator<byte[]>
      implements OneInputStreamOperator<Integer, byte[]>, BoundedOneInput {
    private static final long serialVersionUID = 1;

    private final int[] keys; // of the parts
    private transient ValueState<byte[]> snapshots;
    private transient MapState<Tuple3<String, Long, Long>, byte[]> models;

    Reading(int parts) {
      this.keys = PartKeys.of(parts);
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
      super.initializeState(context);
      snapshots = context.getKeyedStateStore().getState(EngineOperator.SNAPSHOTS);
      models = context.getKeyedStateStore().getMapState(EngineOperator.MODELS);
    }

    @Override
    public void processElement(StreamRecord<Integer> nothing) {}

    @Override
    public void endInput() throws Exception {
      for (int part = 0; part < keys.length; part++) {
        setCurrentKey(keys[part]);
        if (snapshots.value() != null) {
          Pieces.give(write(part), piece -> output.collect(new StreamRecord<>(piece)));
        }
      }
    }

    private byte[] write(int part) throws Exception {
      StateWriter out = new StateWriter();
      out.put("part", part);
      out.put("engine", snapshots.value());
      List<String> spaces = new ArrayList<>();
      List<Long> hashes = new ArrayList<>();
      Blobs.Writer states = new Blobs.Writer();
      for (Map.Entry<Tuple3<String, Long, Long>, byte[]> e : models.entries()) {
        spaces.add(e.getKey().f0);
        hashes.add(e.getKey().f1);
        hashes.add(e.getKey().f2);
        states.add(e.getValue());
      }
      out.put("spaces", spaces.toArray(new String[0]));
      out.put("hashes", hashes.stream().mapToLong(Long::longValue).toArray());
      states.save(out.child("models"));
      return out.toBytes();
    }
  }
}
