package org.freshet.neural.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Regressor;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.SchemaException;
import org.freshet.core.component.Components;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks as learners: what they learn, refuse and cost. */
class NetworksTest {
  private static List<Column> columns(int n) {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      columns.add(Column.numeric("x" + i));
    }
    return columns;
  }

  private static Schema numbers(int n) {
    return Schema.regression(columns(n), "y");
  }

  private static Schema classes(int n) {
    return Schema.classification(columns(n), "y", "no", "yes");
  }

  /** Mean absolute error over the last of {@code n} events of y = scale · |x_0| + 1000 scale. */
  private static double error(String spec, double scale, int n) {
    Regressor r = Components.regressor(spec, numbers(2), 1);
    Rng rng = new Rng(5);
    double sum = 0;
    for (int i = 0; i < n; i++) {
      double a = rng.nextGaussian();
      double y = scale * (Math.abs(a) + 1000);
      double answer = r.testThenLearn(Features.of(a, rng.nextGaussian()), y, 1);
      sum += i >= n - 500 ? Math.abs(answer - y) / 500 : 0;
    }
    return sum / scale;
  }

  /** No line fits |x|: its mean absolute error is 0.48, that of the mean. */
  @ParameterizedTest
  @ValueSource(strings = {"squared", "huber", "absolute"})
  void learnsANumberOfAnyScale(String loss) {
    String spec = "mlp(hidden=[20], optimizer=adam(learning_rate=0.01), loss=" + loss + ")";
    assertThat(error(spec, 1, 3000)).isLessThan(0.1);
    assertThat(error(spec, 1e6, 3000)).isLessThan(0.1);
    assertThat(error("mlp(hidden=[], loss=" + loss + ")", 1, 3000)).isBetween(0.4, 0.6);
  }

  /**
   * Where units are left out, two passes over a row differ in what they teach; not in the answer.
   */
  @Test
  void dropoutAndNormalisationKeepAnswersPure() {
    String spec = "mlp(hidden=[20], layer_norm=true, dropout=0.5)";
    Classifier c = Components.classifier(spec, classes(2), 1);
    Classifier plain = Components.classifier("mlp(hidden=[20])", classes(2), 1);
    Rng rng = new Rng(1);
    double[] first = new double[2];
    double[] again = new double[2];
    double[] other = new double[2];
    int right = 0;
    for (int i = 0; i < 2000; i++) {
      Features x = Features.of(rng.nextGaussian(), rng.nextGaussian());
      int y = x.get(0) * x.get(1) > 0 ? 1 : 0;
      c.scores(x, first);
      c.testThenLearn(x, y, 1, again);
      assertThat(again).isEqualTo(first);
      plain.testThenLearn(x, y, 1, other);
      right += i >= 1000 && (first[1] > 0.5) == (y == 1) ? 1 : 0;
    }
    assertThat(right).isGreaterThan(850);
    assertThat(first[0]).isNotCloseTo(other[0], within(1e-6));
  }

  /** Draws of dropout and fading statistics go on where they were. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "mlp(hidden=[20], layer_norm=true, dropout=0.5, batch=3, normalize=true)",
        "convolutional(filters=[4], batch_norm=batch, batch=5)"
      })
  void goesOnAfterARestart(String spec) {
    Classifier c = Components.classifier(spec, classes(9), 1);
    Classifier again = Components.classifier(spec, classes(9), 1);
    Rng rng = new Rng(1);
    double[] scores = new double[2];
    double[] other = new double[2];
    for (int i = 0; i < 400; i++) {
      double[] row = new double[9];
      for (int k = 0; k < 9; k++) {
        row[k] = rng.nextGaussian();
      }
      if (i == 200) {
        StateWriter out = new StateWriter();
        c.save(out);
        again.load(StateReader.open("memory", out.toBytes()));
      }
      c.testThenLearn(Features.of(row), row[0] > 0 ? 1 : 0, 1, scores);
      if (i >= 200) {
        again.testThenLearn(Features.of(row), row[0] > 0 ? 1 : 0, 1, other);
        assertThat(other).isEqualTo(scores);
      }
    }
  }

  @Test
  void replayKeepsNumbersToo() {
    String spec = "mlp(hidden=[20], optimizer=adam(learning_rate=0.01), batch=10";
    double without = error(spec + ")", 1, 3000);
    double with = error(spec + ", replay=reservoir(size=500, batch=40))", 1, 3000);
    assertThat(with).isLessThan(0.8 * without);
  }

  @Test
  void strategiesOfClassesRefuseNumbersInOneLine() {
    assertThatThrownBy(
            () -> Components.regressor("mlp(strategy=er_ace, replay=reservoir)", numbers(2), 1))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("er_ace learns classes, and the label is a number")
        .message()
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"loss_aware", "gss", "mir", "aser", "codebook"})
  void memoriesOfClassesRefuseNumbersInOneLine(String memory) {
    assertThatThrownBy(() -> Components.regressor("mlp(replay=" + memory + ")", numbers(2), 1))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(memory + " looks at classes, and the label is a number")
        .message()
        .doesNotContain("\n");
  }

  /** Of a sparse row the input holds columns too, which must not be moved. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "replay=codebook",
        "replay=mir(replay=codebook)",
        "replay=aser(replay=codebook)",
        "strategy=semicon, replay=reservoir",
        "strategy=onpro, replay=reservoir",
        "strategy=ccic, replay=reservoir",
        "strategy=momentum_distillation(strategy=semicon), replay=reservoir"
      })
  void whatMovesRowsRefusesSparseOnesInOneLine(String settings) {
    Schema sparse = classes(0).withSparse(List.of());
    assertThatThrownBy(() -> Components.classifier("mlp(" + settings + ")", sparse, 1))
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("the numbers of rows, and these are sparse; use ")
        .message()
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"reservoir", "ring", "herding", "class_balanced", "greedy_balanced"})
  void otherMemoriesTakeNumbersAndSparseRows(String memory) {
    String spec = "mlp(hidden=[4], replay=" + memory + ")";
    Components.regressor(spec, numbers(2), 1);
    Components.classifier(spec, classes(0).withSparse(List.of()), 1);
  }

  @Test
  void normalizedInputIsThatOfAScaler() {
    Schema schema = classes(2);
    Classifier own = Components.classifier("mlp(hidden=[10], normalize=true)", schema, 1);
    Classifier raw = Components.classifier("mlp(hidden=[10])", schema, 1);
    Rng rng = new Rng(2);
    double[] scores = new double[2];
    int right = 0;
    int rightRaw = 0;
    for (int i = 0; i < 4000; i++) {
      double a = rng.nextGaussian();
      Features x = Features.of(1e-4 * a, 5000 + 100 * rng.nextGaussian());
      int y = a > 0 ? 1 : 0;
      own.testThenLearn(x, y, 1, scores);
      right += i >= 2000 && (scores[1] > 0.5) == (y == 1) ? 1 : 0;
      raw.testThenLearn(x, y, 1, scores);
      rightRaw += i >= 2000 && (scores[1] > 0.5) == (y == 1) ? 1 : 0;
    }
    assertThat(right / 2000.0).isGreaterThan(0.95);
    assertThat(rightRaw / 2000.0).isLessThan(0.6);
  }

  /** After 10,000 events without a change the first one is a hundred deviations from the mean. */
  @Test
  void aColumnThatBeginsToMoveLateIsHeldInTenDeviations() {
    Rows rows = new Rows(classes(2), true);
    float[] row = new float[2];
    for (int i = 0; i < 10_000; i++) {
      rows.seen(Features.of(3, i % 2));
    }
    rows.seen(Features.of(4, 1));
    rows.write(Features.of(4, 1), row, 0);
    assertThat(row[0]).isEqualTo(10);
    assertThat(row[1]).isCloseTo(1, within(1e-3f));
    rows.write(Features.of(-1e9, 0), row, 0);
    assertThat(row[0]).isEqualTo(-10);
  }

  /** Whether two columns are of the same kind: what no linear model can tell. */
  @Test
  void learnsSparseRows() {
    Schema schema = classes(0).withSparse(List.of());
    String spec = "mlp(hidden=[16], optimizer=adam(learning_rate=0.01), max_features=300)";
    Classifier c = Components.classifier(spec, schema, 1);
    Rng rng = new Rng(3);
    double[] scores = new double[2];
    int right = 0;
    for (int i = 0; i < 6000; i++) {
      int a = rng.nextInt(10);
      int b = 200 + rng.nextInt(10);
      int y = (a & 1) ^ (b & 1);
      int beyond = 300 + rng.nextInt(1000);
      Features x = Features.sparse(new int[] {a, b, beyond}, new double[] {1, 1, 7}, 3, beyond + 1);
      c.testThenLearn(x, y, 1, scores);
      right += i >= 5000 && (scores[1] > 0.5) == (y == 1) ? 1 : 0;
    }
    assertThat(right / 1000.0).isGreaterThan(0.95);
    assertThat(c.memoryBytes()).isLessThan(300_000);
  }

  /** A bright bar somewhere, upright or level: what no pixel by itself says. */
  private static double bars(String spec, Schema schema) {
    Classifier c = Components.classifier(spec, schema, 1);
    Rng rng = new Rng(6);
    double[] scores = new double[2];
    double[] pixels = new double[64];
    Features x = Features.of(pixels);
    int right = 0;
    for (int i = 0; i < 3000; i++) {
      int y = rng.nextInt(2);
      int row = rng.nextInt(6);
      int column = rng.nextInt(6);
      for (int p = 0; p < 64; p++) {
        pixels[p] = 0.5 * rng.nextGaussian();
      }
      for (int k = 0; k < 3; k++) {
        pixels[y == 1 ? (row + k) * 8 + column : row * 8 + column + k] += 1.5;
      }
      c.testThenLearn(x, y, 1, scores);
      right += i >= 2000 && (scores[1] > 0.5) == (y == 1) ? 1 : 0;
    }
    return right / 1000.0;
  }

  @Test
  void convolutionsSeeAPatternAnywhere() {
    Schema schema = classes(64);
    String learning = "optimizer=adam(learning_rate=0.005))";
    double convolutional = bars("convolutional(filters=[16], pool=8, " + learning, schema);
    double dense = bars("mlp(hidden=[16], " + learning, schema);
    assertThat(convolutional).isGreaterThan(0.9);
    assertThat(dense).isLessThan(convolutional - 0.1);
    assertThat(bars("convolutional(filters=[16], pool=8, batch_norm=adaptive, " + learning, schema))
        .isGreaterThan(0.9);
  }

  /** Planes one after the other and pixels side by side are the same image. */
  @Test
  void layoutsAreTwoWaysToWriteAnImage() {
    String spec = "convolutional(image=[3, 3, 2], filters=[4], layout=";
    Classifier pixels = Components.classifier(spec + "interleaved)", classes(18), 1);
    Classifier planes = Components.classifier(spec + "planar)", classes(18), 1);
    Rng rng = new Rng(4);
    double[] a = new double[18];
    double[] b = new double[18];
    double[] p = new double[2];
    double[] q = new double[2];
    for (int i = 0; i < 50; i++) {
      for (int k = 0; k < 9; k++) {
        for (int c = 0; c < 2; c++) {
          a[2 * k + c] = rng.nextGaussian();
          b[9 * c + k] = a[2 * k + c];
        }
      }
      pixels.testThenLearn(Features.of(a), i & 1, 1, p);
      planes.testThenLearn(Features.of(b), i & 1, 1, q);
      assertThat(p).isEqualTo(q);
    }
    assertThat(p[0]).isNotCloseTo(0.5, within(1e-3));
  }

  /** Whether two marks somewhere among 12 steps have the same sign. */
  private static double marks(String spec) {
    Classifier c = Components.classifier(spec, classes(24), 1);
    Rng rng = new Rng(7);
    double[] scores = new double[2];
    double[] row = new double[24];
    int right = 0;
    for (int i = 0; i < 6000; i++) {
      int first = rng.nextInt(11);
      int second = first + 1 + rng.nextInt(11 - first);
      int y = rng.nextInt(2);
      int sign = 2 * rng.nextInt(2) - 1;
      Arrays.fill(row, 0);
      row[2 * first] = sign;
      row[2 * second] = y == 1 ? sign : -sign;
      c.testThenLearn(Features.of(row), y, 1, scores);
      right += i >= 5000 && (scores[1] > 0.5) == (y == 1) ? 1 : 0;
    }
    return right / 1000.0;
  }

  @ParameterizedTest
  @ValueSource(strings = {"gru", "elementwise"})
  void recurrentCellsRemember(String cell) {
    String learning = "optimizer=adam(learning_rate=0.01))";
    assertThat(marks("recurrent(steps=12, units=16, cell=" + cell + ", " + learning))
        .isGreaterThan(0.95);
    assertThat(marks("mlp(hidden=[], " + learning)).isLessThan(0.6);
  }

  @Test
  void imagesOfAnotherSizeAreRefused() {
    assertThatThrownBy(
            () -> Components.classifier("convolutional(image=[5, 5, 1])", classes(18), 1))
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("18 columns");
    assertThatThrownBy(() -> Components.classifier("convolutional", classes(18), 1))
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("no square");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mlp(hidden=[30, 20])",
        "mlp(hidden=[30], layer_norm=true, dropout=0.2)",
        "mlp(hidden=[30], normalize=true, batch=4, optimizer=sgd)",
        "mlp(hidden=[30], batch=5, replay=reservoir(size=50, batch=5))",
        "mlp(hidden=[30], strategy=er_ace, batch=5, replay=reservoir(size=50, batch=5))",
        "mlp(hidden=[30], strategy=der_pp, batch=5, replay=reservoir(size=50, batch=5))",
        "convolutional(filters=[4], batch_norm=adaptive, hidden=[10], batch=3)",
        "mlp(hidden=[30], strategy=ewc(consolidate=every_events(events=500)))",
        "mlp(hidden=[30], strategy=si(consolidate=every_events(events=500)))",
        "mlp(hidden=[30], strategy=lwf(consolidate=every_events(events=500)))",
        "mlp(hidden=[30], strategy=lae(consolidate=every_events(events=500)))",
        "hedge_backpropagation(layers=4, units=20)",
        "target_projection(hidden=[20])",
        "pairwise_layer",
        "recurrent(steps=8, units=10)",
        "recurrent(cell=elementwise, units=10, batch=3)",
        "recurrent(cell=elementwise, state=carried, units=10, batch=3,"
            + " replay=reservoir(size=50, batch=5))",
        "convolutional(filters=[4], hidden=[10], batch=5, replay=reservoir(size=50, batch=5))"
      })
  void allocatesNothingPerStep(String spec) {
    Classifier c = Components.classifier(spec, classes(16), 1);
    double[] scores = new double[2];
    double[] row = new double[16];
    Features x = Features.of(row);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long id = Thread.currentThread().getId();
    long before = 0;
    for (int i = 0; i < 8_000; i++) {
      if (i == 4_000) {
        before = threads.getThreadAllocatedBytes(id);
      }
      row[i % 16] = i % 7 - 3;
      c.testThenLearn(x, i & 1, 1, scores);
    }
    assertThat(threads.getThreadAllocatedBytes(id) - before).isLessThan(8_000); // of 4,000 events
  }
}
