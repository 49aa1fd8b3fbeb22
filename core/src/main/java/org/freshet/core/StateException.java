package org.freshet.core;

/** A snapshot cannot be used; {@link #verdict()} says why. */
public final class StateException extends FreshetException {
  private static final long serialVersionUID = 1L;
  private final Verdict verdict;

  /** What a reader of state answers; only the first two let it be used. */
  public enum Verdict {
    AS_IS("as is"),
    MIGRATED("migrated"),
    TOO_NEW("too new"),
    OTHER_PARAMETERS("other parameters"),
    OTHER_SCHEMA("other schema"),
    CORRUPT("corrupt");

    private final String words;

    Verdict(String words) {
      this.words = words;
    }

    @Override
    public String toString() {
      return words;
    }
  }

  public StateException(Verdict verdict, String message, Throwable cause) {
    super(message, cause);
    this.verdict = verdict;
  }

  public StateException(Verdict verdict, String message) {
    this(verdict, message, null);
  }

  public Verdict verdict() {
    return verdict;
  }
}
