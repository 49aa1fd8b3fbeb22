package org.freshet.connectors.flink;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.base.ListSerializer;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Labels that came before their events, in Flink's state: on the disk with RocksDB, so that a
 * source of labels may be far ahead. At {@value #MOST} the oldest is dropped.
 */
final class EarlyLabels {
  /** The most labels that wait. */
  static final long MOST = 5_000_000;

  private final long most;
  private final MapState<String, List<Item>> waiting; // by id; their numbers are those of the queue
  private final MapState<Long, String> queue; // ids in the order in which labels came
  private long next;
  private long oldest;
  private long size;

  EarlyLabels(KeyedStateStore state, long most) {
    this.most = most;
    this.waiting =
        state.getMapState(
            new MapStateDescriptor<>(
                "early", StringSerializer.INSTANCE, new ListSerializer<>(ItemSerializer.INSTANCE)));
    this.queue = state.getMapState(new MapStateDescriptor<>("queue", Types.LONG, Types.STRING));
  }

  long size() {
    return size;
  }

  /**
   * @return how many had to be dropped
   */
  int add(Item label) throws Exception {
    List<Item> of = waiting.get(label.id);
    of = of == null ? new ArrayList<>(1) : new ArrayList<>(of);
    label.number = next++;
    of.add(label);
    waiting.put(label.id, of);
    queue.put(label.number, label.id);
    return ++size > most ? drop() : 0;
  }

  private int drop() throws Exception {
    while (oldest < next && !queue.contains(oldest)) {
      oldest++;
    }
    return take(queue.get(oldest)).size();
  }

  /** Takes out the labels of an id, the oldest first. */
  List<Item> take(String id) throws Exception {
    List<Item> of = size == 0 ? null : waiting.get(id);
    if (of == null) {
      return List.of();
    }
    waiting.remove(id);
    for (Item label : of) {
      queue.remove(label.number);
    }
    size -= of.size();
    return of;
  }

  void save(StateWriter out) {
    out.put("early", new long[] {next, oldest, size});
  }

  void load(StateReader in) {
    long[] saved = in.longs("early", 3);
    next = saved[0];
    oldest = saved[1];
    size = saved[2];
    if (oldest < 0 || next < oldest || size < 0 || size > next - oldest) {
      throw in.corrupt("early", "has " + size + " labels from " + oldest + " to " + next);
    }
  }
}
