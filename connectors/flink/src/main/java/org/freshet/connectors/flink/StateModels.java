package org.freshet.connectors.flink;

import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.java.tuple.Tuple3;
import org.freshet.core.state.ModelStore;

/**
 * Models of keys that are not in memory, in Flink's state of the part at hand. Flink's checkpoints
 * hold the state as it was, so only the newest of each key is kept.
 */
final class StateModels implements ModelStore {
  private final MapState<Tuple3<String, Long, Long>, byte[]> state;
  private final String space;

  StateModels(MapState<Tuple3<String, Long, Long>, byte[]> state) {
    this(state, "");
  }

  private StateModels(MapState<Tuple3<String, Long, Long>, byte[]> state, String space) {
    this.state = state;
    this.space = space;
  }

  @Override
  public ModelStore space(String name) {
    return new StateModels(state, space + "/" + name);
  }

  @Override
  public void put(long first, long second, long version, byte[] model) {
    byte[] whole = ByteBuffer.allocate(8 + model.length).putLong(version).put(model).array();
    try {
      state.put(Tuple3.of(space, first, second), whole);
    } catch (Exception e) {
      throw failed(e);
    }
  }

  @Override
  public byte[] get(long first, long second, long after, long upTo) {
    try {
      byte[] whole = state.get(Tuple3.of(space, first, second));
      if (whole == null) {
        return null;
      }
      ByteBuffer in = ByteBuffer.wrap(whole);
      long version = in.getLong();
      if (version <= after || version > upTo) {
        return null;
      }
      byte[] model = new byte[in.remaining()];
      in.get(model);
      return model;
    } catch (Exception e) {
      throw failed(e);
    }
  }

  private static RuntimeException failed(Exception e) {
    return e instanceof RuntimeException r
        ? r
        : new UncheckedIOException("the state of a model", new java.io.IOException(e));
  }

  @Override
  public void resume(long version) {}
}
