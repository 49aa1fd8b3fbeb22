package org.freshet.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.junit.jupiter.api.Test;

class RowStoreTest {
  private final Schema dense =
      Schema.unlabelled(List.of(Column.numeric("a"), Column.text("t"), Column.numeric("b")));
  private final Schema sparse = Schema.unlabelled(List.of()).withSparse(List.of());

  private Batch denseRows(int n) {
    Batch b = new Batch(dense, n);
    for (int i = 0; i < n; i++) {
      b.beginRow();
      b.set(0, i);
      b.set(2, -i);
      b.attach(0, "text" + i);
      b.setId("id" + i);
      b.setKey(i % 2 == 0 ? null : "k");
      b.setTime(100 + i);
      b.endRow();
    }
    return b;
  }

  private Batch sparseRows(int n) {
    Batch b = new Batch(sparse, n);
    for (int i = 0; i < n; i++) {
      b.beginRow();
      for (int k = 0; k < i % 12; k++) {
        b.add(i + 3 * k, k + 0.5);
      }
      b.endRow();
    }
    return b;
  }

  @Test
  void keepsRowsWhenTheirBatchIsGone() {
    RowStore store = new RowStore(dense, 3000);
    Batch b = denseRows(2500);
    int[] slots = new int[2500];
    for (int i = 0; i < 2500; i++) {
      slots[i] = store.add(b.row(i));
    }
    b.clear();
    denseRows(1).row(0);
    java.util.Arrays.fill(b.block(), 7);
    for (int i = 0; i < 2500; i += 311) {
      Features x = store.get(slots[i]);
      assertThat(x.get(0)).isEqualTo(i);
      assertThat(x.get(2)).isEqualTo(-i);
      assertThat(x.id()).isEqualTo("id" + i);
      assertThat(x.key()).isEqualTo(i % 2 == 0 ? null : "k");
      assertThat(x.time()).isEqualTo(100 + i);
      assertThat(x.attachment(0)).isEqualTo("text" + i);
    }
  }

  @Test
  void usesSlotsAgainAndStopsAtTheLimit() {
    RowStore store = new RowStore(dense, 2);
    Batch b = denseRows(3);
    int first = store.add(b.row(0));
    store.add(b.row(1));
    assertThatThrownBy(() -> store.add(b.row(2)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("row store of 2 rows is full");
    store.remove(first);
    assertThat(store.add(b.row(2))).isEqualTo(first);
    assertThat(store.get(first).id()).isEqualTo("id2");
    assertThat(store.size()).isEqualTo(2);
    assertThat(store.slots()).isEqualTo(2);
  }

  @Test
  void sparseRowsFitSlotsOfShorterOnes() {
    RowStore store = new RowStore(sparse, 40);
    Batch b = sparseRows(40);
    int slot = store.add(b.row(1));
    for (int i = 0; i < 40; i++) {
      store.remove(slot);
      slot = store.add(b.row(i));
      assertThat(store.get(slot).toString()).isEqualTo(b.row(i).toString());
      assertThat(store.get(slot).width()).isEqualTo(b.row(i).width());
    }
  }

  @Test
  void savedRowsComeBackInTheOrderGiven() {
    for (boolean isSparse : new boolean[] {false, true}) {
      Schema schema = isSparse ? sparse : dense;
      Batch b = isSparse ? sparseRows(30) : denseRows(30);
      RowStore store = new RowStore(schema, 100);
      int[] slots = new int[30];
      for (int i = 0; i < 30; i++) {
        slots[29 - i] = store.add(b.row(i));
      }
      StateWriter out = new StateWriter();
      store.save(out, slots, 30);
      RowStore other = new RowStore(schema, 100);
      assertThat(other.load(StateReader.open("test", out.toBytes()))).isEqualTo(30);
      for (int i = 0; i < 30; i++) {
        Features x = b.row(29 - i);
        Features y = other.get(i);
        assertThat(y.toString()).isEqualTo(x.toString());
        assertThat(y.id()).isEqualTo(x.id());
        assertThat(y.time()).isEqualTo(x.time());
        assertThat(isSparse ? null : y.attachment(0)).isEqualTo(isSparse ? null : x.attachment(0));
      }
    }
  }
}
