package org.freshet.connectors.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import org.freshet.core.StateException;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.junit.jupiter.api.Test;

class PartOfIdsTest {
  private static final int PARTS = 9;

  private static PartOfIds again(PartOfIds ids, int most) {
    StateWriter out = new StateWriter();
    ids.save(out);
    PartOfIds loaded = new PartOfIds(most, PARTS);
    loaded.load(StateReader.open("test", out.toBytes()));
    return loaded;
  }

  @Test
  void knowsTheLastIds() {
    for (int most : new int[] {1, 7, 100, 1000}) {
      Random random = new Random(most);
      PartOfIds ids = new PartOfIds(most, PARTS);
      Map<String, Integer> expected = new HashMap<>();
      Queue<String> order = new ArrayDeque<>();
      for (int i = 0; i < 20_000; i++) {
        String id = "id-" + random.nextInt(3 * most);
        int part = random.nextInt(PARTS);
        Integer before = expected.putIfAbsent(id, part);
        assertThat(ids.add(id, part)).isEqualTo(before == null ? -1 : before);
        if (before == null) {
          order.add(id);
        }
        if (order.size() > most) {
          expected.remove(order.remove());
        }
        if (i % 5000 == 77) {
          ids = again(ids, most);
        }
        String other = "id-" + random.nextInt(3 * most);
        assertThat(ids.find(other)).isEqualTo(expected.getOrDefault(other, -1));
      }
    }
  }

  @Test
  void refusesDamage() {
    StateWriter out = new StateWriter();
    out.put("ids", new long[] {1});
    out.put("other-ids", new long[] {1});
    out.put("parts", new int[] {PARTS});
    StateReader in = StateReader.open("test", out.toBytes());
    assertThatThrownBy(() -> new PartOfIds(10, PARTS).load(in))
        .isInstanceOf(StateException.class)
        .hasMessageContaining("parts");
  }
}
