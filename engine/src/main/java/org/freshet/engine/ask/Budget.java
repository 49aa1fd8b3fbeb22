package org.freshet.engine.ask;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.freshet.core.ConfigException;
import org.freshet.core.component.Span;
import org.freshet.core.component.SpecParser;
import org.freshet.core.component.Value;

/**
 * How many labels may be asked for: a share of the events, a number, or what they cost. With a
 * window it is kept in every stretch of the stream of that length, without one over the stream as a
 * whole; it is never exceeded by more than one label.
 *
 * @param unit what is counted
 * @param amount share in 0 … 1, number of labels, or money
 * @param window a number of events or a length of event time that slides along; null for the stream
 * @param price of a label, in the unit of the money; 1 where labels are counted
 * @param prices of the labels of some classes, by name
 * @param pricePower d: events are ranked by score / price^d, the price being what the label is
 *     expected to cost; 0 where prices do not matter to what is asked
 */
public record Budget(
    Unit unit,
    double amount,
    Span window,
    double price,
    Map<String, Double> prices,
    double pricePower) {
  /** What a budget counts. */
  public enum Unit {
    SHARE,
    COUNT,
    MONEY
  }

  /** The largest amount of labels or money. */
  public static final double MOST = 1e12;

  /** What is asked does not go by prices. */
  public Budget(Unit unit, double amount, Span window, double price, Map<String, Double> prices) {
    this(unit, amount, window, price, prices, 0);
  }

  public Budget {
    prices = Map.copyOf(prices);
    double most = unit == Unit.SHARE ? 1 : MOST;
    if (!(amount >= 0 && amount <= most)) {
      throw new ConfigException(
          "labels.budget",
          unit.name().toLowerCase(java.util.Locale.ROOT)
              + " is "
              + number(amount)
              + ", allowed [0, "
              + number(most)
              + "]");
    }
    if (window != null && window.length() == 0) {
      throw new ConfigException("labels.budget", "window is 0, expected 1 event or more");
    }
    if (pricePower != 0 && prices.isEmpty()) {
      throw new ConfigException(
          "labels.budget", "has 'price_power', which needs 'prices' that differ by class");
    }
    if (unit != Unit.MONEY && (price != 1 || !prices.isEmpty())) {
      throw new ConfigException(
          "labels.budget", "has prices, which belong to a budget of 'money'; labels are counted");
    }
  }

  /** A share of the events of the stream. */
  public static Budget share(double of) {
    return new Budget(Unit.SHARE, of, null, 1, Map.of());
  }

  public static Budget count(long labels) {
    return new Budget(Unit.COUNT, labels, null, 1, Map.of());
  }

  /** The same for every window of a length. */
  public Budget within(Span length) {
    return new Budget(unit, amount, length, price, prices, pricePower);
  }

  /** Whether it goes by the clock of event times. */
  public boolean timed() {
    return window != null && !window.events();
  }

  /** What a label of a class costs. */
  public double price(String className) {
    return prices.getOrDefault(className, price);
  }

  /** The most that a label costs. */
  public double dearest() {
    return prices.values().stream().mapToDouble(d -> d).reduce(price, Math::max);
  }

  /** The least that a label costs. */
  public double cheapest() {
    return prices.values().stream().mapToDouble(d -> d).reduce(price, Math::min);
  }

  /**
   * What is to be said at the end of a run of a price for a class that never was; null where there
   * is none.
   *
   * @param classes that were seen
   */
  public String idlePrices(Collection<String> classes) {
    String idle =
        prices.keySet().stream()
            .filter(name -> !classes.contains(name))
            .sorted()
            .map(name -> "'" + name + "'")
            .collect(Collectors.joining(", "));
    return idle.isEmpty()
        ? null
        : "labels.budget has a price of "
            + idle
            + ", which was no class of the stream; there were "
            + String.join(", ", classes);
  }

  /** As in a pipeline file, on one line. */
  @Override
  public String toString() {
    String much = unit == Unit.SHARE ? percent(amount) : number(amount);
    if (unit == Unit.SHARE && window == null) {
      return much;
    }
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put(unit.name().toLowerCase(java.util.Locale.ROOT), much);
    if (window != null) {
      fields.put("window", window.toString());
    }
    if (price != 1) {
      fields.put("price", number(price));
    }
    if (!prices.isEmpty()) {
      Map<String, String> of = new LinkedHashMap<>();
      prices.entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .forEach(e -> of.put(quoted(e.getKey()), number(e.getValue())));
      fields.put("prices", flow(of));
    }
    if (pricePower != 0) {
      fields.put("price_power", number(pricePower));
    }
    return flow(fields);
  }

  private static String flow(Map<String, String> fields) {
    return "{"
        + String.join(
            ", ", fields.entrySet().stream().map(e -> e.getKey() + ": " + e.getValue()).toList())
        + "}";
  }

  private static String quoted(String name) {
    return "\"" + name.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
  }

  private static String number(double d) {
    return Double.isFinite(d)
        ? new BigDecimal(Double.toString(d)).stripTrailingZeros().toPlainString()
        : Double.toString(d);
  }

  private static String percent(double share) {
    String text = new BigDecimal(Double.toString(share)).movePointRight(2).toPlainString();
    String words = new BigDecimal(text).stripTrailingZeros().toPlainString() + "%";
    boolean same = SpecParser.scalar(words) instanceof Value.Share s && s.fraction() == share;
    return same ? words : number(share);
  }
}
