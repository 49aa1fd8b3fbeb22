package org.freshet.learn.explain;

import java.util.Locale;
import org.freshet.core.Dictionary;
import org.freshet.core.Schema;
import org.freshet.learn.tree.FlatTree;

/** The tests, branches and answers of a tree in words, with the names of a schema. */
final class TreeWords {
  private final FlatTree tree;
  private final Schema schema;

  /**
   * @param schema of the rows the tree sees
   */
  TreeWords(FlatTree tree, Schema schema) {
    this.tree = tree;
    this.schema = schema;
  }

  boolean classifies() {
    return schema.target() == Schema.Target.CLASS;
  }

  String column(int i) {
    int f = tree.feature(i);
    return f < schema.width() ? schema.column(f).name() : "#" + f;
  }

  /** The test of an inner node: a question, or of a multiway node its column. */
  String test(int i) {
    return column(i) + wanted(i);
  }

  /** The same with the name of the column cut, so that what is asked of it stays to be read. */
  String test(int i, int most) {
    String wanted = shortened(wanted(i), most - 4);
    return shortened(column(i), most - wanted.length()) + wanted;
  }

  private String wanted(int i) {
    if (tree.isMultiway(i)) {
      return "";
    }
    return tree.isNumeric(i)
        ? " ≤ " + number(tree.threshold(i))
        : " = " + category(tree.feature(i), (int) tree.threshold(i));
  }

  static String shortened(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most - 1) + "…";
  }

  /** What leads from its parent to a node: yes, no, or a category. */
  String branch(int i) {
    int p = tree.parent(i);
    if (!tree.isMultiway(p)) {
      return tree.branch(i) == 0 ? "yes" : "no";
    }
    return tree.branch(i) < 0 ? "any other" : category(tree.feature(p), tree.branch(i));
  }

  String category(int feature, int code) {
    Dictionary names = feature < schema.width() ? schema.column(feature).dictionary() : null;
    return names != null && code < names.size() ? names.name(code) : "#" + code;
  }

  int labels() {
    return classifies() ? schema.labels().size() : 0;
  }

  String label(int code) {
    return schema.labels().name(code);
  }

  /** The class most likely in a leaf, the lowest code on a tie; -1 when there is none. */
  int best(int leaf) {
    int best = -1;
    double top = -1;
    for (int k = 0; k < labels(); k++) {
      if (tree.value(leaf, k) > top) {
        top = tree.value(leaf, k);
        best = k;
      }
    }
    return best;
  }

  /** What a leaf answers whatever the row. */
  String answer(int leaf) {
    if (!classifies()) {
      return number(tree.value(leaf, 0));
    }
    int best = best(leaf);
    return best < 0
        ? "nothing known"
        : String.format(Locale.ROOT, "%s %.1f %%", label(best), 100 * tree.value(leaf, best));
  }

  String cover(int i) {
    return String.format(Locale.ROOT, "%,.0f", tree.cover(i));
  }

  /** A number in as few digits as tell it apart in a drawing. */
  static String number(double v) {
    String s = String.format(Locale.ROOT, "%.5g", v);
    if (s.contains("e")) {
      return s;
    }
    return s.contains(".") ? s.replaceAll("0+$", "").replaceAll("\\.$", "") : s;
  }
}
