package org.freshet.evaluate.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Lines over the events of a stream as SVG, with their names at their right ends, true drifts as
 * upright lines and detected ones as a row of ticks. Drawn twice, for a wide and for a narrow
 * screen, so that letters keep their size.
 */
final class LineChart {
  private record Line(String name, String colour, String dash, long[] x, double[] y) {}

  private final String title;
  private final String yName;
  private final boolean percent;
  private final List<Line> lines = new ArrayList<>();
  private long[] truth = new long[0];
  private long[] found = new long[0];
  private long end = 1;

  LineChart(String title, String yName, boolean percent) {
    this.title = title;
    this.yName = yName;
    this.percent = percent;
  }

  /**
   * @param colour a variable of the page's style, such as c0
   * @param dash pattern of the line, empty for a whole one
   */
  LineChart line(String name, String colour, String dash, long[] x, double[] y) {
    lines.add(new Line(name, colour, dash, x, y));
    return this;
  }

  LineChart drifts(long[] trueDrifts, long[] detected) {
    truth = trueDrifts;
    found = detected;
    return this;
  }

  LineChart end(long events) {
    end = Math.max(1, events);
    return this;
  }

  String html() {
    return "<figure>" + svg(900, 360, "wide", 6) + svg(380, 300, "narrow", 4) + key() + "</figure>";
  }

  private String svg(int width, int height, String name, int ticks) {
    return new Drawing(width, height, ticks).draw(name);
  }

  /** One drawing of a given size. */
  private final class Drawing {
    private final int left = 52;
    private final int top = 26;
    private final int right;
    private final int bottom;
    private final int ticks;
    private final int width;
    private final int height;
    private double low = Double.POSITIVE_INFINITY;
    private double high = Double.NEGATIVE_INFINITY;
    private final StringBuilder s = new StringBuilder();

    Drawing(int width, int height, int ticks) {
      this.width = width;
      this.height = height;
      this.ticks = ticks;
      this.right = width - (width > 600 ? 130 : 14);
      this.bottom = height - (found.length > 0 ? 58 : 46);
      range();
    }

    private void range() {
      for (Line l : lines) {
        for (double v : l.y) {
          if (Double.isFinite(v)) {
            low = Math.min(low, v);
            high = Math.max(high, v);
          }
        }
      }
      if (low > high) {
        low = 0;
        high = 1;
      }
      double step = Numbers.step(Math.max(high - low, Math.abs(high) * 1e-9 + 1e-12), ticks);
      low = Math.floor(low / step) * step;
      high = Math.max(low + step, Math.ceil(high / step) * step);
    }

    private double x(double event) {
      return left + (right - left) * event / end;
    }

    private double y(double v) {
      return bottom - (bottom - top) * (v - low) / (high - low);
    }

    String draw(String name) {
      s.append(
          String.format(
              Locale.ROOT,
              "<svg class=\"%s\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n",
              name,
              width,
              height,
              Page.escape(title)));
      axes();
      marks();
      for (Line l : lines) {
        path(l);
      }
      if (width > 600) {
        names();
      }
      return s.append("</svg>\n").toString();
    }

    private void axes() {
      double step = Numbers.step(high - low, ticks);
      for (int i = 0; low + i * step <= high + step / 2; i++) {
        double v = low + i * step;
        rule(left, y(v), right, y(v), "var(--line)", "");
        text(
            left - 8,
            y(v) + 4,
            "end",
            "",
            percent ? tick(100 * v, 100 * step) + " %" : tick(v, step));
      }
      double along = Numbers.step(end, width > 600 ? 8 : 4);
      for (double e = 0; e <= end; e += along) {
        rule(x(e), bottom, x(e), bottom + 5, "var(--soft)", "");
        text(x(e), bottom + 19, "middle", "", Numbers.compact(e));
      }
      rule(left, bottom, right, bottom, "var(--soft)", "");
      text((left + right) / 2.0, height - 4, "middle", "", "events");
      text(4, 13, "start", "", yName);
    }

    private String tick(double v, double step) {
      int digits = (int) Math.max(0, Math.min(6, Math.ceil(-Math.log10(step) - 1e-9)));
      return Math.abs(v) >= 1e5
          ? Numbers.compact(v)
          : String.format(Locale.ROOT, "%." + digits + "f", v + 0.0);
    }

