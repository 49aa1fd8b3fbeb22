package org.freshet.core;

/**
 * A learner or transformer cannot take the columns it would be given; found when a graph is built.
 */
public final class SchemaException extends FreshetException {
  private static final long serialVersionUID = 1L;

  public SchemaException(String message) {
    super(message, null);
  }
}
