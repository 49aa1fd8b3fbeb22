package org.freshet.core.component;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.ConfigException.Fault;

/**
 * One parameter of a component, as its record describes it.
 *
 * @param def default in the grammar, {@code "none"} for null, null when the user must give it
 * @param choices allowed words of a CHOICE
 * @param kind what a nested component must be, null for other types
 */
public record Parameter(
    String name,
    Type type,
    String def,
    Range range,
    List<String> choices,
    Kind kind,
    String unit,
    String meaning,
    String origin) {

  /** Types a parameter can have. */
  public enum Type {
    INTEGER("a whole number"),
    NUMBER("a number"),
    BOOLEAN("true or false"),
    TEXT("text"),
    CHOICE("a word"),
    SPAN("a span such as 48 events or 7d"),
    COMPONENT("a component"),
    TEXTS("a list of texts"),
    NUMBERS("a list of numbers"),
    COMPONENTS("a list of components");

    private final String words;

    Type(String words) {
      this.words = words;
    }

    /** For messages: "a whole number". */
    public String words() {
      return words;
    }
  }

  /** Interval of numbers, open or closed at each end; infinite ends are open. */
  public record Range(double min, boolean minOpen, double max, boolean maxOpen) {
    public static final Range ALL =
        new Range(Double.NEGATIVE_INFINITY, true, Double.POSITIVE_INFINITY, true);

    public boolean contains(double v) {
      return (minOpen ? v > min : v >= min) && (maxOpen ? v < max : v <= max);
    }

    /** Reads {@code (0, 1]}, {@code [1, inf)}; empty text is {@link #ALL}. */
    public static Range parse(String text) {
      if (text.isBlank()) {
        return ALL;
      }
      String t = text.strip();
      String[] ends = t.substring(1, t.length() - 1).split(",");
      boolean brackets =
          "([".indexOf(t.charAt(0)) >= 0 && ")]".indexOf(t.charAt(t.length() - 1)) >= 0;
      if (ends.length != 2 || !brackets) {
        throw new IllegalArgumentException("not a range: " + text);
      }
      return new Range(end(ends[0]), t.charAt(0) == '(', end(ends[1]), t.endsWith(")"));
    }

    private static double end(String s) {
      String t = s.strip();
      return switch (t) {
        case "inf" -> Double.POSITIVE_INFINITY;
        case "-inf" -> Double.NEGATIVE_INFINITY;
        default -> Double.parseDouble(t);
      };
    }

    @Override
    public String toString() {
      return (minOpen ? "(" : "[") + text(min) + ", " + text(max) + (maxOpen ? ")" : "]");
    }

    private static String text(double d) {
      return Double.isInfinite(d) ? (d > 0 ? "inf" : "-inf") : SpecText.number(d);
    }
  }

  public boolean required() {
    return def == null;
  }

  /**
   * What is wrong with a value of this parameter of {@code component}; empty when it is allowed.
   */
  public List<Fault> faults(String component, Value value) {
    List<Fault> faults = new ArrayList<>();
    Binder.bind(component, this, value, faults);
    return faults;
  }
}
