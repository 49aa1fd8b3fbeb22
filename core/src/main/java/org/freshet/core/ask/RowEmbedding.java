package org.freshet.core.ask;

import java.util.Arrays;
import org.freshet.core.Features;
import org.freshet.core.Schema;

/**
 * A row as a bounded number of values: the embedding of a linear learner. Numeric columns keep a
 * place each while there is room; sparse columns, those beyond the room and categories share places
 * by a hash with a sign, so that products are kept in the mean (K. Weinberger et al., "Feature
 * Hashing for Large Scale Multitask Learning", ICML 2009). A missing value counts as 0; values are
 * held in ±1e6. Texts are left out.
 */
public final class RowEmbedding {
  /** Values of the embedding of a linear learner, at most. */
  public static final int MOST = 1024;

  private static final double LARGEST = 1e6;
  private static final int CATEGORIES = 8; // places for each column of categories

  private final int width;
  private final int[] place; // of a dense column; -1 shares, -2 is left out
  private final boolean[] category;
  private final int shared; // the first place that is shared

  /**
   * @param most values at most, 2 or more
   */
  public RowEmbedding(Schema schema, int most) {
    if (schema.isSparse()) {
      place = new int[0];
      category = new boolean[0];
      shared = 0;
      width = most;
      return;
    }
    place = new int[schema.width()];
    category = new boolean[schema.width()];
    int numeric = 0;
    int categories = 0;
    for (int i = 0; i < place.length; i++) {
      switch (schema.column(i).kind()) {
        case NUMERIC -> numeric++;
        case CATEGORY -> {
          category[i] = true;
          categories++;
        }
        case TEXT -> place[i] = -2;
      }
    }
    boolean room = numeric + 2L * categories <= most;
    int next = 0;
    for (int i = 0; i < place.length; i++) {
      if (place[i] == 0) {
        place[i] = room && !category[i] ? next++ : -1;
      }
    }
    shared = next;
    long wide = next + (room ? (long) CATEGORIES * categories : most);
    width = (int) Math.max(1, Math.min(most, wide));
  }

  /** Number of values. */
  public int width() {
    return width;
  }

  /**
   * Writes the values of a row.
   *
   * @param into at least {@link #width()} long
   */
  public void write(Features x, double[] into) {
    Arrays.fill(into, 0, width, 0);
    boolean sparse = x.isSparse();
    for (int k = 0; k < x.count(); k++) {
      double v = x.value(k);
      if (Double.isNaN(v)) {
        continue;
      }
      int i = x.index(k);
      if (!sparse && place[i] >= 0) {
        into[place[i]] = held(v);
      } else if (sparse || place[i] == -1) {
        boolean code = !sparse && category[i];
        long h = hash(i, code ? (long) v : -1);
        int at = shared + (int) ((h >>> 33) % (width - shared));
        into[at] += (h & 1) == 0 ? (code ? 1 : held(v)) : (code ? -1 : -held(v));
      }
    }
  }

  private static double held(double v) {
    return Math.max(-LARGEST, Math.min(LARGEST, v));
  }

  private static long hash(int column, long code) {
    long z = (column + 1) * 0x9e3779b97f4a7c15L + code * 0xd1b54a32d192ed03L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  public long memoryBytes() {
    return 40 + 32 + 5L * place.length;
  }
}
