package org.freshet.core.component;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Describes one component of a {@code Parameters} record. Types: {@code int, long, double, boolean,
 * String}, an enum (choices in lower case), {@link Span}, {@link Spec} (a nested component), and
 * {@code List} of String, Double or Spec. The name in files is the record's in snake case.
 *
 * <p>A component that is a record itself, without this annotation, stands for the parameters of
 * that record: those that several components have in common.
 */
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.RECORD_COMPONENT)
public @interface Param {
  /** Meaning, one sentence without the name. */
  String value();

  /**
   * Default as text of the grammar: {@code 200}, {@code 1e-7}, {@code true}, {@code info_gain},
   * {@code adwin(delta=0.01)}, {@code [a, b]}, {@code 10%}, {@code 256MB}, {@code 48 events};
   * {@code none} for null (only String, Span, Spec and List); empty when the user must give it.
   */
  String def() default "";

  /**
   * Allowed range of numbers, such as {@code (0, 1]} or {@code [1, inf)}; empty when any finite one
   * is.
   */
  String range() default "";

  /** Unit, such as {@code events} or {@code bytes}; empty for a plain number. */
  String unit() default "";

  /** Where the default comes from: a paper, a peer, a measurement, or a reason. */
  String origin() default "";

  /** For {@link Spec} parameters: what the nested component must be. */
  Kind kind() default Kind.PART;
}
