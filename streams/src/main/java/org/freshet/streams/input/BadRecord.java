package org.freshet.streams.input;

/**
 * One record is wrong; the parser stands behind it. What becomes of it is the source's policy, so
 * this is checked, cheap (no stack trace) and never leaves the source.
 */
public final class BadRecord extends Exception {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN = 40;
  private final String field;

  /**
   * @param field the column at fault, or null
   */
  public BadRecord(String field, String message) {
    super(message, null, false, false);
    this.field = field;
  }

  public BadRecord(String message) {
    this(null, message);
  }

  public String field() {
    return field;
  }

  /** A value for a one-line message: quoted, control characters escaped, cut when long. */
  public static String quote(String value) {
    StringBuilder s = new StringBuilder("'");
    for (int i = 0; i < value.length() && i < SHOWN; i++) {
      char c = value.charAt(i);
      if (c == '\n') {
        s.append("\\n");
      } else if (c == '\t') {
        s.append("\\t");
      } else if (Character.isISOControl(c)) {
        s.append(String.format("\\x%02x", (int) c));
      } else {
        s.append(c);
      }
    }
    if (value.length() > SHOWN) {
      s.append("…");
    }
    return s.append('\'').toString();
  }
}
