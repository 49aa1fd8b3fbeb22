package org.freshet.core.component;

import java.util.Collection;

/** Finds what a misspelt word was meant to be. */
public final class Suggest {
  private Suggest() {}

  /** {@code "; did you mean 'x'?"} for the nearest candidate, or empty text when none is near. */
  public static String didYouMean(String word, Collection<String> candidates) {
    String best = null;
    int least = Math.max(2, word.length() / 3) + 1;
    for (String c : candidates) {
      int d =
          distance(word.toLowerCase(java.util.Locale.ROOT), c.toLowerCase(java.util.Locale.ROOT));
      if (d < least) {
        least = d;
        best = c;
      }
    }
    return best == null ? "" : "; did you mean '" + best + "'?";
  }

  /** Edits (insert, delete, replace, swap of neighbours) between two words. */
  static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int replace = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        d[i][j] = Math.min(replace, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
