package org.freshet.learn.ask;

import org.freshet.core.Schema;
import org.freshet.core.SchemaException;
import org.freshet.core.component.Build;

/** Refuses streams without the scores of classes that most strategies go by. */
final class Classes {
  private Classes() {}

  /**
   * The build, if its label is a class.
   *
   * @throws SchemaException when it is not
   */
  static Build required(Build build, String strategy) {
    Schema schema = build.schema();
    if (schema != null && schema.target() != Schema.Target.CLASS) {
      throw new SchemaException(
          strategy
              + " goes by the scores of classes, but the label '"
              + schema.labelName()
              + "' is no class; use 'random'");
    }
    return build;
  }
}
