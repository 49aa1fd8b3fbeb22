package org.freshet.core.component;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.freshet.core.Trait;

/**
 * Makes a public class a component. It needs a nested public record {@code Parameters} whose
 * components carry {@link Param}, and either a public constructor {@code (Parameters, Build)} or a
 * public static method {@code create(Parameters, Build)} where what is made depends on the schema
 * or on nested components. The annotation processor makes a {@link ComponentProvider}, its service
 * entry, the parameter description, the reference page and the JSON schema from it.
 */
@Retention(RetentionPolicy.SOURCE)
@Target(ElementType.TYPE)
public @interface Component {
  /** Name in files and on the command line: lower case with underscores, as in the papers. */
  String name();

  /** What it can be made as; the first one is where its page is listed. */
  Kind[] kinds();

  /** Family, for the reference: bayes, linear, tree, drift, transform, csv … */
  String family();

  /** State version, raised when what {@code save} writes changes. */
  int version() default 1;

  /** What it claims; see {@link Trait}. */
  Trait[] traits() default {};

  /**
   * Of an ensemble whose members cannot live apart, see {@link org.freshet.core.Divisible}: what
   * ties them to each other, as a sentence without its full stop.
   */
  String coupled() default "";
}
