package org.freshet.cli;

import java.util.ArrayList;
import java.util.List;

/** A table of plain text; numbers are set to the right when the column says so. */
final class TextTable {
  private final List<String[]> rows = new ArrayList<>();
  private final boolean[] right;

  /**
   * @param heads names of the columns; one that begins with {@code >} is set to the right
   */
  TextTable(String... heads) {
    right = new boolean[heads.length];
    String[] names = new String[heads.length];
    for (int i = 0; i < heads.length; i++) {
      right[i] = heads[i].startsWith(">");
      names[i] = right[i] ? heads[i].substring(1) : heads[i];
    }
    rows.add(names);
  }

  TextTable row(Object... cells) {
    String[] texts = new String[right.length];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = i < cells.length && cells[i] != null ? cells[i].toString() : "";
    }
    rows.add(texts);
    return this;
  }

  /** The lines, the heads and a rule first, without spaces at their ends. */
  List<String> lines() {
    int[] widths = new int[right.length];
    for (String[] r : rows) {
      for (int i = 0; i < r.length; i++) {
        widths[i] = Math.max(widths[i], length(r[i]));
      }
    }
    List<String> lines = new ArrayList<>();
    for (String[] r : rows) {
      lines.add(line(r, widths));
      if (lines.size() == 1) {
        String[] rule = new String[widths.length];
        for (int i = 0; i < rule.length; i++) {
          rule[i] = "─".repeat(widths[i]);
        }
        lines.add(line(rule, widths));
      }
    }
    return lines;
  }

  private String line(String[] cells, int[] widths) {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < cells.length; i++) {
      String pad = " ".repeat(widths[i] - length(cells[i]));
      s.append(i == 0 ? "" : "  ").append(right[i] ? pad + cells[i] : cells[i] + pad);
    }
    return s.toString().stripTrailing();
  }

  private static int length(String s) {
    return s.codePointCount(0, s.length());
  }
}
