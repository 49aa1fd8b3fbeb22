package org.freshet.evaluate.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.freshet.evaluate.stats.Ranking;

/**
 * Average ranks on a line, the best at the left, as SVG; a bar joins models whose ranks differ by
 * less than the critical difference (Demšar 2006, figure 1).
 */
final class RankDiagram {
  private RankDiagram() {}

  static String svg(Ranking r, List<String> names) {
    int k = names.size();
    int[] order = r.order();
    List<int[]> bars = bars(r, order);
    int width = 720;
    int line = 52;
    int first = line + 26 + 12 * bars.size();
    int height = first + 22 * k;
    StringBuilder s = new StringBuilder();
    s.append(
        String.format(
            Locale.ROOT,
            "<svg class=\"ranks\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"critical difference\">",
            width,
            height));
    double left = 40;
    double span = width - 80;
    for (int rank = 1; rank <= k; rank++) {
      double x = left + span * (rank - 1) / (k - 1.0);
      s.append(
          String.format(
              Locale.ROOT, "<path stroke=\"var(--soft)\" d=\"M%.1f %dV%d\"/>", x, line - 6, line));
      s.append(
          String.format(
              Locale.ROOT,
              "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%d</text>",
              x,
              line - 11,
              rank));
    }
    s.append(
        String.format(
            Locale.ROOT,
            "<path stroke=\"var(--soft)\" d=\"M%.1f %dH%.1f\"/>",
            left,
            line,
            left + span));
    double cd = Math.min(span, span * r.criticalDifference() / (k - 1.0));
    s.append(
        String.format(
            Locale.ROOT,
            "<path stroke=\"var(--c7)\" stroke-width=\"2\" d=\"M%.1f 14H%.1f\"/>",
            left,
            left + cd));
    s.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%.1f\" y=\"10\">critical difference %.2f</text>",
            left,
            r.criticalDifference()));
    for (int b = 0; b < bars.size(); b++) {
      double from = left + span * (r.averageRanks()[bars.get(b)[0]] - 1) / (k - 1.0);
      double to = left + span * (r.averageRanks()[bars.get(b)[1]] - 1) / (k - 1.0);
      s.append(
          String.format(
              Locale.ROOT,
              "<path stroke=\"var(--c0)\" stroke-width=\"5\" stroke-linecap=\"round\" d=\"M%.1f %dH%.1f\"/>",
              from - 3,
              line + 14 + 12 * b,
              to + 3));
    }
    for (int i = 0; i < k; i++) {
      double x = left + span * (r.averageRanks()[order[i]] - 1) / (k - 1.0);
      int y = first + 22 * i;
      boolean right = x < width / 2.0;
      s.append(
          String.format(
              Locale.ROOT,
              "<path fill=\"none\" stroke=\"var(--line)\" d=\"M%.1f %dV%d\"/>",
              x,
              line,
              y));
      s.append(
          String.format(
              Locale.ROOT,
              "<text class=\"name\" style=\"fill:var(--ink)\" x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">%s</text>",
              right ? x + 6 : x - 6,
              y + 4,
              right ? "start" : "end",
              Page.escape(
                  String.format(
                      Locale.ROOT,
                      "%.2f  %s",
                      r.averageRanks()[order[i]],
                      shorten(names.get(order[i]))))));
    }
    return s.append("</svg>").toString();
  }

  private static String shorten(String name) {
    return name.length() <= 48 ? name : name.substring(0, 47) + "…";
  }

  /** The longest runs of neighbours that do not differ, as pairs of models. */
  private static List<int[]> bars(Ranking r, int[] order) {
    List<int[]> bars = new ArrayList<>();
    int reached = -1;
    for (int i = 0; i < order.length; i++) {
      int j = i;
      while (j + 1 < order.length && !r.differ(order[i], order[j + 1])) {
        j++;
      }
      if (j > i && j > reached) {
        bars.add(new int[] {order[i], order[j]});
        reached = j;
      }
    }
    return bars;
  }
}
