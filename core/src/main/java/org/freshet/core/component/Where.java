package org.freshet.core.component;

/**
 * A place in what the user gave: a file or flag, line and column counted from 1 (0 when unknown).
 */
public record Where(String source, int line, int column) {
  public static final Where NOWHERE = new Where("", 0, 0);

  @Override
  public String toString() {
    if (line > 0) {
      return source + ":" + line + ":" + column;
    }
    if (column > 0) {
      return source.isEmpty() ? "character " + column : source + ":" + column;
    }
    return source;
  }
}
