package org.freshet.learn.explain;

import java.util.Locale;
import org.freshet.core.Schema;
import org.freshet.learn.tree.FlatTree;

/**
 * A tree drawn as text, as JSON or as SVG: its tests, the branch a missing value takes, the weight
 * each node has seen, and what its leaves answer before naive Bayes or a linear model looks at the
 * row.
 */
public final class TreeDrawing {
  private static final int ROW = 30;
  private static final int COLUMN = 280;
  private static final int BOX = 240;
  private static final int LETTERS = 26; // of a box, its weight beside them
  private static final String[] COLOURS = {
    "#0067a8", "#c26a00", "#007a5a", "#a4437c", "#5b4bb5", "#8a6d00", "#b03a2e", "#5d646d"
  };

  private final FlatTree tree;
  private final TreeWords words;
  private final int[] depth;
  private final boolean[] last; // among the children of its parent

  /**
   * @param schema of the rows the tree sees
   */
  public TreeDrawing(FlatTree tree, Schema schema) {
    this.tree = tree;
    this.words = new TreeWords(tree, schema);
    this.depth = new int[tree.size()];
    for (int i = 1; i < depth.length; i++) {
      depth[i] = depth[tree.parent(i)] + 1;
    }
    this.last = new boolean[tree.size()];
    boolean[] found = new boolean[tree.size()];
    for (int i = depth.length - 1; i > 0; i--) {
      last[i] = !found[tree.parent(i)];
      found[tree.parent(i)] = true;
    }
  }

  private int leaves() {
    int n = 0;
    for (int i = 0; i < tree.size(); i++) {
      n += tree.isLeaf(i) ? 1 : 0;
    }
    return n;
  }

  private int deepest() {
    int most = 0;
    for (int d : depth) {
      most = Math.max(most, d);
    }
    return most;
  }

  /** Lines of text, one a node. */
  public String text() {
    StringBuilder s = new StringBuilder();
    s.append(
        String.format(
            Locale.ROOT,
            "%,d nodes, %,d leaves, depth %d; in brackets the weight seen%n",
            tree.size(),
            leaves(),
            deepest()));
    String[] indent = new String[deepest() + 1];
    for (int i = 0; i < tree.size(); i++) {
      int d = depth[i];
      if (d > 0) {
        s.append(indent[d - 1])
            .append(last[i] ? "└─ " : "├─ ")
            .append(words.branch(i))
            .append(": ");
        indent[d] = indent[d - 1] + (last[i] ? "   " : "│  ");
      } else {
        indent[0] = "";
      }
      s.append(tree.isLeaf(i) ? "→ " + words.answer(i) : words.test(i) + "?");
      s.append("  [").append(words.cover(i)).append("]\n");
    }
    return s.toString();
  }

  /** One object with all nodes, parents before children. */
  public String json() {
    StringBuilder s = new StringBuilder("{\"nodes\":[");
    for (int i = 0; i < tree.size(); i++) {
      s.append(i == 0 ? "\n" : ",\n").append("{\"id\":").append(i);
      if (i > 0) {
        s.append(",\"parent\":").append(tree.parent(i));
        s.append(",\"branch\":").append(quoted(words.branch(i)));
      }
      s.append(",\"weight\":").append(tree.cover(i));
      if (tree.isLeaf(i)) {
        jsonLeaf(s, i);
      } else {
        jsonTest(s, i);
      }
      s.append('}');
    }
    return s.append("\n]}\n").toString();
  }

  private void jsonTest(StringBuilder s, int i) {
    s.append(",\"column\":").append(quoted(words.column(i)));
    if (tree.isMultiway(i)) {
      s.append(",\"test\":\"category\"");
    } else if (tree.isNumeric(i)) {
      s.append(",\"test\":\"<=\",\"threshold\":").append(tree.threshold(i));
    } else {
      String category = words.category(tree.feature(i), (int) tree.threshold(i));
      s.append(",\"test\":\"=\",\"category\":").append(quoted(category));
    }
    String missing =
        tree.isMultiway(i)
            ? words.category(tree.feature(i), tree.missing(i))
            : tree.missing(i) == 0 ? "yes" : "no";
    s.append(",\"missing\":").append(quoted(missing));
  }

  private void jsonLeaf(StringBuilder s, int i) {
    if (!words.classifies()) {
      s.append(",\"value\":").append(tree.value(i, 0));
      return;
    }
    s.append(",\"shares\":{");
    for (int k = 0; k < words.labels(); k++) {
      s.append(k == 0 ? "" : ",").append(quoted(words.label(k))).append(':');
      s.append(tree.value(i, k));
    }
    s.append('}');
  }

