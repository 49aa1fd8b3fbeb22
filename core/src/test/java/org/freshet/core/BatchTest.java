package org.freshet.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class BatchTest {
  private static final Schema DENSE =
      Schema.classification(
          List.of(Column.numeric("a"), Column.numeric("b"), Column.text("t")), "y", "no", "yes");

  @Test
  void aNewRowKnowsNothing() {
    Batch batch = new Batch(DENSE, 2);
    batch.beginRow();
    batch.set(1, 5);
    batch.endRow();
    Features x = batch.row(0);
    assertThat(x.get(0)).isNaN();
    assertThat(x.get(1)).isEqualTo(5);
    assertThat(x.attachment(0)).isNull();
    assertThat(batch.labelCode(0)).isEqualTo(-1);
    assertThat(batch.weight(0)).isEqualTo(1);
    assertThat(batch.time(0)).isEqualTo(Features.NO_TIME);
    assertThat(batch.key(0)).isNull();
  }

  @Test
  void aRowThatWasNotEndedIsBegunAnew() {
    Batch batch = new Batch(DENSE, 2);
    batch.beginRow();
    batch.set(0, 1);
    batch.setKey("k");
    batch.beginRow();
    batch.endRow();
    assertThat(batch.size()).isEqualTo(1);
    assertThat(batch.row(0).get(0)).isNaN();
    assertThat(batch.row(0).key()).isNull();
  }

  @Test
  void refusesMoreRowsThanItHolds() {
    Batch batch = new Batch(DENSE, 1);
    batch.beginRow();
    batch.endRow();
    assertThat(batch.isFull()).isTrue();
    assertThatThrownBy(batch::beginRow).hasMessage("batch of 1 rows is full");
  }

  @Test
  void sparseRowsGrowAndAbsentIsZero() {
    Batch batch = new Batch(DENSE.withSparse(List.of()), 3);
    batch.beginRow();
    for (int i = 0; i < 200; i++) {
      batch.add(3 * i, i + 1);
    }
    batch.endRow();
    batch.beginRow();
    batch.add(7, -2);
    batch.endRow();
    Features x = batch.row(0);
    assertThat(x.isSparse()).isTrue();
    assertThat(x.count()).isEqualTo(200);
    assertThat(x.width()).isEqualTo(598);
    assertThat(x.get(597)).isEqualTo(200);
    assertThat(x.get(598)).isZero();
    assertThat(x.get(1)).isZero();
    assertThat(batch.row(1).get(7)).isEqualTo(-2);
  }

  @Test
  void appendKeepsEverythingOfARow() {
    Batch from = new Batch(DENSE, 1);
    from.beginRow();
    from.set(0, 1);
    from.set(1, 2);
    from.attach(0, "text");
    from.setId("id");
    from.setKey("key");
    from.setTime(77);
    from.endRow();
    Batch to = new Batch(DENSE, 4);
    to.append(from.row(0), 1, 2.5);
    from.clear();
    Features x = to.row(0);
    assertThat(x.toString()).isEqualTo("[1.0, 2.0, NaN]");
    assertThat(x.attachment(0)).isEqualTo("text");
    assertThat(List.of(x.id(), x.key())).containsExactly("id", "key");
    assertThat(x.time()).isEqualTo(77);
    assertThat(to.labelCode(0)).isEqualTo(1);
    assertThat(to.weight(0)).isEqualTo(2.5);
  }

  @Test
  void aCopyOutlivesItsBlock() {
    Batch batch = new Batch(DENSE, 1);
    batch.beginRow();
    batch.set(0, 1);
    batch.attach(0, "kept");
    batch.endRow();
    Features copy = batch.row(0).copy();
    batch.block()[0] = 99;
    assertThat(copy.get(0)).isEqualTo(1);
    assertThat(copy.attachment(0)).isEqualTo("kept");
  }

  @Test
  void denseAndSparseFormsOfARowAgree() {
    Features dense = Features.of(0, 3, 0, 0.5);
    Features sparse = Features.sparse(new int[] {1, 3}, new double[] {3, 0.5}, 2, 4);
    double[] w = {1, 2, 4, 8};
    assertThat(dense.dot(w)).isEqualTo(10).isEqualTo(sparse.dot(w));
    double[] a = new double[4];
    double[] b = new double[4];
    dense.addTo(a, 2);
    sparse.addTo(b, 2);
    assertThat(a).containsExactly(0, 6, 0, 1).isEqualTo(b);
    double[] spread = {9, 9, 9, 9, 9};
    sparse.copyTo(spread, 1);
    assertThat(spread).containsExactly(9, 0, 3, 0, 0.5);
    // Indices the weights do not reach count as 0.
    assertThat(sparse.dot(new double[] {1, 2})).isEqualTo(6);
  }

  @Test
  void aRowIsWrittenAndReadAgain() {
    Row row = Row.of(DENSE.withSparse(List.of()));
    for (int event = 0; event < 2; event++) {
      row.begin(Features.of(1));
      for (int i = 0; i < 40; i++) {
        row.add(i * 2, i);
      }
      assertThat(row.view().count()).isEqualTo(40);
      assertThat(row.view().get(78)).isEqualTo(39);
      assertThat(row.view().width()).isEqualTo(79);
    }
  }
}
