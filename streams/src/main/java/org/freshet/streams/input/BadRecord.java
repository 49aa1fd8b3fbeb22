package org.freshet.streams.input;

import java.util.List;
import org.freshet.core.ConfigException.Fault;

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
    super(oneLine(message), null, false, false);
    this.field = field;
  }

  public BadRecord(String message) {
    this(null, message);
  }

  /** A message with the control characters of what it quotes escaped, so that it is one line. */
  public static String oneLine(String message) {
    if (message.chars().noneMatch(Character::isISOControl)) {
      return message;
    }
    StringBuilder s = new StringBuilder();
    message.chars().forEach(c -> append(s, (char) c));
    return s.toString();
  }

  /** The same for each of several faults. */
  static List<Fault> oneLine(List<Fault> faults) {
    return faults.stream().map(f -> new Fault(f.where(), oneLine(f.message()))).toList();
  }

  private static void append(StringBuilder s, char c) {
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

  public String field() {
    return field;
  }

  /** A value for a one-line message: quoted, control characters escaped, cut when long. */
  public static String quote(String value) {
    StringBuilder s = new StringBuilder("'");
    for (int i = 0; i < value.length() && i < SHOWN; i++) {
      append(s, value.charAt(i));
    }
    if (value.length() > SHOWN) {
      s.append("…");
    }
    return s.append('\'').toString();
  }
}
