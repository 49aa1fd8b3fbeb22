package org.freshet.core;

/**
 * A record of a stream is wrong: names the source, the line or record counted from 1, and the
 * field.
 */
public final class DataException extends FreshetException {
  private static final long serialVersionUID = 1L;
  private final String source;
  private final long line;
  private final String field;

  /**
   * @param line line or record number counted from 1; 0 when the fault is of the whole source
   * @param field the column at fault, or null
   */
  public DataException(String source, long line, String field, String message, Throwable cause) {
    super(line > 0 ? source + ":" + line + ": " + message : source + ": " + message, cause);
    this.source = source;
    this.line = line;
    this.field = field;
  }

  public DataException(String source, long line, String field, String message) {
    this(source, line, field, message, null);
  }

  public String source() {
    return source;
  }

  public long line() {
    return line;
  }

  /** The column at fault, or null when the whole record is. */
  public String field() {
    return field;
  }
}
