package org.freshet.streams.csv;

import org.freshet.core.ConfigException;
import org.freshet.streams.input.ByteInput;
import org.freshet.streams.input.Content;

/** Which character separates the cells: given, by the file's name, or by its first lines. */
final class Dialect {
  private static final String CANDIDATES = "\t;|, ";
  private static final int LINES = 20;

  private Dialect() {}

  /** One character of a parameter that takes a character or one of the words for it. */
  static char character(String parameter, String given) {
    char c =
        switch (given) {
          case "tab", "\\t" -> '\t';
          case "space" -> ' ';
          case "comma" -> ',';
          case "semicolon" -> ';';
          case "pipe" -> '|';
          default -> given.length() == 1 ? given.charAt(0) : 0;
        };
    if (c == 0 || c > 126 || c == '\n' || c == '\r') {
      throw new ConfigException(
          "",
          "parameter '"
              + parameter
              + "' of csv is '"
              + given
              + "', expected one ASCII character, or tab, space, comma, semicolon or pipe");
    }
    return c;
  }

  static char separator(String given, String path, ByteInput in, char quote, char comment) {
    if (!given.equals("auto")) {
      return character("separator", given);
    }
    String name = Content.plainName(path);
    if (name.endsWith(".tsv") || name.endsWith(".tab")) {
      return '\t';
    }
    while (!hasLine(in) && in.end() - in.at() < ByteInput.HEAD && in.more()) {}
    return sniff(in, quote, comment);
  }

  private static boolean hasLine(ByteInput in) {
    int p = in.at();
    while (in.bytes()[p] != '\n') {
      p++;
    }
    return p < in.end();
  }

  /**
   * The first candidate that occurs equally often in every line, else the one that occurs in most.
   */
  private static char sniff(ByteInput in, char quote, char comment) {
    int[] lines = new int[CANDIDATES.length()];
    int[] first = new int[CANDIDATES.length()];
    boolean[] equal = new boolean[CANDIDATES.length()];
    int n = 0;
    int p = in.at();
    while (n < LINES && p < in.end()) {
      int[] counts = new int[CANDIDATES.length()];
      int start = p;
      p = count(in, p, quote, counts);
      boolean whole = p < in.end() || n == 0;
      if (p == start || !whole || in.bytes()[start] == comment) {
        p++;
        continue;
      }
      for (int k = 0; k < counts.length; k++) {
        first[k] = n == 0 ? counts[k] : first[k];
        equal[k] = (n == 0 || equal[k]) && counts[k] == first[k] && counts[k] > 0;
        lines[k] += counts[k] > 0 ? 1 : 0;
      }
      n++;
      p++;
    }
    int best = CANDIDATES.indexOf(',');
    for (int k = 0; k < equal.length; k++) {
      if (equal[k]) {
        return CANDIDATES.charAt(k);
      }
      best = k < CANDIDATES.indexOf(' ') && lines[k] > lines[best] ? k : best;
    }
    return CANDIDATES.charAt(best);
  }

  /** Counts candidates outside quotes up to the end of the line, which is returned. */
  private static int count(ByteInput in, int from, char quote, int[] counts) {
    boolean quoted = false;
    int p = from;
    while (p < in.end() && (quoted || in.bytes()[p] != '\n')) {
      byte c = in.bytes()[p++];
      if (c == quote && quote != 0) {
        quoted = !quoted;
      } else if (!quoted) {
        int k = CANDIDATES.indexOf(c);
        boolean run =
            c == ' ' && (p - 1 == from || in.bytes()[p] <= ' '); // only the last of a run counts
        if (k >= 0 && !run) {
          counts[k]++;
        }
      }
    }
    return p;
  }
}
