package org.freshet.learn.transform;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The window to give up where memory is short: the one that counts least for each byte.
 *
 * @param counts what the learner goes by its columns, a share of 1; NaN where it does not tell
 * @param bytes it takes for each key
 */
record WindowChoice(int window, double counts, double bytes) {
  /**
   * @param shares of the learner's columns, see {@link org.freshet.learn.explain.ColumnShares};
   *     empty where it does not tell
   */
  static WindowChoice of(WindowPlan plan, WindowStates states, Map<String, Double> shares) {
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    double most = -1;
    for (int w = 0; w < plan.windows(); w++) {
      double bytes = states.bytesPerKey(w);
      double worth = worth(plan.columnsOf(w), shares) / bytes; // infinite where it takes nothing
      if (bytes > 0 && (worth < least || worth == least && bytes > most)) {
        best = w;
        least = worth;
        most = bytes;
      }
    }
    double counts = shares.isEmpty() ? Double.NaN : worth(plan.columnsOf(best), shares);
    return new WindowChoice(best, counts, Math.max(0, most));
  }

  private static double worth(List<String> columns, Map<String, Double> shares) {
    double sum = 0;
    for (String column : columns) {
      sum += shares.isEmpty() ? 1 : shares.getOrDefault(column, 0.0);
    }
    return sum;
  }

  String text(WindowPlan plan, WindowStates states) {
    List<String> columns = plan.columnsOf(window);
    String names = String.join(", ", columns.subList(0, Math.min(3, columns.size())));
    return String.format(
        Locale.ROOT,
        "windowed gives up the window %s (%s%s) at %d keys: %.0f bytes a key for %s",
        plan.name(window),
        names,
        columns.size() > 3 ? " and " + (columns.size() - 3) + " more" : "",
        states.slots().size(),
        bytes,
        Double.isNaN(counts)
            ? columns.size() + " columns"
            : String.format(Locale.ROOT, "%.2f %% of what the learner goes by", 100 * counts));
  }
}
