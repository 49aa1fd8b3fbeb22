package org.freshet.cli;

import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Learner;
import org.freshet.core.Pipeline;
import org.freshet.core.Schema;
import org.freshet.learn.explain.TreeDrawing;
import org.freshet.learn.explain.TreeShap;
import org.freshet.learn.tree.Trees;

/** The tree or the forest at the end of a model, for drawing and explaining. */
final class SavedTrees {
  private final Pipeline pipeline;
  private final Learner learner;
  private final Schema schema;
  private final List<Trees.Part> parts;

  /**
   * @param option that asked for trees, for the message where there are none
   */
  SavedTrees(Learner model, Schema schema, String option) {
    this.pipeline = model instanceof Pipeline p ? p : null;
    this.learner = pipeline == null ? model : pipeline.learner();
    this.schema = pipeline == null ? schema : pipeline.learnerSchema();
    if (!(learner instanceof Trees trees)) {
      throw new ConfigException(
          option,
          "needs a model that ends in a tree or a forest, such as hoeffding_tree,"
              + " adaptive_random_forest or fimt_dd");
    }
    this.parts = trees.parts();
  }

  /** Columns of the rows the trees see. */
  Schema schema() {
    return schema;
  }

  /** The row the trees see. */
  Features row(Features x) {
    return pipeline == null ? x : pipeline.transform(x);
  }

  /** The classifier; null when the trees predict a number. */
  Classifier classifier() {
    return learner instanceof Classifier c ? c : null;
  }

  TreeShap explainer() {
    return new TreeShap((Trees) learner);
  }

  /** The drawing of a member, counted from 0. */
  String draw(int member, String as) {
    if (member < 0 || member >= parts.size()) {
      throw new ConfigException(
          "--member", "is " + member + ", allowed 0 to " + (parts.size() - 1));
    }
    TreeDrawing drawing = new TreeDrawing(parts.get(member).tree(), schema);
    return switch (as) {
      case "text" -> drawing.text();
      case "json" -> drawing.json();
      case "svg" -> drawing.svg();
      default -> throw new ConfigException("--tree", "is '" + as + "', allowed text, json, svg");
    };
  }
}
