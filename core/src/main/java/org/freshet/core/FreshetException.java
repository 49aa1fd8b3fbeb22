package org.freshet.core;

/** Base of the four errors Freshet throws for what a user can mend; the message is one line. */
public abstract sealed class FreshetException extends RuntimeException
    permits ConfigException, DataException, SchemaException, StateException {
  private static final long serialVersionUID = 1L;

  FreshetException(String message, Throwable cause) {
    super(message, cause);
  }
}
