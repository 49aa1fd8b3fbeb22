package org.freshet.learn.ensemble;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** A learner that sees some columns only, drawn when it is made: rows are copied without others. */
final class Patch implements Classifier {
  private final Spec spec;
  private final Build build;
  private final double[] row;
  private final Features view;
  private int[] columns;
  private long seed;
  private Classifier learner;

  /**
   * @param size number of columns it sees
   * @param rng draws the columns and the seed of the learner
   */
  Patch(Spec spec, Build build, int size, Rng rng) {
    this.spec = spec;
    this.build = build;
    this.row = new double[size];
    this.view = Features.of(row);
    int[] all = new int[build.schema().width()];
    Arrays.setAll(all, i -> i);
    rng.shuffle(all, all.length, size);
    this.columns = Arrays.copyOf(all, size);
    Arrays.sort(columns);
    this.seed = rng.nextLong();
    this.learner = make();
  }

  private Classifier make() {
    return build.withSchema(schema()).withSeed(seed).create(spec, Classifier.class);
  }

  Classifier learner() {
    return learner;
  }

  /** Of the columns it sees. */
  Schema schema() {
    List<Column> seen = new ArrayList<>();
    for (int c : columns) {
      seen.add(build.schema().column(c));
    }
    return build.schema().withColumns(seen);
  }

  private Features project(Features x) {
    int[] c = columns;
    double[] r = row;
    for (int k = 0; k < c.length; k++) {
      r[k] = x.get(c[k]);
    }
    return view;
  }

  @Override
  public int labels() {
    return learner.labels();
  }

  @Override
  public void scores(Features x, double[] scores) {
    learner.scores(project(x), scores);
  }

  @Override
  public void learn(Features x, int label, double weight) {
    learner.learn(project(x), label, weight);
  }

  @Override
  public void testThenLearn(Features x, int label, double weight, double[] scores) {
    learner.testThenLearn(project(x), label, weight, scores);
  }

  @Override
  public void save(StateWriter out) {
    out.put("columns", columns);
    out.put("seed", seed);
    out.put("learner", learner);
  }

  @Override
  public void load(StateReader in) {
    int[] c = in.ints("columns", columns.length);
    for (int k = 0; k < c.length; k++) {
      if (c[k] < (k == 0 ? 0 : c[k - 1] + 1) || c[k] >= build.schema().width()) {
        throw in.corrupt("columns", "does not rise or names a column that is not there");
      }
    }
    columns = c;
    seed = in.longValue("seed");
    learner = make();
    in.load("learner", learner);
  }

  @Override
  public long memoryBytes() {
    return 40 + 12L * row.length + learner.memoryBytes();
  }
}
