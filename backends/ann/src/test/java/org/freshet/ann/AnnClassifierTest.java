package org.freshet.ann;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.junit.jupiter.api.Test;

class AnnClassifierTest {
  private static final int WIDTH = 16;

  private final Rng rng = new Rng(1);
  private final List<double[]> rows = new ArrayList<>();

  private static AnnClassifier make(String parameters) {
    List<Column> columns = new ArrayList<>();
    for (int j = 0; j < WIDTH; j++) {
      columns.add(Column.numeric("x" + j));
    }
    return Components.create(
        Spec.parse("ann_classifier(" + parameters + ")"),
        Build.of(Schema.classification(columns, "y")),
        AnnClassifier.class);
  }

  private double[] draw() {
    double[] x = new double[WIDTH];
    for (int j = 0; j < WIDTH; j++) {
      x[j] = rng.nextGaussian();
    }
    return x;
  }

  /** Every row is a class of its own, so that the answer says which row was found. */
  @Test
  void findsTheNearestRowInTheGraph() {
    AnnClassifier ann = make("metric=euclidean, window=1e9");
    for (int i = 0; i < 2500; i++) {
      rows.add(draw());
      ann.learn(Features.of(rows.get(i)), i, 1);
    }
    int found = 0;
    int same = 0;
    for (int q = 0; q < 150; q++) {
      double[] x = draw();
      int nearest = 0;
      double least = Double.POSITIVE_INFINITY;
      for (int i = 0; i < rows.size(); i++) {
        double d = Kernels.squaredDistance(x, 0, rows.get(i), 0, WIDTH);
        if (d < least) {
          least = d;
          nearest = i;
        }
      }
      found += ann.predict(Features.of(x)) == nearest ? 1 : 0;
      same += ann.predict(Features.of(rows.get(13 * q))) == 13 * q ? 1 : 0;
    }
    assertThat(same).isGreaterThanOrEqualTo(149);
    assertThat(found).isGreaterThanOrEqualTo(145);
  }

  /** Beyond the rows looked through one by one, with several segments and some dropped. */
  @Test
  void restoredItGoesOnAsIfNeverStopped() {
    String spec = "max_rows=6000";
    AnnClassifier never = make(spec);
    AnnClassifier stopped = make(spec);
    double[] a = new double[3];
    double[] b = new double[3];
    for (int i = 0; i < 7000; i++) {
      Features x = Features.of(draw());
      int label = x.value(0) > 0.5 ? 2 : x.value(1) > 0 ? 1 : 0;
      if (i == 1300 || i == 6500) {
        StateWriter out = new StateWriter();
        stopped.save(out);
        stopped = make(spec);
        stopped.load(StateReader.open("test", out.toBytes()).withLabels(3));
      }
      never.testThenLearn(x, label, 1, a);
      stopped.testThenLearn(x, label, 1, b);
      assertThat(b).isEqualTo(a);
    }
    assertThat(never.rows()).isBetween(4500, 6000);
    assertThat(stopped.rows()).isEqualTo(never.rows());
  }

  /** Labels that are often wrong want many neighbours, clean ones few. */
  @Test
  void asksMoreNeighboursWhereLabelsAreNoisy() {
    AnnClassifier noisy = make("window=300");
    AnnClassifier clean = make("window=300");
    for (int i = 0; i < 900; i++) {
      double[] x = draw();
      int label = x[0] > 0 ? 1 : 0;
      noisy.learn(Features.of(x), rng.nextDouble() < 0.3 ? 1 - label : label, 1);
      int corner = (x[0] > 0 ? 1 : 0) + (x[1] > 0 ? 2 : 0);
      double[] far = new double[WIDTH];
      far[corner] = 1;
      far[4] = 0.01 * x[2];
      clean.learn(Features.of(far), corner, 1);
    }
    assertThat(noisy.neighbours()).isGreaterThanOrEqualTo(8);
    assertThat(clean.neighbours()).isLessThanOrEqualTo(2);
  }

  @Test
  void rowsBeyondTheLimitPushOutTheOldest() {
    AnnClassifier ann = make("max_rows=400, metric=euclidean");
    for (int i = 0; i < 1000; i++) {
      double[] x = new double[WIDTH];
      x[0] = i;
      ann.learn(Features.of(x), i < 500 ? 0 : 1, 1);
    }
    assertThat(ann.rows()).isBetween(300, 400);
    assertThat(ann.predict(Features.of(new double[WIDTH]))).isEqualTo(1);
  }
}
