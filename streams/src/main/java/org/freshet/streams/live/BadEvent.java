package org.freshet.streams.live;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;

/** An event or label that cannot be read; says which of those given, and what is wrong with it. */
public final class BadEvent extends Exception {
  private static final long serialVersionUID = 1L;
  private final int index;
  private final String field;

  /**
   * @param index which record of those given, counted from 0
   * @param field the member at fault, or null
   */
  public BadEvent(int index, String field, String message) {
    super(message);
    this.index = index;
    this.field = field;
  }

  static BadEvent noJson(IOException e) {
    String message =
        e instanceof JsonProcessingException j ? j.getOriginalMessage() : e.getMessage();
    int end = message == null ? -1 : message.indexOf('\n');
    String first = end < 0 ? "" + message : message.substring(0, end);
    return new BadEvent(0, null, "is no JSON: " + first);
  }

  public int index() {
    return index;
  }

  /** The member at fault, or null when the whole record is. */
  public String field() {
    return field;
  }
}
