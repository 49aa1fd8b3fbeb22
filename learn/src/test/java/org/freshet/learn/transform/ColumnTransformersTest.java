package org.freshet.learn.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Row;
import org.freshet.core.Schema;
import org.freshet.core.SchemaException;
import org.freshet.core.StateException;
import org.freshet.core.Transformer;
import org.freshet.core.state.StateReader;
import org.junit.jupiter.api.Test;

/** min_max_scaler, one_hot, imputer and select. */
class ColumnTransformersTest {
  private static final double NAN = Double.NaN;

  private static Schema schema() {
    return Schema.classification(
        List.of(
            Column.numeric("price").withMissing(true),
            Column.category("day", "mon", "tue", "wed").withMissing(true),
            Column.numeric("demand"),
            Column.category("hot", "no", "yes")),
        "y",
        "0",
        "1");
  }

  @Test
  void minMaxScalesByTheRangeSeen() {
    Transformer t = Steps.make("min_max_scaler", schema());
    assertThat(Steps.step(t, 4, 0, 7, 1)).containsExactly(0, 0, 0, 1);
    assertThat(Steps.step(t, 8, 0, 7, 1)).containsExactly(0, 0, 0, 1); // one constant seen
    assertThat(Steps.step(t, NAN, 0, 7, 1)[0]).isNaN();
    assertThat(Steps.transform(t, 5, 2, 9, 0)).containsExactly(0.25, 2, 0, 0);
    assertThat(Steps.transform(t, 10, 0, 7, 0)[0]).isEqualTo(1);
    assertThat(Steps.transform(t, 2, 0, 7, 0)[0]).isZero();
    Transformer open = Steps.make("min_max_scaler(clip=false)", schema());
    Steps.step(open, 4, 0, 7, 1);
    Steps.step(open, 8, 0, 7, 1);
    Steps.step(open, Double.POSITIVE_INFINITY, 0, 7, 1);
    assertThat(Steps.transform(open, 10, 0, 7, 0)[0]).isEqualTo(1.5);
    Steps.assertRestores("min_max_scaler", schema(), 4);
  }

  @Test
  void oneHotGivesEachCategoryItsIndex() {
    Schema s = schema();
    Transformer t = Steps.make("one_hot", s);
    assertThat(t.output().isSparse()).isTrue();
    assertThat(t.output().column(1).name()).isEqualTo("demand");
    // numbers at 0 and 1; category code c of column j at 2 + 2 c + j
    Features y = Steps.transform(t, Features.of(1.5, 2, 0, 1));
    assertThat(y.toString()).isEqualTo("[0:1.5, 5:1.0, 6:1.0]");
    y = Steps.transform(t, Features.of(0, 0, 3, 1));
    assertThat(y.toString()).isEqualTo("[1:3.0, 2:1.0, 5:1.0]");
    assertThat(Steps.transform(t, Features.of(NAN, NAN, 3, 0)).toString())
        .isEqualTo("[0:NaN, 1:3.0, 3:1.0]");
    s.column(1).dictionary().code("sun"); // a new category mid-stream
    assertThat(Steps.transform(t, Features.of(0, 3, 0, 0)).toString()).isEqualTo("[3:1.0, 8:1.0]");
  }

  @Test
  void oneHotIsBounded() {
    Transformer t = Steps.make("one_hot(max_categories=2)", schema());
    Features first = Steps.transform(t, Features.of(0, 1, 0, 0)).copy();
    assertThat(Steps.transform(t, Features.of(0, 1e6, 0, 0)).toString())
        .isEqualTo(first.toString());
    assertThat(first.toString()).isEqualTo("[3:1.0, 4:1.0]");
  }

  @Test
  void oneHotMakesDenseRowsWithTheSameColumns() {
    Schema s = schema();
    Transformer t = Steps.make("one_hot(max_categories=3, dense=true)", s);
    assertThat(t.output().isSparse()).isFalse();
    assertThat(t.output().columns().stream().map(Column::name))
        .containsExactly("price", "demand", "day=0", "hot=0", "day=1", "hot=1", "day=2", "hot=2");
    Row row = Row.of(t.output());
    t.transform(Features.of(1.5, 2, 0, 1), row);
    assertThat(row.values()).containsExactly(1.5, 0, 0, 0, 0, 1, 1, 0);
    t.transform(Features.of(NAN, NAN, 3, 0), row); // nothing is left of the row before
    assertThat(row.values()).containsExactly(NAN, 3, 0, 1, 0, 0, 0, 0);
    s.column(1).dictionary().code("sun"); // beyond max_categories: as the last
    t.transform(Features.of(0, 3, 0, 0), row);
    assertThat(row.values()).containsExactly(0, 0, 0, 1, 0, 0, 1, 0);
    assertThatThrownBy(() -> Steps.make("one_hot(max_categories=1000000, dense=true)", s))
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("2000002 columns")
        .hasMessageContaining("max_categories");
    Steps.assertAllocatesNothing("one_hot(max_categories=3, dense=true)", s);
  }

  @Test
  void imputerFillsFromWhatWasSeen() {
    Transformer t = Steps.make("imputer(value=-1)", schema());
    assertThat(Steps.step(t, NAN, NAN, NAN, NAN)).containsExactly(-1, 0, -1, 0);
    Steps.step(t, 2, 2, 10, 1);
    Steps.step(t, 4, 1, NAN, 1);
    Steps.step(t, Double.NEGATIVE_INFINITY, 1, NAN, NAN);
    // price: mean of 2 and 4; day: tue twice; demand: 10; hot: yes twice
    assertThat(Steps.step(t, NAN, NAN, NAN, NAN)).containsExactly(3, 1, 10, 1);
    assertThat(Steps.step(t, 7, 0, 8, 0)).containsExactly(7, 0, 8, 0);
    Steps.step(t, NAN, 0, 8, 0);
    assertThat(Steps.transform(t, NAN, NAN, 0, NAN)[1])
        .isZero(); // mon and tue twice: the lower code
    assertThat(t.output().mayMiss()).isFalse();
    Steps.assertRestores("imputer", schema(), 4);
  }