    private void marks() {
      for (long t : truth) {
        rule(x(t), top, x(t), bottom, "var(--c7)", "5 4");
      }
      double last = -1;
      for (long d : found) {
        double at = Math.rint(2 * x(d)) / 2;
        if (at != last) {
          rule(at, bottom + 25, at, bottom + 35, "var(--c6)", "");
          last = at;
        }
      }
    }

    private void path(Line l) {
      s.append("<path fill=\"none\" stroke-linejoin=\"round\" stroke-width=\"")
          .append(l.dash.isEmpty() ? "2" : "1.5")
          .append("\" stroke=\"var(--")
          .append(l.colour)
          .append(")\"");
      if (!l.dash.isEmpty()) {
        s.append(" stroke-dasharray=\"").append(l.dash).append('"');
      }
      s.append(" d=\"");
      boolean pen = false;
      for (int i = 0; i < l.y.length; i++) {
        if (Double.isFinite(l.y[i])) {
          s.append(pen ? 'L' : 'M').append(number(x(l.x[i]))).append(' ').append(number(y(l.y[i])));
          pen = true;
        } else {
          pen = false;
        }
      }
      s.append("\"/>\n");
    }

    /** Names at the right ends, pushed apart where they would overlap. */
    private void names() {
      List<Line> shown =
          lines.stream()
              .filter(l -> last(l) >= 0)
              .sorted((a, b) -> Double.compare(at(a), at(b)))
              .toList();
      double[] ys = new double[shown.size()];
      for (int i = 0; i < ys.length; i++) {
        ys[i] = Math.max(at(shown.get(i)), i == 0 ? top : ys[i - 1] + 15);
      }
      double over = ys.length == 0 ? 0 : Math.max(0, ys[ys.length - 1] - bottom);
      for (int i = ys.length - 1; i >= 0; i--) {
        ys[i] = Math.min(ys[i], i == ys.length - 1 ? ys[i] - over : ys[i + 1] - 15);
        Line l = shown.get(i);
        text(
            right + 8,
            ys[i] + 4,
            "start",
            " class=\"name\" style=\"fill:var(--" + l.colour + ")\"",
            l.name);
      }
    }

    private int last(Line l) {
      int i = l.y.length - 1;
      while (i >= 0 && !Double.isFinite(l.y[i])) {
        i--;
      }
      return i;
    }

    private double at(Line l) {
      return y(l.y[last(l)]);
    }

    private void rule(double x1, double y1, double x2, double y2, String colour, String dash) {
      s.append("<path stroke=\"").append(colour).append('"');
      if (!dash.isEmpty()) {
        s.append(" stroke-dasharray=\"").append(dash).append('"');
      }
      s.append(" d=\"M")
          .append(number(x1))
          .append(' ')
          .append(number(y1))
          .append('L')
          .append(number(x2))
          .append(' ')
          .append(number(y2))
          .append("\"/>\n");
    }

    private void text(double x, double y, String anchor, String more, String text) {
      s.append("<text x=\"")
          .append(number(x))
          .append("\" y=\"")
          .append(number(y))
          .append("\" text-anchor=\"")
          .append(anchor)
          .append('"')
          .append(more)
          .append('>')
          .append(Page.escape(text))
          .append("</text>\n");
    }
  }

  private static String number(double v) {
    String t = String.format(Locale.ROOT, "%.1f", v);
    return t.endsWith(".0") ? t.substring(0, t.length() - 2) : t;
  }

  private String key() {
    StringBuilder k = new StringBuilder("<ul class=\"key\">");
    for (Line l : lines) {
      item(k, "M0 5H26", l.colour, l.dash, l.name);
    }
    if (truth.length > 0) {
      item(k, "M13 0V10", "c7", "5 4", "true drift (" + truth.length + ")");
    }
    if (found.length > 0) {
      item(
          k,
          "M8 0V10M13 0V10M18 0V10",
          "c6",
          "",
          "drift detected (" + Numbers.count(found.length) + ")");
    }
    return k.append("</ul>").toString();
  }

  private static void item(StringBuilder k, String d, String colour, String dash, String text) {
    k.append(
            "<li><svg viewBox=\"0 0 26 10\" aria-hidden=\"true\"><path fill=\"none\" stroke-width=\"2\" stroke=\"var(--")
        .append(colour)
        .append(")\" stroke-dasharray=\"")
        .append(dash.isEmpty() ? "none" : dash)
        .append("\" d=\"")
        .append(d)
        .append("\"/></svg>")
        .append(Page.escape(text))
        .append("</li>");
  }
}
