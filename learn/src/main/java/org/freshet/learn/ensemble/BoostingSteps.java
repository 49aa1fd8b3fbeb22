package org.freshet.learn.ensemble;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntConsumer;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.DriftLog;
import org.freshet.core.DriftReporter;
import org.freshet.core.Features;
import org.freshet.core.Regressor;
import org.freshet.core.Rng;
import org.freshet.core.Row;
import org.freshet.core.Schema;
import org.freshet.core.Workers;
import org.freshet.core.component.Build;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * The steps of a gradient boosting chain: a random subset of the columns each, and the regressors
 * made for it. The columns of a step follow from the seed alone, so they are no part of the state.
 *
 * <p>A step depends on what it learnt from the rows before and, since trees answer before they
 * learn, on the answers of the steps before it to the same row: on nothing else. So a block of rows
 * goes through the first step, then through the second, and a tree stays in the cache meanwhile; on
 * several threads groups of steps follow each other over short runs of rows, as in a pipeline.
 * Either way every step sees what it would see row by row, bit for bit.
 */
final class BoostingSteps {
  /** Rows that a group of steps takes before the next group may begin with them. */
  private static final int RUN = 32;

  /**
   * Groups of steps a thread has, so that few threads wait where the pipeline fills and empties.
   */
  private static final int GROUPS = 4;

  /** What happens to a row at a step. Different rows, or steps, may be worked on at once. */
  interface Stage {
    /**
     * @param row number in the block
     * @param view of the row, as the step sees it
     */
    void at(int step, int row, Features view);
  }

  private final Spec learner;
  private final Build build;
  private final int steps;
  private final int[][] columns; // of each step; null when it takes all
  private final Row[] rows;
  private final Schema schema;
  private final Workers workers;
  private final IntConsumer piece = this::runGroup;
  private final Features[] views; // of each group
  private final List<List<Found>> found = new ArrayList<>(); // of each step

  // The block being worked on; read by the workers.
  private Stage stage;
  private Batch batch;
  private int from;
  private int to;
  private int run;
  private int wave;
  private int first;

  /** A drift that the learner of a step found. */
  private record Found(long tick, String source) {}

  /**
   * @param share of the columns a step sees; at least one
   */
  BoostingSteps(Spec learner, int steps, double share, Build build) {
    this.learner = learner;
    this.build = build;
    this.steps = steps;
    this.workers = build.workers();
    int groups = workers.threads() == 1 ? 1 : Math.min(steps, GROUPS * workers.threads());
    this.views = new Features[groups];
    for (int g = 0; g < groups; g++) {
      views[g] = Batch.newView();
    }
    for (int m = 0; m < steps; m++) {
      found.add(new ArrayList<>(0));
    }
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

  /** Steps that have begun when they begin one after another over the first examples learnt. */
  int joined(long learnt, int warmUp) {
    return learnt < warmUp ? (int) (1 + learnt * (steps - 1) / warmUp) : steps;
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

  /** One row, as row 0. */
  void run(Features x, Stage what) {
    for (int m = 0; m < steps; m++) {
      what.at(m, 0, view(m, x));
    }
  }

  /** A block of rows, the first of which is row 0. */
  void run(Batch rows, int begin, int end, Stage what) {
    batch = rows;
    from = begin;
    to = end;
    stage = what;
    int groups = views.length;
    run = groups == 1 ? end - begin : RUN;
    int runs = (end - begin + run - 1) / run;
    for (wave = 0; wave < groups + runs - 1; wave++) {
      first = Math.max(0, wave - runs + 1);
      workers.run(Math.min(groups - 1, wave) - first + 1, piece);
    }
    batch = null;
    stage = null;
  }

  /** A group of steps over the run of rows that it has come to. */
  private void runGroup(int i) {
    int group = first + i;
    int begin = from + (wave - group) * run;
    int end = Math.min(to, begin + run);
    int last = (group + 1) * steps / views.length;
    Features x = views[group];
    for (int m = group * steps / views.length; m < last; m++) {
      for (int r = begin; r < end; r++) {
        stage.at(m, r - from, view(m, batch.row(r, x)));
      }
    }
  }

  /** Keeps drifts that the learner of a step found; {@code tick} is that of the learn call. */
  void note(int step, long tick, Regressor learner) {
    if (learner instanceof DriftReporter inner && inner.drifts().size() > 0) {
      for (int d = 0; d < inner.drifts().size(); d++) {
        found.get(step).add(new Found(tick, "step " + step + ": " + inner.drifts().source(d)));
      }
      inner.drifts().clear();
    }
  }

  /** Passes what was noted on, in the order of learn calls, then steps. */
  void report(DriftLog log) {
    List<Found> all = null;
    for (List<Found> of : found) {
      if (!of.isEmpty()) {
        all = all == null ? new ArrayList<>() : all;
        all.addAll(of);
        of.clear();
      }
    }
    if (all != null) {
      all.sort(Comparator.comparingLong(Found::tick));
      for (Found f : all) {
        log.add(f.tick, f.source);
      }
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
    long bytes = 300 + 100L * views.length + 40L * steps;
    for (int m = 0; columns != null && m < steps; m++) {
      bytes += 190 + 12L * columns[m].length;
    }
    return bytes;
  }
}
