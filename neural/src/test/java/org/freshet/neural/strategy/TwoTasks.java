package org.freshet.neural.strategy;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.component.Components;

/**
 * Two tasks on the same two classes, told apart by where the rows lie: the class is the sign of one
 * column in the first task and of another in the second; a third column says which task it is. A
 * network has room for both and forgets the first while it learns the second.
 */
final class TwoTasks {
  static final int WIDTH = 8;
  static final int EVENTS = 1500;
  private static final int TESTS = 500;

  private TwoTasks() {}

  static Schema schema() {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < WIDTH; i++) {
      columns.add(Column.numeric("x" + i));
    }
    return Schema.classification(columns, "class", "a", "b");
  }

  /** Accuracy on the first task after both were learnt, on rows not learnt. */
  static double remembered(String model, long seed) {
    return accuracy(learnt(model, seed), 0, seed + 100);
  }

  /** Accuracy on the second task after both were learnt. */
  static double learntLast(String model, long seed) {
    return accuracy(learnt(model, seed), 1, seed + 100);
  }

  static Classifier learnt(String model, long seed) {
    Classifier c = Components.classifier(model, schema(), seed);
    Rng rng = new Rng(seed + 1);
    double[] x = new double[WIDTH];
    for (int task = 0; task < 2; task++) {
      for (int i = 0; i < EVENTS; i++) {
        int label = row(task, x, rng);
        c.learn(Features.of(x), label, 1);
      }
    }
    return c;
  }

  static double accuracy(Classifier c, int task, long seed) {
    Rng rng = new Rng(seed);
    double[] x = new double[WIDTH];
    double[] scores = new double[2];
    int right = 0;
    for (int i = 0; i < TESTS; i++) {
      int label = row(task, x, rng);
      c.scores(Features.of(x), scores);
      right += (scores[1] > scores[0] ? 1 : 0) == label ? 1 : 0;
    }
    return right / (double) TESTS;
  }

  private static int row(int task, double[] x, Rng rng) {
    for (int i = 0; i < WIDTH; i++) {
      x[i] = rng.nextGaussian();
    }
    x[0] = task == 0 ? 2 : -2;
    return x[1 + task] > 0 ? 1 : 0;
  }
}
