package org.freshet.cli;

import java.util.List;
import java.util.Map;
import org.freshet.core.Classifier;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Learner;
import org.freshet.core.Schema;
import org.freshet.learn.explain.SplitGain;
import org.freshet.learn.explain.TreeDrawing;
import org.freshet.learn.explain.TreeShap;
import org.freshet.learn.explain.TreesInside;

/** The trees of a model, however deep they are wrapped, for drawing and explaining. */
final class SavedTrees {
  private final Schema whole;
  private final List<TreesInside.Found> found;
  private final TreesInside.Answering answering;

  /**
   * @param option that asked for trees, for the message where there are none
   */
  SavedTrees(Learner model, Schema schema, String option) {
    this.whole = schema;
    this.found = TreesInside.of(model, schema);
    this.answering = TreesInside.answering(model, schema);
    if (found.isEmpty()) {
      throw new ConfigException(
          option,
          "needs a model that ends in a tree or a forest, such as hoeffding_tree,"
              + " adaptive_random_forest or fimt_dd, or is made of such");
    }
  }

  /** For what needs trees whose answer is that of the model. */
  static SavedTrees answering(Learner model, Schema schema, String option) {
    SavedTrees trees = new SavedTrees(model, schema, option);
    if (trees.answering == null) {
      throw new ConfigException(
          option,
          "needs a model whose answer is that of a tree or a forest; this one makes another of the"
              + " answers of "
              + trees.found.size()
              + " trees inside, which 'inspect --tree text --member N' draws");
    }
    return trees;
  }

  /** Columns of the rows the answering trees see. */
  Schema schema() {
    return answering.schema();
  }

  /** The row the answering trees see. */
  Features row(Features x) {
    return answering.row(x);
  }

  /** The classifier; null when the trees predict a number. */
  Classifier classifier() {
    return answering.learner() instanceof Classifier c ? c : null;
  }

  TreeShap explainer() {
    return new TreeShap(answering.trees());
  }

  /** Share of each column in the gain of all splits. */
  Map<String, Double> importance() {
    return SplitGain.of(found, answering == null ? whole : answering.schema());
  }

  /**
   * The drawing of a tree.
   *
   * @param member counted from 0, or the path of the tree
   */
  String draw(String member, String as) {
    TreesInside.Found one = find(member);
    TreeDrawing drawing = new TreeDrawing(one.tree(), one.schema());
    return switch (as) {
      case "text" -> (one.path().isEmpty() ? "" : one.path() + ": ") + drawing.text();
      case "json" -> drawing.json();
      case "svg" -> drawing.svg();
      default -> throw new ConfigException("--tree", "is '" + as + "', allowed text, json, svg");
    };
  }

  private TreesInside.Found find(String member) {
    for (TreesInside.Found f : found) {
      if (f.path().equals(member)) {
        return f;
      }
    }
    int n = member.matches("\\d{1,9}") ? Integer.parseInt(member) : -1;
    if (n < 0 || n >= found.size()) {
      String last = found.get(found.size() - 1).path();
      throw new ConfigException(
          "--member",
          "is "
              + (n < 0 ? "'" + member + "'" : member)
              + ", allowed 0 to "
              + (found.size() - 1)
              + (last.isEmpty() ? "" : ", or a path such as '" + last + "'"));
    }
    return found.get(n);
  }
}
