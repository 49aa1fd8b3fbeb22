package org.freshet.core;

import java.util.List;

/**
 * A pipeline file, specification or parameter is wrong; carries all faults found, not only the
 * first.
 */
public final class ConfigException extends FreshetException {
  private static final long serialVersionUID = 1L;
  private final transient List<Fault> faults;

  /** One fault: where it is (empty when it has no place) and what is wrong with it. */
  public record Fault(String where, String message) {
    @Override
    public String toString() {
      return where.isEmpty() ? message : where + ": " + message;
    }
  }

  public ConfigException(List<Fault> faults) {
    super(String.join("\n", faults.stream().map(Fault::toString).toList()), null);
    this.faults = List.copyOf(faults);
  }

  public ConfigException(String where, String message) {
    this(List.of(new Fault(where, message)));
  }

  /** All faults, in the order of their places; never empty. */
  public List<Fault> faults() {
    return faults;
  }
}