  private static String quoted(String text) {
    StringBuilder s = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        s.append('\\').append(c);
      } else if (c < ' ') {
        s.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        s.append(c);
      }
    }
    return s.append('"').toString();
  }

  /** A picture with the root at the left; lines are as thick as the share of the weight. */
  public String svg() {
    double[] y = new double[tree.size()];
    int rows = place(y);
    int width = (deepest() + 1) * COLUMN + 20;
    int height = rows * ROW + 20;
    StringBuilder s = new StringBuilder();
    s.append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ").append(width).append(' ');
    s.append(height).append("\" width=\"").append(width).append("\" height=\"").append(height);
    s.append("\" role=\"img\" aria-label=\"decision tree\">\n<style>text{font:12px system-ui,");
    s.append("sans-serif;fill:#1c1e21}.soft{fill:#5d646d;font-size:11px}rect{fill:#fff;");
    s.append("stroke:#9aa1aa}path{fill:none;stroke:#b9bec5}</style>\n");
    s.append("<rect width=\"100%\" height=\"100%\" style=\"stroke:none\"/>\n");
    for (int i = 1; i < tree.size(); i++) {
      edge(s, i, y);
    }
    for (int i = 0; i < tree.size(); i++) {
      box(s, i, y[i]);
    }
    return s.append("</svg>\n").toString();
  }

  /** Leaves one below the other, inner nodes in the middle of their children; the rows needed. */
  private int place(double[] y) {
    int rows = 0;
    double[] first = new double[tree.size()];
    double[] end = new double[tree.size()];
    java.util.Arrays.fill(first, Double.NaN);
    for (int i = 0; i < tree.size(); i++) {
      if (tree.isLeaf(i)) {
        y[i] = 10 + ROW * (rows++ + 0.5);
      }
    }
    for (int i = tree.size() - 1; i >= 0; i--) {
      if (!tree.isLeaf(i)) {
        y[i] = (first[i] + end[i]) / 2;
      }
      int p = tree.parent(i);
      if (p >= 0) {
        end[p] = Double.isNaN(first[p]) ? y[i] : end[p]; // children come last one first
        first[p] = y[i];
      }
    }
    return rows;
  }

  private int x(int i) {
    return 10 + depth[i] * COLUMN;
  }

  private void edge(StringBuilder s, int i, double[] y) {
    int p = tree.parent(i);
    double share = tree.cover(0) > 0 ? tree.cover(i) / tree.cover(0) : 0;
    int from = x(p) + BOX;
    int to = x(i);
    s.append(
        String.format(
            Locale.ROOT,
            "<path stroke-width=\"%.1f\" d=\"M%d %.1fC%d %.1f %d %.1f %d %.1f\"/>",
            1 + 9 * share,
            from,
            y[p],
            from + 20,
            y[p],
            to - 20,
            y[i],
            to,
            y[i]));
    s.append(
        String.format(
            Locale.ROOT,
            "<text class=\"soft\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>%n",
            to - 4,
            y[i] - 3,
            escaped(TreeWords.shortened(words.branch(i), 7))));
  }

  private void box(StringBuilder s, int i, double y) {
    boolean leaf = tree.isLeaf(i);
    int best = leaf && words.classifies() ? words.best(i) : -1;
    String style =
        best >= 0
            ? String.format(
                Locale.ROOT,
                "fill:%s;fill-opacity:%.2f",
                COLOURS[best % COLOURS.length],
                0.08 + 0.35 * tree.value(i, best))
            : "";
    s.append(
        String.format(
            Locale.ROOT,
            "<rect x=\"%d\" y=\"%.1f\" width=\"%d\" height=\"24\" rx=\"%d\" style=\"%s\"/>",
            x(i),
            y - 12,
            BOX,
            leaf ? 12 : 3,
            style));
    String text = leaf ? words.answer(i) : words.test(i);
    String fits = leaf ? TreeWords.shortened(text, LETTERS) : words.test(i, LETTERS);
    s.append(
        String.format(
            Locale.ROOT,
            "<text class=\"soft\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
            x(i) + BOX - 8,
            y + 4,
            words.cover(i)));
    s.append(
        String.format(Locale.ROOT, "<text x=\"%d\" y=\"%.1f\">%s", x(i) + 8, y + 4, escaped(fits)));
    s.append("<title>").append(escaped(text)).append("</title></text>\n");
  }

  private static String escaped(String text) {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> s.append("&amp;");
        case '<' -> s.append("&lt;");
        case '>' -> s.append("&gt;");
        case '"' -> s.append("&quot;");
        default -> s.append(c < ' ' ? '\ufffd' : c);
      }
    }
    return s.toString();
  }
}