  @Test
  void imputerCanTakeThePreviousAndMarkWhatWasMissing() {
    Transformer t =
        Steps.make("imputer(numeric=previous, category=previous, indicators=true)", schema());
    assertThat(t.output().columns().stream().map(Column::name))
        .containsExactly("price", "day", "demand", "hot", "price_missing", "day_missing");
    Steps.step(t, 2, 2, 10, 1);
    assertThat(Steps.step(t, NAN, NAN, 11, 0)).containsExactly(2, 2, 11, 0, 1, 1);
    assertThat(Steps.step(t, 5, 1, NAN, NAN)).containsExactly(5, 1, 11, 0, 0, 0);
    assertThat(Steps.transform(t, NAN, NAN, 1, 1)).containsExactly(5, 1, 1, 1, 1, 1);
    Steps.assertRestores("imputer(numeric=previous, category=previous)", schema(), 4);
  }

  @Test
  void imputerTakesTheColumnsNamed() {
    Transformer t = Steps.make("imputer(numeric=constant, value=9, columns=[price])", schema());
    assertThat(Steps.step(t, 1, 1, 1, 1)).containsExactly(1, 1, 1, 1);
    assertThat(Steps.transform(t, NAN, NAN, 3, 1)).containsExactly(9, NAN, 3, 1);
    assertThat(t.output().column(0).mayBeMissing()).isFalse();
    assertThat(t.output().column(1).mayBeMissing()).isTrue();
    assertThatThrownBy(() -> Steps.make("imputer(columns=[prise])", schema()))
        .isInstanceOf(ConfigException.class)
        .hasMessage("imputer: there is no column 'prise'; did you mean 'price'?");
  }

  @Test
  void imputerRefusesAStateThatDoesNotFit() {
    Transformer t = Steps.make("imputer", schema());
    org.freshet.core.state.StateWriter out = new org.freshet.core.state.StateWriter();
    out.put("seen", new double[4]);
    out.put("fill", new double[] {0, 77, 0, 0});
    out.put("counts-1", new int[4]);
    out.put("counts-3", new int[4]);
    assertThatThrownBy(() -> t.load(StateReader.open("bad", out.toBytes())))
        .isInstanceOf(StateException.class)
        .hasMessage("bad: corrupt: entry 'counts-1' does not fit the most frequent category 77.0");
  }

  @Test
  void selectKeepsOrDrops() {
    Transformer keep = Steps.make("select(keep=[demand, 1])", schema());
    assertThat(keep.output().columns().stream().map(Column::name))
        .containsExactly("demand", "price");
    assertThat(Steps.transform(keep, 1, 2, 3, 0)).containsExactly(3, 1);
    Transformer drop = Steps.make("select(drop=[1, hot])", schema());
    assertThat(drop.output().columns().stream().map(Column::name)).containsExactly("day", "demand");
    assertThat(Steps.transform(drop, 1, 2, 3, 0)).containsExactly(2, 3);
    assertThat(drop.output().target()).isEqualTo(Schema.Target.CLASS);
  }

  @Test
  void selectOnSparseRowsKeepsTheIndices() {
    Schema sparse = schema().withSparse(List.of());
    Features x = Features.sparse(new int[] {0, 4, 99}, new double[] {1, 2, 3}, 3, 100);
    assertThat(Steps.transform(Steps.make("select(drop=[5])", sparse), x).toString())
        .isEqualTo("[0:1.0, 99:3.0]");
    assertThat(Steps.transform(Steps.make("select(keep=[5, 7])", sparse), x).toString())
        .isEqualTo("[4:2.0]");
  }

  @Test
  void selectMovesTextWithItsColumn() {
    Schema s =
        Schema.classification(
            List.of(Column.text("title"), Column.numeric("n"), Column.text("body")), "y", "0", "1");
    Batch b = new Batch(s, 1);
    b.beginRow();
    b.set(1, 5);
    b.attach(0, "a title");
    b.attach(1, "a body");
    b.endRow();
    Transformer t = Steps.make("select(drop=[title])", s);
    Features y = Steps.transform(t, b.row(0));
    assertThat(y.attachment(t.output().attachmentOf(t.output().indexOf("body"))))
        .isEqualTo("a body");
    assertThat(y.get(t.output().indexOf("n"))).isEqualTo(5);
  }

  @Test
  void selectNamesAMissingColumn() {
    assertWrong(
        "select(keep=[pricce])", "select: there is no column 'pricce'; did you mean 'price'?");
    assertWrong(
        "select(keep=[5])",
        "select: there is no column '5'; the columns are price, day, demand, hot, or a number from 1 to 4");
    assertWrong("select", "select needs either 'keep' or 'drop': a list of columns");
    assertWrong(
        "select(keep=[hot], drop=[day])",
        "select needs either 'keep' or 'drop': a list of columns");
    assertWrong("select(keep=[price, 1])", "select names the column '1' twice");
  }

  private static void assertWrong(String spec, String message) {
    assertThatThrownBy(() -> Steps.make(spec, schema()))
        .isInstanceOf(ConfigException.class)
        .hasMessage(message);
  }
}
