package org.freshet.core.component;

import java.util.List;

/**
 * A value as the grammar reads it, before it is bound to a parameter's type.
 *
 * @param raw Long, Double, Boolean, String, {@link Span}, {@link Share}, {@link Size}, {@link
 *     Spec}, a List of Value, or null for {@code none}
 * @param text as the user wrote it, for messages
 */
public record Value(Object raw, String text, Where where) {

  /** A share such as {@code 10%}; as a number it is fraction. */
  public record Share(double fraction) {}

  /** A size such as {@code 256MB}; 1 KB is 1024 bytes. */
  public record Size(long bytes) {}

  /** The elements of a list; a single value is a list of one. */
  @SuppressWarnings("unchecked")
  public List<Value> elements() {
    return raw instanceof List<?> list ? (List<Value>) list : List.of(this);
  }
}
