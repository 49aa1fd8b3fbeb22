package org.freshet.engine;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.freshet.core.component.Parameter.Range;
import org.freshet.core.component.SpecParser;
import org.freshet.core.component.Value;
import org.freshet.core.component.Where;

/**
 * What a test expects of a metric: {@code ">= 0.80"}, {@code "< 20%"}, {@code "0.75 .. 0.85"}, or
 * one exact number.
 *
 * @param text as written
 */
public record Expectation(String metric, Range range, String text, Where where) {
  private static final Pattern COMPARISON = Pattern.compile("(>=|<=|>|<|==|=)\\s*(.+)");
  private static final Pattern BETWEEN = Pattern.compile("(.+?)\\s*\\.\\.\\s*(.+)");

  /** Whether a measured value is as expected; NaN never is. */
  public boolean holds(double value) {
    return range.contains(value);
  }

  /** The numbers a comparison allows; empty when the text is none. */
  static Optional<Range> parse(String text) {
    Matcher m = COMPARISON.matcher(text.strip());
    if (m.matches()) {
      return number(m.group(2)).flatMap(n -> Optional.of(compare(m.group(1), n)));
    }
    Matcher between = BETWEEN.matcher(text.strip());
    if (between.matches()) {
      Optional<Double> low = number(between.group(1));
      Optional<Double> high = number(between.group(2));
      return low.isPresent() && high.isPresent() && low.get() <= high.get()
          ? Optional.of(new Range(low.get(), false, high.get(), false))
          : Optional.empty();
    }
    return number(text).map(n -> compare("=", n));
  }

  private static Range compare(String sign, double n) {
    double inf = Double.POSITIVE_INFINITY;
    return switch (sign) {
      case ">=" -> new Range(n, false, inf, true);
      case ">" -> new Range(n, true, inf, true);
      case "<=" -> new Range(-inf, true, n, false);
      case "<" -> new Range(-inf, true, n, true);
      default -> new Range(n, false, n, false);
    };
  }

  private static Optional<Double> number(String text) {
    Object raw = SpecParser.scalar(text.strip());
    if (raw instanceof Number n && Double.isFinite(n.doubleValue())) {
      return Optional.of(n.doubleValue());
    }
    return raw instanceof Value.Share s ? Optional.of(s.fraction()) : Optional.empty();
  }
}
