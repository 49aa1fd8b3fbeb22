package org.freshet.neural.head;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;

/** Rows of correlated normal clouds, one a class, and small exact algebra to check answers with. */
final class Clouds {
  final double[][] rows;
  final int[] labels;
  final int classes;

  Clouds(int rows, int width, int classes, long seed) {
    Rng rng = new Rng(seed);
    this.rows = new double[rows][width];
    this.labels = new int[rows];
    this.classes = classes;
    double[][] means = new double[classes][width];
    for (double[] m : means) {
      for (int j = 0; j < width; j++) {
        m[j] = 1.5 * rng.nextGaussian();
      }
    }
    for (int r = 0; r < rows; r++) {
      labels[r] = rng.nextInt(classes);
      double shared = rng.nextGaussian();
      for (int j = 0; j < width; j++) {
        this.rows[r][j] = means[labels[r]][j] + rng.nextGaussian() + 2 * shared * (j % 3);
      }
    }
  }

  static Schema schema(int width) {
    List<Column> columns = new ArrayList<>();
    for (int j = 0; j < width; j++) {
      columns.add(Column.numeric("x" + j));
    }
    return Schema.classification(columns, "class");
  }

  <T extends Classifier> T make(String spec, Class<T> as) {
    return Components.create(Spec.parse(spec), Build.of(schema(rows[0].length)), as);
  }

  /** Learns all rows: as they come, class after class, or backwards. */
  void teach(Classifier learner, String order) {
    if (order.equals("by class")) {
      for (int c = 0; c < classes; c++) {
        for (int r = 0; r < rows.length; r++) {
          if (labels[r] == c) {
            learner.learn(Features.of(rows[r]), c, 1);
          }
        }
      }
      return;
    }
    for (int i = 0; i < rows.length; i++) {
      int r = order.equals("backwards") ? rows.length - 1 - i : i;
      learner.learn(Features.of(rows[r]), labels[r], 1);
    }
  }

  double accuracy(Classifier learner) {
    int right = 0;
    for (int r = 0; r < rows.length; r++) {
      right += learner.predict(Features.of(rows[r])) == labels[r] ? 1 : 0;
    }
    return (double) right / rows.length;
  }

  /** a⁻¹ b by elimination with row exchanges; both are kept. */
  static double[] solved(double[][] a, double[] b) {
    int n = b.length;
    double[][] m = new double[n][];
    for (int i = 0; i < n; i++) {
      m[i] = java.util.Arrays.copyOf(a[i], n + 1);
      m[i][n] = b[i];
    }
    for (int i = 0; i < n; i++) {
      int best = i;
      for (int r = i; r < n; r++) {
        best = Math.abs(m[r][i]) > Math.abs(m[best][i]) ? r : best;
      }
      double[] swap = m[i];
      m[i] = m[best];
      m[best] = swap;
      for (int r = 0; r < n; r++) {
        double f = r == i ? 0 : m[r][i] / m[i][i];
        for (int j = i; j <= n && f != 0; j++) {
          m[r][j] -= f * m[i][j];
        }
      }
    }
    double[] x = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] = m[i][n] / m[i][i];
    }
    return x;
  }
}
