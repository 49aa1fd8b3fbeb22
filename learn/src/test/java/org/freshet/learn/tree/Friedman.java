package org.freshet.learn.tree;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Regressor;
import org.freshet.core.Schema;

/**
 * Friedman's first function over ten uniform columns with noise of deviation 1, from
 * java.util.Random, so that peers can be run on the same events: y = 10 sin(π x0 x1) + 20 (x2 − ½)²
 * + 10 x3 + 5 x4 + noise.
 */
public final class Friedman {
  private Friedman() {}

  public static Batch stream(int events, long seed) {
    return stream(events, seed, events);
  }

  /** From event {@code drift} on columns 3 to 7 take the part of columns 0 to 4. */
  public static Batch stream(int events, long seed, int drift) {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      columns.add(Column.numeric("x" + i));
    }
    Batch batch = new Batch(Schema.regression(columns, "y"), events);
    Random random = new Random(seed);
    for (int r = 0; r < events; r++) {
      double[] x = new double[10];
      batch.beginRow();
      for (int i = 0; i < 10; i++) {
        x[i] = random.nextDouble();
        batch.set(i, x[i]);
      }
      int o = r >= drift ? 3 : 0;
      batch.setLabel(
          10 * Math.sin(Math.PI * x[o] * x[1 + o])
              + 20 * Math.pow(x[2 + o] - .5, 2)
              + 10 * x[3 + o]
              + 5 * x[4 + o]
              + random.nextGaussian());
      batch.endRow();
    }
    return batch;
  }

  /** Root of the mean squared error, test then train, over the events from {@code from} on. */
  public static double rmse(Regressor r, Batch stream, int from) {
    double[] answers = new double[stream.size()];
    r.testThenLearn(stream, 0, stream.size(), answers);
    double sum = 0;
    for (int i = from; i < answers.length; i++) {
      sum += Math.pow(answers[i] - stream.label(i), 2);
    }
    return Math.sqrt(sum / (answers.length - from));
  }
}
