package org.freshet.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.Features;
import org.freshet.core.Pipeline;
import org.freshet.core.Regressor;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;

/**
 * Texts as rows, in the order of a stream, and what plain routers say of them before each truth.
 */
final class RouteRows {
  private final Features[] rows;

  /**
   * @param hidden columns with answers
   */
  RouteRows(Batch batch, String text, String... hidden) {
    Schema labelled = Schema.classification(batch.schema().columns(), "none", "no", "yes");
    String steps = "select(drop=[" + String.join(", ", hidden) + "]) | " + text + " | majority";
    Pipeline made = Components.create(Spec.parse(steps), Build.of(labelled), Pipeline.class);
    rows = new Features[batch.size()];
    for (int r = 0; r < rows.length; r++) {
      rows[r] = made.observe(batch.row(r)).copy();
    }
  }

  /** How much better the second expert is expected to be, by a regression for each. */
  double[] regressions(String model, RouteRun.Truth truth) {
    Schema numbers = Schema.regression(List.of(), "quality").withSparse(List.of());
    Regressor cheap = Build.of(numbers).create(Spec.parse(model), Regressor.class);
    Regressor dear = Build.of(numbers).create(Spec.parse(model), Regressor.class);
    double[] score = new double[rows.length];
    for (int r = 0; r < rows.length; r++) {
      score[r] = dear.predict(rows[r]) - cheap.predict(rows[r]);
      cheap.learn(rows[r], truth.of(r, 0), 1);
      dear.learn(rows[r], truth.of(r, 1), 1);
    }
    return score;
  }

  /** How likely the first expert is wrong. */
  double[] confidence(String model, RouteRun.Truth truth) {
    Schema two = Schema.classification(List.of(), "right", "no", "yes").withSparse(List.of());
    Classifier cheap = Components.classifier(model, two, 1);
    double[] score = new double[rows.length];
    double[] p = new double[2];
    for (int r = 0; r < rows.length; r++) {
      cheap.testThenLearn(rows[r], (int) truth.of(r, 0), 1, p);
      score[r] = p[0];
    }
    return score;
  }

  /** How much better the second was on the rows before that are most like this one. */
  double[] neighbours(int k, RouteRun.Truth truth) {
    List<int[]> where = new ArrayList<>(); // rows with a column, and below how much of it
    List<double[]> much = new ArrayList<>();
    int[] count = new int[0];
    double[] score = new double[rows.length];
    double[] like = new double[rows.length];
    for (int r = 0; r < rows.length; r++) {
      Features x = rows[r];
      Arrays.fill(like, 0, r, 0);
      for (int j = 0; j < x.count(); j++) {
        int c = x.index(j);
        for (int i = 0; c < count.length && i < count[c]; i++) {
          like[where.get(c)[i]] += x.value(j) * much.get(c)[i];
        }
      }
      score[r] = mean(like, r, k, truth);
      for (int j = 0; j < x.count(); j++) {
        int c = x.index(j);
        while (where.size() <= c) {
          where.add(new int[2]);
          much.add(new double[2]);
        }
        if (count.length <= c) {
          count = Arrays.copyOf(count, Math.max(c + 1, 2 * count.length));
        }
        if (count[c] == where.get(c).length) {
          where.set(c, Arrays.copyOf(where.get(c), 2 * count[c]));
          much.set(c, Arrays.copyOf(much.get(c), 2 * count[c]));
        }
        where.get(c)[count[c]] = r;
        much.get(c)[count[c]++] = x.value(j);
      }
    }
    return score;
  }

  private static double mean(double[] like, int n, int k, RouteRun.Truth truth) {
    double[] sorted = Arrays.copyOf(like, n);
    Arrays.sort(sorted);
    double least = n <= k ? Double.NEGATIVE_INFINITY : sorted[n - k];
    double sum = 0.3 * 0.125; // as if a few rows with the difference of the whole were near
    double weight = 0.3;
    for (int r = 0; r < n; r++) {
      if (like[r] >= least && like[r] > 0) {
        double w = like[r] * like[r] * like[r];
        sum += w * (truth.of(r, 1) - truth.of(r, 0));
        weight += w;
      }
    }
    return sum / weight;
  }
}
