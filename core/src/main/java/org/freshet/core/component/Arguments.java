package org.freshet.core.component;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Checked values of all parameters of one component, defaults filled in. Made by {@link
 * Components#bind}; the generated providers read a record from it.
 */
public final class Arguments {
  private final Map<String, Object> values;

  Arguments(Map<String, Object> values) {
    this.values = values;
  }

  private <T> T get(String name, Class<T> type) {
    if (!values.containsKey(name)) {
      throw new IllegalArgumentException("no parameter " + name);
    }
    return type.cast(values.get(name));
  }

  public long longValue(String name) {
    return get(name, Long.class);
  }

  public int intValue(String name) {
    return Math.toIntExact(longValue(name));
  }

  public double doubleValue(String name) {
    return get(name, Double.class);
  }

  public boolean bool(String name) {
    return get(name, Boolean.class);
  }

  /** May be null when the default is none. */
  public String text(String name) {
    return get(name, String.class);
  }

  public <E extends Enum<E>> E choice(String name, Class<E> type) {
    return Enum.valueOf(type, text(name).toUpperCase(Locale.ROOT));
  }

  public Span span(String name) {
    return get(name, Span.class);
  }

  public Spec component(String name) {
    return get(name, Spec.class);
  }

  @SuppressWarnings("unchecked")
  private <T> List<T> list(String name) {
    return (List<T>) get(name, List.class);
  }

  public List<String> texts(String name) {
    return list(name);
  }

  public List<Double> numbers(String name) {
    return list(name);
  }

  public List<Spec> components(String name) {
    return list(name);
  }

  /** The full specification, defaults included: what snapshots and reports show. */
  public Spec toSpec(String component) {
    Spec s = Spec.of(component);
    for (Map.Entry<String, Object> e : values.entrySet()) {
      s = s.with(e.getKey(), e.getValue());
    }
    return s;
  }
}
