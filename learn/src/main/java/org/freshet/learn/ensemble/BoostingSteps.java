package org.freshet.learn.ensemble;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.DriftLog;
import org.freshet.core.DriftReporter;
import org.freshet.core.Features;
import org.freshet.core.Regressor;
import org.freshet.core.Rng;
import org.freshet.core.Row;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * The steps of a gradient boosting chain: a random subset of the columns each, and the regressors
 * made for it. The columns of a step follow from the seed alone, so they are no part of the state.
 */
final class BoostingSteps {
  private final Spec learner;
  private final Build build;
  private final int steps;
  private final int[][] columns; // of each step; null when it takes all
  private final Row[] rows;
  private final Schema schema;

  /**
   * @param share of the columns a step sees; at least one
   */
  BoostingSteps(Spec learner, int steps, double share, Build build) {
    this.learner = learner;
    this.build = build;
    this.steps = steps;
    Schema all = build.schema();
    int width = all.width();
    int take = Math.max(1, Math.min(width, (int) Math.round(share * width)));
    boolean whole = take >= width || all.isSparse();
    this.columns = whole ? null : new int[steps][];
    this.rows = whole ? null : new Row[steps];
    // Which columns differs from step to step; only their kinds matter to a learner.
    this.schema = all;
    Rng rng = build.child("columns", 0).rng();
    int[] order = new int[width];
    for (int m = 0; !whole && m < steps; m++) {
      for (int i = 0; i < width; i++) {
        order[i] = i;
      }
      rng.shuffle(order, width, take);
      columns[m] = Arrays.copyOf(order, take);
      Arrays.sort(columns[m]);
      rows[m] = Row.of(schema(m));
    }
  }

  private Schema schema(int step) {
    if (columns == null) {
      return schema;
    }
    List<Column> some = new ArrayList<>();
    for (int i : columns[step]) {
      some.add(schema.column(i));
    }
    return schema.withColumns(some);
  }

  int size() {
    return steps;
  }

  /** The row as a step sees it; valid until the next row of that step. */
  Features view(int step, Features x) {
    if (columns == null) {
      return x;
    }
    double[] to = rows[step].values();
    int[] from = columns[step];
    for (int i = 0; i < from.length; i++) {
      to[i] = x.get(from[i]);
    }
    return rows[step].view();
  }

  /** A regressor for each step; {@code number} tells chains apart. */
  Regressor[] chain(int number, long bytesEach) {
    Regressor[] made = new Regressor[steps];
    for (int m = 0; m < steps; m++) {
      Schema own = schema(m);
      Build b = build.child("chain-" + number, m).withMaxBytes(bytesEach);
      made[m] =
          b.withSchema(Schema.regression(own.columns(), "gradient"))
              .create(learner, Regressor.class);
    }
    return made;
  }

  /** Passes drifts that the learner of a step found on. */
  static void report(int step, Regressor learner, DriftLog log) {
    if (learner instanceof DriftReporter inner && inner.drifts().size() > 0) {
      for (int d = 0; d < inner.drifts().size(); d++) {
        log.add("step " + step + ": " + inner.drifts().source(d));
      }
      inner.drifts().clear();
    }
  }

  static void save(Regressor[] chain, StateWriter out) {
    for (int m = 0; m < chain.length; m++) {
      out.put("step-" + m, chain[m]);
    }
  }

  static void load(Regressor[] chain, StateReader in) {
    for (int m = 0; m < chain.length; m++) {
      in.load("step-" + m, chain[m]);
    }
  }

  static long memoryBytes(Regressor[] chain) {
    long bytes = 16 + 4L * chain.length;
    for (Regressor r : chain) {
      bytes += r.memoryBytes();
    }
    return bytes;
  }

  long memoryBytes() {
    long bytes = 150;
    for (int m = 0; columns != null && m < steps; m++) {
      bytes += 190 + 12L * columns[m].length;
    }
    return bytes;
  }
}
