package org.freshet.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Learner;
import org.freshet.core.Schema;
import org.freshet.evaluate.Importance;
import org.freshet.learn.explain.ImportanceOverTime;
import org.freshet.learn.explain.SplitGain;
import org.freshet.learn.explain.TreeShap;
import org.freshet.learn.explain.TreesInside;

/**
 * What the columns matter to the trees of a model: mean absolute attributions of the class answered
 * (or the number) over some of the last rows, and the gain of the splits as they stand.
 */
final class TreeImportance implements Importance.Meter {
  /** Rows explained each time: their mean is steady, their cost small beside a thousand events. */
  private static final int ROWS = 64;

  @Override
  public Importance measure(Learner model, Schema schema, Batch rows, long event) {
    var trees = TreesInside.of(model, schema);
    if (trees.isEmpty()) {
      throw new ConfigException(
          "--importance",
          "needs a model that ends in a tree or a forest, such as hoeffding_tree,"
              + " adaptive_random_forest or fimt_dd, or is made of such");
    }
    TreesInside.Answering answering = TreesInside.answering(model, schema);
    Schema seen = answering == null ? schema : answering.schema();
    Map<String, Double> attribution = answering == null ? Map.of() : attribution(answering, rows);
    return new Importance(event, attribution, SplitGain.of(trees, seen));
  }

  private static Map<String, Double> attribution(TreesInside.Answering answering, Batch rows) {
    int width = answering.schema().width();
    TreeShap shap = new TreeShap(answering.trees());
    ImportanceOverTime mean = new ImportanceOverTime(width, 1);
    Classifier c = answering.learner() instanceof Classifier classifier ? classifier : null;
    double[] scores = new double[c == null ? 0 : Math.max(1, c.labels())];
    int step = Math.max(1, rows.size() / ROWS);
    for (int r = 0; r < rows.size(); r += step) {
      if (rows.kind(r) != Batch.Kind.EVENT) {
        continue;
      }
      Features x = answering.row(rows.row(r));
      int label = 0;
      if (c != null) {
        c.scores(x, scores);
        label = Math.max(0, Kernels.argmax(scores, c.labels()));
      }
      mean.add(shap, x, label);
    }
    Map<String, Double> shares = new LinkedHashMap<>();
    for (int i = 0; i < width; i++) {
      shares.put(answering.schema().column(i).name(), mean.share(i));
    }
    return shares;
  }
}
